"""A model's contract: the ``manifest.json`` that lies beside every model.

A model is a folder ``<name>/`` with the network's file (``model.tflite`` unless the manifest names another),
``manifest.json``, ``MODEL_CARD.md`` and, for all but pose networks, ``golden.npz``. Whatever must be the same in
training and in use stands in the manifest and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from typing_extensions import Self

from haredge.core.errors import ModelError
from haredge.core.keypoints import NAMES
from haredge.core.labels import composed, mistake_in
from haredge.core.printable import printable
from haredge.core.regular_file import read_regular

MANIFEST: Final = "manifest.json"
MODEL: Final = "model.tflite"
GOLDEN: Final = "golden.npz"
CARD: Final = "MODEL_CARD.md"

_USUAL: Final[Mapping[str, object]] = {
    "file": MODEL,
    "min_tracked_score": None,
    "least_span_s": None,
    "trained_clips": (),
    "sensitivities": {},
    "min_durations_s": {},
}
"""Keys that came later, with what they are if they are not given."""

MOST_LABELS: Final = 1000

MOST_BYTES: Final = 16 << 20
"""Of a manifest: those that come with haredge have 10 kB, and the confusion matrix of the most labels takes 9 MB."""

MOST_MARKS: Final = 20_000
"""Of the clips that were trained on: they take half a megabyte."""


def _not_taken(name: str) -> str:
    if name in {MANIFEST, GOLDEN}:
        raise ValueError(f"{name} is another file of the model")
    return name


def _text(text: str) -> str:
    if not text.isprintable():
        raise ValueError("allowed are characters that can be printed")
    return text


def _label(label: str) -> str:
    if mistake := mistake_in(label := composed(label)):
        raise ValueError(mistake)
    return label


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
FileName = Annotated[Name, AfterValidator(_not_taken)]
Text = Annotated[str, Field(max_length=2000), AfterValidator(_text)]
Label = Annotated[str, AfterValidator(_label)]
Figure = Annotated[float, Field(allow_inf_nan=False)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)]
Duration = Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, le=240, allow_inf_nan=False)]
Side = Annotated[int, Field(ge=16, le=4096)]
Count = Annotated[int, Field(ge=0)]


def _keypoint(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"allowed are COCO's keypoints ({', '.join(NAMES)})")
    return name


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ValueError("allowed are names, each given once")
    return names


Keypoint = Annotated[str, AfterValidator(_keypoint)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class DataSet(_Strict):
    """What a model was trained on."""

    name: Text
    licence: Text
    """As its source states it; "not stated" if it states none."""


class PoseModel(_Strict):
    """The pose network whose poses an activity model was trained on."""

    name: Text
    sha256: Sha256 | None = None
    """None if the training poses are annotations made by people, not a network's output."""


class Accuracy(_Strict):
    """Share of test clips or images that a model gets right, before and after quantisation."""

    float32: Share
    int8: Share


class Manifest(_Strict):
    """What the manifests of all kinds of model have in common."""

    name: Name
    sha256: Sha256
    """Checksum of :attr:`file`."""
    file: FileName = MODEL
    """The network's file, beside the manifest; its content decides which engine runs it."""
    trained_on: Annotated[tuple[DataSet, ...], Field(min_length=1)]
    licence: Text
    """Licence of the weights."""
    measured: dict[Text, Figure] = {}
    """Further figures by name; the model card says how each came about."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read and validate the manifest of a model folder.

        ``Manifest.load`` gives a manifest of the kind that it is; the subclasses' own ``load``
        insists on their kind.

        Raises :class:`ModelError`: one line with the file, the dotted key and what is allowed there.
        """
        path = folder / MANIFEST
        try:
            manifest = _ANY.validate_json(read_regular(path, MOST_BYTES))
        except OSError as error:
            raise ModelError(f"{path}: cannot read the model's manifest: {error.strerror}") from error
        except ValidationError as error:
            raise ModelError(f"{path}: {_first_mistake(error)}") from error
        if not isinstance(manifest, cls):
            needed = " or ".join(map(repr, get_args(cls.model_fields["kind"].annotation)))
            raise ModelError(
                f"{path}: kind: this is the manifest of a model of the kind '{manifest.kind}', and {needed} is needed; "
                "`haredge models` lists what is installed"
            )
        return manifest

    def file_in(self, folder: Path) -> Path:
        """Return the path of the network's file in the model's folder."""
        return folder / self.file

    def save(self, folder: Path) -> None:
        """Write the manifest into a model folder."""
        # Left out if it is the usual one: an older haredge refuses keys that it does not know.
        unsaid = {key for key, usual in _USUAL.items() if getattr(self, key, usual) == usual}
        text = json.dumps(self.model_dump(mode="json", exclude=unsaid), indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


class PoseManifest(Manifest):
    """A network that finds people's keypoints in an image."""

    kind: Literal["pose"] = "pose"
    input_size: tuple[Side, Side]
    """(height, width) of the input in pixels."""
    stride: Annotated[int, Field(ge=1, le=64)] | None = None
    """Input pixels from one cell of the heatmap to the next; None if the network outputs keypoints directly."""
    min_pose_score: Share | None = None
    """Least presence of a person who was not there before; None for the architecture's own."""
    min_tracked_score: Share | None = None
    """The same for a person who was there a moment ago; None for the architecture's own."""


class ClassifierManifest(Manifest):
    """What the manifests of classifiers have in common."""

    labels: Annotated[tuple[Label, ...], Field(min_length=2, max_length=MOST_LABELS)]
    """Names of the classes in the order of the network's outputs."""
    rest: tuple[Label, ...] = ()
    """The background class: labels that mean no activity of interest ("other"), reported as unknown."""
    split: Text
    """How what was trained on and what was tested on were divided."""
    accuracy: Accuracy
    confusion: tuple[tuple[Count, ...], ...]
    """Test clips or images by true label (row) and answer (column) of the int8 file, in the order of ``labels``."""
    thresholds: dict[Label, Share] = {}
    """Least probability at which a label is believed, for the labels that have one."""

    @model_validator(mode="after")
    def _check_labels(self) -> Self:
        n = len(self.labels)
        if len(set(self.labels)) != n:
            raise ValueError("labels: allowed are names, each given once")
        if len(self.confusion) != n or any(len(row) != n for row in self.confusion):
            raise ValueError(f"confusion: allowed is a matrix of {n} x {n}, one row and column for each label")
        self._check_known("thresholds", self.thresholds)
        self._check_known("rest", self.rest)
        return self

    @property
    def activities(self) -> tuple[str, ...]:
        """The labels without the background class: what may be reported."""
        return tuple(label for label in self.labels if label not in self.rest)

    def _check_known(self, key: str, named: Iterable[str]) -> None:
        for label in named:
            if label not in self.labels:
                raise ValueError(f"{key}.{label}: allowed are the labels ({', '.join(self.labels)})")


class StillManifest(ClassifierManifest):
    """A network that classifies what a person does by one image, cut round the person."""

    kind: Literal["still"] = "still"
    input_size: tuple[Side, Side]
    """(height, width) of the input in pixels."""
    crops: Annotated[int, Field(ge=1)]
    """Version of the rule by which images are cut and brought to size."""


class ActivityManifest(ClassifierManifest):
    """A network that classifies windows of nine poses."""

    kind: Literal["activity"] = "activity"
    meaning: dict[Annotated[Text, AfterValidator(composed)], Label | None] = {}
    """Label by the label that a data set gives a recording, for those that differ; null leaves such recordings out."""
    unlisted: Label | None = None
    """Label of recordings whose label is neither the model's nor in ``meaning``; null leaves them out."""
    span_s: Seconds
    """Seconds from a window's first pose to its last."""
    least_span_s: Seconds | None = None
    """Seconds of poses from which a window is classified, though it is not full; null if it must be full."""
    rate_hz: Rate
    """Poses a second to which training resampled its data, whatever their own rate; nothing depends on it."""
    features: Annotated[int, Field(ge=1)]
    """Version of the features' encoding."""
    keypoints: Annotated[tuple[Keypoint, ...], Field(min_length=2), AfterValidator(_each_once)] = NAMES
    """Keypoints that the features are made from."""
    pose_model: PoseModel
    held_out: tuple[Text, ...] = ()
    """Marks of the groups (people, recording sessions, videos) that were held out, if training chose them."""
    trained_clips: Annotated[tuple[Text, ...], Field(max_length=MOST_MARKS)] = ()
    """Marks of the clips that were trained on (:mod:`haredge.datasets.trained_clips`); empty if they are not known."""
    sensitivities: dict[Literal["low", "high"], dict[Label, Share]] = {}
    """The same where fewer labels are to be believed, or more; empty if that was not measured."""
    min_durations_s: dict[Label, Duration] = {}
    """Least seconds for which a label must hold before it is believed, for the labels that have their own."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.least_span_s is not None and self.least_span_s > self.span_s:
            raise ValueError(f"least_span_s: allowed is at most span_s, {self.span_s:g}")
        self._check_known("min_durations_s", self.min_durations_s)
        for sensitivity, named in self.sensitivities.items():
            self._check_known(f"sensitivities.{sensitivity}", named)
        meant = [label for label in (*self.meaning.values(), self.unlisted) if label is not None]
        self._check_known("meaning", meant)
        return self


_ANY: Final[TypeAdapter[PoseManifest | ActivityManifest | StillManifest]] = TypeAdapter(
    Annotated[PoseManifest | ActivityManifest | StillManifest, Field(discriminator="kind")]
)


def _first_mistake(error: ValidationError) -> str:
    """Return dotted key, what is allowed and what is there, of the first mistake, fit to be printed."""
    mistake = error.errors(include_url=False)[0]
    message = mistake["msg"].removeprefix("Value error, ")
    if mistake["type"] == "json_invalid":
        return printable(f"not JSON: {message.removeprefix('Invalid JSON: ')}")
    key = ".".join(str(part) for part in mistake["loc"][1:])
    found = mistake["input"]
    # The text of an int of thousands of digits is refused by Python.
    shown = f", found {found!r:.60}" if isinstance(found, str | float) or _is_short(found) else ""
    return printable(f"{key}: {message}{shown}" if key else message)


def _is_short(number: object) -> bool:
    return isinstance(number, int) and number.bit_length() < 200
