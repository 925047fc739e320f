"""The daemon: camera in, activities out, until it is told to stop."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from contextlib import ExitStack, closing
from dataclasses import replace
from types import FrameType
from typing import Final

from haredge.board import Board
from haredge.commands.arguments import add_overrides, load_config
from haredge.compose import activity_filter, captured, open_configured_source, open_recogniser
from haredge.config.load import find, with_config_line
from haredge.config.places import state_folder
from haredge.config.reload import change
from haredge.core.errors import HaredgeError
from haredge.service.health import Figures
from haredge.service.rate import Pace
from haredge.service.sinks import Outputs, Surroundings, open_outputs
from haredge.service.switch import Detection

log = logging.getLogger(__name__)

REST_S: Final = 0.5
"""How long it rests at a time while switched off: as soon it heeds a signal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge`` without a command."""
    add_overrides(parser)
    parser.add_argument("--dry-run", action="store_true", help="publish nothing: show it on standard output")
    parser.add_argument("--json", action="store_true", help="with --dry-run: JSON lines even on a terminal")


class Signals:
    """What SIGTERM, SIGINT and SIGHUP have asked for.

    The handlers assign one flag and nothing else: waking a waiting thread from a handler can deadlock.
    """

    def __init__(self) -> None:
        self.stop = False
        self.reload = False

    def listen(self) -> None:
        """Take over the signals."""
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        signal.signal(signal.SIGHUP, self._ask_to_reload)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop = True

    def _ask_to_reload(self, _number: int, _frame: FrameType | None) -> None:
        self.reload = True


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT, or the end of a file.

    Raises the errors of the configuration, the models and the source.
    """
    signals = Signals()
    signals.listen()
    with with_config_line(args.config or find()):
        Daemon(args, signals).run()
    return 0


class Daemon:
    """The loop, run anew whenever detection is switched on or the configuration has changed."""

    def __init__(self, args: argparse.Namespace, signals: Signals) -> None:
        """Load the configuration and the networks."""
        self._args = args
        self._signals = signals
        self._config = load_config(args)
        logging.basicConfig(format="%(levelname)s %(message)s", stream=sys.stderr)
        logging.getLogger().setLevel(self._config.log_level.upper())
        self._source = open_configured_source(self._config)
        self._recogniser = open_recogniser(self._config)
        # Without a broker nobody can switch it on again.
        self._detection = Detection(None if args.dry_run else state_folder() / "detection-off")
        self._figures = Figures()
        self._pace = Pace(self._config.camera.rate_hz, Board())
        if self._source.live:
            self._figures.add(self._pace.figures)

    def run(self) -> None:
        """Look, or rest while switched off, until asked to stop or the source ends."""
        around = Surroundings(
            self._config, self._recogniser.manifest, self._source.live, self._figures, self._detection
        )
        with ExitStack() as stack:
            outputs = open_outputs(stack, around, dry_run=self._args.dry_run, json_lines=self._args.json)
            ended = False
            while not self._signals.stop and not ended:
                if self._signals.reload:
                    self._reload()
                if self._detection.on:
                    ended = self._look(outputs)
                else:
                    self._rest(outputs)

    def _interrupted(self) -> bool:
        return self._signals.stop or self._signals.reload or not self._detection.on

    def _look(self, outputs: Outputs) -> bool:
        """Run the loop; tell whether it ended because its source did."""
        frames = captured(self._source, self._config, self._interrupted, self._pace.rate_hz)
        self._figures.watch(frames)
        with closing(iter(frames)) as stream:
            for observation in self._recogniser.observe(stream, self._figures.stages.measure):
                self._pace.follow(observation)
                outputs.emit(observation)
        return not self._interrupted()

    def _rest(self, outputs: Outputs) -> None:
        outputs.pause()
        self._detection.wait(REST_S)

    def _reload(self) -> None:
        """Take over what a changed configuration allows; a wrong one is refused and the old one stays."""
        self._signals.reload = False
        try:
            changed = change(self._config, load_config(self._args))
            with with_config_line(self._args.config or find()):
                activity_filter(self._recogniser.manifest, changed.config.activity)
            source = open_configured_source(changed.config)
        except HaredgeError as error:
            log.error("the new configuration is refused, the old one stays: %s", error)  # noqa: TRY400
            return
        self._config, self._source = changed.config, source
        self._pace.full_hz = changed.config.camera.rate_hz
        self._recogniser = replace(self._recogniser, section=changed.config.activity)
        logging.getLogger().setLevel(changed.config.log_level.upper())
        log.info("configuration read again: %s", changed)
