"""Images in a folder or a zip archive."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from haredge.core.bounds import IMAGE_BYTES
from haredge.core.damage import ZIP_DAMAGE
from haredge.core.errors import DataError
from haredge.core.folders import is_clutter, walk_files
from haredge.core.kinds import IMAGE_SUFFIXES
from haredge.core.regular_file import open_regular, read_regular
from haredge.core.types import Image
from haredge.datasets.archives import member


@dataclass(frozen=True)
class ImageSet:
    """Images in a folder or a zip archive, by name."""

    path: Path

    def names(self) -> list[str]:
        """List the images' names, sorted. Raises :class:`DataError` if there are none."""
        if not self.path.exists():
            raise DataError(f"{self.path}: no such folder or zip archive of images")
        if self.path.is_dir():
            found = [file.relative_to(self.path).as_posix() for file in walk_files(self.path)]
        else:
            found = [name for name in self._archive.namelist() if not any(map(is_clutter, Path(name).parts))]
        names = sorted(name for name in found if Path(name).suffix.lower() in IMAGE_SUFFIXES)
        if not names:
            raise DataError(f"{self.path}: contains no images ({', '.join(sorted(IMAGE_SUFFIXES))})")
        return names

    def content(self, name: str) -> bytes:
        """Return an image file's bytes."""
        try:
            if self.path.is_dir():
                return read_regular(self.path / name, IMAGE_BYTES)
            return member(self._archive, name, IMAGE_BYTES)
        except (OSError, KeyError, *ZIP_DAMAGE) as error:
            raise DataError(f"{self.path}: cannot read the image {name}: {error}") from error

    def image(self, name: str) -> Image:
        """Decode an image to (height, width, 3) bytes, BGR."""
        from haredge.opencv import decode_image  # noqa: PLC0415 - what only reads labels needs no OpenCV

        try:
            return decode_image(self.content(name))
        except ValueError as error:
            raise DataError(f"{self.path}: {name}: {error}") from error

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(os.fdopen(open_regular(self.path), "rb"))
        except (OSError, *ZIP_DAMAGE) as error:
            raise DataError(f"{self.path}: not a folder, nor a zip archive of images: {error}") from error
