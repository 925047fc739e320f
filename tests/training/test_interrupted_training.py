"""A training that is interrupted leaves what it has learned so far."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from motion_files import drawn_people, write_motions
from small_disk import fill

pytest.importorskip("tf_keras")

import haredge
from haredge.datasets import trained_clips
from haredge.datasets.held_out import mark_of
from haredge.training import fine_tuning
from haredge.training.fine_tuning import Start
from haredge.training.fit import Plan

SHIPPED = Path(__file__).parents[2] / "models/everyday"


def test_the_best_weights_of_an_interrupted_training_can_be_gone_on_from(tmp_path: Path) -> None:
    """Ctrl-C after minutes loses none of them, and nothing that was in the model's folder before."""
    clips = haredge.load_clips(write_motions(tmp_path / "drawn.npz", drawn_people(("squat", "pushup"), people=9)))
    told: list[str] = []

    def interrupt(line: str) -> None:
        told.append(line)
        if line.startswith("epoch 2/"):
            raise KeyboardInterrupt

    def train(start: Start | None) -> None:
        plan = Plan(epochs=3, examples=256, start=start)
        with pytest.raises(KeyboardInterrupt):
            haredge.train([clips], tmp_path / "mine", plan=plan, report=interrupt)

    train(None)
    kept = tmp_path / "mine.unfinished.npz"
    assert told[-1].startswith(f"stopped after epoch 2; the best weights are kept: --start {kept} goes on from them")
    assert not list((tmp_path / "mine").glob("*"))
    start = fine_tuning.read(str(kept))
    assert (start.labels, len(start.history.score)) == (("pushup", "squat", "other"), 2)
    train(start)
    assert told.count(told[-1]) == 2


def test_a_training_that_is_interrupted_after_its_last_epoch_loses_nothing(tmp_path: Path) -> None:
    """Conversion and measurement take a while, too; the clips that were trained on are remembered, former ones too."""
    clips = haredge.load_clips(write_motions(tmp_path / "drawn.npz", drawn_people(("squat", "pushup"), people=9)))
    told: list[str] = []

    def interrupt(line: str) -> None:
        told.append(line)
        if line.startswith("temperature scaling"):
            raise KeyboardInterrupt

    before = replace(fine_tuning.read(str(SHIPPED)), trained_clips=("of a clip before",))
    with pytest.raises(KeyboardInterrupt):
        haredge.train([clips], tmp_path / "mine", plan=Plan(epochs=1, examples=256, start=before), report=interrupt)
    assert told[-1].startswith("stopped after epoch 1; the best weights are kept: ")
    start = fine_tuning.read(str(tmp_path / "mine.unfinished.npz"))
    unseen, seen = trained_clips.divided(clips.clips, start.trained_clips)
    assert {mark_of(clip.group) for clip in unseen} == set(start.held_out)
    assert (len(start.trained_clips), "of a clip before" in start.trained_clips) == (len(seen) + 1, True)


def test_weights_that_do_not_fit_on_the_disk_leave_the_former_ones(disk: Path) -> None:
    """Who goes on from a training that was interrupted, and interrupts it once more, does not lose the first."""
    kept = disk / "mine.unfinished.npz"
    Start({"logits": [np.zeros((2, 3), np.float32)]}, ("a", "b")).save(kept)
    fill(disk)
    with pytest.raises(OSError, match="No space"):
        Start({"logits": [np.ones((200, 300), np.float32)]}, ("a", "b")).save(kept)
    assert not fine_tuning.read(str(kept)).weights["logits"][0].any()
