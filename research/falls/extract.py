"""Makes replays: runs a pose network and the product's tracker over labelled videos."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np

from haredge.compose import Networks, buffered, open_configured_source
from haredge.config.schema import Config
from haredge.pipeline import track
from haredge.pose.tracker import PeopleTracker
from research.falls.replay import PoseFrame, Replay
from research.falls.videos import LabelledVideo

RATE_HZ: Final = 12.5
"""Poses per second that are kept: a replay can be thinned out, and slower boards with it."""


def extract(networks: Networks, config: Config, video: LabelledVideo, folder: Path) -> None:
    """Write the replay of a video, unless it is there."""
    if (folder / video.group / f"{video.name}.npz").exists():
        return
    frames: list[PoseFrame] = []
    size = (0, 0)
    with video.file() as path:
        settings = config.model_copy(update={"source": str(path)})
        with closing(iter(buffered(open_configured_source(settings), settings))) as images:
            for frame, poses in track(images, PeopleTracker(networks.estimator, networks.max_people)):
                size = frame.size
                frames.append(PoseFrame(frame.t, tuple(pose for pose in poses if np.isclose(pose.t, frame.t))))
    if frames:
        Replay(video.name, video.group, size, video.fall, tuple(frames)).save(folder)
