"""Falls reported by the daemon's own loop over labelled videos, with likely ranges, and the processor time it takes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from scipy.special import gammaincinv

from haredge.compose import Networks, buffered, open_configured_source
from haredge.config.schema import Config
from haredge.core.labels import LYING
from haredge.core.types import FallAlarm
from haredge.evaluation.ranges import likely_range
from research.falls.replay import PoseFrame, Replay
from research.falls.score import Score
from research.falls.videos import LabelledVideo

LYING_S: Final = 5.0
"""Seconds after a fall within which who fell is to be reported as lying."""


@dataclass
class Measured:
    """What was reported in some videos, and what it took."""

    score: Score = field(default_factory=Score)
    lying: int | None = None
    """Number of falls after which the activity was `lying`; None if activities were not recognised."""
    videos_s: float = 0.0
    processor_s: float = 0.0

    def __str__(self) -> str:
        """Return the figures in one line."""
        score = self.score
        parts = []
        if score.falls:
            low, high = likely_range(score.reported / score.falls, score.falls)
            parts.append(f"{score.reported} of {score.falls} falls ({low:.2f} to {high:.2f})")
            parts.append(f"median {sorted(score.delays_s)[len(score.delays_s) // 2]:+.2f} s" if score.delays_s else "")
            parts.append("" if self.lying is None else f"lying after {self.lying}")
        for name, false in (("possible", score.false_possible), ("confirmed", score.false_confirmed)):
            low, high = poisson(len(false))
            hours = score.quiet_s / 3600
            parts.append(f"{len(false)} false {name} ({low / hours:.1f} to {high / hours:.1f} an hour)")
        parts += [f"{score.quiet_s / 60:.1f} min without a fall"]
        if self.videos_s:
            parts += [f"{self.processor_s / self.videos_s:.3f} s of processor time per s of video"]
        return ", ".join(filter(None, parts))

    def report(self, group: str) -> str:
        """Return the figures of a group of videos, and what was wrong, in lines."""
        return "\n".join([f"{group}: {self}", *self.score.faults()]) + "\n"


def measure(networks: Networks, config: Config, videos: Iterable[LabelledVideo]) -> Measured:
    """Run the loop over videos; ``config`` says at which rate."""
    measured, lying = Measured(), 0
    for video in videos:
        with video.file() as path:
            settings = config.model_copy(update={"source": str(path)})
            began = time.process_time()
            said = _run(networks, settings)
            measured.processor_s += time.process_time() - began
        if said.frames:
            measured.videos_s += said.frames[-1].t
            measured.score.add(Replay(video.name, video.group, (0, 0), video.fall, tuple(said.frames)), said.alarms)
        if video.fall is not None:
            lying += any(0 <= t - video.fall[1] <= LYING_S for t in said.lying)
    measured.lying = lying
    return measured


@dataclass
class _Said:
    """What the loop said of one video."""

    frames: list[PoseFrame] = field(default_factory=list)
    """All of them, without their poses."""
    lying: list[float] = field(default_factory=list)
    """Times at which the activity was `lying`."""
    alarms: list[FallAlarm] = field(default_factory=list)
    """Each new state of the alarm."""


def _run(networks: Networks, config: Config) -> _Said:
    said, last = _Said(), None
    with closing(iter(buffered(open_configured_source(config), config))) as frames:
        for observation in networks.observe(frames):
            said.frames.append(PoseFrame(observation.frame.t, ()))
            if observation.activity.label == LYING:
                said.lying.append(observation.frame.t)
            alarm = observation.fall_alarm
            if alarm is not None and (alarm.state, alarm.since) != last:
                last = alarm.state, alarm.since
                said.alarms.append(alarm)
    return said


def poisson(count: int) -> tuple[float, float]:
    """Return the mean counts that are likely (95 %) where ``count`` was counted: Garwood's exact interval (1936)."""
    low = float(gammaincinv(count, 0.025)) if count else 0.0
    return low, float(gammaincinv(count + 1, 0.975))
