"""``haredge doctor``: check everything that haredge needs, on one screen."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Final

from haredge.board import Board
from haredge.commands.arguments import add_overrides, load_config
from haredge.commands.config_check import check_labels, check_what_is_served
from haredge.config.load import find, with_config_line
from haredge.config.places import state_folder
from haredge.config.schema import Config, WebhookSection
from haredge.core.errors import ModelError
from haredge.doctor import FAIL, OK, WARN, Check, examine, machine
from haredge.doctor.configuration import configuration
from haredge.terminal import say, say_json

_INSTALL: Final = "install haredge again: scripts/install.sh, or scripts/setup.sh"


_NO_BROKER: Final = "the webhook needs none; for MQTT too, set mqtt.host"
"""Of a broker that is nowhere named, where events go to a web address."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge doctor``."""
    add_overrides(parser)
    parser.add_argument("--offline", action="store_true", help="leave out camera, broker and webhook")
    parser.add_argument("--json", action="store_true", help="one JSON array of checks: name, status, words, remedy")


def run(args: argparse.Namespace) -> int:
    """Print each check as it is made; status 1 where one failed, 0 where there are warnings at most."""
    checks = []
    path = args.config or find()
    for check in examination(partial(load_config, args), path, offline=args.offline):
        checks.append(check)
        if not args.json:
            say(*str(check).split("\n"))
    if args.json:
        say_json([asdict(check) for check in checks])
    return int(any(check.status == FAIL for check in checks))


def examination(load: Callable[[], Config], path: Path | None, *, offline: bool) -> Iterator[Check]:
    """Make all checks. Without a right configuration those that need one are left out; ``path`` is where it lies."""
    yield from _machine()
    loaded: list[Config] = []
    yield examine("configuration", partial(_configuration, load, path, loaded), f"correct it: `{_check_of(path)}`")
    for config in loaded:
        yield from _recognition(config)
        if not offline:
            yield from _outside(config)


def _machine() -> Iterator[Check]:
    board = Board()
    yield machine.system()
    yield machine.python()
    yield machine.clock()
    yield machine.temperature(board)
    yield machine.power(board)
    yield machine.disk(state_folder())
    yield machine.memory(board)


def _configuration(load: Callable[[], Config], path: Path | None, loaded: list[Config]) -> Check:
    loaded.append(config := load())
    with with_config_line(path):
        check_what_is_served(config)
        with suppress(ModelError):  # which has a line of its own
            check_labels(config)
    return configuration(path, config)


def _check_of(path: Path | None) -> str:
    return shlex.join(["haredge", "config", "check", *([str(path)] if path else [])])


def _recognition(config: Config) -> Iterator[Check]:
    # The libraries are what is examined here: without them the rest must still be reported.
    try:
        from haredge.doctor import recognition  # noqa: PLC0415
    except ImportError as error:
        yield Check("runtime", FAIL, str(error), _INSTALL)
        return
    another = "`haredge models` lists what is installed: name another in config.yaml, or install haredge again"
    yield examine("runtime", recognition.runtime, _INSTALL)
    yield examine("video", recognition.video, _INSTALL)
    yield examine("pose model", partial(recognition.pose_model, config), another)
    yield examine("activity model", partial(recognition.activity_model, config), another)
    yield examine("still model", partial(recognition.still_model, config), another)


def _outside(config: Config) -> Iterable[Check]:
    from haredge.doctor.broker import broker  # noqa: PLC0415
    from haredge.doctor.camera import camera  # noqa: PLC0415

    yield examine("camera", partial(camera, config), "check its cable and power, or name another source in config.yaml")
    alone = config.webhook.url is not None and "host" not in config.mqtt.model_fields_set
    for check in broker(config.mqtt):
        yield replace(check, status=WARN, remedy=_NO_BROKER) if alone and check.status == FAIL else check
    if config.webhook.url is not None:
        yield examine("webhook", partial(_webhook, config.webhook, config.webhook.url), "check webhook in config.yaml")


def _webhook(settings: WebhookSection, url: str) -> Check:
    """Connect to the address; an event would set off what listens there."""
    from haredge.service.webhook_post import Post, PostError  # noqa: PLC0415
    from haredge.service.webhook_secret import secret  # noqa: PLC0415

    post = Post(url, secret(settings), settings.timeout_s)
    try:
        post.reach()
    except PostError as error:
        return Check("webhook", FAIL, f"{post.where}: {error}", "check webhook.url; does its server run?")
    return Check("webhook", OK, f"{post.where} answers; no event was posted")
