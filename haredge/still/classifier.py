"""The still classifier: a model folder's int8 network that classifies one image of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError
from haredge.inference.engine import Array, Engine, infer
from haredge.inference.golden import check_answers
from haredge.inference.loading import open_engine
from haredge.manifest import GOLDEN, StillManifest
from haredge.still import crop
from haredge.still.golden import read_golden


class StillClassifier:
    """Classifies what the person in an image does. Made by :meth:`open`; not for use from two threads at once."""

    def __init__(self, engine: Engine, manifest: StillManifest, folder: Path) -> None:
        self.manifest: Final = manifest
        self.folder: Final = folder
        self.engine: Final = engine

    @classmethod
    def open(cls, folder: Path, *, threads: int = 1) -> StillClassifier:
        """Load a model folder: ``manifest.json``, the network's file and ``golden.npz``.

        Its golden images are replayed. Raises :class:`ModelError` if they are answered otherwise than when the model
        was made, if a file is missing or damaged, if the files do not belong together, or if the model was trained on
        images cut by another rule than this version's.
        """
        manifest = StillManifest.load(folder)
        if manifest.crops != crop.VERSION:
            raise ModelError(
                f"{folder}: trained on version {manifest.crops} of how images are cut, and this haredge has version "
                f"{crop.VERSION}: install the model that belongs to this version, or train it again"
            )
        engine = open_engine(manifest.file_in(folder), threads=threads, sha256=manifest.sha256)
        _check_shapes(engine, manifest)
        classifier = cls(engine, manifest, folder)
        images, expected = read_golden(folder)
        check_answers(folder / GOLDEN, classifier.probabilities(list(images)), expected, "images")
        return classifier

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the columns of :meth:`probabilities`."""
        return self.manifest.labels

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Least probability at which a label is believed, for the labels that have one."""
        return self.manifest.thresholds

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels of what the network sees."""
        return self.manifest.input_size

    def probabilities(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Classify crops (height, width, 3), RGB, each of any size: (n, labels), each row's sum 1."""
        rows = [infer(self.engine, network_input(crop.fitted(each, self.size)))[0][0] for each in crops]
        return np.stack(rows) if rows else np.empty((0, len(self.labels)), np.float32)


def network_input(image: NDArray[np.uint8]) -> Array:
    """Return what a network is given for an image (height, width, 3) of bytes: (1, height, width, 3) in [-1, 1]."""
    return np.asarray(image, np.float32)[None] / np.float32(127.5) - 1


def _check_shapes(engine: Engine, manifest: StillManifest) -> None:
    wanted = ((1, *manifest.input_size, 3), [(1, len(manifest.labels))])
    found = (engine.input.shape, [output.shape for output in engine.outputs])
    if found != wanted:
        raise ModelError(
            f"{engine.title}: takes {found[0]} and gives {', '.join(map(str, found[1]))}; by its manifest it takes "
            f"{wanted[0]} and gives {wanted[1][0]}"
        )
