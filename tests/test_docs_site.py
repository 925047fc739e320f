"""Every page can be found: from the index, and in the site's menu."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from docs_pages import linked, pages

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = {page.name for page in ROOT.glob("docs/*.md")}


def test_the_index_names_every_page() -> None:
    """Each once, under the reader that it is for."""
    named = re.findall(r"\]\(([\w-]+\.md)\)", (ROOT / "docs/index.md").read_text())
    assert sorted(named) == sorted(DOCS - {"index.md"})


def test_the_menu_names_every_page() -> None:
    """And no page that is not there."""
    named = re.findall(r'= "([\w./-]+\.md)"', (ROOT / "zensical.toml").read_text())
    assert {Path(name).name for name in named if name.startswith("docs/")} == DOCS
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert len(named) == len(set(named))


def test_files_that_pages_link_to_are_laid_out() -> None:
    """Schemas, images and code, for links are the same on the site as in the repository."""
    files = {str(file.relative_to(ROOT)) for page in pages() for file in linked(page)}
    assert {"config.yaml", "docs/architecture.svg", "docs/schemas/health.json", "docs/images/demo.webp"} <= files
