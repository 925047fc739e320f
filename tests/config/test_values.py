"""Promises of haredge.config.values: text stays text, a number is a number, and a mistake says what to write."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.config.load import load
from haredge.config.schema import ActivitySection, Config
from haredge.core.errors import ConfigError


def loaded(folder: Path, text: str) -> Config:
    path = folder / "config.yaml"
    path.write_text(text)
    return load(path)


@pytest.mark.parametrize("text", ["0123", "0x1F", "1_000", "yes", "null-1", "12-30", "1e5"])
def test_text_stays_as_it_is_written(tmp_path: Path, text: str) -> None:
    """YAML would make 83, 31, 1000 and true of these."""
    assert loaded(tmp_path, f"mqtt: {{node: {text}}}\n").mqtt.node == text


@pytest.mark.parametrize("text", ["0123", "12:30", "0", "1.10"])
def test_a_source_stays_as_it_is_written(tmp_path: Path, text: str) -> None:
    """A file may be named after a time, a model after its version."""
    assert loaded(tmp_path, f"source: {text}\nactivity: {{model: {text}}}\n").source == text


@pytest.mark.parametrize(
    "line",
    [
        "camera: {rate_hz: yes}",
        "camera: {rate_hz: 1:30}",
        "camera: {rate_hz: .inf}",
        "camera: {rate_hz: 0x1F}",
        "camera: {rate_hz: 1_0}",
        "camera: {width: 640.5}",
        "activity: {threshold: on}",
        "activity: {threshold: off}",
        "pose: {threads: true}",
        "mqtt: {port: yes}",
        "mqtt: {port: 03533}",
        "mqtt: {port: \u0661}",
        "view: {enabled: maybe}",
        "view: {enabled: 1}",
    ],
)
def test_words_are_no_numbers_and_numbers_no_switches(tmp_path: Path, line: str) -> None:
    """A slip is not made into some value that was not meant."""
    with pytest.raises(ConfigError, match=r"is not a (whole )?number|is neither true nor false"):
        loaded(tmp_path, line + "\n")


@pytest.mark.parametrize("key", ["mqtt.password_file", "mqtt.tls.ca_file", "webhook.secret_file", "view.token_file"])
def test_an_empty_name_is_no_folder(tmp_path: Path, key: str) -> None:
    """A file without a name is refused where it is written, and not as the folder that it would lead to."""
    *sections, name = key.split(".")
    line = f'{name}: ""'
    for section in reversed(sections):
        line = f"{section}: {{{line}}}"
    with pytest.raises(ConfigError, match=rf"config\.yaml:1: {key} = '': names no file; leave the key out"):
        loaded(tmp_path, line + "\n")


@pytest.mark.parametrize("value", ["[a, b]", "{a: b}", "[]"])
@pytest.mark.parametrize("key", ["password_file", "host", "port", "node"])
def test_a_list_is_no_text_file_or_number(tmp_path: Path, key: str, value: str) -> None:
    """What is of another kind is refused in one line, whatever its place takes."""
    with pytest.raises(ConfigError, match=rf"config\.yaml:1: mqtt\.{key}"):
        loaded(tmp_path, f"mqtt: {{{key}: {value}}}\n")


@pytest.mark.parametrize("key", ["source", "mqtt.host", "activity.model", "camera.width", "log_level", "view.enabled"])
def test_a_key_without_a_value_is_said_to_have_none(tmp_path: Path, key: str) -> None:
    """As where only the value was commented out: what to do is the same whatever kind of value is missing."""
    section, _, name = key.rpartition(".")
    line = f"{section}: {{{name}: }}" if section else f"{name}:"
    with pytest.raises(ConfigError, match=rf":1: {key} = nothing: has no value; leave the key out for the default"):
        loaded(tmp_path, line + "\n")


@pytest.mark.parametrize(
    "line",
    [
        'source: ""',
        'pose: {model: ""}',
        'activity: {still_model: ""}',
        'mqtt: {host: ""}',
        'mqtt: {node: ""}',
        'mqtt: {base: ""}',
    ],
)
def test_what_may_not_be_empty_is_called_so(tmp_path: Path, line: str) -> None:
    """In words for who writes a configuration, not for who writes programs."""
    with pytest.raises(ConfigError, match="= '': is empty; allowed"):
        loaded(tmp_path, line + "\n")


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("On", True), ("true", True), ("no", False), ("OFF", False)]
)
def test_a_switch_has_yamls_words(tmp_path: Path, text: str, value: bool) -> None:
    """In any case of letters."""
    assert loaded(tmp_path, f"view: {{enabled: {text}}}\n").view.enabled is value


def test_a_comma_gets_its_point(tmp_path: Path) -> None:
    """Half of Europe writes 0,5."""
    with pytest.raises(ConfigError, match=r"is not a number; write it with a point: 0\.5; allowed"):
        loaded(tmp_path, "activity:\n  threshold: 0,5\n")


@pytest.mark.parametrize(
    "line",
    [
        'mqtt: {username: "a\\0b"}',
        'mqtt: {username: "\\ud800"}',
        f"mqtt: {{username: {'u' * 1025}}}",
        f"mqtt: {{node: {'n' * 201}}}",
        f"mqtt: {{base: {'n' * 201}}}",
        f"mqtt: {{discovery: {{prefix: {'n' * 201}}}}}",
        'mqtt: {password_file: "a\\0b"}',
        'mqtt: {tls: {ca_file: "a\\0b"}}',
        'source: "/dev/vid\\0eo"',
        f"source: '{'1' * 5000}'",
        "source: http://",
        "source: http://127.0.0.1:99999/",
        'source: "rtsp://127.0.0.1/\\0"',
        'pose: {model: "a\\0/b"}',
        'activity: {thresholds: {"a\\0": 1}}',
        "view: {host: a..b}",
        "view: {hosts: [a.example, 'b/c']}",
    ],
)
def test_what_can_never_be_used_is_refused(tmp_path: Path, line: str) -> None:
    """The check refuses what would end the daemon, or keep it from the broker permanently; each in a printable line."""
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, line + "\n")
    said = str(refused.value)
    assert said.isprintable()
    assert len(said) < 400


@given(st.floats(0, 1) | st.integers(0, 1))
def test_a_number_is_read_as_it_is_written(number: float) -> None:
    """Whatever way Python prints it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        assert loaded(Path(folder), f"activity: {{threshold: {number}}}\n").activity.threshold == number


def test_a_label_has_one_form() -> None:
    """Typed on a keyboard or copied from a file's name on a Mac, it is the same."""
    composed, decomposed = (unicodedata.normalize(form, "caf\u00e9") for form in ("NFC", "NFD"))
    section = ActivitySection.model_validate({"thresholds": {decomposed: "0.5"}, "min_durations_s": {decomposed: "2"}})
    assert section.thresholds == {composed: 0.5}
    assert section.min_durations_s == {composed: 2}
