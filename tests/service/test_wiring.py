"""The composed program: a configuration goes in, MQTT messages come out of a real broker.

A video takes the camera's place, in which the height of a person's wrists sets the probability of `wave`: networks,
window, filter, publisher and client are the daemon's own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest
from children import started

pytest.importorskip("ai_edge_litert")

import installed
import networks
from brokers import Broker, Subscriber, need_mosquitto
from deadline import wait_until

from haredge.activity import features
from haredge.activity.window import LENGTH
from haredge.core.keypoints import INDEX
from haredge.core.types import Image
from haredge.opencv import cv2

WRISTS = [INDEX["left_wrist"], INDEX["right_wrist"]]
ENTER = 0.6
"""The model's own threshold of `wave`."""


def wave_weights() -> np.ndarray:
    """Return weights (2, poses * features) by which the wrists' height in the newest pose is the odds of `wave`."""
    weights = np.zeros((2, LENGTH, features.SIZE))
    for joint in ("left_wrist", "right_wrist"):
        weights[0, -1, 2 * features.JOINTS.index(joint) + 1] = -2
    return weights.reshape(2, -1)


def standing(wrist_y: float) -> np.ndarray:
    places = installed.STANDING.copy()
    places[WRISTS, 1] = wrist_y
    return places


def probability(wrist_y: float) -> float:
    """Return the probability of `wave` for wrists at a height, in units of `installed.STANDING` below the hips."""
    keypoints = np.c_[standing(wrist_y) * 10 + 100, np.ones(17)].astype(np.float32)
    encoded = features.encode(np.stack([keypoints] * LENGTH)).reshape(-1)
    wave, other = np.exp(wave_weights() @ encoded)
    return float(wave / (wave + other))


def person(wave: float) -> Image:
    """Draw a person to whose `wave` the model gives this probability."""
    heights = np.linspace(6, -12, 200)
    return installed.dotted(standing(float(heights[np.argmin([abs(probability(y) - wave) for y in heights])])))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    need_mosquitto()
    (tmp_path / "broker").mkdir()
    running = Broker(tmp_path / "broker")
    running.start()
    yield running
    running.stop()


class Program:
    """haredge, run in a folder of its own with its models, and what comes out of its broker."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder, self.broker = folder, broker
        installed.pose_model(folder / "models")
        content = networks.dense(wave_weights())
        installed.activity_model_of(folder / "models", "wave", content, ("wave", "other"), {"wave": ENTER})

    def configure(self, **sections: dict[str, Any]) -> None:
        mqtt = {"host": "127.0.0.1", "port": self.broker.port, "node": "den", "health_interval_s": 1}
        settings = {
            "pose": {"model": "./models/dots"},
            "mqtt": {**mqtt, **sections.pop("mqtt", {})},
            "activity": {"model": "./models/wave", **sections.pop("activity", {})},
            **sections,
        }
        (self.folder / "config.yaml").write_text(json.dumps(settings))

    def start(self, source: str) -> subprocess.Popen[str]:
        return started(
            subprocess.Popen(
                [sys.executable, "-m", "haredge", "--source", source],
                cwd=self.folder,
                env={**os.environ, "STATE_DIRECTORY": str(self.folder / "state")},
                text=True,
                stderr=subprocess.PIPE,
            )
        )

    def published(self, *scenes: tuple[float, float]) -> Subscriber:
        """Run a video, of scenes with a probability of `wave` and a length in seconds, and return what was received."""
        images = [image for wave, seconds in scenes for image in [person(wave)] * round(15 * seconds)]
        installed.film(self.folder / "video.mp4", images)
        subscriber = Subscriber(self.broker.port)
        daemon = self.start("video.mp4")
        assert daemon.wait(60) == 0
        subscriber.wait_for("haredge/den/status", "offline")
        subscriber.close()
        return subscriber


@pytest.fixture
def program(tmp_path: Path, broker: Broker) -> Program:
    return Program(tmp_path, broker)


def labels(received: Subscriber) -> list[str]:
    return [json.loads(payload)["label"] for payload in received.on("haredge/den/activity")]


def events(received: Subscriber) -> list[dict[str, Any]]:
    return [json.loads(payload) for payload in received.on("haredge/den/event")]


def test_a_probability_above_the_models_threshold_is_published(program: Program) -> None:
    """Without settings the model's own threshold holds: 0.8 is above 0.6."""
    program.configure()
    assert labels(program.published((0.8, 4))) == ["unknown", "unknown", "wave"]


def test_a_configured_threshold_holds_over_the_models_own(program: Program) -> None:
    """`activity.threshold: 0.9` turns answers of 0.8 into unknown, though the model has 0.6 for the label."""
    program.configure(activity={"threshold": 0.9})
    assert labels(program.published((0.8, 4))) == ["unknown", "unknown"]


@pytest.mark.parametrize(("later", "lasts_s"), [(0.5, (6, 9)), (0.2, (3, 5))])
def test_a_label_stays_near_its_threshold_and_ends_far_below(
    program: Program, later: float, lasts_s: tuple[float, float]
) -> None:
    """Given at 0.75, it is kept at 0.5, under the threshold of 0.6, to the video's end; at 0.2 it ends at once."""
    program.configure()
    start, end = events(program.published((0.75, 4), (later, 4)))
    assert (start["event_type"], end["event_type"]) == ("start", "end")
    assert lasts_s[0] < end["duration_s"] < lasts_s[1]


@pytest.mark.parametrize(("seconds", "waves"), [(3, False), (6, True)])
def test_a_minimum_duration_is_kept_to(program: Program, seconds: float, waves: bool) -> None:
    """`activity.min_durations_s` of one label: what lasts for less than these 3 seconds is not published."""
    program.configure(activity={"min_durations_s": {"wave": 3}})
    assert ("wave" in labels(program.published((0.8, seconds), (0.1, 1)))) is waves


def test_every_prediction_is_published_if_that_is_configured(program: Program) -> None:
    """`mqtt.prediction_hz`: probabilities of all labels, in their order, as the classifier gives them."""
    program.configure(mqtt={"prediction_hz": 30})
    payloads = program.published((0.8, 4)).on("haredge/den/prediction")
    shares = [json.loads(payload)["probabilities"] for payload in payloads]
    assert len(shares) > 5
    assert all(list(share) == ["wave", "other"] for share in shares)
    assert median(share["wave"] for share in shares) == pytest.approx(0.8, abs=0.07)


def test_another_rate_takes_effect_with_sighup(program: Program) -> None:
    """`camera.rate_hz` of a running daemon: so many frames per second are then recognised, not just reported."""
    program.configure(camera={"rate_hz": 4})
    subscriber = Subscriber(program.broker.port)
    daemon = program.start("test:?script=standing:60&fps=30&size=160x120")

    def fps_is(least: float, most: float) -> None:
        def right(payload: bytes) -> bool:
            fps = json.loads(payload)["fps"]
            return fps is not None and least <= fps <= most

        subscriber.wait_for("haredge/den/health", right)

    fps_is(3, 5)
    program.configure(camera={"rate_hz": 12})
    daemon.send_signal(signal.SIGHUP)
    fps_is(6.5, 13)
    daemon.terminate()
    assert daemon.wait(10) == 0
    subscriber.close()


def test_a_setting_takes_effect_and_one_that_the_model_does_not_have_keeps_nothing_from_starting(
    program: Program,
) -> None:
    """`setting/hold_s/set` holds now and after a restart; a sensitivity at which `wave` was not measured never does."""
    program.configure()
    subscriber = Subscriber(program.broker.port)
    for start in (1, 2):
        daemon = program.start("test:?script=standing:60&fps=8&size=160x120")
        wait_until(lambda: subscriber.on("haredge/den/status").count(b"online") == start, "it runs")  # noqa: B023
        if start == 1:
            subscriber.publish("haredge/den/setting/activity_sensitivity/set", "high")
            subscriber.publish("haredge/den/setting/hold_s/set", "7.5")
            subscriber.wait_for("haredge/den/setting/hold_s", "7.5")
        assert subscriber.on("haredge/den/setting/hold_s")[-1] == b"7.5"
        assert set(subscriber.on("haredge/den/setting/activity_sensitivity")) == {b"normal"}
        daemon.terminate()
        log = daemon.communicate(timeout=10)[1]
        assert daemon.returncode == 0
        assert "setting/activity_sensitivity is not used: the activity model was not measured at 'high'" in log
        subscriber.wait_for("haredge/den/status", "offline")
    subscriber.close()


def test_a_camera_that_is_too_slow_is_published_and_logged(program: Program) -> None:
    """At one frame per second every activity stays unknown: `health` says why, and the log does so once."""
    program.configure()
    subscriber = Subscriber(program.broker.port)
    daemon = program.start("test:?script=standing:60&fps=1&size=160x120")
    for too_slow in (False, True):
        subscriber.wait_for(
            "haredge/den/health",
            lambda payload, expected=too_slow: json.loads(payload)["camera_too_slow"] is expected,  # type: ignore[misc]
        )
    daemon.terminate()
    assert daemon.communicate(timeout=10)[1].count("1.0 frames per second are too few") == 1
    assert daemon.returncode == 0
    subscriber.close()


@pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="gst-launch-1.0 is not installed")
def test_another_threshold_takes_effect_with_sighup(program: Program) -> None:
    """What was unknown is published once the threshold is lower, over the same connection."""
    cv2.imwrite(str(program.folder / "wave.png"), person(0.8))
    program.configure(activity={"threshold": 0.9})
    subscriber = Subscriber(program.broker.port)
    still = "filesrc location=wave.png ! pngdec ! imagefreeze is-live=true ! video/x-raw,framerate=15/1 ! videoconvert"
    daemon = program.start(f"gst:{still}")
    subscriber.wait_for("haredge/den/activity", lambda payload: json.loads(payload)["label"] == "unknown")
    program.configure()
    daemon.send_signal(signal.SIGHUP)
    subscriber.wait_for("haredge/den/activity", lambda payload: json.loads(payload)["label"] == "wave")
    assert subscriber.on("haredge/den/status").count(b"online") == 1
    daemon.terminate()
    assert daemon.wait(10) == 0
    subscriber.close()


@pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="gst-launch-1.0 is not installed")
def test_another_zone_takes_effect_with_sighup(program: Program) -> None:
    """A renamed zone is occupied under its new name at once; the old one is withdrawn, over the same connection."""
    cv2.imwrite(str(program.folder / "wave.png"), person(0.8))
    whole = [[0, 0], [1, 0], [1, 1], [0, 1]]
    program.configure(zones={"rug": {"polygon": whole}})
    subscriber = Subscriber(program.broker.port, "#")
    still = "filesrc location=wave.png ! pngdec ! imagefreeze is-live=true ! video/x-raw,framerate=15/1 ! videoconvert"
    daemon = program.start(f"gst:{still}")

    def zones() -> dict[str, Any]:
        entities = json.loads(subscriber.on("homeassistant/device/haredge_den/config")[-1])["cmps"]
        return {name: entity.get("state_topic") for name, entity in entities.items() if name.startswith("zone_")}

    subscriber.wait_for("haredge/den/zone/rug", lambda payload: json.loads(payload)["occupied"])
    assert zones() == {"zone_rug": "haredge/den/zone/rug"}
    program.configure(
        zones={"bed": {"polygon": whole}, "mirror": {"polygon": [[0, 0], [0.1, 0], [0, 0.1]], "ignore": True}}
    )
    daemon.send_signal(signal.SIGHUP)
    subscriber.wait_for("haredge/den/zone/bed", lambda payload: json.loads(payload)["occupied"])
    assert subscriber.last("haredge/den/zone/rug") == b""
    assert zones() == {"zone_rug": None, "zone_bed": "haredge/den/zone/bed"}
    assert json.loads(subscriber.on("haredge/den/people")[-1])["people"][0]["zone"] == "bed"
    assert subscriber.on("haredge/den/status").count(b"online") == 1
    daemon.terminate()
    assert daemon.wait(10) == 0
    subscriber.close()
