"""Promises of haredge.config.reload: what a changed configuration comes to while haredge runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.config.reload import change
from haredge.config.schema import ActivitySection, CameraSection, Config, MqttConfig, ZoneSection

RUNNING = Config(mqtt=MqttConfig(node="den"))


def test_nothing_changed() -> None:
    """Reading the same configuration again changes nothing and says so."""
    same = change(RUNNING, RUNNING)
    assert (same.config, str(same)) == (RUNNING, "nothing has changed")


def test_a_file_that_was_replaced_waits_for_a_restart() -> None:
    """Also if the configuration names it as before; a key that is another itself is named once."""
    assert str(change(RUNNING, RUNNING, ["pose.model"])) == "after a restart: pose.model (its file is another)"
    new = RUNNING.model_copy(update={"activity": ActivitySection(model="mine", hold_s=1)})
    changed = change(RUNNING, new, ["pose.model", "activity.model"])
    assert str(changed) == (
        "in effect: activity.hold_s; after a restart: activity.model, pose.model (its file is another)"
    )


def test_thresholds_and_camera_take_effect_at_once() -> None:
    """What is tuned while watching needs no restart."""
    new = RUNNING.model_copy(
        update={"camera": CameraSection(rate_hz=5), "activity": ActivitySection(thresholds={"squat": 0.8})}
    )
    changed = change(RUNNING, new)
    assert (changed.config, changed.waiting) == (new, ())
    assert str(changed) == "in effect: camera.rate_hz, activity.thresholds"


def test_how_readily_activities_are_reported_takes_effect_at_once() -> None:
    """And for how long one is kept: people turn both while they watch what comes of it."""
    new = RUNNING.model_copy(update={"activity": ActivitySection(sensitivity="low", hold_s=3)})
    changed = change(RUNNING, new)
    assert (changed.config, str(changed)) == (new, "in effect: activity.sensitivity, activity.hold_s")


@pytest.mark.parametrize(
    ("update", "again"), [({}, False), ({"log_level": "debug"}, False), ({"log_level": "debug", "zones": {}}, True)]
)
def test_another_log_level_costs_nothing_that_the_loop_knows(update: dict[str, object], again: bool) -> None:
    """Who wants to know what happens to a person does not lose that person."""
    running = RUNNING.model_copy(update={"zones": {"bed": ZoneSection(polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))}})
    changed = change(running, running.model_copy(update=update))
    assert (bool(changed.immediate), changed.begins_again) == (bool(update), again)


def test_zones_take_effect_at_once() -> None:
    """A zone that is redrawn, added or removed is one change of one key."""
    bed = ZoneSection(polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    new = RUNNING.model_copy(update={"zones": {"bed": bed}})
    changed = change(RUNNING, new)
    assert (changed.config, str(changed)) == (new, "in effect: zones")
    redrawn = RUNNING.model_copy(update={"zones": {"bed": bed.model_copy(update={"rest": True})}})
    assert str(change(new, redrawn)) == "in effect: zones"
    assert str(change(new, RUNNING)) == "in effect: zones"


def test_connections_and_networks_wait_for_a_restart() -> None:
    """What is open stays open, and the message says what waits."""
    new = RUNNING.model_copy(
        update={
            "source": "csi",
            "mqtt": MqttConfig(node="den", host="broker", discovery={"enabled": False}),
            "activity": ActivitySection(model="mine", threshold=0.9),
        }
    )
    changed = change(RUNNING, new)
    assert changed.config.activity == ActivitySection(threshold=0.9)
    assert (changed.config.mqtt, changed.config.source) == (RUNNING.mqtt, RUNNING.source)
    assert str(changed) == (
        "in effect: activity.threshold; after a restart: source, activity.model, mqtt.host, mqtt.discovery.enabled"
    )


@given(
    st.floats(4, 60), st.one_of(st.none(), st.floats(0, 1)), st.sampled_from(["a", "b"]), st.sampled_from(["c", "d"])
)
def test_every_changed_key_is_reported_once(rate_hz: float, threshold: float | None, model: str, host: str) -> None:
    """A key is in effect or waits, never both and never neither; reading once more finds only what waits."""
    new = RUNNING.model_copy(
        update={
            "camera": CameraSection(rate_hz=rate_hz),
            "activity": ActivitySection(model=model, threshold=threshold),
            "mqtt": MqttConfig(node="den", host=host),
        }
    )
    changed = change(RUNNING, new)
    assert not set(changed.immediate) & set(changed.waiting)
    again = change(changed.config, new)
    assert (again.immediate, again.waiting) == ((), changed.waiting)


@pytest.mark.parametrize("key", ["log_level", "camera.stale_s"])
def test_a_key_of_its_own_and_one_in_a_section_are_reported_by_their_dotted_names(key: str) -> None:
    """The message names keys as config.yaml does."""
    values = {"log_level": "debug"} if key == "log_level" else {"camera": CameraSection(stale_s=3)}
    assert change(RUNNING, RUNNING.model_copy(update=values)).immediate == (key,)
