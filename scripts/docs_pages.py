"""Lay out the pages of the site as they lie in the repository, with every file that they link to.

    python3 scripts/docs_pages.py OUT

So a link is the same on the site and in the repository. Standard library only.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
WHERE: Final = ("*.md", "docs/**/*.md", "models/*/*.md", "research/**/*.md")
LINK: Final = re.compile(r"\]\(([^)\s#]+)[^)]*\)")
FENCE: Final = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def pages() -> list[Path]:
    """Return every page of the repository."""
    return sorted(page for pattern in WHERE for page in ROOT.glob(pattern))


def linked(page: Path) -> Iterator[Path]:
    """Yield the files of the repository that a page links to, except pages."""
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        target = (page.parent / link).resolve()
        if not re.match(r"[a-z]+:", link) and target.suffix != ".md" and target.is_file():
            yield target


def main() -> int:
    """Copy pages and files to a folder that is made again each time."""
    out = Path(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    for file in {*pages(), *(file for page in pages() for file in linked(page))}:
        place = out / file.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
