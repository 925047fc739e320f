"""Small files of the state folder, replaced in one step: a power cut leaves the old content or the new."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(file: Path, content: str) -> None:
    """Put text into a file, through the disk's cache; its folder is made. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    with part.open("w", encoding="utf-8") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)
