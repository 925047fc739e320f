"""Activities of one's own, in Python: what ``haredge extract``, ``train`` and ``evaluate`` do, as functions.

    from haredge import learning

    if __name__ == "__main__":
        learning.extract("videos", "recordings")
        mine = learning.load("recordings")
        print(learning.train([mine], "models/mine").accuracy)
        print(learning.evaluate("models/mine", mine.clips).recall)
        for span in learning.predict("models/mine", "new.mp4"):
            print(span.start_s, span.end_s, span.label, span.probability)

The commands call these very functions. Errors are those of `haredge.core.errors`, one line each. Importing this module
loads neither OpenCV nor TensorFlow; the functions load what they need.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haredge.config.schema import ActivitySection, Camera, Config, PoseSection
from haredge.core.errors import RuntimeMissingError

if TYPE_CHECKING:
    from haredge.activity.classifier import WindowClassifier
    from haredge.activity.timeline import Span
    from haredge.datasets.clips import Clip
    from haredge.datasets.motions import Motion
    from haredge.datasets.reading import Read
    from haredge.evaluation.windows import Measured
    from haredge.extraction.batch import Progress, Tally
    from haredge.manifest import ActivityManifest
    from haredge.train.fit import Plan
    from haredge.train.recipe import Recipe

log = logging.getLogger(__name__)

POSE_MODEL = PoseSection().model
RATE_HZ = Camera().rate_hz


def extract(
    videos: str | Path,
    out: str | Path,
    *,
    pose_model: str = POSE_MODEL,
    rate_hz: float = RATE_HZ,
    jobs: int | None = None,
    scheduler: str | None = None,
    tell: Callable[[str], None] = print,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Tally:
    """Record the poses in labelled videos: a folder of a folder for each label, or a table (docs/recording.md).

    Recordings go into the folder ``out``; those that are there already stay. The pose network sees ``rate_hz`` frames a
    second at most. ``jobs`` videos are worked on at once, by default one for each core, each in a process of its own:
    a script that calls this needs ``if __name__ == "__main__":``. With ``scheduler`` a Dask cluster does it.

    Returns what has become of the clips; those that could not be used are in its ``skipped``, and in
    ``out/skipped.csv``. Raises :class:`DataError` for videos or a table that cannot be used,
    :class:`ConfigError` for a rate at which no window would fill, and :class:`ModelError` and :class:`ClusterError`.
    """
    from haredge.datasets.recording import usable_rate  # noqa: PLC0415
    from haredge.extraction import batch, cutting  # noqa: PLC0415  (OpenCV)
    from haredge.models.open import PoseFile  # noqa: PLC0415

    job = cutting.Job(PoseFile.read(pose_model), usable_rate(rate_hz))
    return batch.extract(Path(videos), Path(out), job, batch.Workers(jobs, scheduler), batch.Listener(tell, progress))


def load(path: str | Path) -> Read:
    """Read labelled recordings of any form of docs/data-formats.md: ``.source`` is their name, ``.clips`` the clips.

    A clip has ``times`` (n,) in growing seconds and ``keypoints`` (n, 17, 3): x, y in pixels and score, COCO's order.
    Raises :class:`DataError` for what cannot be read or is damaged.
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
    tell: Callable[[str], None] = print,
) -> ActivityManifest:
    """Train an activity model, write its folder ``out``, whose name names it, and return its manifest.

    It is tested on a part of the first recordings: their own test part, else a fifth of their groups (people, sittings,
    videos), whole. Without a ``recipe`` it learns the recordings' own labels. ``plan`` says how long, and the seed.
    ``tell`` gets a line an epoch, with the time left; what makes the figures doubtful is logged as warnings.

    ``.accuracy`` of the manifest has the shares of test clips that the float network and the int8 file tell rightly,
    ``.confusion`` the clips by true label and answer. Raises :class:`DataError` for too little data, an
    ``out`` that cannot be written to, and an int8 file that lost too much, and :class:`RuntimeMissingError` where
    TensorFlow is not installed.
    """
    check_installed()
    from haredge.datasets import licences as sources  # noqa: PLC0415
    from haredge.train import course, package, split  # noqa: PLC0415
    from haredge.train import data_warnings as worth  # noqa: PLC0415
    from haredge.train import fit as fitting  # noqa: PLC0415
    from haredge.train import recipe as recipes  # noqa: PLC0415

    folder = package.prepared(Path(out))
    plan = plan or fitting.Plan()
    recipe = recipe or recipes.own([clip for each in data for clip in each.clips], package.name_of(folder))
    parts = split.divide(data, motions, plan.seed)
    recordings = parts.recordings
    tell(f"{len(recordings.clips)} clips, {len(motions)} motions; {len(recordings.test)} clips to test on")
    for doubt in worth.doubts(recordings, recipe):
        log.warning("%s", doubt)
    if plan.start and plan.start.held_out and plan.start.held_out != parts.held_out:
        log.warning("%s", worth.NOT_KEPT_ASIDE)
    trained = course.train(recordings, recipe, plan, tell)
    names = [each.source for each in data] + [motion.source for motion in motions]
    former = plan.start.trained_on if plan.start else ()
    return package.write(folder, trained, sources.with_former(sources.data_sets(names), former), parts)


def check_installed() -> None:
    """Raise :class:`RuntimeMissingError` where a library that training needs is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415

    missing = [name for name in ("tensorflow", "tf_keras", "scipy", "matplotlib") if find_spec(name) is None]
    if missing:
        raise RuntimeMissingError(f"training needs {', '.join(missing)}: 'pip install haredge[train]'")


def evaluate(model: str | Path | WindowClassifier, clips: Sequence[Clip]) -> Measured:
    """Measure a model's int8 file through the daemon's own classifier.

    ``model`` is an installed name, the path of a folder with a "/" in it, or one that is open. Of the clips those are
    used that the model never saw: their test part, else the groups that training kept aside, else all. Labels that the
    model does not know are left out, and logged.

    ``.accuracy``, ``.window_accuracy``, ``.clip_accuracy`` and ``.macro_f1`` are shares from 0 to 1; ``.confusion`` has
    clips by true label (row) and answer (column), in the order of ``.labels``. Raises
    :class:`haredge.core.errors.ModelError` and, where the model knows none of the labels, :class:`DataError`.
    """
    from haredge.evaluation import deployed  # noqa: PLC0415

    return deployed.measured(deployed.open_model(model) if isinstance(model, str | Path) else model, clips)


def predict(
    model: str | Path, video: str | Path, *, pose_model: str = POSE_MODEL, rate_hz: float = RATE_HZ
) -> Sequence[Span]:
    """Tell what goes on in a film, by the daemon's own loop: spans without gaps, the first first.

    A span has ``start_s`` and ``end_s``, seconds of the film, ``label`` (``unknown`` and ``no_person`` among them) and
    ``probability``, the highest within it, from 0 to 1. Raises :class:`haredge.core.errors.SourceError` for a film that
    cannot be read or never ends, :class:`ModelError`, and :class:`ConfigError` for a rate that never fills a window.
    """
    from haredge.compose import open_recogniser, recognise_video  # noqa: PLC0415
    from haredge.datasets.recording import usable_rate  # noqa: PLC0415

    config = Config(
        source=str(video),
        camera=Camera(rate_hz=usable_rate(rate_hz)),
        pose=PoseSection(model=pose_model),
        activity=ActivitySection(model=str(model)),
    )
    return recognise_video(open_recogniser(config), config)
