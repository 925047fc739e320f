"""What a training starts from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import own_recordings
import pytest
from extras import needs_training

import haredge
from haredge.activity import features
from haredge.core.errors import DataError, ModelError
from haredge.datasets.licences import DATA_SETS, data_sets, with_former
from haredge.datasets.trained_clips import marks_of
from haredge.inference import tflite_weights
from haredge.manifest import MODEL
from haredge.training import recipe as recipes
from haredge.training.course import classify_with
from haredge.training.data_warnings import NOT_HELD_OUT
from haredge.training.fine_tuning import Start, load_weights, read
from haredge.training.fit import Plan, fit, probabilities
from haredge.training.golden import golden_windows
from haredge.training.history import History
from haredge.training.images import start as image_start
from haredge.training.network import lstm, tcn
from haredge.training.synthetic_motions import draw_motions

pytestmark = [pytest.mark.slow, needs_training]

EVERYDAY = recipes.read(Path(__file__).parents[2] / "research/recipes/everyday.json")

SHIPPED = Path(__file__).parents[2] / "models/everyday"


@pytest.fixture(scope="module")
def encoded() -> np.ndarray:
    mixture = recipes.mixture(EVERYDAY, [], draw_motions(2))
    return mixture.draw(1000, np.random.default_rng(0))[0]


def test_a_network_answers_as_the_file_did_that_it_learns_on_from(encoded: np.ndarray) -> None:
    """All but what quantisation cost; its batch normalisation has statistics to go on from."""
    start = read(str(SHIPPED))
    model = lstm(len(start.labels))
    load_weights(model, start, start.labels, encoded)
    windows = golden_windows()
    expected = classify_with((SHIPPED / MODEL).read_bytes())(windows)
    np.testing.assert_allclose(probabilities(model, features.encode(windows)), expected, atol=0.06)
    mean, variance = model.get_layer("normalised").get_weights()[2:]
    assert np.abs(mean).max() > 0.01
    assert (variance < 1).all()


def test_other_labels_are_trained_on_the_same_movements(encoded: np.ndarray) -> None:
    """All layers are taken over but the last, which has answers of its own, were they as many."""
    start = read(str(SHIPPED))
    labels = tuple(f"other {label}" for label in start.labels)
    model = lstm(len(labels))
    before = model.get_layer("logits").get_weights()
    load_weights(model, start, labels, encoded)
    np.testing.assert_array_equal(model.get_layer("logits").get_weights()[0], before[0])
    for name in ("lstm0", "lstm2", "dense"):
        for own, given in zip(model.get_layer(name).get_weights(), start.weights[name], strict=True):
            np.testing.assert_array_equal(own, given)


def test_another_form_of_network_is_refused(encoded: np.ndarray) -> None:
    """In one line."""
    start = read(str(SHIPPED))
    with pytest.raises(ModelError, match="only with --network lstm, not tcn") as error:
        load_weights(tcn(len(start.labels)), start, start.labels, encoded)
    assert "\n" not in str(error.value)


def test_weights_of_another_size_are_refused(encoded: np.ndarray) -> None:
    """In one line: they are of a network of the same form, with other units."""
    start = read(str(SHIPPED))
    small = Start({**start.weights, "dense": [np.zeros((64, 32), np.float32), np.zeros(32, np.float32)]}, start.labels)
    with pytest.raises(ModelError, match="of another size") as error:
        load_weights(lstm(len(start.labels)), small, start.labels, encoded)
    assert "\n" not in str(error.value)


def test_a_model_that_is_damaged_is_refused(tmp_path: Path) -> None:
    """A manifest beside what is no TFLite file, or is one in which a single weight is another."""
    (tmp_path / "manifest.json").write_bytes((SHIPPED / "manifest.json").read_bytes())
    (tmp_path / MODEL).write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="not a TFLite model file"):
        read(str(tmp_path))
    content = bytearray((SHIPPED / MODEL).read_bytes())
    content[len(content) // 2] ^= 0x7F
    (tmp_path / MODEL).write_bytes(content)
    with pytest.raises(ModelError, match="not the file its manifest describes"):
        read(str(tmp_path))
    with pytest.raises(ModelError, match=r"a\.tflite: not a model that can be fine-tuned"):
        tflite_weights.read(bytes(content[:2000]), "a.tflite")


def test_a_still_model_that_is_damaged_is_refused(tmp_path: Path) -> None:
    """As any other: a file in which a byte is another is not the one that its manifest describes."""
    shipped = SHIPPED.with_name("still")
    (tmp_path / "manifest.json").write_bytes((shipped / "manifest.json").read_bytes())
    content = bytearray((shipped / MODEL).read_bytes())
    content[len(content) // 2] ^= 0x7F
    (tmp_path / MODEL).write_bytes(content)
    with pytest.raises(ModelError, match="not the file its manifest describes"):
        image_start.read(str(tmp_path))


def test_what_was_trained_before_is_not_forgotten(tmp_path: Path) -> None:
    """The data sets behind the weights go through a file, and follow those of the new training, each once."""
    start = read(str(SHIPPED))
    start.save(tmp_path / "distilled.npz")
    assert read(str(tmp_path / "distilled.npz")).trained_on == start.trained_on
    names = [each.name for each in with_former(data_sets(["mine", "jhmdb"]), start.trained_on)]
    assert names[:2] == ["mine", DATA_SETS["jhmdb"].name]
    assert f"{DATA_SETS['penn_action'].name}, by the weights that it was fine-tuned from" in names
    assert sum(name.startswith(DATA_SETS["jhmdb"].name) for name in names) == 1


def test_weights_for_other_features_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their shape may be that of today, and nothing else would say that they know other numbers."""
    Start({"logits": [np.zeros((2, 3), np.float32)]}, ("a", "b")).save(tmp_path / "distilled.npz")
    assert read(str(tmp_path / "distilled.npz")).labels == ("a", "b")
    with np.load(tmp_path / "distilled.npz") as arrays:
        unmarked = {name: arrays[name] for name in arrays.files if name != "features"}
    np.savez(tmp_path / "older.npz", allow_pickle=False, **unmarked)
    assert read(str(tmp_path / "older.npz")).labels == ("a", "b")
    monkeypatch.setattr(features, "VERSION", features.VERSION + 1)
    for name in (str(tmp_path / "distilled.npz"), str(tmp_path / "older.npz"), str(SHIPPED)):
        with pytest.raises(ModelError, match=f"{name}: weights for version 1 of the features, .* version 2"):
            read(name)


@pytest.mark.parametrize("bad", [np.array([1, np.nan], np.float32), np.array([1, np.inf]), np.array(["1", "2"])])
def test_weights_that_are_not_numbers_are_refused(tmp_path: Path, bad: np.ndarray) -> None:
    """One is enough to make every answer NaN."""
    Start({"logits": [np.zeros((2, 3), np.float32), bad]}, ("a", "b")).save(tmp_path / "bad.npz")
    with pytest.raises(ModelError, match=r"bad\.npz: no weights to fine-tune: some are NaN"):
        read(str(tmp_path / "bad.npz"))


def test_a_file_without_weights_is_refused(tmp_path: Path) -> None:
    """Whatever it is instead."""
    (tmp_path / "distilled.npz").write_bytes(b"no archive")
    np.savez(tmp_path / "other.npz", frames=np.zeros(3))
    for name in ("distilled", "other", "missing"):
        with pytest.raises(ModelError, match="no weights to fine-tune"):
            read(str(tmp_path / f"{name}.npz"))


@pytest.fixture(scope="module")
def start() -> Start:
    return read(str(SHIPPED))


def fitted(start: Start, epochs: int, keep: float = 0.0) -> tuple[list[np.ndarray], History]:
    """Fine-tune weights on a few examples; return the new ones."""
    mixture = recipes.mixture(EVERYDAY, [], draw_motions(1))
    plan = Plan(epochs=epochs, examples=256, start=start, keep=keep)
    model, history = fit(mixture, start.labels, lambda _: 0.5, plan, lambda _: None)
    return model.get_layer("dense").get_weights(), history


def test_without_epochs_a_model_is_made_of_what_is_there(start: Start) -> None:
    """Nothing is trained, and what is known of how the weights were trained is passed on."""
    known = Start(start.weights, start.labels, History([0.9, 0.8]))
    weights, history = fitted(known, epochs=0)
    np.testing.assert_array_equal(weights[0], start.weights["dense"][0])
    assert history.loss == [0.9, 0.8]


def test_a_share_of_the_weights_is_kept(start: Start) -> None:
    """None, or weights half way between."""
    new, half = (fitted(start, epochs=1, keep=keep)[0][0] for keep in (0.0, 0.5))
    old = start.weights["dense"][0]
    assert np.abs(new - old).max() > 1e-4
    np.testing.assert_allclose(half, (old + new) / 2, atol=1e-4)


def test_a_start_that_was_trained_on_the_test_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It held no group out if the first of its recordings had a test part of their own, and these were the others."""
    mine = haredge.load_clips(own_recordings.write(tmp_path / "data", ("left", "right")))

    def refused_start(marks: tuple[str, ...]) -> None:
        plan = Plan(epochs=0, start=Start({}, ("left", "other"), trained_clips=marks))
        with pytest.raises(DataError, match="--epochs 0"):
            haredge.train([mine], tmp_path / "model", plan=plan, report=lambda _: None)

    refused_start(("of another clip",))
    assert NOT_HELD_OUT not in caplog.text
    refused_start(marks_of(mine.clips))
    assert NOT_HELD_OUT in caplog.text
