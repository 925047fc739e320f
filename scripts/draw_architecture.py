"""Draw docs/architecture.svg from the code's own imports: the floors of setup.cfg, and which part imports which.

An arrow is an import of one part by another. One that follows from two others is left out, and so are those to the
lowest floor, which everything imports: otherwise nothing could be seen.

    scripts/draw_architecture.py            draw it
    scripts/draw_architecture.py --check    end with status 1 if the drawing in docs/ is out of date
"""

from __future__ import annotations

import argparse
import ast
import configparser
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[1]
DRAWING: Final = ROOT / "docs" / "architecture.svg"
CONTRACT: Final = "importlinter:contract:floors"

WIDTH, FLOOR_HEIGHT, BOX_HEIGHT, MARGIN, GAP = 1120, 104, 66, 16, 18
WIDEST_BOX: Final = 300
LINE: Final = 12
"""Pixels from one line of a box's text to the next."""

_HEAD: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t">
  <title id="t">The parts of haredge on their floors; arrows point from a part to what it imports</title>
  <defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">
    <path d="M0 0l8 4-8 4z" fill="#8795a3"/></marker></defs>
  <style>
    .box {{ fill: #fff; stroke: #2f6f8f; stroke-width: 1.4 }} .package {{ fill: #e8f3f8 }}
    .arrow {{ stroke: #8795a3; fill: none; marker-end: url(#a) }}
    text {{ fill: #1c2733; text-anchor: middle; font: 10px system-ui, sans-serif }}
    .name {{ font: 600 14px system-ui, sans-serif }}
  </style>
"""

Floors = Sequence[Sequence[str]]
Edge = tuple[str, str]


def floors() -> Floors:
    """Read the floors from the contract in setup.cfg, top first."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    return [line.replace(":", "|").split("|") for line in settings[CONTRACT]["layers"].replace(" ", "").split()]


def imports() -> set[Edge]:
    """Return (importer, imported) of the parts of haredge."""
    graph = grimp.build_graph("haredge", cache_dir=None)
    pairs = (
        (module.split(".")[1:2], imported.split(".")[1:2])
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    )
    return {(a[0], b[0]) for a, b in pairs if a and b and a != b}


def direct(edges: set[Edge]) -> list[Edge]:
    """Leave out every edge that other edges lead along (the transitive reduction; there are no circles)."""
    below: dict[str, set[str]] = {}
    for a, b in edges:
        below.setdefault(a, set()).add(b)

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        waiting = list(below.get(start, ()))
        while waiting:
            part = waiting.pop()
            if part not in found:
                found.add(part)
                waiting += below.get(part, ())
        return found

    further = {a: set().union(*(reached(b) for b in under)) for a, under in below.items()}
    return sorted((a, b) for a, b in edges if b not in further[a])


def described(part: str) -> tuple[str, int]:
    """Return the first sentence of a part's docstring, and how many modules it has."""
    folder = ROOT / "haredge" / part
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    words = ast.get_docstring(ast.parse(path.read_text())) or ""
    modules = len(list(folder.rglob("*.py"))) if folder.is_dir() else 1
    sentence = words.split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".")
    return re.sub(r":\w+:|`", "", sentence), modules


def boxes(storeys: Floors) -> dict[str, tuple[float, float, float]]:
    """Place every part: left edge, top edge and width in pixels."""
    places: dict[str, tuple[float, float, float]] = {}
    for row, parts in enumerate(storeys):
        width = min(WIDEST_BOX, (WIDTH - 2 * MARGIN - GAP * (len(parts) - 1)) / len(parts))
        left = (WIDTH - width * len(parts) - GAP * (len(parts) - 1)) / 2
        for column, part in enumerate(parts):
            places[part] = (left + column * (width + GAP), MARGIN + row * FLOOR_HEIGHT, width)
    return places


def drawn(storeys: Floors, edges: Iterable[Edge]) -> str:
    """Return the drawing as SVG."""
    places = boxes(storeys)
    height = 2 * MARGIN + FLOOR_HEIGHT * len(storeys) - (FLOOR_HEIGHT - BOX_HEIGHT)
    lines = [
        *_HEAD.format(width=WIDTH, height=height).splitlines(),
        f'  <rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        *(_arrow(places, edge) for edge in edges if edge[0] in places and edge[1] not in storeys[-1]),
        *(line for part in places for line in _box(part, places[part])),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _arrow(places: Mapping[str, tuple[float, float, float]], edge: Edge) -> str:
    (left, top, width), (to_left, to_top, to_width) = places[edge[0]], places[edge[1]]
    x, y, to_x = left + width / 2, top + BOX_HEIGHT, to_left + to_width / 2
    bend = (to_top - y) / 2
    curve = f"M{x:.0f} {y}C{x:.0f} {y + bend:.0f} {to_x:.0f} {to_top - bend:.0f} {to_x:.0f} {to_top}"
    return f'  <path class="arrow" d="{curve}"/>'


def _box(part: str, place: tuple[float, float, float]) -> Iterable[str]:
    left, top, width = place
    words, modules = described(part)
    middle, package = left + width / 2, (ROOT / "haredge" / part).is_dir()
    yield (
        f'  <rect class="box{" package" if package else ""}" x="{left:.0f}" y="{top}" width="{width:.0f}"'
        f' height="{BOX_HEIGHT}" rx="7"/>'
    )
    name = f"{part}/ ({modules})" if package else part
    yield f'  <text class="name" x="{middle:.0f}" y="{top + 18}">{name}</text>'
    for row, line in enumerate(textwrap.wrap(words, int(width / 5.6), max_lines=3, placeholder=" ...")):
        yield f'  <text x="{middle:.0f}" y="{top + 33 + row * LINE}">{escape(line)}</text>'


def main() -> int:
    """Write the drawing, or check it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare")
    args = parser.parse_args()
    made = drawn(floors(), direct(imports()))
    if not args.check:
        DRAWING.write_text(made)
    elif DRAWING.read_text() != made:
        print(f"{DRAWING.relative_to(ROOT)} is out of date: run scripts/draw_architecture.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
