"""A folder or a list of pictures, in natural order, as the frames of a clip."""

from __future__ import annotations

import glob
from collections.abc import Generator
from pathlib import Path
from typing import ClassVar, Final

from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.sources import image_file
from haredge.sources.image_names import SUFFIXES, natural

DEFAULT_RATE_HZ: Final = 30.0
"""ImageFolder a second where none is given."""


class ImageFolder:
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
            raise SourceError(f"no image in {self._where} (looked for {', '.join(sorted(SUFFIXES))})")
        for index, path in enumerate(paths):
            yield Frame(index, index / self._rate_hz, image_file.read(path))

    def _paths(self) -> list[Path]:
        where = Path(self._where)
        if where.is_dir():
            return [path for path in where.iterdir() if path.suffix.lower() in SUFFIXES and path.name[0] != "."]
        if where.exists():
            return [where]
        return [Path(name) for name in glob.glob(str(self._where), recursive=True) if Path(name).is_file()]  # noqa: PTH207
