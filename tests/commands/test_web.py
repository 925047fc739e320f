"""``haredge web`` as a program."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("starlette")
pytest.importorskip("ai_edge_litert")

import installed

from haredge.commands.web import installed_choice
from haredge.config.load import load
from haredge.config.schema import Config
from haredge.core.extras import how_to_install


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with models the current one."""
    installed.pose_model(tmp_path / "models")
    installed.activity_model(tmp_path / "models")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "haredge", "web", "--port", "0", "--folder", "work", *words]


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"http://\S+", process.stdout.readline())
        try:
            assert found, process.communicate()[1]
            yield process, found[0]
        finally:
            process.kill()


def test_the_help_needs_no_folder_for_clips() -> None:
    """It shows which one is usual, also if the disk is full, so that another can be chosen."""
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    code = f"{full}; from haredge.cli import main; main(['web', '--help'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "folder for clips (default: /" in " ".join(done.stdout.split()), done.stderr


def refused(*words: str) -> tuple[int, str]:
    done = subprocess.run(command(*words), capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_asked_to_stop(here: Path, number: signal.Signals) -> None:
    """Then its folder is gone, and the exit status is 0."""
    with running() as (process, url):
        with urllib.request.urlopen(url, timeout=30) as answer:  # the address that it has printed
            assert b"haredge" in answer.read()
        assert len(list((here / "work").iterdir())) == 1
        process.send_signal(number)
        assert process.wait(60) == 0
    assert not list((here / "work").iterdir())


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_it_ends_quietly_as_soon_as_it_has_said_where_it_is(here: Path, number: signal.Signals) -> None:
    """With its terminal, too, as when a connection over SSH is closed."""
    with running() as (process, _):
        process.send_signal(number)
        assert process.wait(60) == 0
        assert process.stderr
        assert not process.stderr.read()
    assert not list((here / "work").iterdir())


def test_the_models_of_the_configuration_come_first(here: Path) -> None:
    """And every installed one can be chosen."""
    installed.activity_model(here / "models", "falls")
    (here / "config.yaml").write_text("activity: {model: falls}\n")
    with running() as (_, url), urllib.request.urlopen(f"{url}api/setup", timeout=30) as answer:
        reported = answer.read().decode()
    assert '"activities":["falls","arms"' in reported


def configured(text: str) -> Config:
    Path("config.yaml").write_text(text)
    return load(Path("config.yaml"))


def test_what_the_configurations_still_model_adds_is_among_the_labels(here: Path) -> None:
    """The result of a video that has one of them is shown, too."""
    installed.still_model(here / "models")
    choice = installed_choice(configured("activity: {model: arms, still_model: colours}\n"))
    assert choice.activities["arms"] == (*installed.LABELS, *installed.STILL_LABELS)


def test_a_model_that_the_thresholds_are_not_for_is_not_offered(caplog: pytest.LogCaptureFixture) -> None:
    """It would fail with every video; if it is the one that is chosen at first, the page does not start."""
    choice = installed_choice(configured("activity: {model: arms, thresholds: {arms_up: 0.9}}\n"))
    assert list(choice.activities) == ["arms"]
    assert "exercise is not offered: activity.thresholds.arms_up: the model exercise has no such label" in caplog.text
    status, said = refused("--model", "exercise")
    assert status == 78
    assert "the model exercise has no such label" in said


def test_others_need_a_token() -> None:
    """It does not start without one."""
    status, said = refused("--host", "0.0.0.0")
    assert status == 78
    assert "token_file" in said
    assert said.count("\n") == 1


def test_an_address_that_is_not_this_machines_is_reported() -> None:
    """In one line, and nothing is left behind."""
    status, said = refused("--host", "192.0.2.1", "--token-file", "token")
    assert status == 78
    Path("token").write_text("0123456789abcdef0123456789abcdef")
    status, said = refused("--host", "192.0.2.1", "--token-file", "token")
    assert (status, said) == (1, "haredge: cannot listen on 192.0.2.1:0: Cannot assign requested address\n")
    assert not list(Path("work").iterdir())


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (("--folder", "nowhere"), 1, "cannot make a folder for clips under nowhere: No such file or directory"),
        (
            ("--pose-model", "nowhere"),
            78,
            "nowhere: the page offers installed models only: name one of dots, people, pose",
        ),
        (("--host", "a..b"), 2, "a..b: is not the name or address of a host"),
        (("--name", "https://home.example/x"), 2, "is an address, not a host; write host: home.example"),
        (("--port", "99999"), 2, "99999: a whole number from 0 to 65535 is needed"),
        (("--waiting", "-3"), 2, "-3: a whole number from 1 is needed"),
        (("--longest", "nan"), 2, "nan: a number of seconds above 0 is needed"),
    ],
)
def test_what_cannot_be_is_refused_at_once(words: tuple[str, ...], status: int, reason: str) -> None:
    """Not served on another port, from another model or with a limit that limits nothing."""
    found, said = refused(*words)
    assert found == status
    assert reason in said.splitlines()[-1]


def test_without_the_extra_it_says_how_to_get_it(here: Path) -> None:
    """A headless Pi carries none of it."""
    (here / "starlette.py").write_text("raise ModuleNotFoundError('no starlette', name='starlette')\n")
    status, said = refused()
    assert status == 78
    assert said == f"haredge: starlette is not installed: {how_to_install('web')}\n"
