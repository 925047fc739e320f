"""Promises of haredge.still.joining and haredge.still.contract."""

from __future__ import annotations

from collections.abc import Mapping

import model_folders
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from haredge.activity.thresholds import Threshold
from haredge.manifest import Accuracy, DataSet, StillManifest
from haredge.still import crop
from haredge.still.contract import joined
from haredge.still.joining import Joining

MOTION = ("standing", "sitting", "walking", "falling", "other")
STILL = ("drinking", "sitting", "texting", "walking")
LABELS = (*MOTION, "drinking", "texting")
THRESHOLDS = {"drinking": Threshold(0.6), "texting": Threshold(0.8)}


def joining() -> Joining:
    return Joining(LABELS, MOTION, STILL, THRESHOLDS, ("other",))


def shares(labels: tuple[str, ...], **by_label: float) -> np.ndarray:
    rest = (1 - sum(by_label.values())) / (len(labels) - len(by_label))
    return np.array([by_label.get(label, rest) for label in labels], np.float32)


def said(rule: Joining, motion: np.ndarray, still: np.ndarray | None) -> str:
    return rule.labels[int(rule.join(motion, still).argmax())]


SITS = shares(MOTION, sitting=0.9)
DRINKS = shares(STILL, drinking=0.85)


@pytest.mark.parametrize("label", ["sitting", "standing", "other"])
def test_an_image_counts_while_motion_shows_nothing_of_its_own(label: str) -> None:
    """Who sits or stands, or does what motion does not know, may drink."""
    assert said(joining(), shares(MOTION, **{label: 0.9}), DRINKS) == "drinking"


def test_who_sits_or_stands_does_not_dance() -> None:
    """A label that is a movement needs motion that knows nothing of it."""
    labels = ("dancing", "drinking")
    rule = Joining((*MOTION, *labels), MOTION, labels, dict.fromkeys(labels, Threshold(0.6)), ("other",))
    dances = np.array([0.9, 0.1], np.float32)
    assert said(rule, shares(MOTION, standing=0.9), dances) == "standing"
    assert said(rule, SITS, dances) == "sitting"
    assert said(rule, shares(MOTION, other=0.9), dances) == "dancing"
    assert said(rule, shares(MOTION, standing=0.9), np.array([0.1, 0.9], np.float32)) == "drinking"


@pytest.mark.parametrize("label", ["walking", "falling"])
def test_motion_wins_while_there_is_any(label: str) -> None:
    """A cup in the hand of who falls is no drinking, however sure the image is."""
    motion = shares(MOTION, **{label: 0.6})
    assert joining().join(motion, shares(STILL, drinking=0.99)).tolist() == [*motion.tolist(), 0, 0]


def test_below_its_threshold_an_image_changes_nothing() -> None:
    """Each label's own; nothing of it is taken from the motion's labels, and so is nothing of a label of both."""
    for still in (
        shares(STILL, drinking=0.59),
        shares(STILL, texting=0.79),
        shares(STILL, sitting=0.99),
        shares(STILL, walking=0.99),
        None,
    ):
        assert joining().join(SITS, still).tolist() == [*SITS.tolist(), 0, 0]


def test_a_label_is_kept_down_to_where_it_is_withdrawn() -> None:
    """A probability near the threshold does not flicker; another label needs its own threshold."""
    rule = joining()
    kept = shares(STILL, drinking=0.45)
    assert said(rule, SITS, kept) == "sitting"
    assert said(rule, SITS, DRINKS) == "drinking"
    assert rule.join(SITS, kept)[5] == pytest.approx(0.45)
    assert rule.join(SITS, shares(STILL, drinking=0.35))[5] == 0
    assert said(rule, SITS, kept) == "sitting"
    assert said(rule, SITS, DRINKS) == "drinking"
    assert said(rule, SITS, shares(STILL, texting=0.9)) == "texting"


@given(
    hnp.arrays(np.float32, 5, elements=st.floats(0, 1, width=32)),
    st.lists(hnp.arrays(np.float32, 4, elements=st.floats(0, 1, width=32)), min_size=1, max_size=5),
)
def test_probabilities_stay_probabilities(motion: np.ndarray, stills: list[np.ndarray]) -> None:
    """Each from 0 to 1, in all what motion has in all, and at most one of the image's labels has any."""
    motion = (motion / max(1.0, float(motion.sum()))).astype(np.float32)
    rule = joining()
    for still in stills:
        together = rule.join(motion, still)
        assert together.shape == (7,)
        assert ((together >= 0) & (together <= 1 + 1e-6)).all()
        assert float(together.sum()) == pytest.approx(float(motion.sum()), abs=1e-5)
        assert (together[5:] > 0).sum() <= 1


def manifest(labels: tuple[str, ...], rest: tuple[str, ...] = (), **thresholds: float) -> StillManifest:
    return StillManifest(
        name="images",
        sha256="1" * 64,
        trained_on=(DataSet(name="images", licence="not stated"),),
        licence="MIT",
        labels=labels,
        rest=rest,
        thresholds=thresholds,
        input_size=(32, 32),
        crops=crop.VERSION,
        split="by group",
        accuracy=Accuracy(float32=1, int8=1),
        confusion=tuple((0,) * len(labels) for _ in labels),
    )


def test_the_joined_contract_has_both_models_labels_and_thresholds() -> None:
    """Of a label of both, the motion's; what is no activity in an image is not added."""
    images = manifest(("wave", "drinking", "nothing"), ("nothing",), wave=0.9, drinking=0.55, nothing=0.6)
    both = joined(model_folders.ACTIVITY, images)
    assert both.labels == ("squat", "wave", "drinking")
    assert both.rest == ("wave",)
    thresholds: Mapping[str, float] = both.thresholds
    assert thresholds == {"wave": 0.7, "drinking": 0.55}
    assert both.name == model_folders.ACTIVITY.name
