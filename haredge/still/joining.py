"""How what an image shows of a person joins what their motion shows: two networks, one label.

The rule:

1. A label that both models know is the motion's. The image adds those that motion does not know: drinking, texting.
2. Motion comes first. Only while it gives most of its probability to :data:`CALM` labels or its background class does
   the image count: who walks, falls or waves a hand does that, whatever is in the hand.
3. A label that is itself a movement, :data:`MOVEMENTS`, needs the background class: who sits or stands does not dance.
4. Then the image's most probable label counts, from its threshold on until it falls below where a label is withdrawn.
   It keeps its probability, and the motion's labels share what is left.

The activity filter gets these probabilities as it gets a motion model's alone: what is reported is one label a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

CALM: Final = frozenset({"sitting", "standing"})
"""Labels of motion during which something is done that motion does not show."""

MOVEMENTS: Final = frozenset({"cycling", "dancing", "fighting", "running"})
"""Labels of images that sitting and standing contradict."""

MOST: Final = 0.5
"""Share of the motion's probability that the labels must have which let an image count."""


class LabelThreshold(Protocol):
    """When a label is reported, and when it is withdrawn."""

    @property
    def enter(self) -> float:
        """Probability from which on it is reported."""

    @property
    def leave(self) -> float:
        """Probability under which it is withdrawn."""


class Joining:
    """Joins one person's probabilities, of motion and of images."""

    def __init__(
        self,
        labels: Sequence[str],
        motion: Sequence[str],
        still: Sequence[str],
        thresholds: Mapping[str, LabelThreshold],
        background: Collection[str] = (),
    ) -> None:
        """Take the labels of both models joined (:mod:`haredge.still.contract`), and those of each.

        ``thresholds`` has those of the labels that images add, ``background`` are labels of motion.
        """
        self.labels: Final = tuple(labels)
        """Of the joined probabilities, in order: the motion's first."""
        self._nothing = [label in background for label in motion]
        self._calm = [label in CALM or label in background for label in motion]
        self._added = {label: still.index(label) for label in self.labels[len(motion) :]}
        self._thresholds = thresholds
        self._current: str | None = None

    def join(self, motion: NDArray[np.float32], still: NDArray[np.float32] | None) -> NDArray[np.float32]:
        """Return the probabilities of :attr:`labels`, whose sum is that of the motion's.

        ``still`` is None if nothing is known of the person's image.
        """
        joined = np.zeros(len(self.labels), np.float32)
        joined[: len(motion)] = motion
        self._current = self._chosen(motion, still)
        if still is not None and self._current is not None:
            share = still[self._added[self._current]]
            joined *= 1 - share
            joined[self.labels.index(self._current)] = share * motion.sum()
        return joined

    def _chosen(self, motion: NDArray[np.float32], still: NDArray[np.float32] | None) -> str | None:
        if still is None:
            return None
        open_to = [label for label in self._added if self._allows(motion, label)]
        best = max(open_to, key=lambda label: float(still[self._added[label]]), default=None)
        if best is None:
            return None
        threshold = self._thresholds[best]
        least = threshold.leave if best == self._current else threshold.enter
        return best if still[self._added[best]] >= least else None

    def _allows(self, motion: NDArray[np.float32], label: str) -> bool:
        """Return whether motion leaves room for a label of the image."""
        return bool(motion[self._nothing if label in MOVEMENTS else self._calm].sum() >= MOST)
