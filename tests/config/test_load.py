"""Promises of the configuration: what is right loads, what is wrong is named so that it can be corrected."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from haredge.config.load import find, load
from haredge.config.schema import Config, MqttConfig, dotted_keys
from haredge.core.errors import ConfigError

REPOSITORY = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text)
    return path


def refusal(folder: Path, text: str) -> list[str]:
    path = write(folder, text)
    with pytest.raises(ConfigError) as refused:
        load(path)
    return [line.removeprefix(f"{path}:") for line in str(refused.value).splitlines()]


def test_shipped_file_is_valid_and_says_the_defaults() -> None:
    """config.yaml in the repository documents the defaults truthfully."""
    assert load(REPOSITORY / "config.yaml") == Config()


def test_shipped_file_names_every_key() -> None:
    """No key can be set that config.yaml does not show."""
    text = (REPOSITORY / "config.yaml").read_text()
    assert [key for key in dotted_keys() if f"{key.rpartition('.')[2]}:" not in text] == []


def test_no_file_gives_the_defaults() -> None:
    """The daemon runs without any configuration."""
    assert load(None) == Config()


@pytest.mark.parametrize("text", ["", "# nothing\n", "mqtt:\n", "---\n", "\ufeffsource: 0\n"])
def test_empty_files_and_sections_set_nothing(tmp_path: Path, text: str) -> None:
    """A section whose keys are all commented out is no mistake."""
    assert load(write(tmp_path, text)).mqtt == MqttConfig()


def test_a_camera_number_needs_no_quotes(tmp_path: Path) -> None:
    """``source: 0`` means camera 0, as anyone would write it."""
    assert load(write(tmp_path, "source: 0\n")).source == "0"


def test_paths_are_taken_from_the_files_folder(tmp_path: Path) -> None:
    """The daemon finds what a configuration names, from wherever it is started."""
    loaded = load(
        write(tmp_path, "mqtt: {password_file: key, tls: {enabled: no, ca_file: /ca.pem}}\npose: {model: ./m}\n")
    )
    assert loaded.mqtt.password_file == tmp_path / "key"
    assert loaded.mqtt.tls.ca_file == Path("/ca.pem")
    assert Path(loaded.pose.model) == tmp_path / "m"


def test_tls_files_lie_beside_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three are found from wherever haredge is started, as the password is."""
    (tmp_path / "etc").mkdir()
    monkeypatch.chdir(tmp_path)
    tls = "{enabled: true, ca_file: ca.pem, cert_file: tls/cert.pem, key_file: key.pem}"
    found = load(write(tmp_path / "etc", f"mqtt: {{tls: {tls}}}\n")).mqtt.tls
    beside = tmp_path / "etc"
    assert (found.ca_file, found.cert_file, found.key_file) == (
        beside / "ca.pem",
        beside / "tls/cert.pem",
        beside / "key.pem",
    )


def test_a_model_named_without_a_path_stays_a_name(tmp_path: Path) -> None:
    """A model's name is looked up among the installed ones, whatever folder the file is in."""
    assert load(write(tmp_path, "activity: {model: exercise}\n")).activity.model == "exercise"


def test_wrong_value_is_named_with_line_key_value_and_what_is_allowed(tmp_path: Path) -> None:
    """One line says all that is needed to correct a wrong value."""
    assert refusal(tmp_path, "source: 0\nmqtt:\n  port: 99999\n") == [
        "3: mqtt.port = 99999: should be less than or equal to 65535; allowed: a whole number from 1 to 65535"
    ]


def test_misspelt_key_suggests_the_nearest(tmp_path: Path) -> None:
    """A misspelt key gets its correct spelling."""
    assert refusal(tmp_path, "host: a\n") == ["1: host: unknown key; did you mean mqtt.host?"]
    assert refusal(tmp_path, "mqtt:\n  hots: a\n") == ["2: mqtt.hots: unknown key; did you mean mqtt.host?"]


def test_key_in_the_wrong_section_suggests_the_right_one(tmp_path: Path) -> None:
    """A key set one level too high is found where it belongs."""
    assert refusal(tmp_path, "password_file: a\n") == [
        "1: password_file: unknown key; did you mean mqtt.password_file?"
    ]


def test_a_switch_that_a_section_does_not_have_is_not_looked_for_in_others(tmp_path: Path) -> None:
    """Several sections have ``enabled``: switching another on or off would be something else."""
    assert refusal(tmp_path, "fall: {enabled: true}\n")[0].startswith("1: fall.enabled: unknown key; known here: ")


def test_what_was_meant_for_another_key_is_told_what_belongs_there(tmp_path: Path) -> None:
    """A password that became the name of a file would be shown as a path that cannot be read."""
    assert refusal(tmp_path, "mqtt: {password: geheim}\n") == [
        "1: mqtt.password: unknown key; did you mean mqtt.password_file? (a file whose first line is the password)"
    ]


@pytest.mark.parametrize("value", ["true", "no"])
@pytest.mark.parametrize(("key", "shown"), [("mqtt: {discovery: ", "mqtt.discovery"), ("view: ", "view")])
def test_a_section_that_is_switched_as_a_value_is_told_how(tmp_path: Path, key: str, shown: str, value: str) -> None:
    """It has a switch of its own."""
    (line,) = refusal(tmp_path, f"{key}{value}{'}' * key.count('{')}\n")
    name = shown.rpartition(".")[2]
    assert f"{shown} = '{value}': of the wrong kind; write {name}: {{enabled: {value}}}; allowed" in line


@pytest.mark.parametrize(
    ("tls", "words"),
    [
        ("ca_file: ca.pem", "has ca_file, and no encryption without enabled: true"),
        ("insecure: yes", "has insecure, and no encryption without enabled: true"),
        ("enabled: yes, key_file: me.key", "has a key_file without the cert_file"),
    ],
)
def test_certificates_that_would_not_be_used_are_refused(tmp_path: Path, tls: str, words: str) -> None:
    """The password would travel unencrypted, though someone had put an authority down; switched off it may."""
    (line,) = refusal(tmp_path, f"mqtt: {{tls: {{{tls}}}}}\n")
    assert line.startswith(f"1: mqtt.tls = a mapping: {words}")
    off = load(write(tmp_path, "mqtt: {tls: {enabled: no, ca_file: ca.pem}}\n"))
    assert not off.mqtt.tls.enabled


def test_a_home_is_where_a_shell_takes_it_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``~/x`` is in no folder called ~ beside the file; the home of no user leaves the path as it is."""
    monkeypatch.setenv("HOME", "/home/me")
    text = """
mqtt: {password_file: ~/password, tls: {enabled: yes, ca_file: ~/ca.pem}}
view: {token_file: ~nobody-at-all/token}
webhook: {secret_file: ~/secret}
pose: {model: ~/mine.tflite}
"""
    config = load(write(tmp_path, text))
    assert config.mqtt.password_file == Path("/home/me/password")
    assert config.mqtt.tls.ca_file == Path("/home/me/ca.pem")
    assert config.view.token_file == tmp_path / "~nobody-at-all" / "token"
    assert config.webhook.secret_file == Path("/home/me/secret")
    assert config.pose.model == "/home/me/mine.tflite"


def test_every_mistake_gets_its_line_in_the_files_order(tmp_path: Path) -> None:
    """Three mistakes are corrected in one go."""
    lines = refusal(tmp_path, "prot: 3\nmqtt: {port: x}\nactivity:\n  thresholds: {squat: 3}\n")
    assert [line.split(":")[:2] for line in lines] == [
        ["1", " prot"],
        ["2", " mqtt.port = 'x'"],
        ["4", " activity.thresholds.squat = 3"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1,\n", "2: not YAML"),
        ("\tsource: 0\n", "1: not YAML"),
        ("source: 0\nsource: 1\n", "2: source: set twice, first on line 1"),
        ("mqtt: {tls: {enabled: true, enabled: false}}\n", "1: mqtt.tls.enabled: set twice"),
        ("- 1\n", "1: a configuration is a mapping"),
        ("mqtt: 5\n", "1: mqtt = 5:"),
        ("mqtt: {node: a/b}\n", "1: mqtt.node = 'a/b': has a character that cannot stand in a topic level"),
        ("camera: {rate_hz: .nan}\n", "1: camera.rate_hz = '.nan': is not a number"),
        ("source: !!python/object:os.system x\n", "1: source: has the tag"),
        ("a: &a [*a]\n", "1: a.0: refers to itself"),
        ("camera: {width: 2026-99-99}\n", "1: camera.width = '2026-99-99': is not a whole number"),
        ("source: \x07\n", "1: not YAML"),
        ("[" * 5000, "1: nested too deeply"),
        ('source: "\\UFFFFFFFF"\n', "1: not YAML"),
        ('source: "\\U00110000"\n', "1: not YAML"),
    ],
)
def test_what_is_no_configuration_gets_one_clear_line(tmp_path: Path, text: str, expected: str) -> None:
    """Broken, hostile or odd YAML is refused with its line, never with a traceback."""
    assert refusal(tmp_path, text)[0].startswith(expected)


def test_unreadable_files_say_why(tmp_path: Path) -> None:
    """A folder, a missing file and bytes that are not text are each named."""
    (tmp_path / "latin.yaml").write_bytes(b"source: 0\nmqtt: {host: \xe9}\n")
    (tmp_path / "huge.yaml").write_bytes(b"#" * (2 << 20))
    for name, words in {
        "": "Is a directory",
        "none.yaml": "No such file",
        "latin.yaml": "latin.yaml:2: not UTF-8",
        "huge.yaml": "larger than 64 kB",
    }.items():
        with pytest.raises(ConfigError, match=words):
            load(tmp_path / name)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A mistaken path ends with a line at once."""
    os.mkfifo(tmp_path / "config.yaml")
    with pytest.raises(ConfigError, match="not a regular file"):
        load(tmp_path / "config.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("source: test:\n", "put a text with a colon into quotes, as source: 'test:'"),
        ("source:\n\ttest\n", "indent with blanks, not with tabs"),
        ("mqtt:\n  host: a\n port: 1\n", "indent the keys of a section alike"),
        ("mqtt:\n  host: 'a\n", "a quotation mark that was opened may not have been closed"),
        ("source: 0\n---\nsource: 1\n", "leave out the line ---"),
    ],
)
def test_yamls_riddles_get_a_hint(tmp_path: Path, text: str, words: str) -> None:
    """YAML's own words for frequent mistakes do not say what to do."""
    assert refusal(tmp_path, text)[0].endswith(words)


def test_twenty_mistakes_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    """A file of another kind does not fill the screen."""
    lines = refusal(tmp_path, "".join(f"key{n}: 1\n" for n in range(5000)))
    assert len(lines) == 21
    assert lines[-1] == "21: and 4980 more mistakes from here on"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("camera: rtsp://a:geheim@cam/1", "camera = 'rtsp://***@cam/1'"),
        ("source: [rtsp://a:geheim@cam/1]", "source = a list"),
        ("view: {hosts: [a, 'https://u:geheim@b']}", "view.hosts.1 = 'https://***@b'"),
        ("mqtt: {host: 'user:geheim@broker'}", "mqtt.host = '***@broker'"),
        ("rtsp://a:geheim@cam/1: 1", "rtsp://***@cam/1: unknown key"),
        (f"log_level: {'x' * 5000}", f"log_level = '{'x' * 57}...'"),
    ],
)
def test_values_are_shown_short_and_without_passwords(tmp_path: Path, line: str, shown: str) -> None:
    """What is said of a configuration may be sent to others."""
    said = refusal(tmp_path, line + "\n")[0]
    assert shown in said
    assert "geheim" not in said


def test_aliases_and_merges_are_read(tmp_path: Path) -> None:
    """Values that are written once and used twice count, and what was written beside them counts more."""
    text = "camera: &a {width: 320, rate_hz: 5}\nview: {enabled: &b yes}\nmqtt: {tls: {enabled: *b}}\n"
    loaded = load(write(tmp_path, text + "pose: {threads: &n 2}\n"))
    assert (loaded.mqtt.tls.enabled, loaded.camera.width) == (True, 320)
    merged = load(write(tmp_path, "view: &v {port: 1}\nmqtt:\n  <<: *v\n  host: b\n"))
    assert (merged.mqtt.port, merged.mqtt.host) == (1, "b")


def test_search_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder's file comes before the user's."""
    user = tmp_path / "home/.config/haredge"
    user.mkdir(parents=True)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    write(user, "source: 1")
    assert find({"HOME": str(tmp_path / "home")}) == user / "config.yaml"
    write(work, "source: 2")
    assert find({"HOME": str(tmp_path / "home")}) == Path("config.yaml")


def test_a_folder_that_may_not_be_entered_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of another user's, or none that can be: one line with its name, and no other file in its place."""
    monkeypatch.chdir(tmp_path)
    home = tmp_path / ("x" * 300)  # too long for a name: no one may enter it, not even root
    found = find({"HOME": str(home)})
    assert found == home / ".config/haredge/config.yaml"
    with pytest.raises(ConfigError, match=r"config.yaml: cannot be read: File name too long"):
        load(found)


def mistakes(path: Path) -> list[str]:
    try:
        load(path)
    except ConfigError as error:
        return str(error).splitlines()
    return []


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
KEYS = st.sampled_from([key.rpartition(".")[2] for key in dotted_keys()]) | st.text(max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_any_yaml_loads_or_is_refused(values: dict[str, Any]) -> None:
    """Whatever a file says, it is a configuration or gets one line for each mistake, with file and line."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), yaml.safe_dump(values))
        assert all(line.startswith(f"{path}:") for line in mistakes(path))


ZONES = "zones:\n  bed:\n    polygon:\n      - [0.1, 0.5]\n      - [0.5, 0.5]\n      - [0.5, 0.9]\n"


def test_zones_are_named_polygons(tmp_path: Path) -> None:
    """A name, its corners, and what the zone means; all commented out sets none."""
    loaded = load(write(tmp_path, f"{ZONES}    rest: true\n  mirror: {{polygon: [[0,0],[1,0],[1,1]], ignore: yes}}\n"))
    assert list(loaded.zones) == ["bed", "mirror"]
    assert loaded.zones["bed"].polygon == ((0.1, 0.5), (0.5, 0.5), (0.5, 0.9))
    assert [(zone.rest, zone.ignore) for zone in loaded.zones.values()] == [(True, False), (False, True)]
    assert load(write(tmp_path, "zones:\n  # bed:\n")).zones == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{ZONES}      - [1.5, 0.9]\n",
            "7: zones.bed.polygon.3.0 = 1.5: should be less than or equal to 1; allowed: 3",
        ),
        (f"{ZONES}      - [0.2, -1]\n", "7: zones.bed.polygon.3.1 = -1: should be greater than or equal to 0"),
        (f"{ZONES}      - [0.2]\n", "7: zones.bed.polygon.3.1: is missing"),
        (f"{ZONES}      - [0.2, 0.3, 0.4]\n", "7: zones.bed.polygon.3 = a list: has more than 2 items"),
        (f"{ZONES}      - 0.2, 0.3\n", "7: zones.bed.polygon.3 = '0.2, 0.3': of the wrong kind"),
        (
            f"{ZONES}      - [0.3, 0.4]\n      - [0.3, 0.7]\n      - [0.4, 0.4]\n",
            "3: zones.bed.polygon = a list: crosses",
        ),
        ("zones: {a: {polygon: [[0,0],[1,0]]}}\n", "1: zones.a.polygon = a list: has 2 points; a polygon has three"),
        ("zones: {a: {polygon: [[0,0],[1,0],[0.5,0]]}}\n", "1: zones.a.polygon = a list: has no area"),
        ("zones: {a: {ignore: yes}}\n", "1: zones.a.polygon: is missing; allowed: 3 to 64 points"),
        ("zones:\n  a:\n", "2: zones.a.polygon: is missing"),
        (f"{ZONES}    ignor: yes\n", "7: zones.bed.ignor: unknown key; did you mean zones.bed.ignore?"),
        (f"{ZONES}    colour: red\n", "7: zones.bed.colour: unknown key; known here: polygon, ignore, rest"),
        (f"{ZONES}    ignore: yes\n    rest: yes\n", "2: zones.bed = a mapping: cannot be both ignore and rest"),
        (f"{ZONES}  bed: {{}}\n", "7: zones.bed: set twice, first on line 2"),
        (
            f"{ZONES}  Bed: {{polygon: [[0,0],[1,0],[1,1]]}}\n",
            "7: zones.Bed = a mapping: has almost the same name as bed; rename one",
        ),
        (
            "zones: {my-bed: &b {polygon: [[0,0],[1,0],[1,1]]}, my_bed: *b}\n",
            "1: zones.my_bed = a mapping: has almost the same name as my-bed",
        ),
        ("zones: {a/b: {polygon: [[0,0],[1,0],[1,1]]}}\n", "1: zones.a/b = a mapping: has a character that cannot"),
        ("zones: {'': {polygon: [[0,0],[1,0],[1,1]]}}\n", "1: zones. = a mapping: is empty; allowed: name: zone"),
        ("zones: {+: {polygon: [[0,0],[1,0],[1,1]]}}\n", "1: zones.+ = a mapping: has a character that cannot"),
        ("zones: [{polygon: [[0,0],[1,0],[1,1]]}]\n", "1: zones = a list: of the wrong kind; allowed: name: zone"),
    ],
)
def test_a_wrong_zone_is_named_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    """Down to the point that is wrong: a polygon has many, drawn by eye."""
    (line,) = refusal(tmp_path, text)
    assert line.startswith(expected)


def test_zones_are_bounded(tmp_path: Path) -> None:
    """Each is a topic and an entity; a file with hundreds is a slip."""
    zones = ", ".join(f"a{number}: {{polygon: [[0,0],[1,0],[1,1]]}}" for number in range(33))
    assert refusal(tmp_path, f"zones: {{{zones}}}\n")[0].startswith("1: zones = a mapping: has more than 32 items")


@pytest.mark.parametrize("written", ["./mine", "mine/", "../here/mine", "./"])
def test_a_path_of_a_model_stays_one(written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a configuration that is named without its folder, too: without a slash it would be an installed model."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(f"activity: {{model: {written}}}\n")
    model = load(Path("config.yaml")).activity.model
    assert "/" in model
    assert (tmp_path / model).resolve() == (tmp_path / written).resolve()
