"""Larger networks distil the deployed one."""

from __future__ import annotations

import os
import signal
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import own_recordings
import pytest

pytest.importorskip("torch")
pytest.importorskip("tf_keras")

import torch

from haredge.activity import features
from haredge.core.errors import DataError
from haredge.training import recipe as recipes
from haredge.training.fine_tuning import Start, load_weights, read
from haredge.training.fit import probabilities
from haredge.training.golden import golden_windows
from haredge.training.network import lstm
from haredge.training.recipe import mixture
from haredge.training.synthetic_motions import draw_motions
from research.distillation import __main__ as command
from research.distillation import dataset as examples
from research.distillation import networks

pytestmark = pytest.mark.slow

EVERYDAY = recipes.read(Path(__file__).parents[2] / "research/recipes/everyday.json")


def test_keras_answers_as_the_student_does(tmp_path: Path) -> None:
    """Its weights go through a file and give the same network, batch normalisation and all."""
    torch.manual_seed(1)
    student, encoded = networks.Student(5), features.encode(golden_windows())
    student(torch.from_numpy(encoded))  # in training: the normalisation gets statistics of its own
    student.eval()
    labels = ("a", "b", "c", "d", "e")
    Start(student.weights(), labels).save(tmp_path / "distilled.npz")
    model = lstm(5)
    load_weights(model, read(str(tmp_path / "distilled.npz")), labels, encoded)
    with torch.no_grad():
        expected = student(torch.from_numpy(encoded)).softmax(dim=-1).numpy()
    np.testing.assert_allclose(probabilities(model, encoded), expected, atol=1e-5)


def test_a_cooled_student_is_more_confident_of_the_same() -> None:
    """Its answers stay; their logarithms grow apart by as much as it was cooled."""
    torch.manual_seed(2)
    student, encoded = networks.Student(4).eval(), torch.from_numpy(features.encode(golden_windows()))
    before = student(encoded)
    student.apply_temperature(0.5)
    torch.testing.assert_close(student(encoded), 2 * before)


def test_examples_are_those_of_the_seed() -> None:
    """Processes draw what one would have drawn by itself, and a batch is of them, though not all are there yet."""
    mixed = mixture(EVERYDAY, [], draw_motions(1))
    drawn = [mixed.draw(examples.CHUNK, np.random.default_rng((3, 0, number)))[0] for number in range(2)]
    store = examples.WindowStore(sum(map(len, drawn)), torch.device("cpu"))
    for part in drawn:
        store.take((part.astype(np.float16), np.zeros(len(part), np.int64)))
    assert store.count == sum(map(len, drawn))
    once = {window.tobytes() for part in drawn for window in part.astype(np.float16)}
    # Of two mixtures each has a store of its own.
    mixtures = [mixed, mixture(EVERYDAY, [], draw_motions(1, seed=8))]
    with examples.drawn(mixtures, 2 * examples.CHUNK, 2, seed=3, device=torch.device("cpu")) as stores:
        first, second = (
            {window.numpy().astype(np.float16).tobytes() for window in store.batch(500)[0]} for store in stores
        )
    assert first <= once
    assert not second & once


def test_a_process_that_fails_is_heard_of() -> None:
    """A mistake in drawing ends the distillation; they do not wait without end."""

    class Broken:
        def draw(self, count: int, rng: np.random.Generator) -> None:
            raise ValueError("nothing to draw from")

    cpu = torch.device("cpu")
    with (
        examples.drawn([Broken()], 10, 1, seed=0, device=cpu) as (store,),  # type: ignore[list-item]
        pytest.raises(ValueError, match="nothing to draw from"),
    ):
        store.batch(4)


def test_a_student_is_distilled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command writes weights that distinguish two movements, and reports its progress."""
    own_recordings.write(tmp_path / "own", ("left", "right"))
    out = tmp_path / "distilled.npz"
    steps = ["--steps", "20", "120", "--batch", "32", "--examples", "1", "--processes", "1"]
    assert command.main([str(tmp_path / "own"), "--out", str(out), *steps]) == 0
    reported = capsys.readouterr().out.splitlines()
    assert len([line for line in reported if line.startswith("teachers: losses ")]) == 10
    assert "step 120 of 120" in reported[-2]
    assert reported[-1].startswith("student: logits divided by ")
    start = read(str(out))
    assert len(start.history.score) == 10
    assert start.history.score[-1] > 0.7


def test_a_student_is_distilled_from_teachers_who_knew_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With ``--before`` the teachers are trained twice, and the weights distinguish the activities that came last."""
    own_recordings.write(tmp_path / "own", ("left", "right"))
    own_recordings.write(tmp_path / "more", ("walking", "waving"))
    out = tmp_path / "distilled.npz"
    steps = ["--steps", "10", "60", "--further", "10", "--batch", "32", "--examples", "1", "--processes", "1"]
    more = ["--before", str(tmp_path / "more"), "--drawn", "1"]
    assert command.main([str(tmp_path / "own"), *more, "--out", str(out), *steps]) == 0
    reported = capsys.readouterr().out.splitlines()
    assert len([line for line in reported if line.startswith("teachers: losses ")]) == 20
    start = read(str(out))
    assert start.labels == ("left", "right", "other")
    assert start.history.score[-1] > 0.7


@pytest.mark.parametrize("labels", [("walking", "waving"), ("this", "that")])
def test_teachers_learn_first_from_others_and_what_they_can(
    labels: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People in the recordings that come afterwards are left out, and movements without a label distil none."""
    own = own_recordings.write(tmp_path / "own", labels)
    more = own if labels == ("walking", "waving") else own_recordings.write(tmp_path / "more", labels)
    arguments = [str(own), "--before", str(more), "--out", str(tmp_path / "distilled.npz")]
    assert command.main(arguments) == DataError.exit_status
    error = capsys.readouterr().err
    assert f"--before {more}: no person in them who is not in DATA" in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "0", "10"], "--steps"),
        (["--further", "0"], "--further"),
        (["--batch", "1"], "--batch"),
        (["--processes", "0"], "--processes"),
        (["--out", "/proc/no/distilled.npz"], "/proc/no/distilled.npz: cannot be written"),
    ],
)
def test_what_cannot_be_distilled_is_reported_at_once(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pretraining anything is read, in one line."""
    assert command.main([str(tmp_path), "--out", str(tmp_path / "distilled.npz"), *arguments]) == DataError.exit_status
    error = capsys.readouterr().err
    assert words in error
    assert len(error.splitlines()) == 1


def test_a_process_that_is_killed_is_heard_of() -> None:
    """A person runs out of memory: the distillation end."""

    class Fatal:
        def draw(self, count: int, rng: np.random.Generator) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    cpu = torch.device("cpu")
    with (
        examples.drawn([Fatal()], 10, 1, seed=0, device=cpu) as (store,),  # type: ignore[list-item]
        pytest.raises(BrokenProcessPool),
    ):
        store.batch(4)


def test_weights_need_a_name_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder is not what the command writes; it says so before it reads anything."""
    assert command.main([str(tmp_path), "--out", str(tmp_path / "models/mine")]) == DataError.exit_status
    said = f"haredge: {tmp_path}/models/mine: give the file of weights a name that ends in .npz\n"
    assert capsys.readouterr().err == said
