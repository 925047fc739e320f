"""Videos are shown smaller in front of a room."""

from __future__ import annotations

import numpy as np
import pytest

from research.real_videos.distant import SIZE, in_room


@pytest.mark.parametrize(("share", "side"), [(0.5, 320), (0.25, 160)])
def test_the_video_has_its_share_of_the_image_and_the_room_the_rest(share: float, side: int) -> None:
    """In each frame at the same place; the room trembles a little, as before a camera."""
    white, room = np.full((240, 320, 3), 255, np.uint8), np.full((300, 500, 3), 50, np.uint8)
    first, second = in_room([white, white], room, share, np.random.default_rng(0))
    shown = (first == 255).all(2)
    assert first.shape == (*SIZE, 3)
    assert (shown == (second == 255).all(2)).all()
    assert (shown.any(0).sum(), shown.any(1).sum()) == (side, side * 3 // 4)
    assert first[~shown].mean() == pytest.approx(50, abs=1)
    assert (first != second).any()
