"""All the videos of a folder or table, to recordings: what is there stays, what cannot be used is reported."""

from __future__ import annotations

import csv
import math
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Final

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.printable import undecoded
from haredge.core.whole_file import replace_file
from haredge.datasets.recording import About, of_another_video, others, recorded, save_all
from haredge.extraction.cutting import Damaged, Job, Outcome, Recorded, Skipped
from haredge.extraction.listing import Cut, LabelledVideoFile, list_videos

SKIPPED: Final = "skipped.csv"
"""The table of what was skipped, in the folder of recordings."""


@dataclass
class Tally:
    """What has become of the clips that were asked for."""

    asked: Counter[str] = field(default_factory=Counter)
    """Clips by label."""
    there: Counter[str] = field(default_factory=Counter)
    """Recordings of an earlier run, by label."""
    clips: Counter[str] = field(default_factory=Counter)
    """Clips of which there are recordings, by label."""
    files: dict[Path, str] = field(default_factory=dict)
    """Label of each recording that this run has made."""
    skipped: list[Skipped] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)
    """Videos that were read in part."""
    others: list[Path] = field(default_factory=list)
    """Recordings in the folder of videos, or of labels of theirs, that were not asked for."""
    saving: About | None = None
    """The clip whose recordings are being written, or were last."""

    @property
    def made(self) -> Counter[str]:
        """Count what this run has recorded, by label."""
        return Counter(self.files.values())

    @property
    def recorded(self) -> int:
        """Count the recordings that there are."""
        return self.there.total() + len(self.files)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far it is."""

    looking: bool
    """Whether earlier recordings are still being looked for."""
    done: int
    videos: int
    skipped: int
    """Clips."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Who reads the videos."""

    jobs: int | None = None
    """Videos at once, each in a process; one for each core if None."""
    scheduler: str | None = None
    """Address of a Dask cluster's scheduler; None for this machine."""


@dataclass(frozen=True, slots=True)
class Listener:
    """What is called with the progress."""

    report: Callable[[str], None]
    """Gets lines."""
    progress: Callable[[BatchProgress], None]
    """Gets each step."""


def extract(videos: Path, out: Path, job: Job, workers: Workers, listener: Listener) -> Tally:
    """Record the poses in the videos of a folder or table, except those that were recorded in the same way before.

    Raises :class:`DataError` for videos that are not there, a table that
    cannot be used and a folder that cannot be written to, and :class:`haredge.core.errors.ClusterError`.
    """
    listed, tally, report, progress = list_videos(videos), Tally(), listener.report, listener.progress
    _prepare(out)
    todo = _still_to_do(listed, job, out, tally, progress)
    report(_heading(tally, len(todo), job))
    try:
        with closing(_outcomes(todo, job, workers, report)) as outcomes:
            _keep(outcomes, len(todo), out, tally, progress)
    except BaseException:
        # Ended while it was being written, the last recording may be there all the same.
        if tally.saving and (files := recorded(tally.saving, out)) and not tally.files.keys() >= set(files):
            tally.clips[tally.saving.label] += 1
            tally.files.update(dict.fromkeys(files, tally.saving.label))
        if tally.recorded:
            report(
                f"stopped with {tally.clips.total()} of {tally.asked.total()} clips recorded; run it again to continue"
            )
        raise
    finally:
        tally.skipped.sort(key=lambda each: (each.source, each.cut.start_s))
        _write_skipped(out / SKIPPED, tally.skipped)
    tally.others = others((job.about(video, cut) for video in listed for cut in video.cuts), out)
    return tally


def _prepare(out: Path) -> None:
    """Make the folder before hours are spent on what could not be saved."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"cannot write recordings into {out}: {error.strerror}") from error


def _still_to_do(
    videos: Sequence[LabelledVideoFile], job: Job, out: Path, tally: Tally, progress: Callable[[BatchProgress], None]
) -> list[LabelledVideoFile]:
    """Leave out the clips of which there are recordings that were made in the same way."""
    todo = []
    for index, video in enumerate(videos):
        progress(BatchProgress(True, index, len(videos), 0))
        # One that was damaged by a power failure, say, is made again.
        there = {cut: len(recorded(job.about(video, cut), out)) for cut in video.cuts}
        tally.asked.update(cut.label for cut in video.cuts)
        for cut, people in there.items():
            tally.there[cut.label] += people
            tally.clips[cut.label] += people > 0
        taken = {cut: of_another_video(job.about(video, cut), out) for cut in video.cuts if not there[cut]}
        tally.skipped += [
            Skipped(video.source, cut, f"{other} is of another video of this name; remove it, or use another folder")
            for cut, other in taken.items()
            if other
        ]
        if missing := tuple(cut for cut, other in taken.items() if not other):
            todo.append(replace(video, cuts=missing))
    return todo


def _heading(tally: Tally, videos: int, job: Job) -> str:
    clips, labels = tally.asked.total(), len(tally.asked)
    before = tally.clips.total()
    there = f", {before} recorded before" if before else ""
    todo = f"; {counted(videos, 'video')} to read" if videos else ""
    return (
        f"{counted(clips, 'clip')} of {counted(labels, 'label')}{there}{todo} "
        f"(pose network {job.pose.model.name}, {job.rate_hz:g} Hz)"
    )


def _outcomes(
    todo: Sequence[LabelledVideoFile], job: Job, workers: Workers, report: Callable[[str], None]
) -> Generator[list[Outcome], None, None]:
    if workers.scheduler:
        from haredge.extraction import cluster  # noqa: PLC0415

        return cluster.work_through(todo, job, workers.scheduler, report)
    from haredge.extraction import processes  # noqa: PLC0415

    return processes.work_through(todo, job, workers.jobs or len(os.sched_getaffinity(0)))


def _keep(
    outcomes: Iterable[list[Outcome]], videos: int, out: Path, tally: Tally, progress: Callable[[BatchProgress], None]
) -> None:
    """Write recordings as they come."""
    progress(BatchProgress(False, 0, videos, 0))
    for done, finished in enumerate(outcomes, 1):
        for outcome in finished:
            _take(outcome, out, tally)
        progress(BatchProgress(False, done, videos, len(tally.skipped)))


def _take(outcome: Outcome, out: Path, tally: Tally) -> None:
    if isinstance(outcome, Recorded):
        tally.saving = outcome.about
        tally.files.update(dict.fromkeys(save_all(outcome.recordings, out), outcome.about.label))
        tally.clips[outcome.about.label] += 1
    elif isinstance(outcome, Damaged):
        tally.damaged.append(outcome)
    else:
        tally.skipped.append(outcome)


def _write_skipped(path: Path, skipped: Sequence[Skipped]) -> None:
    try:
        if not skipped:
            path.unlink(missing_ok=True)
            return
        text = StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(("file", "start", "end", "label", "reason"))
        table.writerows((each.source, *stretch(each.cut), each.cut.label, undecoded(each.reason)) for each in skipped)
        replace_file(path, text.getvalue())
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror}") from error


def stretch(cut: Cut) -> tuple[str, str]:
    """Give a cut's start and end in seconds, as a table has them: empty for the video's own."""
    return f"{cut.start_s:g}" if cut.start_s else "", f"{cut.end_s:g}" if math.isfinite(cut.end_s) else ""
