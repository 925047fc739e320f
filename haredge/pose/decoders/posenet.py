"""Networks of PoseNet's architecture: heatmaps and offsets (see :mod:`haredge.pose.decoders.posenet_tensors`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np

from haredge.inference.engine import Array, Engine, Tensor
from haredge.pose.decoder import Detection, person_score
from haredge.pose.decoders.posenet_people import MOST_PEOPLE, decode
from haredge.pose.decoders.posenet_tensors import EDGES, KEYPOINTS, Field, Tensors

CHANNELS: Final = (
    (KEYPOINTS, 2 * KEYPOINTS),
    (KEYPOINTS, 2 * KEYPOINTS, 4 * len(EDGES)),
    (KEYPOINTS, 2 * KEYPOINTS, 2 * len(EDGES), 2 * len(EDGES)),
)
"""Channels of the outputs: heatmaps, short offsets, and mid offsets in none, one or two tensors (forward, backward)."""

DEFAULT_SIZE: Final = (257, 353)
"""Input that a larger network is resized to: half the time of 353x481 for 3 px on a body 185 px tall."""


class PoseNetDecoder:
    """Decodes a PoseNet's outputs; implements :class:`haredge.pose.decoder.PoseDecoder`."""

    architecture: ClassVar[str] = "PoseNet"
    min_pose_score: ClassVar[float] = 0.35
    min_tracked_score: ClassVar[float] = 0.25
    confirms_new: ClassVar[bool] = False
    float_range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def __init__(self, outputs: Sequence[Tensor], order: Sequence[int], stride: int) -> None:
        """Take the network's outputs, their order as in :data:`CHANNELS`, and pixels from one cell to the next."""
        self.stride: Final = stride
        self.most_people: Final = MOST_PEOPLE if len(order) > 2 else 1
        # Offsets are stored in pixels and wanted in cells; a tensor that is not quantised has the scale 0.
        units = (1.0, *(1 / stride for _ in order[1:]))
        self._storage = [
            (index, (outputs[index].scale or 1.0) * unit, outputs[index].zero_point)
            for index, unit in zip(order, units, strict=True)
        ]

    @classmethod
    def of(cls, network: Engine) -> PoseNetDecoder | None:
        """Recognise a PoseNet by the shapes of its tensors; None for another network."""
        shapes = [output.shape for output in network.outputs]
        size = network.input.image_size
        if size is None or any(len(shape) != 4 for shape in shapes):
            return None
        order = sorted(range(len(shapes)), key=lambda index: _RANK.get(shapes[index][3], len(_RANK)))
        grids = {shape[:3] for shape in shapes}
        if tuple(shapes[index][3] for index in order) not in CHANNELS or len(grids) != 1:
            return None
        batch, *cells = grids.pop()
        stride = _stride(size, cells)
        return cls(network.outputs, order, stride) if stride and batch == 1 else None

    @classmethod
    def default_size(cls, size: tuple[int, int]) -> tuple[int, int]:
        """Return the (height, width) at which a bare file with an input of ``size`` runs: at most DEFAULT_SIZE."""
        return DEFAULT_SIZE if math.prod(size) > math.prod(DEFAULT_SIZE) else size

    def decode(self, outputs: Sequence[Array], least: float = 0.0) -> list[Detection]:
        """Turn the network's outputs into people, the highest presence first."""
        fields = [Field(outputs[index][0], scale, zero_point) for index, scale, zero_point in self._storage]
        heatmaps, short, *mids = fields
        mid = None if not mids else mids[0] if len(mids) == 1 else _joined(*mids)
        people = [Detection(one, person_score(one)) for one in decode(Tensors(heatmaps, short, mid, self.stride))]
        there = [person for person in people if not person.presence < least]
        return sorted(there, key=lambda person: person.presence, reverse=True)


_RANK: Final = {KEYPOINTS: 0, 2 * KEYPOINTS: 1, 4 * len(EDGES): 2, 2 * len(EDGES): 2}


def _joined(forward: Field, backward: Field) -> Field:
    """Put mid offsets of two tensors into one, as real values."""
    values = [(field.stored.astype(np.float32) - field.zero_point) * field.scale for field in (forward, backward)]
    return Field(np.concatenate(values, axis=2))


def _stride(size: Sequence[int], cells: Sequence[int]) -> int | None:
    """Find the stride that makes so many cells of an input of this size.

    Sizes such as 193 leave a choice. Convolutions halve, so a power of two comes first, then one whose last cell lies
    on the last pixel.
    """
    fitting = [
        stride
        for stride in range(1, max(size) + 1)
        if all(math.ceil(pixels / stride) == count for pixels, count in zip(size, cells, strict=True))
    ]
    return min(
        fitting,
        key=lambda stride: (stride.bit_count() != 1, any((pixels - 1) % stride for pixels in size), stride),
        default=None,
    )
