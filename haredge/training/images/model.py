"""A still model made out of labelled images: read, divided, examined, trained, tested, written into its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from haredge.core.counted import counted
from haredge.manifest import StillManifest
from haredge.training.images import course, division, package, reading, start
from haredge.training.images.fit import Plan
from haredge.training.package import prepared


def make(
    data: Path,
    out: Path,
    *,
    begin: str,
    plan: Plan,
    report: Callable[[str], None],
    progress: Callable[[int, int], None],
) -> StillManifest:
    """Make a still model, as :func:`haredge.api.train_images` describes, with ``begin`` the model to start from."""
    folder = prepared(out)
    before = start.read(begin)
    images = reading.read_images(data, plan.size or before.size, report, progress)
    parts = division.divide(images)
    trained, tested = counted(len(parts.train), "image"), len(parts.test)
    report(f"{len(images.labels)} labels; {trained} to train on, {tested} to test on")
    doubts = tuple(course.data_warnings(images, parts))
    for line in doubts:
        report(line)
    packed, history = course.train(images, parts, before, plan, report)
    return package.write(folder, packed, history, package.own(images.name, parts.split, before, doubts))
