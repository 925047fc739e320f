"""Whole videos: what may occur in them, and what is false there."""

from __future__ import annotations

import pytest
from test_video_rules import LABELS, replay

from haredge.activity.thresholds import Threshold
from research.real_videos.rules import Bound, Material, choose
from research.real_videos.whole import ROOM, Living, label_of, labels_of


def test_a_recordings_label_says_what_may_occur() -> None:
    """What people do in any room, and what else is done; the label of a clip says nothing of the kind."""
    assert labels_of(label_of({"walking", "waving", "clapping"})) == ROOM | {"waving", "clapping"}
    assert labels_of(label_of(())) == ROOM
    assert labels_of("waving") == labels_of("pick") == frozenset()


def test_the_synthetic_person_lives_the_same_life_again() -> None:
    """By the seed; what is done is known."""
    assert Living(5).labels == Living(5).labels
    assert len(Living(5).labels) >= 2
    assert next(Living(5).frames()).image.shape == (240, 320, 3)


@pytest.mark.parametrize(("bound", "waves"), [(0.0, False), (1000.0, True)])
def test_what_is_false_in_whole_videos_bounds_a_threshold(bound: float, waves: bool) -> None:
    """Waving is right in clips and false in a quiet hour: how often it may be decides."""
    replays = [replay(f"{number}", 3.0, 0.7, 0.1, 0.2) for number in range(4)]
    replays.append(replay("quiet", 10.0, 0.7, 0.1, 0.2))
    material = Material(LABELS, ("other",), replays, [{"wave"}] * 4 + [{"stand", "jump"}])
    chosen = choose(material, dict.fromkeys(LABELS, Threshold(0.9)), Bound(1.0, bound), {})
    assert (chosen["wave"].enter <= 0.7) == waves
