"""Copying a model's files out of a folder or an archive from an unknown source.

Nothing in an archive says where a file goes: a model folder is flat, so its files are written one by one, by their last
name, into a folder that is given. Anything but plain files, files that lie deeper, and more than a model ever needs
are refused.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from haredge.core.damage import ZIP_DAMAGE
from haredge.core.errors import ModelError
from haredge.core.folders import is_clutter, meant
from haredge.core.printable import one_line
from haredge.core.regular_file import open_regular

MOST_FILES: Final = 64
MOST_BYTES: Final = 128 << 20
"""Of all files of a model together, unpacked."""

MOST_NAME_BYTES: Final = 255
"""Of a file's name: what the file systems of Linux, macOS and Windows take."""

_PIECE: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_ENCRYPTED: Final = 0x1
"""The bit of a member's flags (APPNOTE.TXT 4.4.4)."""
_DAMAGED: Final = (*ZIP_DAMAGE, tarfile.TarError, gzip.BadGzipFile)

Entry = tuple[str, IO[bytes]]
"""A file's path as the archive gives it, and its content."""


def is_archive(path: Path) -> bool:
    """Whether a file is a .zip or .tar.gz, by how it begins: a .tflite file may end as a zip. Raises OSError."""
    with os.fdopen(open_regular(path), "rb") as file:
        return file.read(4).startswith((_GZIP, _ZIP))


def take_out(source: Path, path: Sequence[str], target: Path) -> None:
    """Write one file of a ZIP archive to ``target``: a path in it, and a path in that file if it is an archive again.

    Raises :class:`ModelError` if there is no such file, or an archive is damaged or too large; OSError.
    """
    try:
        with os.fdopen(open_regular(source), "rb") as file:
            content: IO[bytes] = file
            for member in path:
                with zipfile.ZipFile(content) as archive, archive.open(member) as packed:
                    unpacked = packed.read(MOST_BYTES + 1)
                if len(unpacked) > MOST_BYTES:
                    raise ModelError(f"{source}: too large: {member} has more than {MOST_BYTES >> 20} MiB, unpacked")
                content = io.BytesIO(unpacked)
            target.write_bytes(content.read())
    except KeyError:
        raise ModelError(f"{source}: the archive holds no {' in '.join(reversed(path))}") from None
    except _DAMAGED as error:
        raise ModelError(f"{source}: damaged archive: {one_line(error)}") from error


def unpack(source: Path, folder: Path) -> None:
    """Copy the files of a model folder, or of a .zip or .tar.gz of one, into an empty folder.

    Raises :class:`ModelError` for an archive that is damaged, too large, or holds anything but one folder of files;
    OSError where something cannot be read or written.
    """
    left, above = MOST_BYTES, set()
    try:
        for count, (name, content) in enumerate(_meant(source), 1):
            path = _checked(source, name)
            above.add(path.parent)
            if count > MOST_FILES:
                raise ModelError(f"{source}: a model is one folder of at most {MOST_FILES} files; this has more")
            if len(above) > 1:
                raise ModelError(f"{source}: a model is one folder of files; {name!r:.100} lies in another")
            if (folder / path.name).exists():
                raise ModelError(f"{source}: {name!r:.100} is in it twice")
            left -= _copy(content, folder / path.name, left, source)
    except _DAMAGED as error:
        raise ModelError(f"{source}: damaged archive: {one_line(error)}") from error


def _meant(source: Path) -> Iterator[Entry]:
    """Leave out what macOS, Windows and NAS boxes put beside a model's files."""
    for name, content in _entries(source):
        parts = PurePosixPath(name).parts
        if ".." in parts or not any(map(is_clutter, parts)):
            yield name, content


def _checked(source: Path, name: str) -> PurePosixPath:
    """Return where an archive says that a file lies: at the top, or in one folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or len(path.parts) not in {1, 2} or "\\" in name or "\0" in name:
        raise ModelError(f"{source}: a model is one folder of files, and {name!r:.100} lies elsewhere")
    if len(os.fsencode(path.name)) > MOST_NAME_BYTES:
        raise ModelError(f"{source}: {name!r:.100} is too long a name")
    return path


def _copy(content: IO[bytes], target: Path, most: int, source: Path) -> int:
    size = 0
    with target.open("xb") as file:
        while piece := content.read(min(_PIECE, most + 1 - size)):
            size += len(piece)
            if size > most:
                raise ModelError(f"{source}: too large: a model has at most {MOST_BYTES >> 20} MiB, unpacked")
            file.write(piece)
    return size


def _entries(source: Path) -> Iterator[Entry]:
    if source.is_dir():
        return _of_folder(source)
    with os.fdopen(open_regular(source), "rb") as file:
        return _of_zip(source) if file.read(len(_ZIP)) == _ZIP else _of_tar(source)


def _of_folder(source: Path) -> Iterator[Entry]:
    for path in meant(source):
        if not path.is_file():
            raise ModelError(f"{path}: a model is one folder of files, and this is not a plain file")
        with os.fdopen(open_regular(path), "rb") as content:
            yield path.name, content


def _of_zip(source: Path) -> Iterator[Entry]:
    with zipfile.ZipFile(source) as archive:
        for member in archive.infolist():
            # The upper half of what Unix wrote is the file's kind: 0 where another system wrote the archive.
            if member.external_attr >> 28 not in {0, 0o10, 0o4}:
                raise ModelError(f"{source}: {member.filename!r:.100} is not a plain file")
            if member.flag_bits & _ENCRYPTED:
                raise ModelError(f"{source}: {member.filename!r:.100} has a password: pack it without one")
            if not member.is_dir():
                with archive.open(member) as content:
                    yield member.filename, content


def _of_tar(source: Path) -> Iterator[Entry]:
    # As a stream, member by member: a list of a million members is never made.
    with gzip.open(source) as packed, tarfile.open(fileobj=_Bounded(packed), mode="r|") as archive:
        for member in archive:
            if not member.isdir():
                content = archive.extractfile(member) if member.isreg() else None
                if content is None:
                    raise ModelError(f"{source}: {member.name!r:.100} is not a plain file")
                yield member.name, content


class _Bounded(io.RawIOBase):
    """A stream that fails once it has given more than a model can have: headers too may be packed to nothing."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._left = MOST_BYTES + (MOST_FILES << 20)

    def readinto(self, buffer: Any) -> int:
        size = self._stream.readinto(buffer)
        self._left -= size
        if self._left < 0:
            raise tarfile.ReadError(f"more than {MOST_BYTES >> 20} MiB, unpacked")
        return size
