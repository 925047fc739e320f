"""Promises of haredge.service.remote_settings: what is set goes before the configuration, and is kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.config.schema import Config
from haredge.core.sensitivity import SENSITIVITIES
from haredge.mqtt.settings import SETTINGS
from haredge.service.kept_file import BURST
from haredge.service.remote_settings import RemoteSettings, in_words

NAMES = [setting.name for setting in SETTINGS]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fall_sensitivity", "high"),
        ("fall_confirm_s", "25"),
        ("activity_sensitivity", "low"),
        ("hold_s", "12.5"),
        ("min_duration_s", "1.5"),
        ("threshold_percent", "70"),
    ],
)
def test_a_setting_holds_now_and_after_a_restart(tmp_path: Path, name: str, value: str) -> None:
    """Whatever the configuration says, and nothing else changes."""
    settings = RemoteSettings(tmp_path / "settings.json")
    before = settings.changed
    settings.listeners[name](value.encode())
    assert (before, settings.changed) == (False, True)
    for each in (settings, RemoteSettings(tmp_path / "settings.json")):
        assert in_words(each.applied(Config())) == {**in_words(Config()), name: value}


@pytest.mark.parametrize(("name", "key"), [("min_duration_s", "min_duration_s"), ("threshold_percent", "threshold")])
def test_what_the_model_says_can_be_had_again(name: str, key: str) -> None:
    """0 says so, as it does until something is set: the model has a value of its own for each label."""
    settings = RemoteSettings(None)
    assert in_words(Config())[name] == "0"
    for value, expected in (("70", True), ("0", False)):
        settings.listeners[name](value.encode())
        assert (getattr(settings.applied(Config()).activity, key) is not None) == expected


def test_what_is_set_already_changes_nothing(tmp_path: Path) -> None:
    """An automation may say it every minute: the loop goes on, and nothing is written."""
    settings = RemoteSettings(tmp_path / "settings.json")
    settings.listeners["hold_s"](b"3")
    settings.take()
    (tmp_path / "settings.json").unlink()
    settings.listeners["hold_s"](b" 3 ")
    assert not settings.changed
    assert not (tmp_path / "settings.json").exists()


def test_a_setting_that_changes_without_end_wears_out_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two automations that contradict each other, or a stranger; when haredge ends, the last value is kept."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    settings = RemoteSettings(tmp_path / "settings.json", monotonic=lambda: 0.0)
    for number in range(1000):
        settings.listeners["hold_s"](str(number).encode())
    assert len(synced) <= 2 * BURST
    settings.close()
    assert RemoteSettings(tmp_path / "settings.json").applied(Config()).activity.hold_s == 999.0


def test_what_counts_over_the_configuration_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Who edits the configuration learns why that has no effect; what is the same there is not mentioned."""
    caplog.set_level("INFO")
    settings = RemoteSettings(tmp_path / "settings.json")
    settings.listeners["fall_confirm_s"](b"30")
    settings.listeners["hold_s"](b"0")
    settings.in_effect = in_words(settings.applied(Config()))
    settings.log_what_differs(Config())
    (line,) = caplog.messages
    assert line.startswith("set over MQTT, which counts over the configuration, kept in ")
    assert line.endswith("settings.json: fall_confirm_s is 30 (not 10)")
    settings.log_what_differs(settings.applied(Config()))
    assert len(caplog.messages) == 1


def test_a_threshold_of_nothing_is_the_models_own() -> None:
    """A slider has no position for that but its end."""
    settings = RemoteSettings(None)
    for value, threshold in ((b"80", 0.8), (b"0", None)):
        settings.listeners["threshold_percent"](value)
        assert settings.applied(Config()).activity.threshold == threshold


def test_a_sensitivity_that_the_model_does_not_have_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """What was chosen for one model must not keep another, which was never measured there, from starting."""
    settings = RemoteSettings(None)
    settings.listeners["activity_sensitivity"](b"high")
    settings.listeners["hold_s"](b"3")
    assert settings.applied(Config(), SENSITIVITIES).activity.sensitivity == "high"
    left = settings.applied(Config(), SENSITIVITIES[1:2]).activity
    assert (left.sensitivity, left.hold_s) == ("normal", 3.0)
    assert caplog.messages == [
        "setting/activity_sensitivity is not used: the activity model was not measured at 'high'"
    ]


@pytest.mark.parametrize("name", ["fall_confirm_s", "hold_s", "min_duration_s", "threshold_percent"])
@pytest.mark.parametrize("payload", [b"1_0", b"0x10", b"1e999", b"nan", b"3,5", b"true", b""])
def test_a_number_is_written_as_in_a_configuration(name: str, payload: bytes) -> None:
    """What is refused there is refused here."""
    settings = RemoteSettings(None)
    settings.listeners[name](payload)
    assert not settings.changed


@given(st.sampled_from(NAMES), st.binary(max_size=40))
def test_nothing_that_is_sent_can_break_it(name: str, payload: bytes) -> None:
    """A value is taken, or nothing changes: the configuration is one that could be written in a file."""
    settings = RemoteSettings(None)
    settings.listeners[name](payload)
    config = settings.applied(Config())
    assert Config.model_validate(config.model_dump()) == config
    assert settings.changed or config == Config()


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"hold_s": 3}', b"\xff", b'{"fall_confirm_s": "nan", "x": "1"}', b"1" * 10_000, b"[" * 1990],
)
def test_a_damaged_file_is_no_reason_to_end(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """The configuration holds, which is logged in a line, and the next change is kept."""
    (tmp_path / "settings.json").write_bytes(content)
    settings = RemoteSettings(tmp_path / "settings.json")
    assert settings.applied(Config()) == Config()
    (line,) = caplog.messages
    assert f"{tmp_path / 'settings.json'}: " in line
    settings.listeners["fall_confirm_s"](b"30")
    assert RemoteSettings(tmp_path / "settings.json").applied(Config()).fall.confirm_s == 30.0


def test_wrong_values_do_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """One line a minute, however many come."""
    settings = RemoteSettings(None, monotonic=lambda: 0.0)
    for _ in range(100):
        settings.listeners["fall_confirm_s"](b"never")
    assert len(caplog.messages) == 1
