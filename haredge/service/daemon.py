"""The daemon: camera in, activities out, until it is asked to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from typing import Final

from haredge.activity.thresholds import measured_sensitivities
from haredge.board import Board
from haredge.compose import buffered, open_configured_source, open_networks
from haredge.config.places import runtime_folder, state_folder
from haredge.config.reload import change
from haredge.config.schema import Config
from haredge.core.clock import WallClock, live_clock, recorded_clock
from haredge.core.errors import HaredgeError, SourceError
from haredge.core.logs import LimitedLog, log_to_stderr
from haredge.models.contract import check_pose_model, reported
from haredge.mqtt.credentials import password
from haredge.service import node_lock
from haredge.service.fall_record import FallRecord
from haredge.service.health import HealthFigures
from haredge.service.loop_pace import LoopPace
from haredge.service.named_files import NamedFiles
from haredge.service.rate import RateGovernor
from haredge.service.remote_settings import RemoteSettings, in_words
from haredge.service.restart_delay import RestartDelay, wait
from haredge.service.signals import Signals
from haredge.service.sink_context import Output, SinkContext
from haredge.service.sinks import Sinks, open_sinks
from haredge.service.switch import DetectionSwitch

log = logging.getLogger(__name__)

IDLE_S: Final = 0.5
"""How long it waits at a time while detection is off: a signal is heeded within it."""


class Interruption:
    """Whether a run was asked to end: once true, it stays true.

    Detection that is switched off and on again within a tenth of a second has ended the run all the same; asked again
    afterwards, the switch would say that nothing has happened.
    """

    def __init__(self, asked: Callable[[], bool]) -> None:
        self._asked = asked
        self.happened = False

    def __call__(self) -> bool:
        """Return whether it has happened by now."""
        self.happened = self.happened or self._asked()
        return self.happened


class Daemon:
    """The loop, run again whenever detection is switched on or the configuration has changed."""

    def __init__(
        self,
        load: Callable[[], Config],
        located: Callable[[], AbstractContextManager[None]],
        signals: Signals,
        output: Output,
    ) -> None:
        """Load the configuration and the networks.

        ``load`` reads the configuration, now and after SIGHUP; inside ``located()`` an error of the configuration gets
        the file and line of its key.
        """
        self._load = load
        self._located = located
        self._signals = signals
        self._output = output
        self._loaded = load()
        """The configuration as it was last read, without what was set over MQTT."""
        log_to_stderr(self._loaded.log_level)
        self._settings = RemoteSettings(None if output.dry_run else state_folder() / "settings.json")
        sensitivities = measured_sensitivities(reported(self._loaded.activity))
        self._config = self._settings.applied(self._loaded, sensitivities)
        self._settings.in_effect = in_words(self._config)
        self._settings.log_what_differs(self._loaded)
        self._source = open_configured_source(self._config)
        self._named_files = NamedFiles(self._config)
        self._networks = open_networks(self._config)
        # Without a broker there is no way to switch it on again.
        self._switch = DetectionSwitch(None if output.dry_run else state_folder() / "detection-off")
        # A video's falls are over when it is; only what a camera sees outlives a restart.
        self._fall_record = FallRecord(
            state_folder() / "fall.json" if self._source.live and not output.dry_run else None
        )
        self._was_on = True
        # A client that may write a command's topic must not fill the disk by it.
        self._switch_log, self._settings_log = LimitedLog(log), LimitedLog(log)
        self._health = HealthFigures()
        self._governor = RateGovernor(self._config.camera.rate_hz, Board())
        self._loop_pace = LoopPace()
        self._restart_delay = RestartDelay(None if output.dry_run else runtime_folder())
        if self._source.live:
            self._report_paces()

    def _report_paces(self) -> None:
        """Have health say whether camera and board keep up."""
        self._health.add(self._governor.figures)
        self._health.add(lambda: {"camera_too_slow": self._source.pace.too_slow})
        self._health.add(lambda: {"board_too_slow": self._loop_pace.too_slow})
        self._health.add_trouble(lambda: "the camera is too slow" if self._source.pace.too_slow else "")
        self._health.add_trouble(lambda: "the board is too slow" if self._loop_pace.too_slow else "")

    @property
    def config(self) -> Config:
        """The configuration in effect."""
        return self._config

    def run(self) -> None:
        """Recognise, or wait while detection is off, until asked to stop or the source ends.

        Raises :class:`SourceError` if a live source ends: a camera has no end.
        """
        clock = live_clock() if self._source.live else recorded_clock()
        context = SinkContext(
            config=self._config,
            manifest=self._networks.manifest,
            live=self._source.live,
            wall_clock=clock,
            health=self._health,
            switch=self._switch,
            fall_record=self._fall_record,
            settings=self._settings,
            output=self._output,
            stopping=lambda: self._signals.stop,
            reloaded=lambda: self._config,
        )
        with ExitStack() as stack:
            if not self._output.dry_run:
                stack.enter_context(node_lock.held(self._config.mqtt, service=runtime_folder() is not None))
            stack.callback(self._switch.close)  # after the sinks, through which they are set
            stack.callback(self._settings.close)
            stack.callback(self._fall_record.close)
            sinks = open_sinks(stack, context)
            ended = False
            while not self._signals.stop and not ended:
                self._taken_over()
                if self._detecting():
                    ended = self._run_or_wait(sinks, clock)
                else:
                    self._idle(sinks)

    def _detecting(self) -> bool:
        """Return whether detection is on, and log a change of it."""
        on = self._switch.on
        if on != self._was_on:
            self._switch_log.line(logging.INFO, "detection is %s", "on" if on else "off")
        self._was_on = on
        return on

    def _interrupted(self) -> bool:
        return self._signals.stop or not self._switch.on or self._taken_over()

    def _taken_over(self) -> bool:
        """Return whether there is a new configuration, which is then in effect; one that is refused ends nothing."""
        return (self._signals.reload or self._settings.changed) and self._reload()

    def _run_or_wait(self, sinks: Sinks, clock: WallClock) -> bool:
        """Run the loop; a camera that is away again is waited for a while, here, before that ends the process."""
        try:
            return self._run_pipeline(sinks, clock)
        except SourceError as error:
            delay_s = self._restart_delay.next_s() if self._source.live else 0.0
            if delay_s:
                log.warning("%s; haredge ends in %g s, to be started again", error, delay_s)
                wait(delay_s, lambda: self._signals.stop or self._signals.reload, time.sleep)
            if self._signals.stop:
                return True
            raise

    def _run_pipeline(self, sinks: Sinks, clock: WallClock) -> bool:
        """Run the loop; return whether it ended because its source did."""
        interruption = Interruption(self._interrupted)
        frames = buffered(self._source, self._config, interruption)
        self._health.watch(frames)
        self._loop_pace.restart()
        with closing(iter(frames)) as stream:
            observations = self._networks.observe(
                stream,
                self._health.stages.measure,
                rate_hz=self._config.camera.rate_hz if self._source.live else None,
                acknowledged=self._fall_record.acknowledgement.take,
                fallen=self._fall_record.alarm(clock),
            )
            for observation in observations:
                if self._source.live:
                    self._source.limit_hz = self._governor.update(observation)
                    self._loop_pace.update(
                        observation.frame.t, self._source.limit_hz, camera_too_slow=self._source.pace.too_slow
                    )
                sinks.emit(observation)
                self._restart_delay.seen(observation.frame.t)
        if self._source.live and not interruption.happened:
            raise SourceError(f"{self._source} has ended, and a camera or stream does not end by itself; check it")
        return not interruption.happened

    def _idle(self, sinks: Sinks) -> None:
        sinks.pause()
        self._switch.wait(IDLE_S)

    def _reload(self) -> bool:
        """Take over what a changed configuration, or what was set over MQTT, allows.

        A wrong configuration is refused and the old one stays. It is read only if that was asked for: who sets
        something from outside does not know what a person is writing into it at the moment. Return whether the loop
        must begin again, which costs what it knows of people.
        """
        asked, self._signals.reload = self._signals.reload, False
        self._settings.take()
        try:
            loaded = self._load() if asked else self._loaded
            changed = change(
                self._config,
                self._settings.applied(loaded, measured_sensitivities(self._networks.manifest)),
                self._named_files.replaced(self._config) if asked else (),
            )
            with self._located():
                if asked:
                    _check_named(loaded, published=not self._output.dry_run)
                networks = self._networks.with_settings(changed.config)
                source = open_configured_source(changed.config)
        except HaredgeError as error:
            log.error("the new configuration is refused, the old one stays: %s", error)  # noqa: TRY400
            return False
        self._loaded = loaded
        if asked:
            log.info("configuration read again: %s", changed)
        elif changed.immediate:
            self._settings_log.line(logging.INFO, "set over MQTT: %s", changed)
        if changed.immediate:
            self._config = changed.config
            self._settings.in_effect = in_words(changed.config)
            log_to_stderr(changed.config.log_level)
        if changed.begins_again:
            self._source, self._networks = source, networks
            self._governor.set_full_hz(changed.config.camera.rate_hz)
        if asked:
            self._settings.log_what_differs(loaded)
        return changed.begins_again


def _check_named(config: Config, *, published: bool) -> None:
    """Raise the error of a model, source or password that is not there: haredge would end with it at its next start."""
    open_configured_source(config)
    check_pose_model(config.pose)
    reported(config.activity)
    if published:
        password(config.mqtt)
