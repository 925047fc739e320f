from __future__ import annotations

from pathlib import Path

import numpy as np

from research.pose.store import ImageStore, write


def test_images_come_back_as_they_went_in(tmp_path: Path) -> None:
    """Images of any size are read back byte for byte, by number."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (h, w, c), np.uint8) for h, w, c in ((3, 4, 3), (1, 1, 1), (5, 2, 3))]
    write(tmp_path / "pictures.bin", iter(images))
    store = ImageStore.open(tmp_path / "pictures.bin")
    assert len(store) == 3
    for number, image in enumerate(images):
        np.testing.assert_array_equal(store[number], image)
