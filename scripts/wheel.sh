#!/usr/bin/env bash
# Build the source archive and the wheel, and try the wheel in a bare virtual environment, away from this checkout.
#
#   scripts/wheel.sh [DIR]    leaves both in DIR (default: dist); PYTHON says which Python has 'build'
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
python=${PYTHON:-$root/.venv/bin/python}
unset PYTHONPATH

die() { printf 'wheel: %s\n' "$*" >&2; exit 1; }

rm -f "$out"/haredge-*
# What an earlier build left here would go into this one.
rm -rf build
"$python" -m build --outdir "$out" . >"$out/build.log" 2>&1 || { tail -20 "$out/build.log" >&2; die "the build failed"; }
rm -rf build "$out/build.log"
wheel=$(echo "$out"/haredge-*.whl)

strange=$("$python" -m zipfile -l "$wheel" | awk 'NR > 1 { print $1 }' |
    grep -vE '^haredge/|^haredge-[^/]*\.dist-info/|^haredge-[^/]*\.data/data/share/haredge/(models/|config\.yaml$)' || true)
[ -z "$strange" ] || die "the wheel holds what does not belong in it: $strange"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check "$wheel" || die "pip cannot install $wheel"
cp config.yaml "$work"
cd "$work"
export HOME=$work PATH=$work/venv/bin:$PATH

version=$(sed -n 's/^__version__.* = "\(.*\)"$/\1/p' "$root/haredge/version.py")
[ "$(haredge --version)" = "haredge $version" ] || die "haredge --version: $(haredge --version), not $version"
for command in $(haredge --help | sed -n 's/^    \([a-z]\+\) .*/\1/p'); do
    haredge "$command" --help >help.txt 2>&1 || { cat help.txt >&2; die "haredge $command --help failed"; }
done
haredge config init own.yaml >init.txt
cmp own.yaml config.yaml || die "config init writes another config.yaml"
haredge config check || die "config check refuses the config.yaml that comes with haredge"
haredge models >models.txt
for model in everyday exercise people pose still; do
    grep -q "^$model " models.txt || { cat models.txt >&2; die "the model '$model' is missing"; }
done
haredge --dry-run --source 'test:?live=no&script=empty:1,squat:4' >run.txt 2>log.txt || { cat log.txt >&2; die "a dry run failed"; }
grep -q '"squat"' run.txt || { cat log.txt run.txt >&2; die "a dry run did not recognise squats"; }
printf 'wheel: %s and the source archive are in %s; the wheel works by itself\n' "${wheel##*/}" "$out"
