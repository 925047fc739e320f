"""A training that is interrupted leaves what it has learned so far."""

from __future__ import annotations

from pathlib import Path

import pytest
from motion_files import drawn_people, write_motions

pytest.importorskip("tf_keras")

import haredge
from haredge.training import fine_tuning
from haredge.training.fine_tuning import Start
from haredge.training.fit import Plan


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
