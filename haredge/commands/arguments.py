"""Arguments that several commands share: the configuration and what overrides it, and numbers that are checked."""

from __future__ import annotations

import argparse
import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.core.address import check_host, redacted
from haredge.core.printable import printable
from haredge.sources.video_limits import VideoLimits

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from haredge.config.schema import Config


LAST_SEED: Final = 2**32 - 1
"""Of numpy's and TensorFlow's random numbers."""

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)

Arguments = argparse.ArgumentParser | argparse._ArgumentGroup  # noqa: SLF001  (argparse names no public one)


def add_config(parser: Arguments) -> None:
    """Add the argument that chooses a configuration."""
    parser.add_argument("--config", type=given_path, metavar="FILE", help="the configuration (see config.yaml)")


def add_config_file(parser: argparse.ArgumentParser) -> None:
    """Add the argument of what is about a configuration itself: the file, as a word or by ``--config``."""
    file = parser.add_mutually_exclusive_group()
    file.add_argument(
        "file", nargs="?", type=given_path, help="a configuration; without it, the one that would be read"
    )
    add_config(file)


def add_out(parser: argparse.ArgumentParser, default: Path, what: str) -> None:
    """Add the argument that says where results go: ``-o``, or a last word."""
    out = parser.add_mutually_exclusive_group()
    out.add_argument(
        "-o", "--out", type=given_path, default=default, metavar="DIR", help=f"{what} (default: {default.as_posix()})"
    )
    out.add_argument("out", nargs="?", type=given_path, action=_Given, metavar="DIR", help="the same as -o DIR")


class _Given(argparse.Action):
    """Stores a word that may be left out, without undoing what an option of the same name has stored."""

    def __call__(self, _parser: object, namespace: argparse.Namespace, values: object, _option: object = None) -> None:
        if values is not None:
            setattr(namespace, self.dest, values)


def add_source(parser: Arguments) -> None:
    """Add the argument that names the source of frames."""
    parser.add_argument("--source", metavar="URI", help="where frames come from: 0, csi, a file, rtsp://, gst:, test:")


def add_pose_model(parser: Arguments) -> None:
    """Add the argument that chooses the pose network."""
    parser.add_argument(
        "--pose-model", metavar="MODEL", help="a pose network: an installed name, or a path to its file"
    )


def add_model(parser: Arguments) -> None:
    """Add the argument that chooses the activity model."""
    parser.add_argument("--model", metavar="MODEL", help="an activity model: an installed name or a folder")


def add_still_model(parser: Arguments) -> None:
    """Add the argument that chooses the still model."""
    parser.add_argument(
        "--still-model",
        metavar="MODEL",
        help="a still model beside the activity model: an installed name or a folder (default: the configuration's)",
    )


def add_person(parser: Arguments) -> None:
    """Add the argument that says who is recorded, of several people."""
    from haredge.datasets.choice import RULES, USUAL  # noqa: PLC0415  (numpy)

    parser.add_argument(
        "--person",
        choices=tuple(RULES),
        default=USUAL,
        help="who is recorded, of several people: "
        + "; ".join(f"{rule}: {meaning}" for rule, meaning in RULES.items())
        + " (default: %(default)s)",
    )


def add_video_limits(parser: Arguments, usual: VideoLimits) -> None:
    """Add the arguments that bound a video; ``usual`` holds where they are not given."""
    parser.add_argument(
        "--longest",
        type=seconds,
        default=usual.longest_s,
        metavar="S",
        help=f"longest video, in seconds (default: {_or_any(usual.longest_s)})",
    )
    parser.add_argument(
        "--largest",
        type=whole(1),
        default=usual.largest_px,
        metavar="PX",
        help="largest side of an image, in pixels (default: %(default)s)",
    )
    parser.add_argument(
        "--most-gigapixels",
        type=whole(1),
        default=usual.gigapixels,
        metavar="N",
        help=f"most gigapixels of all frames together (default: {_or_any(usual.gigapixels)}; "
        "ten minutes of Full HD at 30 fps are 37)",
    )


def _or_any(limit: float | None) -> str:
    return "any" if limit is None or math.isinf(limit) else f"{limit:g}"


def video_limits(args: argparse.Namespace) -> VideoLimits:
    """Return what the arguments of :func:`add_video_limits` say."""
    return VideoLimits(args.longest, args.largest, args.most_gigapixels)


def video_limit_options(limits: VideoLimits) -> list[str]:
    """Return the arguments of :func:`add_video_limits` that say this."""
    most = [] if limits.gigapixels is None else [f"--most-gigapixels={limits.gigapixels}"]
    return [f"--longest={limits.longest_s}", f"--largest={limits.largest_px}", *most]


def add_overrides(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that choose a configuration and override parts of it."""
    add_config(parser)
    add_source(parser)
    add_pose_model(parser)
    add_model(parser)
    add_still_model(parser)


def load_config(args: argparse.Namespace) -> Config:
    """Load the configuration that the arguments ask for, with those overrides that the command has.

    Raises :class:`haredge.core.errors.ConfigError` for a configuration that is wrong.
    """
    # The daemon handles signals before this takes a second.
    from haredge.config.dotted import with_value  # noqa: PLC0415
    from haredge.config.load import find, load  # noqa: PLC0415

    config = load(args.config or find())
    for key, value in overridden(args).items():
        config = with_value(config, key, value)
    return config


def overridden(args: argparse.Namespace) -> dict[str, str]:
    """Return what the arguments put in the place of the configuration's values, by dotted keys."""
    given = {key: getattr(args, name, None) for name, key in _OVERRIDES.items()}
    return {key: value for key, value in given.items() if value is not None}


_OVERRIDES: Final = {
    "source": "source",
    "pose_model": "pose.model",
    "model": "activity.model",
    "still_model": "activity.still_model",
}
"""Arguments that go before the configuration, and the dotted keys of what they replace."""


def given_path(text: str) -> Path:
    """Read a path, for ``ArgumentParser.add_argument``.

    An empty one, as of a variable that is not set, is refused, and so is an address, as of a file in the web.
    """
    if not text:
        raise argparse.ArgumentTypeError("a path is needed, and this one is empty")
    path = Path(text)
    if _ADDRESS.match(text) and not os.path.exists(path):  # noqa: PTH110  # which takes any text
        shown = printable(redacted(text), 200)
        raise argparse.ArgumentTypeError(f"{shown}: is an address; download what is there, and name its file")
    return path


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads a whole number from ``least`` up to ``most``, for ``ArgumentParser.add_argument``."""
    to = "" if most is None else f" to {most}"

    def read(text: str) -> int:
        number = int(text) if text.isdecimal() and len(text) <= _DIGITS else -1
        if number < least or (most is not None and number > most):
            raise _unfit(text, f"a whole number from {least}{to}")
        return number

    return read


def checked(kind: TypeAdapter[str], text: str, allowed: str) -> str:
    """Read a text that the configuration or a manifest would take; ``allowed`` says what that is."""
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        return kind.validate_python(text)
    except ValidationError:
        raise argparse.ArgumentTypeError(f"{printable(text, 60)}: allowed are {allowed}") from None


def add_seed(parser: Arguments) -> None:
    """Add the argument that makes random numbers repeatable."""
    parser.add_argument("--seed", type=whole(0, LAST_SEED), default=0, help="random seed (0)")


def host(text: str) -> str:
    """Read the name or address of a host."""
    try:
        return check_host(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{printable(redacted(text), 60)}: {error}") from None


def seconds(text: str) -> float:
    """Read a length of time above 0, ``inf`` included."""
    number = _number(text)
    if not number > 0:
        raise _unfit(text, "a number of seconds above 0")
    return number


def seconds_within(least: float, most: float) -> Callable[[str], float]:
    """Return what reads a length of time from ``least`` up to ``most``, for ``ArgumentParser.add_argument``."""

    def read(text: str) -> float:
        number = _number(text)
        if not least <= number <= most:
            raise _unfit(text, f"a number of seconds from {least:g} to {most:g}")
        return number

    return read


def share(text: str) -> float:
    """Read a part of a whole, from 0 to 1."""
    number = _number(text)
    if not 0 <= number <= 1:
        raise _unfit(text, "a share from 0 to 1")
    return number


def rate(text: str) -> float:
    """Read a rate above 0 and up to 120 per second."""
    number = _number(text)
    if not 0 < number <= 120:
        raise _unfit(text, "a rate above 0 and up to 120")
    return number


_DIGITS: Final = 18
"""Most digits of a whole number: more than any machine counts."""


def _unfit(text: str, needed: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{printable(text, 60)}: {needed} is needed")


def _number(text: str) -> float:
    """Read a number; what is not one is "not a number", which is in no range."""
    try:
        return float(text)
    except ValueError:
        return math.nan
