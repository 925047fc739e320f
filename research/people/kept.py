"""Labels kept in the repository, without the images: what took hours of two teachers is read in a second.

A source's file is ``SOURCE.jsonl.gz`` in :data:`FOLDER`, a line an image in the order of the source, as
:meth:`research.people.shelf.LabelledImage.as_json` gives it. An image's labels are taken by its name.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Final

from research.people.shelf import LabelledImage, read_labels

FOLDER: Final = Path(__file__).with_name("labels")


def kept_labels(source: str, folder: Path = FOLDER) -> dict[str, LabelledImage]:
    """Return a source's kept labels by the image's name; none if there are none."""
    path = folder / f"{source}.jsonl.gz"
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        labels = (LabelledImage.of_json(json.loads(line)) for line in file)
        return {label.name: label for label in labels}


def keep_labels(source: str, shelf: Path, folder: Path = FOLDER) -> int:
    """Write the labels that lie on a shelf, unless fewer than are kept; return how many are kept now."""
    labels = read_labels(shelf, source)
    known = len(kept_labels(source, folder))
    if len(labels) <= known:
        return known
    folder.mkdir(parents=True, exist_ok=True)
    # Without name and time, so that the same labels are the same file.
    with gzip.GzipFile(folder / f"{source}.jsonl.gz", "wb", mtime=0) as file:
        for label in labels:
            file.write((json.dumps(label.as_json(), separators=(",", ":")) + "\n").encode())
    return len(labels)
