"""Promises of research.people.mean_command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from research.people.__main__ import main
from research.people.mean_command import mean
from research.people.weights import load_weights, save_weights


def test_the_mean_of_files_is_a_file(tmp_path: Path) -> None:
    """Each tensor counts alike in every training."""
    for name, value in (("a", 1.0), ("b", 2.0), ("c", 6.0)):
        save_weights(tmp_path / f"{name}.npz", {"heads.centre": np.full((2, 3), value), "bias": np.zeros(2)})
    main(["mean", str(tmp_path / "out.npz"), *(str(tmp_path / f"{name}.npz") for name in "abc")])
    out = load_weights(tmp_path / "out.npz")
    np.testing.assert_array_equal(out["heads.centre"], np.full((2, 3), 3.0, np.float32))
    np.testing.assert_array_equal(out["bias"], np.zeros(2))


def test_other_architectures_have_no_mean() -> None:
    """Neither other tensors nor other shapes."""
    one = {"a": np.zeros(2)}
    for other in ({"b": np.zeros(2)}, {"a": np.zeros(3)}, {}):
        with pytest.raises(ValueError, match="one architecture"):
            mean([one, other])
