"""What the live view shows: a sink with one slot, which viewers look into when they like."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from haredge.activity.timeline import Span, Timeline
from haredge.core.interval import Interval
from haredge.core.types import Activity, Image, Observation, Person

KEPT_S: Final = 3600.0
"""The time line shows the last hour."""

MOST_SPANS: Final = 2000
"""Bounds the memory of an hour in which the activity changes all the time."""

FIGURES_S: Final = 2.0
"""How often the figures are taken."""

STALE_S: Final = 10.0
"""Without an observation for so long, the view says that it does not see any more."""


@dataclass(frozen=True)
class Glimpse:
    """What there is to see of one observation, and what was before it."""

    at_s: float
    """When it came, on the view's own clock."""
    t: float
    """Its time on the source's clock."""
    size: tuple[int, int]
    """(height, width) of the picture that the keypoints are in."""
    image: Image | None
    """The picture, where viewers may ask for it; otherwise it is not even kept."""
    people: tuple[Person, ...]
    activity: Activity
    probabilities: Sequence[float] | None
    spans: Sequence[Span] = field(repr=False)
    """The last hour, on the source's clock; the last span goes on until ``t``."""
    figures: Mapping[str, object]
    """As docs/schemas/health.json describes them, but for the time."""


class LiveView:
    """A sink that leaves the newest observation where viewers find it.

    The loop's thread does nothing here but this: no drawing, no waiting, no lock that a viewer could hold. What
    viewers read is either replaced as a whole (:attr:`glimpse`) or only counts up.
    """

    def __init__(
        self,
        labels: Sequence[str],
        figures: Callable[[], Mapping[str, object]],
        *,
        keep_picture: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the classifier's labels, the health figures' source, and whether viewers may see the picture."""
        self.labels: Final = tuple(labels)
        self.keeps_picture: Final = keep_picture
        self.glimpse: Glimpse | None = None
        """The newest observation, None before the first."""
        self.frames = 0
        """Observations so far."""
        self.starts: Counter[str] = Counter()
        """How often each activity has begun."""
        self.seconds: Counter[str] = Counter()
        """How long each activity has gone on in all; fractions of seconds count."""
        self._figures = figures
        self._clock = clock
        self._timeline = Timeline(KEPT_S, MOST_SPANS)
        self._spans: Sequence[Span] = ()
        self._figures_due = Interval(FIGURES_S)
        self._taken: Mapping[str, object] = {}

    def emit(self, observation: Observation) -> None:
        """Leave an observation for viewers; returns at once, and the picture is not touched."""
        now_s, activity = self._clock(), observation.activity
        self._count(observation)
        if self._timeline.add(activity, observation.frame.t):
            self._spans = self._timeline.spans()
        if self._figures_due.due(now_s):
            self._taken = dict(self._figures())
        image, prediction = observation.frame.image, observation.prediction
        self.glimpse = Glimpse(
            now_s,
            observation.frame.t,
            (image.shape[0], image.shape[1]),
            image if self.keeps_picture else None,
            observation.people,
            activity,
            prediction.probabilities.tolist() if prediction else None,
            self._spans,
            self._taken,
        )

    def _count(self, observation: Observation) -> None:
        before, activity = self.glimpse, observation.activity
        self.frames += 1
        if before is None or (before.activity.label, before.activity.since) != (activity.label, activity.since):
            self.starts[activity.label] += 1
        if before is not None and observation.frame.t > before.t:
            self.seconds[activity.label] += observation.frame.t - before.t  # type: ignore[assignment]

    def age_s(self) -> float:
        """Return how long ago the newest observation came; infinite before the first."""
        glimpse = self.glimpse
        return math.inf if glimpse is None else self._clock() - glimpse.at_s

    @property
    def stale(self) -> bool:
        """Whether nothing has been seen for too long."""
        return self.age_s() > STALE_S
