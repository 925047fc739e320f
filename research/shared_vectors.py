"""TFLite files in which equal vectors share their place.

A tensor quantised by channel has a zero point for each, eight bytes that are always zero
(https://ai.google.dev/edge/litert/models/quantization_spec), and so has its bias: a tenth of a small network's file.
In a FlatBuffer several tables may refer to the same vector, and who reads it sees no difference
(https://flatbuffers.dev/internals/).
"""

from __future__ import annotations

from typing import Any, Final

import flatbuffers
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

_IDENTIFIER: Final = b"TFL3"
_BUFFER_STARTS: Final = 16
"""Buffers start at multiples of this many bytes (``force_align`` in TFLite's schema)."""


def share_vectors(content: bytes) -> bytes:
    """Return a TFLite file that says the same, each vector of numbers written once."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
    builder = _Sharing(len(content))
    builder.Finish(model.Pack(builder), _IDENTIFIER)
    return bytes(builder.Output())


class _Sharing(flatbuffers.Builder):  # type: ignore[misc]
    """Writes a vector that was written before as a reference to it."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._places: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: NDArray[Any]) -> int:  # noqa: N802  (FlatBuffers' name)
        """Write a vector, or find it; return its place."""
        vector = x.dtype.str, x.tobytes()
        if vector not in self._places:
            if x.itemsize == 1:
                self.Prep(_BUFFER_STARTS, x.size)
            self._places[vector] = super().CreateNumpyVector(x)
        return self._places[vector]
