"""``haredge web``: a page on which people try their own videos and images."""

from __future__ import annotations

import argparse
import logging
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from haredge.commands import annotate, recognise
from haredge.commands.arguments import (
    add_config,
    add_video_limits,
    given_path,
    host,
    load_config,
    seconds,
    video_limits,
    whole,
)
from haredge.config.schema import ActivitySection, Config
from haredge.core.errors import ConfigError, ModelError, RuntimeMissingError
from haredge.core.extras import how_to_install
from haredge.core.logs import log_to_stderr
from haredge.still.contract import USUAL
from haredge.terminal import say
from haredge.web.limits import Limits

if TYPE_CHECKING:
    from haredge.web.clip_pages import Choice
    from haredge.web.uploaded_clip import UploadedClip

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge web``."""
    _add_address(parser)
    _add_limits(parser)
    add_config(parser)
    parser.add_argument("--pose-model", metavar="MODEL", help="the pose network that is chosen at first")
    parser.add_argument("--model", metavar="MODEL", help="the activity model that is chosen at first")


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        type=host,
        default="127.0.0.1",
        help="address to serve on; any but this machine's own needs a token (default: %(default)s)",
    )
    parser.add_argument(
        "--port",
        type=whole(0, 65_535),
        default=8766,
        help="port to serve on; 0 takes a free one (default: %(default)s)",
    )
    parser.add_argument(
        "--name",
        type=host,
        action="append",
        default=[],
        metavar="HOST",
        help="host name under which a proxy serves the page",
    )
    parser.add_argument(
        "--token-file", type=given_path, metavar="FILE", help="file whose first line is the token that visitors need"
    )
    parser.add_argument(
        "--folder", type=given_path, default=_usual_folder(), help="folder for clips (default: %(default)s)"
    )


def _usual_folder() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except OSError:  # the disk is full, say, and Python searches for a folder by writing there
        return Path("/tmp")  # noqa: S108  # making the clips' folder says what is wrong with it


def _add_limits(parser: argparse.ArgumentParser) -> None:
    usual = Limits()
    parser.add_argument(
        "--most-mb",
        type=whole(1),
        default=usual.most_mb,
        metavar="MB",
        help="largest file, in MB (default: %(default)s)",
    )
    add_video_limits(parser, usual.video)
    parser.add_argument(
        "--work-time",
        type=seconds,
        default=usual.work_s,
        metavar="S",
        help=f"longest work on a clip, in seconds (default: {usual.work_s:g})",
    )
    parser.add_argument(
        "--waiting",
        type=whole(1),
        default=usual.waiting,
        metavar="N",
        help="number of clips that may queue (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Serve the page until SIGTERM or SIGINT, or until its terminal is closed.

    Raises :class:`RuntimeMissingError` without the extra ``web``, and the errors of the configuration, the models and
    the address.
    """
    try:
        from haredge.web.clip_pages import ClipPages  # noqa: PLC0415
        from haredge.web.clips import Clips  # noqa: PLC0415
        from haredge.web.server import Server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise RuntimeMissingError(f"{error.name} is not installed: {how_to_install('web')}") from error
    from haredge.web.access import access_to  # noqa: PLC0415
    from haredge.web.work_folder import work_folder  # noqa: PLC0415

    log_to_stderr("info")
    # The server raises these again once it has ended; the clips' folder must still be removed then.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    config = load_config(args)
    choice = installed_choice(config)
    access = access_to(args.host, args.name, args.token_file)
    limits = Limits(args.most_mb, video_limits(args), args.waiting, args.work_time)
    with work_folder(args.folder) as folder:
        clips = Clips(folder, working(args.config, limits), limits)
        server = Server(lambda stop: ClipPages(clips, choice, access, stop).app(), args.host, args.port)
        server.run(lambda: say(f"Try a clip at {server.url} (Ctrl-C ends it)"))
    return 0


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def installed_choice(config: Config) -> Choice:
    """Find the models that visitors may choose from, those of the configuration first.

    Raises :class:`ModelError` where a kind is missing, and :class:`ConfigError` for a configuration that the model that
    it names cannot be used with.
    """
    from haredge.manifest import ActivityManifest, PoseManifest, StillManifest  # noqa: PLC0415
    from haredge.models.catalog import installed  # noqa: PLC0415
    from haredge.web.clip_pages import Choice  # noqa: PLC0415

    found = {model.folder.name: model.manifest for model in reversed(list(installed()))}
    poses = [name for name, manifest in found.items() if isinstance(manifest, PoseManifest)]
    activities = [name for name, manifest in found.items() if isinstance(manifest, ActivityManifest)]
    stills = {name: manifest.labels for name, manifest in found.items() if isinstance(manifest, StillManifest)}
    if not poses or not activities:
        raise ModelError("a pose network and an activity model must be installed: `haredge models` lists what there is")
    return Choice(
        _usual_first(poses, config.pose.model),
        dict(_reported_by(_usual_first(activities, config.activity.model), config.activity)),
        {name: stills[name] for name in sorted(stills, key=lambda name: (name != USUAL, name))},
    )


def _reported_by(names: Iterable[str], settings: ActivitySection) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each activity model with the labels that it reports with the configuration's still model.

    One that the configuration's thresholds are not for is left out. Raises :class:`ConfigError` if it is the usual one.
    """
    from haredge.activity.thresholds import resolve  # noqa: PLC0415
    from haredge.models.contract import reported  # noqa: PLC0415

    for name in names:
        section = settings.model_copy(update={"model": name})
        manifest = reported(section)
        try:
            resolve(manifest, section)
        except ConfigError as error:
            if name == settings.model:
                raise
            log.warning("%s is not offered: %s", name, error)
        else:
            yield name, manifest.labels


def _usual_first(names: Sequence[str], usual: str) -> list[str]:
    """Sort names, the usual one first. Raises :class:`ModelError` where it is not among them."""
    if usual not in names:
        raise ModelError(f"{usual}: the page offers installed models only: name one of {', '.join(sorted(names))}")
    return sorted(names, key=lambda name: (name != usual, name))


def working(config: Path | None, limits: Limits) -> Callable[[UploadedClip], Sequence[str]]:
    """Return what makes the command line that works on a clip or an image: the same commands that people use."""
    suffix = ".mp4" if shutil.which("ffmpeg") else ".webm"  # Safari on older phones plays H.264 only

    def command(clip: UploadedClip) -> Sequence[str]:
        files, models = clip.files, clip.models
        if clip.kind == "image" and models.still:
            return recognise.command(files.upload, files.image, models.still, models.pose)
        task = annotate.Task(files.upload, files.folder / f"annotated{suffix}", files.activities, files.timeline)
        chosen = argparse.Namespace(
            config=config, pose_model=models.pose, model=models.activity, still_model=None, force=False
        )
        return annotate.command(task, chosen, limits.video)

    return command
