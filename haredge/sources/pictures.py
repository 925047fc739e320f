"""A folder or a list of pictures, in natural order, as the frames of a clip."""

from __future__ import annotations

import glob
import re
from collections.abc import Generator
from pathlib import Path
from typing import ClassVar, Final

from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.pose import image

SUFFIXES: Final = frozenset({".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})
"""Files of a folder that are taken for pictures, in small or capital letters."""

DEFAULT_RATE_HZ: Final = 30.0
"""Pictures a second where none is given."""


class Pictures:
    """Frames of a folder, or of the files that a pattern matches. Iterating again starts again from the first."""

    live: ClassVar[bool] = False

    def __init__(self, where: Path | str, *, rate_hz: float | None = None) -> None:
        """Take a folder, one picture or a glob pattern, and how many pictures make a second."""
        self._where = where
        self._rate_hz = rate_hz or DEFAULT_RATE_HZ

    def __str__(self) -> str:
        return f"pictures {self._where}"

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield the pictures in natural order (2.jpg before 10.jpg); ``t`` is the index over the rate."""
        paths = sorted(self._paths(), key=natural)
        if not paths:
            raise SourceError(f"no picture in {self._where} (looked for {', '.join(sorted(SUFFIXES))})")
        for index, path in enumerate(paths):
            yield Frame(index, index / self._rate_hz, image.read(path))

    def _paths(self) -> list[Path]:
        where = Path(self._where)
        if where.is_dir():
            return [path for path in where.iterdir() if path.suffix.lower() in SUFFIXES and path.name[0] != "."]
        if where.exists():
            return [where]
        return [Path(name) for name in glob.glob(str(self._where), recursive=True) if Path(name).is_file()]  # noqa: PTH207


def natural(path: Path) -> list[tuple[int, str]]:
    """Return a key that sorts numbers inside names by their value: frame2 before frame10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", str(path))]
