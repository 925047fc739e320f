"""Promises of research.mean_weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from extras import needs_training

from haredge.core.errors import ModelError
from haredge.manifest import DataSet
from haredge.training import fine_tuning
from haredge.training.fine_tuning import Start
from research.mean_weights import mean

pytestmark = needs_training


def start(value: float, *labels: str, data: str = "a") -> Start:
    return Start({"lstm": [np.full((2, 3), value)]}, labels, trained_on=(DataSet(name=data, licence="free"),))


def test_the_mean_knows_what_all_were_trained_on(tmp_path: Path) -> None:
    """Named twice counts twice; data sets are named once; what is written is read again."""
    mean([start(0, "x"), start(0, "x"), start(3, "x", data="b")]).save(tmp_path / "mean.npz")
    read = fine_tuning.read(str(tmp_path / "mean.npz"))
    np.testing.assert_allclose(read.weights["lstm"][0], np.ones((2, 3)))
    assert [each.name for each in read.trained_on] == ["a", "b"]


def test_unlike_models_have_no_mean() -> None:
    """One line, as for every bad input."""
    with pytest.raises(ModelError, match="same labels"):
        mean([start(0, "x"), start(0, "y")])
