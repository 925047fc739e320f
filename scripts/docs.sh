#!/usr/bin/env bash
# Build the documents as a site in build/docs/site; a link that leads nowhere, to a page or a heading, ends it.
#
#   scripts/docs.sh          build it
#   scripts/docs.sh serve    build it, and serve it on http://127.0.0.1:8000/
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'docs: %s\n' "$*" >&2; }

tool=zensical==0.1.3
venv=build/docs/venv
if [ ! -e "$venv/$tool" ]; then
    say "installing $tool into $venv"
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check "$tool"
    touch "$venv/$tool"
fi
python3 scripts/docs_pages.py build/docs/pages
"$venv/bin/zensical" build --clean --strict
say "build/docs/site/index.html"
if [ "${1:-}" = serve ]; then
    exec python3 -m http.server --bind 127.0.0.1 --directory build/docs/site 8000
fi
