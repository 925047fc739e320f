"""Learning on from a released model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tf_keras")

from haredge import features
from haredge.errors import ModelError
from haredge.manifest import MODEL, ActivityManifest
from haredge.training.activity import recipes
from haredge.training.activity.course import classify_with
from haredge.training.activity.drawn import draw_motions
from haredge.training.activity.fitting import probabilities
from haredge.training.activity.golden import golden_windows
from haredge.training.activity.network import lstm
from haredge.training.activity.released import take_up

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[3] / "models/everyday"


@pytest.fixture(scope="module")
def encoded() -> np.ndarray:
    mixture = recipes.mixture(recipes.EVERYDAY, [], draw_motions(2))
    return mixture.draw(1000, np.random.default_rng(0))[0]


def test_a_network_answers_as_the_file_did_that_it_learns_on_from(encoded: np.ndarray) -> None:
    """All but what quantisation cost; its batch normalisation has statistics to go on from."""
    model = lstm(len(ActivityManifest.load(SHIPPED).labels))
    take_up(model, SHIPPED / MODEL, encoded)
    windows = golden_windows()
    expected = classify_with((SHIPPED / MODEL).read_bytes())(windows)
    np.testing.assert_allclose(probabilities(model, features.encode(windows)), expected, atol=0.06)
    mean, variance = model.get_layer("normalised").get_weights()[2:]
    assert np.abs(mean).max() > 0.01
    assert (variance < 1).all()


def test_a_model_of_other_labels_is_refused(encoded: np.ndarray) -> None:
    """In one line."""
    with pytest.raises(ModelError, match="same form and labels") as error:
        take_up(lstm(3), SHIPPED / MODEL, encoded)
    assert "\n" not in str(error.value)
