"""What a training starts from: the weights of a model, or distilled ones.

A model's int8 file has lost a little to quantisation, less than an epoch brings back.
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from haredge.activity import features
from haredge.core.errors import ModelError
from haredge.core.whole_file import replace_file
from haredge.datasets.archives import UNREADABLE, open_arrays
from haredge.inference import tflite_weights as released
from haredge.inference.model_file import read_model
from haredge.inference.tflite_weights import Weights
from haredge.manifest import ActivityManifest, DataSet
from haredge.models.catalog import find_model
from haredge.training.history import History

SUFFIX: Final = ".npz"

_ABOUT: Final = TypeAdapter(tuple[tuple[str, ...], tuple[DataSet, ...], tuple[str, ...]])
"""Labels, data sets and who was held out, as a file of weights has them."""
_MARKS: Final = TypeAdapter(tuple[str, ...])
_UNMARKED: Final = 1
"""Version of the features of weights in a file that does not name one, as none did at first."""
_NORMALISED: Final = "normalised"
_LAST: Final = "logits"


@dataclass(frozen=True, slots=True)
class Start:
    """Weights to fine-tune, of a network of :func:`haredge.training.network.lstm`."""

    weights: Weights
    labels: tuple[str, ...]
    """What they distinguish."""
    history: History = field(default_factory=History)
    """How they were trained, if known."""
    trained_on: tuple[DataSet, ...] = ()
    held_out: tuple[str, ...] = ()
    """Marks of the groups that were held out to test on: see :class:`haredge.manifest.ActivityManifest`."""
    trained_clips: tuple[str, ...] = ()
    """Marks of the clips that they were trained on, as far as they are known: older files of weights have none."""

    def save(self, path: Path) -> None:
        """Write them into a file that :func:`read` reads, whole or not at all; its name ends in ".npz".

        Raises OSError.
        """
        arrays = {f"weights/{name}/{i}": array for name, layer in self.weights.items() for i, array in enumerate(layer)}
        curves = {f"history/{name}": np.array(curve) for name, curve in asdict(self.history).items()}
        about = _ABOUT.dump_json((self.labels, self.trained_on, self.held_out)).decode()
        named = {"about": about, "trained_clips": _MARKS.dump_json(self.trained_clips).decode()}
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, features=np.array(features.VERSION), **named, **arrays, **curves)
        replace_file(path, file.getvalue())


def read(name: str) -> Start:
    """Read the weights of a model, installed or in a folder, or of a file of distilled weights (".npz").

    Raises :class:`ModelError` if there is none, or nothing of the kind in it.
    """
    start = _read_distilled(Path(name)) if name.endswith(SUFFIX) else _read_model(name)
    arrays = [array for layer in start.weights.values() for array in layer]
    if not all(array.dtype.kind == "f" and np.isfinite(array).all() for array in arrays):
        raise ModelError(f"{name}: no weights to fine-tune: some are NaN, infinite or no decimal numbers")
    return start


def _read_model(name: str) -> Start:
    folder = find_model(name)
    manifest = ActivityManifest.load(folder)
    _check_features(folder, manifest.features)
    file = manifest.file_in(folder)
    weights = released.read(read_model(file, manifest.sha256), str(file))
    return Start(
        weights,
        manifest.labels,
        trained_on=manifest.trained_on,
        held_out=manifest.held_out,
        trained_clips=manifest.trained_clips,
    )


def _read_distilled(path: Path) -> Start:
    try:
        with open_arrays(path) as arrays:
            _check_features(path, int(arrays["features"]) if "features" in arrays.files else _UNMARKED)
            keys = [key.split("/") for key in arrays.files if key.startswith("weights/")]
            layers = {layer: sum(other == layer for _, other, _ in keys) for _, layer, _ in keys}
            weights = {layer: [arrays[f"weights/{layer}/{i}"] for i in range(n)] for layer, n in layers.items()}
            history = History(*(arrays[f"history/{curve}"].tolist() for curve in ("loss", "accuracy", "score")))
            labels, trained_on, held_out = _ABOUT.validate_json(str(arrays["about"]))
            marks = _MARKS.validate_json(str(arrays["trained_clips"])) if "trained_clips" in arrays.files else ()
            return Start(weights, labels, history, trained_on, held_out, marks)
    except UNREADABLE as error:
        raise ModelError(f"{path}: no weights to fine-tune: {error}") from None


def _check_features(path: Path, version: int) -> None:
    """Raise ModelError for weights of another version of the features, of which the shape may be the same."""
    if version != features.VERSION:
        raise ModelError(
            f"{path}: weights for version {version} of the features, and this haredge makes version "
            f"{features.VERSION}: distil or train them again"
        )


def load_weights(model: Any, start: Start, labels: tuple[str, ...], encoded: NDArray[np.float32]) -> None:
    """Give a network with these labels the weights; its last layer stays as it is if its labels differ.

    Batch normalisation, which a model's file has folded away, gets the statistics of ``encoded`` windows (n, 9, SIZE)
    and leaves the answers as they are. Raises :class:`ModelError` if the weights are of another architecture.
    """
    wanted = {layer.name for layer in model.layers if layer.weights} - {_NORMALISED}
    if wanted != start.weights.keys() - {_NORMALISED}:
        raise ModelError(f"only LSTM models can be fine-tuned, and only with --network lstm, not {model.name}")
    try:
        for name, weights in start.weights.items():
            if name != _LAST or start.labels == labels:
                model.get_layer(name).set_weights(weights)
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"weights of another size cannot be fine-tuned: {reason}") from None
    if _NORMALISED not in start.weights:
        _settle(model, encoded)


def _settle(model: Any, encoded: NDArray[np.float32]) -> None:
    import tf_keras  # noqa: PLC0415  (heavy)

    norm = model.get_layer(_NORMALISED)
    below = tf_keras.Model(model.input, norm.input).predict(encoded, batch_size=1024, verbose=0)
    mean, variance = below.mean(axis=0), below.var(axis=0)
    norm.set_weights([np.sqrt(variance + norm.epsilon), mean, mean, variance])
