"""The sink that publishes, if the configuration asks for it, an image of the skeletons on black.

The camera's image is read for its size alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from haredge.core.interval import passed
from haredge.core.seams import Sink
from haredge.core.types import Observation, Person
from haredge.mqtt.messages import Topics, skeletons
from haredge.mqtt.publisher import Transport
from haredge.video.draw.encode import as_jpeg
from haredge.video.draw.reduced import draw_reduced

CHANGE_S: Final = 2.0
"""Seconds from one image to the next at least, whatever people do."""

REFRESH_S: Final = 10.0
"""Seconds from one image to the next while people only move."""


class SkeletonImages(Sink):
    """Sends an image when who is in view or what they do changes, now and then while they move, one when all have left.

    An empty view is one black image: the last skeleton must not go on being shown for hours. Times are those
    of the frames.
    """

    def __init__(self, transport: Transport, topics: Topics) -> None:
        self._transport = transport
        self._topics = topics
        self._sent: Sequence[object] | None = None
        """What the last image shows; empty if it is black, None before the first one."""
        self._sent_t = 0.0
        self._size = (0, 0)

    def emit(self, observation: Observation) -> None:
        """Send an image if one is due."""
        image = observation.frame.image
        people = [person for person in observation.people if person.settled]
        self._size = (image.shape[0], image.shape[1])
        hidden = bool(people) and not any(person.pose for person in people)
        unknown = not observation.known and self._sent is not None  # a loop that has just begun again
        if not hidden and not unknown and self._is_due([_state(person) for person in people], observation.frame.t):
            self._send(people, observation.frame.t)

    def pause(self) -> None:
        """Take back the skeletons that were shown last: the camera is closed."""
        if self._sent:
            self._send((), self._sent_t)

    def _is_due(self, shown: Sequence[object], t: float) -> bool:
        if self._sent is None:
            return True
        if not shown and not self._sent:
            return False
        return passed(self._sent_t, t, REFRESH_S if shown == self._sent else CHANGE_S)

    def _send(self, people: Sequence[Person], t: float) -> None:
        self._sent, self._sent_t = [_state(person) for person in people], t
        self._transport.send(skeletons(self._topics, as_jpeg(draw_reduced(self._size, people))))


def _state(person: Person) -> object:
    return person.id, person.activity.label, None if person.fall is None else person.fall.state
