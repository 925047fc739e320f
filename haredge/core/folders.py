"""Walking folders: the files that people put there, without what systems and programs leave beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from haredge.core.counted import counted

_FOLDERS: Final = frozenset(
    (
        *("@eadir", "@tmp", "@sharebin", "@recycle", "@recently-snapshot", "@downloads", "#recycle", "#snapshot"),
        *("$recycle.bin", "recycler", "recycled", "system volume information", "lost+found", "__macosx", "__pycache__"),
        *("network trash folder", "temporary items"),
    )
)
"""Folders of NAS boxes, Windows, Linux, macOS and Python, in small letters."""

_FILES: Final = frozenset(
    ("thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r")
)

_UNFINISHED: Final = re.compile(
    r".*(?:~|\.(?:part|partial|filepart|crdownload|opdownload|download|aria2|!ut|!qb|tmp|temp|bak|swp|synofile))|~\$.*|~wrl.*",
    re.IGNORECASE | re.DOTALL,
)
"""Files that another program has not finished, keeps open, or has put aside."""


def is_clutter(name: str) -> bool:
    """Return whether a file or folder of this name is hidden, the system's own, or unfinished: not meant by people."""
    lower = name.lower()
    return name.startswith(".") or lower in _FOLDERS or lower in _FILES or _UNFINISHED.fullmatch(name) is not None


def walk_files(folder: Path) -> Iterator[Path]:
    """Yield the regular files of a folder, however deep, sorted by path; links are followed, but never in a circle.

    What :func:`is_clutter` names is passed over, with all that lies in it. Raises :class:`OSError` for a folder that
    cannot be read.
    """
    yield from (path for path in _walk(folder, ()) if path.is_file())


def dead_links(folder: Path) -> list[Path]:
    """List a folder's links that lead nowhere, however deep: to what was removed, or a disk that is not mounted."""
    return [path for path in _walk(folder, ()) if path.is_symlink() and not path.exists()]


def passed_over(dead: Sequence[Path]) -> str:
    """Say of links that lead nowhere that they are passed over."""
    verb = "leads" if len(dead) == 1 else "lead"
    return f"{counted(len(dead), 'link')} that {verb} nowhere passed over, as {dead[0]}: is a disk not mounted?"


def _walk(folder: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Path]:
    """Yield all but folders."""
    status = folder.stat()
    if (here := (status.st_dev, status.st_ino)) in above:
        return
    for path in meant(folder):
        if path.is_dir():
            yield from _walk(path, (*above, here))
        else:
            yield path


def meant(folder: Path) -> list[Path]:
    """List what lies directly in a folder and is not clutter, sorted. Raises :class:`OSError`."""
    return sorted(path for path in folder.iterdir() if not is_clutter(path.name))
