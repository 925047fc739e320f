"""A folder or a list of images, in natural order, as the frames of a clip."""

from __future__ import annotations

import glob
import re
from collections.abc import Generator
from itertools import takewhile
from pathlib import Path
from typing import ClassVar, Final

from haredge.core.errors import SourceError
from haredge.core.folders import is_clutter, meant
from haredge.core.kinds import IMAGE_SUFFIXES
from haredge.core.types import Frame
from haredge.sources import image_file
from haredge.sources.image_names import natural

DEFAULT_RATE_HZ: Final = 30.0
"""Images per second if no rate is given."""


class ImageFolder:
    """Frames of a folder, or of the files that a pattern matches. Iterating again starts again from the first."""

    live: ClassVar[bool] = False

    def __init__(self, where: Path | str, *, rate_hz: float | None = None) -> None:
        """Take a folder, one image or a glob pattern, and how many images make a second."""
        self._where = where
        self._rate_hz = rate_hz or DEFAULT_RATE_HZ
        self._known: set[Path] = set()
        """Images that were read before."""

    def __str__(self) -> str:
        return f"images {self._where}"

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield the images in natural order (2.jpg before 10.jpg); ``t`` is the index over the rate."""
        try:
            paths = sorted(self._paths(), key=natural)
        except OSError as error:  # a folder that may not be entered, or has gone meanwhile
            raise SourceError(f"images {self._where}: {error.strerror}") from None
        if not paths:
            raise SourceError(f"no image in {self._where} (files that end in {', '.join(sorted(IMAGE_SUFFIXES))})")
        for index, path in enumerate(paths):
            image = image_file.read(path, again=path in self._known)
            self._known.add(path)
            yield Frame(index, index / self._rate_hz, image)

    def _paths(self) -> list[Path]:
        where = Path(self._where)
        if where.is_dir():
            return [path for path in meant(where) if path.suffix.lower() in IMAGE_SUFFIXES]
        if where.exists():
            return [where]
        named = len(list(takewhile(lambda part: not glob.has_magic(part), where.parts)))
        folder, rest = Path(*where.parts[:named]), where.parts[named:]
        # Path.glob follows no links below **, which may lead round in circles; it knows ** as a whole part only.
        pattern = "/".join(part if part == "**" else re.sub(r"\*+", "*", part) for part in rest)
        found = folder.glob(pattern) if pattern else []
        return [path for path in found if path.is_file() and not any(map(is_clutter, path.parts[named:]))]
