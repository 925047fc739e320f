"""Equal vectors of a TFLite file are written once, and nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

schema: Any = pytest.importorskip("ai_edge_litert.schema_py_generated")

from research.shared_vectors import share_vectors  # noqa: E402  (needs the schema)

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*/model.tflite"))


@pytest.mark.parametrize("file", MODELS, ids=lambda file: file.parent.name)
def test_a_file_says_the_same(file: Path) -> None:
    """Whatever a reader finds in the file before, it finds in the file after."""
    before = file.read_bytes()
    assert said(read(share_vectors(before))) == said(read(before))


@pytest.mark.parametrize("file", MODELS, ids=lambda file: file.parent.name)
def test_buffers_start_where_tflite_wants_them(file: Path) -> None:
    """A weight's bytes lie at a multiple of 16, as kernels that read several at once ask for."""
    model = schema.Model.GetRootAsModel(share_vectors(file.read_bytes()), 0)
    buffers = [model.Buffers(index) for index in range(model.BuffersLength())]
    starts = [buffer._tab.Vector(buffer._tab.Offset(4)) for buffer in buffers if buffer.DataLength()]
    assert starts
    assert all(start % 16 == 0 for start in starts)


def test_a_file_has_fewer_bytes_and_after_that_as_many() -> None:
    """To share once more gains nothing, and loses nothing."""
    before = (MODELS[0].parents[1] / "pose/model.tflite").read_bytes()
    once = share_vectors(before)
    assert len(share_vectors(once)) == len(once) < 0.95 * len(before)


def read(content: bytes) -> Any:
    """Read all of a file."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))


def said(value: Any) -> Any:
    """Turn what was read into what can be compared."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.tolist()
    if isinstance(value, list):
        return [said(each) for each in value]
    return {name: said(each) for name, each in vars(value).items()} if hasattr(value, "__dict__") else value
