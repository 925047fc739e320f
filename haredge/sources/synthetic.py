"""``test:``, a camera without a camera: a synthetic person who comes, does things and leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.sources.source import every_frame
from haredge.synthetic.clip import SyntheticClip
from haredge.synthetic.script import EMPTY, SECONDS

DEFAULT_SCRIPT: Final = (
    *(EMPTY, "walking", "standing", "waving", "jumping_jacks", "squat", "clapping", "sitting", "boxing", "pushup"),
    EMPTY,
)
_WORDS: Final = ", ".join(SECONDS)


@dataclass(frozen=True)
class SyntheticSource:
    """Frames of a synthetic person who plays a script.

    Live, it keeps time like a camera, never ends, and skips frames where drawing is too slow; otherwise it gives every
    frame of one pass, as fast as they are read. The images follow from the seed alone.
    """

    rate_hz: float = 15.0
    size: tuple[int, int] = (640, 480)
    """(width, height) in pixels."""
    seed: int = 0
    script: tuple[tuple[str, float | None], ...] = tuple((word, None) for word in DEFAULT_SCRIPT)
    """Words of :data:`haredge.synthetic.script.SECONDS`, each with its seconds or None for the usual ones."""
    live: bool = True
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep

    def __str__(self) -> str:
        return "a synthetic person (test:)"

    @classmethod
    def from_uri(
        cls, uri: str, *, clock: Callable[[], float] = time.monotonic, wait: Callable[[float], None] = time.sleep
    ) -> SyntheticSource:
        """Make the source of ``test:?fps=15&size=640x480&seed=3&script=empty,walking,waving:6&live=no``.

        Every option may be left out. ``script`` lists words, each with the seconds that it lasts if not the usual;
        ``live=no`` gives one pass without keeping time. Raises :class:`SourceError` for anything else.
        """
        rest = uri.removeprefix("test:")
        if rest and not rest.startswith("?"):
            raise SourceError(
                f"source {uri}: options follow a question mark, as in test:?{'&'.join(_EXAMPLES.values())}"
            )
        options: dict[str, object] = {"clock": clock, "wait": wait}
        for name, value in parse_qsl(rest[1:], keep_blank_values=True):
            if name not in _READERS:
                raise SourceError(f"source {uri}: no option {name!r}; it may be {', '.join(_READERS)}")
            field, read = _READERS[name]
            try:
                options[field] = read(value)
            except ValueError as error:
                raise SourceError(f"source {uri}: {name}={value}: {error}, as in {_EXAMPLES[name]}") from error
        return cls(**options)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames; ``t`` is the index over the rate, live from the clock's time at the first frame on.

        Iterating again starts again from the first.
        """
        return self.frames_where(every_frame)

    def frames_where(self, accepts: Callable[[float], bool]) -> Generator[Frame, None, None]:
        """Yield the frames for whose times ``accepts(t)`` is true; the others are not drawn."""
        clip = SyntheticClip(self.script, seed=self.seed, size=self.size)
        count = clip.frame_count(self.rate_hz)
        began = self.clock() if self.live else 0.0
        for index in self._paced(began) if self.live else range(count):
            t = began + index / self.rate_hz
            if accepts(t):
                yield Frame(index, t, clip.at(index % count / self.rate_hz).image)

    def _paced(self, began: float) -> Generator[int, None, None]:
        """Yield the index of each frame when it is due; those that are past are skipped."""
        index = 0
        while True:
            yield index
            elapsed = self.clock() - began
            index = max(index + 1, int(elapsed * self.rate_hz))
            self.wait(max(0.0, index / self.rate_hz - elapsed))


def _rate(value: str) -> float:
    rate = float(value) if value.replace(".", "", 1).isdecimal() else 0.0
    if not 0.5 <= rate <= 120:
        raise ValueError("fps must be between 0.5 and 120")
    return rate


def _size(value: str) -> tuple[int, int]:
    width, cross, height = value.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        raise ValueError("a size is WIDTHxHEIGHT in pixels")
    if not (64 <= int(width) <= 1920 and 64 <= int(height) <= 1920):
        raise ValueError("width and height lie between 64 and 1920")
    return int(width), int(height)


def _seed(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("a seed is a whole number from 0")
    return int(value)


def _live(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("live is yes or no")
    return value == "yes"


def _script(value: str) -> tuple[tuple[str, float | None], ...]:
    return tuple(_word(part.strip()) for part in value.split(","))


def _word(part: str) -> tuple[str, float | None]:
    word, colon, seconds = part.partition(":")
    if word not in SECONDS:
        raise ValueError(f"no word {word!r}; a script's words are {_WORDS}")
    if not colon:
        return word, None
    length = float(seconds) if seconds.replace(".", "", 1).isdecimal() else 0.0
    if not 1 <= length <= 3600:
        raise ValueError("a word's seconds lie between 1 and 3600")
    return word, length


_READERS: Final[dict[str, tuple[str, Callable[[str], object]]]] = {
    "fps": ("rate_hz", _rate),
    "size": ("size", _size),
    "seed": ("seed", _seed),
    "script": ("script", _script),
    "live": ("live", _live),
}
_EXAMPLES: Final = {
    "fps": "fps=15",
    "size": "size=640x480",
    "seed": "seed=3",
    "script": "script=empty,walking,waving:6",
    "live": "live=no",
}
