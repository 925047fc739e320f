"""haredge in Python: what `haredge` itself offers, and the commands call (docs/python.md).

Errors are those of `haredge.core.errors`, one line each. Importing this module loads neither OpenCV nor TensorFlow; the
functions load what they need.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from haredge.config.schema import ActivitySection, CameraSection, Config, PoseSection
from haredge.core import extras
from haredge.core.address import redacted
from haredge.core.errors import ConfigError
from haredge.still.contract import USUAL

if TYPE_CHECKING:
    from haredge.activity.classifier import WindowClassifier
    from haredge.activity.timeline import Span
    from haredge.compose import Networks
    from haredge.core.types import Frame, Observation
    from haredge.core.zone import Zone
    from haredge.datasets.choice import PersonRule
    from haredge.datasets.clips import LabelledClip
    from haredge.datasets.motions import Motion
    from haredge.datasets.reading import Read
    from haredge.evaluation.windows import WindowScores
    from haredge.extraction.batch import BatchProgress, Tally
    from haredge.manifest import ActivityManifest, StillManifest
    from haredge.training.fit import Plan
    from haredge.training.images.fit import Plan as ImagePlan
    from haredge.training.recipe import Recipe

POSE_MODEL: Final = PoseSection().model
ACTIVITY_MODEL: Final = ActivitySection().model
STILL_MODEL: Final = USUAL
RATE_HZ: Final = CameraSection().rate_hz
MAX_PEOPLE: Final = PoseSection().max_people
SIZE: Final = (CameraSection().height, CameraSection().width)
"""(height, width) in pixels."""


def load(
    model: str | Path = ACTIVITY_MODEL,
    *,
    pose_model: str | Path = POSE_MODEL,
    still_model: str | Path | None = None,
    threads: int = 1,
    threshold: float | None = None,
    thresholds: Mapping[str, float] | None = None,
    zones: Sequence[Zone] = (),
    max_people: int = MAX_PEOPLE,
) -> Recogniser:
    """Load an activity model and a pose network.

    Each is an installed model's name, or the path of its folder (a text with a "/" in it, or a ``Path``).
    ``threshold`` is the probability, from 0 to 1, at which a label is reported, ``thresholds`` the same by label;
    without them those of the model hold. ``threads`` are those of each network of images. With a ``still_model`` each
    person's image is recognised beside their motion (docs/still.md).

    ``zones`` are parts of the image, in shares of its width and height, that have a meaning (docs/zones.md). At most
    ``max_people`` people, 1 to 10, are followed at a time.

    Raises :class:`ModelError` for a model that is missing, damaged or of another kind, and :class:`ConfigError` for a
    threshold that is out of range or of a label that the model does not have, and for zones that cannot be.
    """
    from haredge.compose import open_networks  # noqa: PLC0415

    pose = {"model": _name(pose_model), "threads": threads, "max_people": max_people}
    still = None if still_model is None else _name(still_model)
    activity = {
        "model": _name(model),
        "still_model": still,
        "threshold": threshold,
        "thresholds": thresholds or {},
    }
    return Recogniser(open_networks(_config(pose=pose, activity=activity, zones=_zones(zones))))


class Recogniser:
    """An activity model and a pose network, loaded; made by :func:`load`. Not for use from two threads at once."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of :attr:`Prediction.probabilities`."""
        return self._networks.manifest.labels

    def observe(
        self, source: str | Path | Iterable[Frame], *, rate_hz: float = RATE_HZ, size: tuple[int, int] = SIZE
    ) -> Generator[Observation, None, None]:
        """Yield an observation for each frame of a camera, stream, video or folder of images, or of your own frames.

        ``source`` is what ``haredge --source`` takes (docs/sources.md), such as ``"0"`` or ``"rtsp://..."``, the path
        of a file, or frames with growing times; ``rate_hz`` frames per second at most are recognised, all of your own.
        Of a camera or stream the newest frame counts, and older ones that were not taken are dropped; it is asked for
        images of ``size`` (height, width), and runs until the iterator is closed. A file's frames come in order, to
        its end.

        Each call starts with no state. Raises :class:`SourceError` for a source that cannot be opened, or stops, for
        frames of your own that are not BGR in bytes or whose times do not grow, and :class:`ConfigError` for a rate at
        which no window fills.
        """
        if not isinstance(source, str | Path):
            from haredge.sources.own import checked  # noqa: PLC0415

            return self._observed(nullcontext(checked(source)))
        from haredge.compose import buffered, open_configured_source  # noqa: PLC0415

        config = _source_config(source, rate_hz, size)
        return self._observed(closing(iter(buffered(open_configured_source(config), config))))

    def _observed(self, opened: AbstractContextManager[Iterator[Frame]]) -> Generator[Observation, None, None]:
        with opened as frames:
            yield from self._networks.observe(frames)

    def recognise(
        self, video: str | Path, *, rate_hz: float = RATE_HZ, progress: Callable[[float], None] = lambda _done_s: None
    ) -> Sequence[Span]:
        """Return the activities in a video, by the daemon's own loop: spans without gaps, in order.

        A span has ``start_s`` and ``end_s``, seconds of the video, ``label`` (``unknown`` and ``no_person`` among them)
        and ``probability``, the highest within it, from 0 to 1. ``progress`` gets the seconds of video done.

        Raises :class:`SourceError` for a video that cannot be read or never ends, and :class:`ConfigError` for a rate
        at which no window fills.
        """
        from haredge.compose import recognise_video  # noqa: PLC0415

        return recognise_video(self._networks, _source_config(video, rate_hz, SIZE), progress)


def _name(model: str | Path) -> str:
    return model if isinstance(model, str) else str(model.absolute())


def _zones(zones: Sequence[Zone]) -> Mapping[str, Mapping[str, object]]:
    names = [zone.name for zone in zones]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"zones: more than one has the name {doubled[0]!r:.60}", "zones")
    return {zone.name: {"polygon": zone.polygon, "ignore": zone.ignore, "rest": zone.rest} for zone in zones}


def _source_config(source: str | Path, rate_hz: float, size: tuple[int, int]) -> Config:
    from haredge.datasets.recording import usable_rate  # noqa: PLC0415

    height, width = size
    return _config(source=_name(source), camera={"rate_hz": usable_rate(rate_hz), "height": height, "width": width})


def _config(**values: object) -> Config:
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        mistake = error.errors(include_url=False)[0]
        key, given = ".".join(map(str, mistake["loc"])), mistake["input"]
        shown = repr(redacted(given) if isinstance(given, str) else given)
        raise ConfigError(f"{key} = {shown:.60}: {mistake['msg'].removeprefix('Value error, ')}", key) from None


def extract(
    videos: str | Path,
    out: str | Path,
    *,
    pose_model: str | Path = POSE_MODEL,
    rate_hz: float = RATE_HZ,
    person: PersonRule = "largest",
    jobs: int | None = None,
    scheduler: str | None = None,
    report: Callable[[str], None] = print,
    progress: Callable[[BatchProgress], None] = lambda _: None,
) -> Tally:
    """Record the poses in labelled videos: a folder of a folder for each label, or a table (docs/recording.md).

    Recordings go into the folder ``out``; those that exist already stay. The pose network runs on ``rate_hz`` frames
    per second at most. ``person`` says who is recorded, of several people: the ``largest``, who is seen ``longest``,
    who is at the ``left`` or ``right``, or ``all``, a recording each (docs/recording.md). ``jobs`` videos are read at
    the same time, by default one for each core, each in a process of its own: a script that calls this needs
    ``if __name__ == "__main__":``. With ``scheduler``, the address of a Dask scheduler, a cluster reads them.

    Returns how many recordings of each label were made; clips that could not be used are in its ``skipped``, and in
    ``out/skipped.csv``. Raises :class:`DataError` for videos or a table that cannot be used,
    :class:`ConfigError` for a rate at which no window would fill, an unknown ``person`` or fewer ``jobs`` than one, and
    :class:`ModelError` and :class:`ClusterError`.
    """
    from haredge.datasets.choice import RULES  # noqa: PLC0415
    from haredge.datasets.recording import usable_rate  # noqa: PLC0415
    from haredge.extraction import batch, cutting  # noqa: PLC0415  (OpenCV)
    from haredge.models.open import PoseFile  # noqa: PLC0415

    if person not in RULES:
        raise ConfigError(f"person {person!r:.60}: one of {', '.join(RULES)} is needed", "person")
    if jobs is not None and jobs < 1:
        raise ConfigError(f"{jobs} jobs: one or more are needed, or None for one a core", "jobs")
    job = cutting.Job(PoseFile.read(_name(pose_model)), usable_rate(rate_hz), person)
    return batch.extract(Path(videos), Path(out), job, batch.Workers(jobs, scheduler), batch.Listener(report, progress))


def load_clips(path: str | Path) -> Read:
    """Read labelled recordings in any format of docs/data-formats.md: ``.source`` is their name, ``.clips`` the clips.

    A clip has a ``label``, a ``group`` (who or what was recorded), ``times`` (n,) in growing seconds and ``keypoints``
    (n, 17, 3): x, y in pixels and score in [0, 1], in COCO's order. Raises :class:`DataError` for what cannot be read
    or is damaged.
    """
    from haredge.datasets.reading import read_clips  # noqa: PLC0415

    return read_clips(Path(path))


def train(
    data: Sequence[Read],
    out: str | Path,
    *,
    motions: Sequence[Motion] = (),
    recipe: Recipe | None = None,
    plan: Plan | None = None,
    report: Callable[[str], None] = print,
) -> ActivityManifest:
    """Train an activity model, write its folder ``out``, whose name names it, and return its manifest.

    It is tested on a part of the first recordings: their own test part, else a fifth of their groups (people, recording
    sessions, videos), whole. Without a ``recipe`` the labels are those of the recordings. ``plan`` has the epochs, the
    examples and the seed. ``report`` gets a line per epoch, with the time left; what makes the scores unreliable is
    logged as warnings.

    ``.accuracy`` of the manifest has the shares of test clips that the float network and the int8 file classify
    correctly, ``.confusion`` the clips by true label and prediction. Raises :class:`DataError` for too little data, an
    ``out`` that cannot be written to, and an int8 file that lost too much, and :class:`RuntimeMissingError` if
    TensorFlow is not installed.
    """
    check_installed()
    from haredge.training import fit, model  # noqa: PLC0415

    return model.make(data, Path(out), motions=motions, chosen=recipe, plan=plan or fit.Plan(), report=report)


def train_images(
    data: str | Path,
    out: str | Path,
    *,
    start: str | Path = STILL_MODEL,
    plan: ImagePlan | None = None,
    report: Callable[[str], None] = print,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> StillManifest:
    """Train a still model on labelled images, write its folder ``out``, whose name names it, and return its manifest.

    ``data`` is a folder with a folder for each label, or a table (.csv) with the columns ``filename`` and ``label``
    beside the images. ``start`` is the still model whose network is fine-tuned; its labels do not matter. ``plan`` has
    the input's size, the epochs and the seed. A fifth of each label's images test the model and a tenth choose the best
    epoch; the same and nearly the same images are on one side. ``report`` gets a line for each image that cannot be
    used, and one an epoch, with the time left; ``progress`` how many of how many images have been read.

    Raises :class:`DataError` for too few images, an ``out`` that cannot be written to, and an int8 file that lost too
    much, :class:`ModelError` for a ``start`` that is no still model, and :class:`RuntimeMissingError` if TensorFlow is
    not installed.
    """
    check_installed()
    from haredge.training.images import fit, model  # noqa: PLC0415

    return model.make(
        Path(data), Path(out), begin=_name(start), plan=plan or fit.Plan(), report=report, progress=progress
    )


def check_installed() -> None:
    """Raise :class:`RuntimeMissingError` if a library that training needs is not installed."""
    extras.check_installed("train", "training")


def evaluate(model: str | Path | WindowClassifier, clips: Iterable[LabelledClip]) -> WindowScores:
    """Measure a model's int8 file through the daemon's own classifier.

    ``model`` is an installed name, the path of a folder with a "/" in it, or one that is open. Of the clips those are
    used that the model never saw: the test part of data sets that have one and all clips of the others, without those
    that were trained on; of a model that does not remember its clips the groups that training held out; if there are
    none of those, all. What is left out, and clips that were trained on where there are no others, are logged.

    ``.accuracy``, ``.window_accuracy``, ``.clip_accuracy`` and ``.macro_f1`` are shares from 0 to 1; ``.confusion`` has
    clips by true label (row) and answer (column), in the order of ``.labels``. Raises
    :class:`haredge.core.errors.ModelError` and, if there are no clips or the model knows none of their labels,
    :class:`DataError`.
    """
    from haredge.evaluation import deployed  # noqa: PLC0415

    classifier = deployed.open_model(_name(model)) if isinstance(model, str | Path) else model
    return deployed.measured(classifier, list(clips))


def recognise(
    model: str | Path, video: str | Path, *, pose_model: str | Path = POSE_MODEL, rate_hz: float = RATE_HZ
) -> Sequence[Span]:
    """Return the activities in a video, as :meth:`Recogniser.recognise` does, with networks loaded for this one."""
    return load(model, pose_model=pose_model).recognise(video, rate_hz=rate_hz)
