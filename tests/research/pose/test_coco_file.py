"""Promise of labels that are written for haredge to measure by."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from haredge.datasets.formats.coco_keypoints import read_coco
from haredge.datasets.pose_labels import Labels
from research.pose.coco_file import write_coco


def test_labels_that_are_written_are_read_again(tmp_path: Path) -> None:
    """What is held out comes back as it was, unlabelled keypoints too; the area is not known."""
    rows = np.random.default_rng(0).uniform(1, 200, (3, 17, 3)).astype(np.float32)
    rows[:, :, 2] = np.arange(17) % 3 > 0
    labels = [Labels(f"{number}.jpg", row, None) for number, row in enumerate(rows)]
    write_coco(tmp_path / "kept.json", labels)
    read = list(read_coco(tmp_path / "kept.json"))
    assert [one.name for one in read] == ["0.jpg", "1.jpg", "2.jpg"]
    for one, row in zip(read, rows, strict=True):
        np.testing.assert_allclose(one.keypoints, row, rtol=1e-6)
        assert one.area_px is None
