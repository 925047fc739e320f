"""Le2i's boxes of the person in each frame, in pixels of the images as they are shown."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

SQUEEZED: Final = re.compile(r"Home_01/video \((1[2-9]|2\d|30)\)\.")
"""Videos whose files have 180 rows of pixels that are taller than wide. They are shown with 240 rows, but Le2i's boxes
are annotated in the 180: as they are, they lie above the person, by half of the box or more for one who lies."""
SQUEEZE: Final = 180 / 240


def annotated_boxes(folder: Path) -> Mapping[str, Mapping[int, NDArray[np.float64]]]:
    """Return (4,) left, top, right, bottom in pixels, by clip and by number of the frame, from 1.

    ``folder`` is that of the labelled videos.
    """
    boxes: dict[str, dict[int, NDArray[np.float64]]] = defaultdict(dict)
    with gzip.open(folder / "le2i_boxes.csv.gz", "rt", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            box = np.array([float(row[side]) for side in ("left", "top", "right", "bottom")])
            boxes[row["clip"]][int(row["frame"])] = in_image(row["clip"], box)
    return boxes


def in_image(clip: str, box: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an annotated box (left, top, right, bottom) of a clip in pixels of its images."""
    return box / (1, SQUEEZE, 1, SQUEEZE) if SQUEEZED.match(clip) else box
