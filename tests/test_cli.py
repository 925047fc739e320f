"""Promises of the command line: it starts light, and every mistake is one line with the right exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from haredge import cli
from haredge.commands import COMMANDS
from haredge.commands.daemon import in_use
from haredge.config.schema import Config
from haredge.version import __version__


def haredge(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run haredge as a user does, in a folder of its own so that no configuration is found by chance."""
    command = [sys.executable, "-m", "haredge", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=folder)


def test_importing_the_command_line_loads_neither_opencv_nor_tensorflow() -> None:
    """`haredge --help` answers at once on a Pi."""
    heavy = (
        "{'cv2', 'tensorflow', 'tf_keras', 'torch', 'paho', 'ai_edge_litert', 'tflite_runtime', 'matplotlib', 'scipy'}"
    )
    code = f"import haredge.cli, sys; haredge.cli.parser(); print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_version() -> None:
    """`haredge --version` says which haredge it is."""
    assert haredge("--version").stdout == f"haredge {__version__}\n"


def test_help_lists_every_command() -> None:
    """What haredge can do is found without reading the README."""
    shown = haredge("--help").stdout
    assert [name for name in COMMANDS if name not in shown] == []


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_each_command_has_help(command: str) -> None:
    """Every command explains itself."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*command.split(), "--help"])
    assert ended.value.code == 0


def test_wrong_usage_is_distinguished_from_failure() -> None:
    """A misspelt option is status 2, as everywhere on Unix."""
    assert haredge("--dry-runn").returncode == 2


def test_lines_of_json_are_of_a_dry_run() -> None:
    """Without one the daemon would publish, which is not what was asked for."""
    done = haredge("--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "argument --json: only with --dry-run" in done.stderr


def test_wrong_configuration_is_status_78(tmp_path: Path) -> None:
    """The service manager does not restart what a person must correct; the line says what."""
    (tmp_path / "config.yaml").write_text("mqtt:\n  prot: 1\n")
    done = haredge("--dry-run", folder=tmp_path)
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == "haredge: config.yaml:2: mqtt.prot: unknown key; did you mean mqtt.port?\n"


def test_config_check_names_the_file_it_read(tmp_path: Path) -> None:
    """A user learns which of several configurations counts."""
    (tmp_path / "config.yaml").write_text("source: 0\n")
    assert haredge("config", "check", folder=tmp_path).stdout == "config.yaml: fine\n"


@pytest.mark.parametrize("command", [["config", "check"], ["--dry-run"]])
def test_a_rate_at_which_no_activity_is_recognised_is_refused(command: list[str], tmp_path: Path) -> None:
    """Every activity would stay unknown, a fall included; the lowest rate that fills a window is named."""
    (tmp_path / "config.yaml").write_text("source: 'test:'\ncamera:\n  rate_hz: 3.9\n")
    done = haredge(*command, folder=tmp_path)
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == (
        "haredge: config.yaml:3: camera.rate_hz = 3.9: is too low: below 4 no window of poses fills, and every "
        "activity stays unknown; allowed: highest poses per second, 4 to 120\n"
    )
    (tmp_path / "config.yaml").write_text("source: 'test:'\ncamera:\n  rate_hz: 4\n")
    assert haredge("config", "check", folder=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "activity:\n  thresholds: {fallin: 0.5}\n",
            "config.yaml:2: activity.thresholds.fallin: the model everyday has no such label; did you mean falling?",
        ),
        ("mqtt:\n  password_file: gone\n", "config.yaml:2: mqtt.password_file = gone: cannot be read: No such file"),
        ("mqtt:\n  tls: {enabled: true, ca_file: gone}\n", "config.yaml:2: mqtt.tls.ca_file = gone: cannot be used"),
        ("view:\n  enabled: true\n  token_file: gone\n", "config.yaml:3: cannot read the token in gone: No such"),
        ("view:\n  enabled: true\n  host: 0.0.0.0\n", "config.yaml:3: listening on 0.0.0.0 opens the pages to others"),
        ("webhook:\n  secret_file: gone\n", "config.yaml:2: webhook.secret_file = gone: cannot be read: No such"),
        ("webhook:\n  url: https://a..b/\n", "config.yaml:2: webhook.url"),
        ("activity:\n  model: nowhere\n", "config.yaml:2: no model 'nowhere' is installed"),
        ("activity:\n  still_model: nowhere\n", "config.yaml:2: no model 'nowhere' is installed"),
        ("pose:\n  model: gone.tflite\n", "config.yaml:2: gone.tflite: no such model file"),
        ("pose:\n  model: ./\n", "config.yaml:2: manifest.json: cannot read the model's manifest"),
        ("pose:\n  model: /dev/zero\n", "config.yaml:2: /dev/zero: cannot read the model file: it is not a regular"),
    ],
)
def test_a_configuration_that_names_what_is_not_there_is_not_fine(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`haredge config check` finds fine only what the daemon would start with, and names file and line."""
    (tmp_path / "config.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["config", "check"]) == 78
    reported = capsys.readouterr()
    assert (reported.out, reported.err.count("\n")) == ("", 1)
    assert reported.err.startswith(f"haredge: {said}")


@pytest.mark.parametrize("command", [["config", "check"], ["--dry-run"]])
def test_a_source_that_is_not_there_is_found_in_the_file(command: list[str], tmp_path: Path) -> None:
    """A file may be put there yet: its absence is no mistake of the configuration's, but its line is named."""
    (tmp_path / "config.yaml").write_text("log_level: info\nsource: gone.mp4\n")
    done = haredge(*command, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("haredge: config.yaml:2: source 'gone.mp4': no such file; it may be ")


@pytest.mark.parametrize(
    ("option", "said"),
    [("--source", "source 'nowhere.mp4': no such file"), ("--pose-model", "no model 'nowhere.mp4' is installed")],
)
def test_what_the_command_line_names_is_not_sought_in_the_file(option: str, said: str, tmp_path: Path) -> None:
    """The line of a value that is not used would lead to the wrong place."""
    (tmp_path / "config.yaml").write_text("source: 'test:'\npose: {model: gone}\n")
    done = haredge("--dry-run", option, "nowhere.mp4", folder=tmp_path)
    assert done.stderr.startswith(f"haredge: {said}")


def test_the_daemon_names_the_line_of_what_its_model_lacks(tmp_path: Path) -> None:
    """What is wrong with a configuration only beside a model is found in the file all the same."""
    (tmp_path / "config.yaml").write_text("activity:\n  thresholds: {fallin: 0.5}\n")
    done = haredge("--dry-run", "--source", "test:", folder=tmp_path)
    assert (done.returncode, done.stdout) == (78, ""), done.stderr
    assert done.stderr.startswith("haredge: config.yaml:2: activity.thresholds.fallin: the model everyday has no")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--source", "nowhere.mp4"], 1, "nowhere.mp4"),
        (["--source", "tset:"], 1, "unknown form"),
        (["--pose-model", "nowhere.tflite"], 78, "nowhere.tflite"),
        (["--model", "nowhere"], 78, "nowhere"),
        (["--config", "nowhere.yaml"], 78, "nowhere.yaml: cannot be read: No such file"),
    ],
)
def test_what_is_missing_is_named_in_one_line(arguments: list[str], status: int, words: str, tmp_path: Path) -> None:
    """A missing thing gets one line with its name, never a traceback."""
    done = haredge("--dry-run", *arguments, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1), done.stderr
    assert words in done.stderr


@pytest.mark.parametrize(
    "source", ["rtsp://me:{}@127.0.0.1:9/s", "gst:videotestsrc user-pw={} ! x", "gst:videotestsrc user-pw = {} ! x"]
)
def test_what_is_in_use_is_named_without_a_password(source: str) -> None:
    """However it is written in the source."""
    config = Config(source=source.format("hush"))
    named = ", ".join(in_use(None, config, kept=False))
    assert "hush" not in named
    assert "***" in named


def test_no_camera_says_what_was_tried_and_suggests_a_source(tmp_path: Path) -> None:
    """On a machine without a webcam `haredge --dry-run` says how to go on."""
    if any(Path("/dev").glob("video*")):
        pytest.skip("there is a camera here")
    done = haredge("--dry-run", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    first, error = done.stderr.splitlines()
    assert first.startswith("INFO in use: ")
    assert "/dev/video0" in error
    assert "--source" in error


def redirected(command: str, redirection: str) -> subprocess.CompletedProcess[str]:
    """Run haredge from a shell that does something to its streams."""
    script = f"exec {sys.executable} -m haredge {command} {redirection}"
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("redirection", [">&-", "<&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_failure(redirection: str) -> None:
    """Haredge may be started with closed streams: what would go there is written nowhere."""
    done = redirected("config check", redirection)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_number_of_a_closed_standard_error_stays_taken() -> None:
    """The next file opened does not get what libraries write, and they can be silenced."""
    code = "import os; from haredge.cli import main; status = main(); os.fstat(2); raise SystemExit(status)"
    script = f"exec {sys.executable} -c '{code}' config check 2>&-"
    silenced = {name: value for name, value in os.environ.items() if name != "OPENCV_LOG_LEVEL"}
    done = subprocess.run(["sh", "-c", script], stdout=subprocess.DEVNULL, env=silenced, timeout=60, check=False)
    assert done.returncode == 0


def test_an_error_keeps_its_status_if_it_is_not_read() -> None:
    """A script that throws the words away still learns of the failure."""
    assert redirected("config check nowhere.yaml", "2>&-").returncode == 78


def test_a_full_disk_is_one_line() -> None:
    """What could not be written is not taken for done."""
    done = redirected("config check", ">/dev/full")
    assert (done.returncode, done.stderr) == (1, "haredge: cannot write: No space left on device\n")


def test_a_limit_of_a_files_size_is_one_line(tmp_path: Path) -> None:
    """As a quota is, and a disk that has become read-only."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1)); from haredge.cli import main"
    code = f"{limited}; raise SystemExit(main(['models', '--json']))"
    with (tmp_path / "out").open("w") as out:
        done = subprocess.run([sys.executable, "-c", code], stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "haredge: cannot write: File too large\n")


@pytest.mark.parametrize(
    "command", ["extract NAME", "evaluate --films NAME", "recognise NAME", "annotate video.mp4 --out NAME.webm"]
)
def test_a_path_that_no_file_can_have_is_one_line(command: str, tmp_path: Path) -> None:
    """The file system's own word, without a traceback; it says the same of a folder that may not be entered."""
    done = haredge(*command.replace("NAME", "a" * 300).split(), folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"haredge: {'a' * 300}")
    assert done.stderr.endswith(": cannot be used: File name too long\n")
    assert done.stderr.count("\n") == 1


def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    """A file system holds any bytes for a name; a terminal that is strict about text does not end haredge."""
    (tmp_path / "h\udcff.yaml").write_text("source: 0\n")
    command = [sys.executable, "-m", "haredge", "config", "check", "h\udcff.yaml"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=tmp_path, env=environment)
    assert (done.returncode, done.stdout) == (0, b"h\\udcff.yaml: fine\n")


def test_evaluating_poses_is_a_command_of_its_own() -> None:
    """`haredge evaluate pose` takes its own arguments, and `haredge evaluate` still insists on its data."""
    with pytest.raises(SystemExit) as shown:
        cli.main(["evaluate", "pose", "--help"])
    assert shown.value.code == 0
    with pytest.raises(SystemExit) as refused:
        cli.main(["evaluate"])
    assert refused.value.code == 2


def test_an_interrupt_while_the_command_line_is_read_ends_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C in the first moments, in which modules are loaded, shows no traceback either."""

    class Interrupted(Sequence[str]):
        def __len__(self) -> int:
            return 1

        def __getitem__(self, index: object) -> str:
            raise KeyboardInterrupt

    assert cli.main(Interrupted()) == 130
    assert capfd.readouterr() == ("", "")
