"""Promises of the daemon, kept by real processes: what it publishes, and how it ends."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, Subscriber, need_mosquitto
from children import started
from deadline import wait_until
from ports import free_port

from haredge.config.places import shipped_folder
from haredge.core.label_names import label_names
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.service.daemon import Interruption

MODELS = shipped_folder() / "models"
LIVE = "test:?script=standing:60&fps=10"
CLIP = "test:?script=empty:3,standing:3&live=no&fps=10"


EARLY = """
import importlib.abc, os, signal, sys
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "{library}":
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGHUP)
sys.meta_path.insert(0, Finder())
"""


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "haredge", *arguments]
    environment = {**os.environ, "STATE_DIRECTORY": str(folder / "state")}
    return started(
        subprocess.Popen(
            command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    )


def messages(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    need_mosquitto()
    folder = tmp_path / "broker"
    folder.mkdir()
    running = Broker(folder)
    running.start()
    yield running
    running.stop()


def complaints(errors: str) -> list[str]:
    """Return what is said on standard error beside what is in use."""
    return [line for line in errors.splitlines() if not line.startswith("INFO ")]


def configure(folder: Path, port: int, **mqtt: object) -> None:
    settings = {"host": "127.0.0.1", "port": port, "node": "den", **mqtt}
    (folder / "config.yaml").write_text(json.dumps({"mqtt": settings}))


def online(report: list[dict[str, Any]]) -> dict[str, Any]:
    return next(line for line in report if line["payload"] == "online")


def test_a_clip_becomes_messages_in_order(tmp_path: Path) -> None:
    """Through a pipe, each message that would be published is a JSON line, from `online` to `offline`."""
    output, errors = start(tmp_path, "--dry-run", "--source", CLIP).communicate(timeout=60)
    report = messages(output)
    (in_use,) = errors.splitlines()
    assert in_use.startswith(f"INFO in use: no configuration file, source {CLIP}, pose network /")
    assert all(set(line) == {"topic", "payload", "qos", "retain"} for line in report)
    status = [line["payload"] for line in report if line["topic"].endswith("/status")]
    assert (status, report[-1]["payload"]) == (["online", "offline"], "offline")
    before = [line["topic"].rpartition("/")[2] for line in report[: report.index(online(report))]]
    assert sorted(before) == ["activity", "day", "fall", "health", "people", "state"]
    labels = [line["payload"]["label"] for line in report if line["topic"].endswith("/activity")]
    assert labels[:2] == ["unknown", "no_person"]
    assert len(labels) > 2


def test_activities_carry_label_probability_since_and_model(tmp_path: Path) -> None:
    """The payload that programs read keeps its names."""
    output, _ = start(tmp_path, "--dry-run", "--source", CLIP).communicate(timeout=60)
    payloads = [line["payload"] for line in messages(output) if line["topic"].endswith("/activity")]
    for payload in payloads:
        assert set(payload) == {"label", "probability", "since", "reported", "model"}
        assert 0 <= payload["probability"] <= 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", payload["since"])
        assert payload["since"] <= payload["reported"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_with_offline_said(tmp_path: Path, broker: Broker, number: int) -> None:
    """Ctrl-C and `systemctl stop` are heeded (docs/bench.md has the time), and subscribers learn of it."""
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port)
    daemon = start(tmp_path, "--source", LIVE)
    subscriber.wait_for("haredge/den/status", "online")
    daemon.send_signal(number)
    _, errors = daemon.communicate(timeout=10)
    assert (daemon.returncode, "Traceback" in errors) == (0, False), errors
    subscriber.wait_for("haredge/den/status", "offline")
    subscriber.close()


def test_a_camera_that_is_away_again_is_waited_for_before_the_end(tmp_path: Path) -> None:
    """What restarts it does so ever more seldom; the reason is said at once, and a stop is no failure."""
    (tmp_path / "run").mkdir()
    arguments = ("--source", "rtsp://127.0.0.1:1/live")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
        configure(tmp_path, free_port())
        first = start(tmp_path, *arguments)
        _, errors = first.communicate(timeout=60)
        assert (first.returncode, "ends in" in errors) == (1, False)
        again = start(tmp_path, *arguments)
    assert again.stderr is not None
    reason = next(line for line in again.stderr if "ends in 4 s" in line)
    assert "Connection refused" in reason
    again.send_signal(signal.SIGTERM)
    assert again.wait(10) == 0


def test_one_that_is_started_by_hand_does_not_disturb_the_service(tmp_path: Path, broker: Broker) -> None:
    """It has another user's state and the same configuration: it ends before the broker hears of it."""
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RUNTIME_DIRECTORY", str(tmp_path))
        service = start(tmp_path, "--source", LIVE)
    subscriber.wait_for("haredge/den/status", "online")
    (tmp_path / "other").mkdir()
    shutil.copy(tmp_path / "config.yaml", tmp_path / "other")
    _, errors = start(tmp_path / "other", "--source", LIVE).communicate(timeout=60)
    told = f"a service of haredge on this machine publishes as haredge/den to 127.0.0.1:{broker.port}: stop it first"
    assert errors.splitlines()[-1].startswith(f"haredge: {told}")
    service.send_signal(signal.SIGTERM)
    _, errors = service.communicate(timeout=10)
    assert "lost the broker" not in errors
    subscriber.close()


def test_sudden_death_is_published_by_the_broker(tmp_path: Path, broker: Broker) -> None:
    """After SIGKILL the last activity is not taken for the current one: the last will says `offline`."""
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port)
    daemon = start(tmp_path, "--source", LIVE)
    subscriber.wait_for("haredge/den/status", "online")
    daemon.kill()
    daemon.communicate(timeout=10)
    subscriber.wait_for("haredge/den/status", "offline")
    subscriber.close()


def test_what_is_published_is_what_a_dry_run_shows(tmp_path: Path, broker: Broker) -> None:
    """A dry run is the truth about what would leave the machine: the same topics with the same labels."""
    configure(tmp_path, broker.port, health_interval_s=3600)
    subscriber = Subscriber(broker.port)
    _, errors = start(tmp_path, "--source", CLIP).communicate(timeout=60)
    subscriber.wait_for("haredge/den/status", "offline")
    shown, _ = start(tmp_path, "--dry-run", "--source", CLIP).communicate(timeout=60)
    labels = [line["payload"]["label"] for line in messages(shown) if line["topic"] == "haredge/den/activity"]
    assert [json.loads(payload)["label"] for payload in subscriber.on("haredge/den/activity")] == labels, errors
    subscriber.close()


def test_no_image_leaves_the_process(tmp_path: Path, broker: Broker) -> None:
    """All that goes over the wire is small text; nothing of it is, or hides, an image."""
    configure(tmp_path, broker.port, prediction_hz=10)
    subscriber = Subscriber(broker.port, "#")
    start(tmp_path, "--source", CLIP).communicate(timeout=60)
    subscriber.wait_for("haredge/den/status", "offline")
    announced = "homeassistant/device/haredge_den/config"
    payloads = [(message.topic, bytes(message.payload)) for message in subscriber.received]
    subscriber.close()
    assert len(payloads) > 5
    for topic, payload in payloads:
        payload.decode("utf-8")
        assert not re.search(rb"\xff\xd8\xff|\x89PNG|RIFF|/9j/|iVBORw0KGgo|[A-Za-z0-9+/]{200}|(\d+,\s*){60}", payload)
        # What is announced to Home Assistant has a trigger for the start and the end of each label.
        assert len(payload) < (40_000 if topic == announced else 8192)


def test_a_refusing_broker_is_reported_and_not_given_up(tmp_path: Path) -> None:
    """A wrong password is reported in one line that names the remedy and not the password; haredge stays."""
    need_mosquitto()
    (tmp_path / "users").write_text("")
    (tmp_path / "secret").write_text("hunter2\n")
    broker = Broker(tmp_path, settings=("allow_anonymous false", f"password_file {tmp_path / 'users'}"))
    broker.start()
    configure(tmp_path, broker.port, username="me", password_file="secret", keepalive_s=5)
    daemon = start(tmp_path, "--source", LIVE)
    assert daemon.stderr is not None
    report = next(line for line in daemon.stderr if not line.startswith("INFO "))
    daemon.terminate()
    _, more = daemon.communicate(timeout=60)
    broker.stop()
    assert (daemon.returncode, more) == (0, "")
    assert re.match(
        rf"ERROR the broker at 127.0.0.1:{broker.port} refuses .*mqtt\.password_file.*; trying again$", report
    )
    assert "hunter2" not in report


def test_an_absent_broker_is_waited_for(tmp_path: Path) -> None:
    """A house whose broker starts after haredge needs no hand: it is found once it is there."""
    need_mosquitto()
    port = free_port()
    configure(tmp_path, port)
    daemon = start(tmp_path, "--source", LIVE)
    broker = Broker(tmp_path, port=port)
    wait_until(lambda: daemon.poll() is None, "haredge runs without a broker")
    broker.start()
    subscriber = Subscriber(port)
    subscriber.wait_for("haredge/den/status", "online")
    daemon.terminate()
    daemon.communicate(timeout=10)
    subscriber.close()
    broker.stop()


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    """`haredge --dry-run | head -1` leaves no complaint."""
    daemon = start(tmp_path, "--dry-run", "--source", LIVE)
    assert daemon.stdout is not None
    assert daemon.stderr is not None
    daemon.stdout.readline()
    daemon.stdout.close()
    assert daemon.wait(timeout=60) == 0
    assert complaints(daemon.stderr.read()) == []
    daemon.stderr.close()


def test_an_empty_video_is_a_failure_with_a_reason(tmp_path: Path) -> None:
    """A video that holds nothing is not taken for an empty room."""
    (tmp_path / "video.mp4").write_bytes(b"")
    daemon = start(tmp_path, "--dry-run", "--source", "video.mp4")
    output, errors = daemon.communicate(timeout=60)
    assert (daemon.returncode, output) == (1, "")
    (complaint,) = complaints(errors)
    assert "video.mp4" in complaint


def test_switched_off_it_releases_the_camera_and_on_again_it_detects(tmp_path: Path, broker: Broker) -> None:
    """`detect/set` is obeyed and acknowledged; the current activity ends; the node stays online."""
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port)
    daemon = start(tmp_path, "--source", LIVE)
    subscriber.wait_for("haredge/den/detect/state", "ON")
    subscriber.publish("haredge/den/detect/set", "OFF")
    subscriber.wait_for("haredge/den/detect/state", "OFF")
    subscriber.wait_for("haredge/den/activity", lambda payload: json.loads(payload)["label"] == "unknown")
    subscriber.publish("haredge/den/detect/set", "ON")
    subscriber.wait_for("haredge/den/detect/state", "ON")
    daemon.terminate()
    daemon.communicate(timeout=10)
    assert subscriber.on("haredge/den/status")[-2:] == [b"online", b"offline"]
    subscriber.close()


def test_switched_off_and_on_at_once_it_goes_on(tmp_path: Path, broker: Broker) -> None:
    """An edge that is over before it is read still ends one run and begins another: never the process."""
    configure(tmp_path, broker.port, health_interval_s=1)
    subscriber = Subscriber(broker.port)
    daemon = start(tmp_path, "--source", LIVE)
    subscriber.wait_for("haredge/den/detect/state", "ON")
    for _ in range(10):
        subscriber.publish("haredge/den/detect/set", "OFF")
        subscriber.publish("haredge/den/detect/set", "ON")
        daemon.send_signal(signal.SIGHUP)
        before = len(subscriber.on("haredge/den/health"))
        wait_until(lambda so_far=before: len(subscriber.on("haredge/den/health")) > so_far, "alive")  # type: ignore[misc]
    assert daemon.poll() is None
    daemon.terminate()
    daemon.communicate(timeout=10)
    subscriber.close()


def test_an_interruption_that_is_over_has_happened() -> None:
    """What ended a run is known afterwards, whatever the switch says by then."""
    asked = [False, True, False]
    interruption = Interruption(lambda: asked.pop(0))
    assert [interruption(), interruption(), interruption(), interruption.happened] == [False, True, True, True]


def test_it_ends_at_once_while_a_broker_says_nothing(tmp_path: Path) -> None:
    """A broker that accepts the connection and is silent does not hold the start against SIGTERM."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        configure(tmp_path, mute.getsockname()[1])
        daemon = start(tmp_path, "--source", LIVE)
        mute.accept()
        began = time.monotonic()
        daemon.terminate()
        _, errors = daemon.communicate(timeout=10)
    assert (daemon.returncode, complaints(errors)) == (0, [])
    assert time.monotonic() - began < 5.0


@pytest.mark.parametrize("library", ["pydantic", "numpy"])
def test_a_reload_that_comes_too_early_ends_nothing(tmp_path: Path, library: str) -> None:
    """SIGHUP while it still imports: systemd takes death by SIGHUP for a clean end, and leaves the service down."""
    (tmp_path / "sitecustomize.py").write_text(EARLY.format(library=library))
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    command = [sys.executable, "-m", "haredge", "--dry-run", "--source", CLIP]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0


def test_switched_off_it_stays_off_over_a_restart(tmp_path: Path, broker: Broker) -> None:
    """A camera that was to stay dark stays dark after a power cut."""
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port)
    daemon = start(tmp_path, "--source", LIVE)
    subscriber.wait_for("haredge/den/detect/state", "ON")
    subscriber.publish("haredge/den/detect/set", "OFF")
    subscriber.wait_for("haredge/den/detect/state", "OFF")
    daemon.kill()
    daemon.communicate(timeout=10)
    before = len(subscriber.on("haredge/den/detect/state")), len(subscriber.on("haredge/den/fall"))
    daemon = start(tmp_path, "--source", LIVE)
    wait_until(lambda: len(subscriber.on("haredge/den/detect/state")) > before[0], "it says how it is switched")
    assert subscriber.last("haredge/den/detect/state") == b"OFF"
    assert len(subscriber.on("haredge/den/fall")) > before[1]  # what the broker keeps may be of before a power cut
    daemon.terminate()
    daemon.communicate(timeout=10)
    subscriber.close()


def test_the_device_is_announced_to_home_assistant(tmp_path: Path, broker: Broker) -> None:
    """One retained message announces the device, with labels that may be reported and no others."""
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port, "homeassistant/#")
    daemon = start(tmp_path, "--source", LIVE)
    topic = "homeassistant/device/haredge_den/config"
    subscriber.wait_for(topic, bool)
    daemon.terminate()
    daemon.communicate(timeout=10)
    options = json.loads(subscriber.on(topic)[0])["cmps"]["activity"]["options"]
    assert set(label_names((NO_PERSON, UNKNOWN), "en").values()) < set(options)
    assert "Other" not in options
    subscriber.close()


def _is_in(file: Path, words: str) -> bool:
    return words in file.read_text()


def test_a_changed_configuration_is_read_again_and_a_wrong_one_refused(tmp_path: Path, broker: Broker) -> None:
    """SIGHUP says which keys took effect and which wait; a mistake leaves the loop running as it was."""
    settings = {"host": "127.0.0.1", "port": broker.port, "node": "den", "health_interval_s": 1}
    whole = {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}
    (tmp_path / "config.yaml").write_text(json.dumps({"mqtt": settings, "zones": {"room": whole}}))
    subscriber = Subscriber(broker.port)
    errors = (tmp_path / "errors").open("w+")
    command = [sys.executable, "-m", "haredge", "--source", LIVE]
    environment = {**os.environ, "STATE_DIRECTORY": str(tmp_path / "state")}
    daemon = started(subprocess.Popen(command, cwd=tmp_path, stderr=errors, env=environment))
    subscriber.wait_for("haredge/den/zone/room", lambda payload: json.loads(payload)["occupied"])
    said = subscriber.on("haredge/den/zone/room")
    good = (tmp_path / "config.yaml").read_text()
    (tmp_path / "config.yaml").write_text('{"prot": 1}')
    daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: "refused, the old one stays" in (tmp_path / "errors").read_text(), "the mistake is logged")
    before = len(subscriber.on("haredge/den/health"))
    wait_until(lambda: len(subscriber.on("haredge/den/health")) > before + 1, "it runs on")
    assert subscriber.on("haredge/den/zone/room") == said
    for section in ("pose", "activity"):  # models are opened after a restart alone
        (tmp_path / "config.yaml").write_text(json.dumps({**json.loads(good), section: {"model": f"no_{section}"}}))
        daemon.send_signal(signal.SIGHUP)
        refused = f"refused, the old one stays: config.yaml:1: no model 'no_{section}' is installed"
        wait_until(partial(_is_in, tmp_path / "errors", refused), "it is refused")
    (tmp_path / "config.yaml").write_text(json.dumps({"mqtt": {**settings, "password_file": "gone"}}))
    daemon.send_signal(signal.SIGHUP)
    refused = "refused, the old one stays: config.yaml:1: mqtt.password_file"
    wait_until(partial(_is_in, tmp_path / "errors", refused), "it is refused")
    values = {**json.loads(good), "camera": {"rate_hz": 5}, "pose": {"threads": 2}}
    (tmp_path / "config.yaml").write_text(json.dumps(values))
    daemon.send_signal(signal.SIGHUP)
    wanted = "in effect: camera.rate_hz; after a restart: pose.threads"
    wait_until(lambda: wanted in (tmp_path / "errors").read_text(), "the change is logged")
    shutil.copytree(MODELS / "everyday", tmp_path / "models" / "everyday")
    (tmp_path / "models" / "everyday" / "manifest.json").open("a").write("\n")
    daemon.send_signal(signal.SIGHUP)
    wanted = "after a restart: pose.threads, activity.model (its file is another)"
    wait_until(lambda: wanted in (tmp_path / "errors").read_text(), "the other model is noticed")
    daemon.terminate()
    assert daemon.wait(timeout=10) == 0
    subscriber.wait_for("haredge/den/status", "offline")
    subscriber.close()
    errors.close()


def test_a_possible_fall_outlives_a_restart_for_as_long_as_it_is_not_acknowledged(
    tmp_path: Path, broker: Broker
) -> None:
    """Though no one is seen there: the person may lie behind the sofa."""
    configure(tmp_path, broker.port)
    fall = tmp_path / "state" / "fall.json"
    fall.parent.mkdir()
    report = {"id": "ab", "state": "possible", "since_s": 1e9, "fell_s": 1e9, "person": 1, "zone": None, "why": "low"}
    fall.write_text(json.dumps(report))
    subscriber = Subscriber(broker.port)
    for acknowledged in (False, True):
        daemon = start(tmp_path, "--source", "test:?script=empty:60&fps=10")
        subscriber.wait_for("haredge/den/status", "online")
        assert json.loads(subscriber.on("haredge/den/fall")[-1])["id"] == "ab"
        if acknowledged:
            subscriber.publish("haredge/den/fall/acknowledge", "ACKNOWLEDGE")
            subscriber.wait_for("haredge/den/fall", lambda payload: json.loads(payload)["state"] == "clear")
        daemon.terminate()
        assert daemon.wait(timeout=10) == 0
        subscriber.wait_for("haredge/den/status", "offline")
        assert fall.exists() != acknowledged
    subscriber.close()


def test_a_fall_can_be_acknowledged_while_the_camera_is_away(tmp_path: Path, broker: Broker) -> None:
    """The process waits for the camera, and ends without a frame: the word counts all the same."""
    configure(tmp_path, broker.port)
    fall = tmp_path / "state" / "fall.json"
    fall.parent.mkdir()
    report = {"id": "ab", "state": "confirmed", "since_s": 1e9, "fell_s": 1e9, "person": 1, "zone": None, "why": "low"}
    fall.write_text(json.dumps(report))
    subscriber = Subscriber(broker.port)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        daemon = start(tmp_path, "--source", f"http://127.0.0.1:{silent.getsockname()[1]}/stream")
        while daemon.poll() is None:
            subscriber.publish("haredge/den/fall/acknowledge", "ACKNOWLEDGE")
            with suppress(subprocess.TimeoutExpired):
                daemon.wait(timeout=0.5)
    assert daemon.returncode == 1
    subscriber.wait_for("haredge/den/fall", lambda payload: json.loads(payload)["state"] == "clear")
    assert not fall.exists()
    subscriber.close()


def test_what_is_set_over_mqtt_leaves_alone_what_it_need_not_touch(tmp_path: Path, broker: Broker) -> None:
    """A value that holds already, and a reload of the same: the loop goes on.

    A new one is no news of an empty room, nor of falls, and does not take over what a person is writing into the
    configuration.
    """
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port)
    errors = (tmp_path / "errors").open("w+")
    command = [sys.executable, "-m", "haredge", "--source", LIVE]
    environment = {**os.environ, "STATE_DIRECTORY": str(tmp_path / "state")}
    daemon = started(subprocess.Popen(command, cwd=tmp_path, stderr=errors, env=environment))
    subscriber.wait_for("haredge/den/people", lambda payload: json.loads(payload)["count"] == 1)
    falls = len(subscriber.on("haredge/den/fall"))
    subscriber.publish("haredge/den/setting/hold_s/set", "0")
    daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: "read again: nothing has changed" in (tmp_path / "errors").read_text(), "it has heard both")
    (tmp_path / "config.yaml").write_text('{"prot": 1}')
    subscriber.publish("haredge/den/setting/hold_s/set", "3")
    wait_until(lambda: "set over MQTT: in effect: activity.hold_s" in (tmp_path / "errors").read_text(), "it is set")
    subscriber.wait_for("haredge/den/setting/hold_s", lambda payload: float(payload) == 3)
    assert (tmp_path / "errors").read_text().count("in effect") == 1
    subscriber.wait_for("haredge/den/activity", lambda payload: json.loads(payload)["label"] != "no_person")
    daemon.terminate()
    assert daemon.wait(timeout=10) == 0
    assert len(subscriber.on("haredge/den/fall")) == falls
    assert 0 not in [json.loads(payload)["count"] for payload in subscriber.on("haredge/den/people")]
    assert "no_person" not in [json.loads(payload)["label"] for payload in subscriber.on("haredge/den/activity")]
    subscriber.close()
    errors.close()


def test_another_log_level_ends_no_activity(tmp_path: Path, broker: Broker) -> None:
    """It takes effect at once, and the loop goes on with everyone as they are."""
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port)
    daemon = start(tmp_path, "--source", LIVE)

    def standing(step: str) -> bool:
        events = [json.loads(payload) for payload in subscriber.on("haredge/den/event")]
        return any((each["event_type"], each["label"]) == (step, "standing") for each in events)

    wait_until(lambda: standing("start"), "someone stands")
    settings = json.loads((tmp_path / "config.yaml").read_text())
    (tmp_path / "config.yaml").write_text(json.dumps({**settings, "log_level": "debug"}))
    daemon.send_signal(signal.SIGHUP)
    seen = len(subscriber.on("haredge/den/people"))
    wait_until(lambda: len(subscriber.on("haredge/den/people")) > seen, "it goes on, with the new level or not")
    ended = standing("end")
    daemon.terminate()
    _, errors = daemon.communicate(timeout=10)
    assert (daemon.returncode, ended) == (0, False)
    assert "configuration read again: in effect: log_level" in errors
    subscriber.close()


def test_an_orderly_end_keeps_what_was_set_last(tmp_path: Path, broker: Broker) -> None:
    """However often it was set before, within seconds: not every value was written, and the log holds some lines."""
    configure(tmp_path, broker.port)
    subscriber = Subscriber(broker.port)
    daemon = start(tmp_path, "--source", LIVE)
    subscriber.wait_for("haredge/den/status", "online")
    for number in range(1, 41):
        subscriber.publish("haredge/den/setting/hold_s/set", str(number))
        subscriber.publish("haredge/den/detect/set", "ON" if number % 2 else "OFF")
    subscriber.wait_for("haredge/den/setting/hold_s", "40")
    subscriber.wait_for("haredge/den/detect/state", "OFF")
    daemon.terminate()
    _, errors = daemon.communicate(timeout=20)
    assert daemon.returncode == 0
    assert json.loads((tmp_path / "state" / "settings.json").read_text()) == {"hold_s": "40"}
    assert (tmp_path / "state" / "detection-off").exists()
    assert len(errors.splitlines()) < 40
    subscriber.close()


def test_state_that_cannot_be_read_is_a_line_of_the_log_like_any_other(tmp_path: Path) -> None:
    """With its level, and the path once, though it is read before all else."""
    settings = tmp_path / "state" / "settings.json"
    settings.mkdir(parents=True)
    configure(tmp_path, free_port())
    _, errors = start(tmp_path, "--source", CLIP).communicate(timeout=60)
    said = f"ERROR cannot read {settings}: Is a directory; the settings of the configuration hold"
    assert errors.splitlines()[0] == said


def test_a_crash_leaves_no_image_on_the_disk(tmp_path: Path) -> None:
    """Where core dumps are written, as in a container, one would hold the camera's last images and the passwords."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    command = [sys.executable, "-m", "haredge", "--dry-run", "--source", LIVE]
    daemon = started(
        subprocess.Popen(
            command,
            cwd=tmp_path,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)),  # noqa: PLW1509 - one thread
        )
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline()
    daemon.send_signal(signal.SIGSEGV)
    _, status = os.waitpid(daemon.pid, 0)
    assert os.WTERMSIG(status) == signal.SIGSEGV
    assert not os.WCOREDUMP(status)
    assert not list(tmp_path.glob("core*"))


def test_models_that_turn_to_rubbish_while_it_runs_harm_the_next_start_only(tmp_path: Path) -> None:
    """A card that goes bad: the running daemon has its networks in memory; the next one refuses, in one line."""
    shutil.copytree(Path(__file__).parents[2] / "models", tmp_path / "models")
    (tmp_path / "config.yaml").write_text("mqtt: {health_interval_s: 1}\n")
    daemon = start(tmp_path, "--dry-run", "--source", LIVE)
    assert daemon.stdout is not None
    health = (line for line in map(json.loads, daemon.stdout) if line["topic"].endswith("/health"))
    next(health)
    for model in (tmp_path / "models").glob("*/model.tflite"):
        model.write_bytes(b"rubbish" * 1000)
    assert [next(health)["payload"]["fps"] > 0 for _ in range(3)] == [True] * 3
    daemon.terminate()
    assert daemon.wait(timeout=60) == 0
    _, errors = (again := start(tmp_path, "--dry-run", "--source", LIVE)).communicate(timeout=60)
    assert (again.returncode, len(errors.splitlines())) == (78, 1), errors
