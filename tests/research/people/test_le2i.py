"""Le2i's boxes are where the person is in the image."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from research.people.le2i import annotated_boxes, in_image


@pytest.mark.parametrize(
    ("clip", "bottom"),
    [("Home_01/video (11).mp4", 90), ("Home_01/video (12).mp4", 120), ("Coffee_room_02/video (12).mp4", 90)],
)
def test_a_box_annotated_in_squeezed_pixels_is_stretched_as_the_image_is(clip: str, bottom: float) -> None:
    """Le2i's Home_01 from its 12th video on: 180 rows are annotated, 240 are shown."""
    assert in_image(clip, np.array([10.0, 30, 50, 90]))[3] == pytest.approx(bottom)


def test_boxes_are_known_by_clip_and_frame(tmp_path: Path) -> None:
    """Frames count from 1, as in the file."""
    rows = "clip,frame,left,top,right,bottom\nHome_01/video (12).mp4,7,1,30,5,60\n"
    (tmp_path / "le2i_boxes.csv.gz").write_bytes(gzip.compress(rows.encode()))
    assert annotated_boxes(tmp_path)["Home_01/video (12).mp4"][7].tolist() == [1, 40, 5, 80]
