"""The documents can be followed: each relative link, anchor, path and module that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("models/**/*.md"), *ROOT.glob("research/**/*.md")]
)
HELD = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""The pages that describe what is; the change log names what was there at the time."""
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
PATH = re.compile(r"`((?:haredge/[\w./-]*(?:\.\w+|/)|(?:docs|scripts|tests|research)/[\w./-]+)(?= |`))[^`]*`")
TO_BE_WRITTEN = {
    "haredge/inference/onnx.py",
    "haredge/service/event_file.py",
    "haredge/core/line.py",
    "haredge/scene/crossings.py",
    "haredge/datasets/formats/x.py",
    "haredge/sources/x.py",
    "haredge/commands/x.py",
    "haredge/activity/still_image.py",
}
"""What CONTRIBUTING.md proposes to write."""


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def unreachable(page: Path) -> list[str]:
    """Return the relative links of a page whose file or heading is missing."""
    missing = []
    for link in LINK.findall(FENCE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            missing.append(link)
    return missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert unreachable(page) == []


@pytest.mark.parametrize("page", HELD, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_paths_exist(page: Path) -> None:
    named = set(PATH.findall(page.read_text())) - TO_BE_WRITTEN
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_modules_named_exist() -> None:
    """`python -m haredge.x.y` in a page runs a module that is there."""
    named = {
        (str(page.relative_to(ROOT)), name)
        for page in HELD
        for name in re.findall(r"python -m (haredge[\w.]*\w)", page.read_text())
    }
    missing = []
    for page, name in sorted(named):
        path = ROOT / name.replace(".", "/")
        if not path.with_suffix(".py").is_file() and not (path / "__main__.py").is_file():
            missing.append(f"{page}: {name}")
    assert missing == []
