"""Where models are installed: a swap is one step, whatever happens, and the version before is kept."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haredge.core.errors import InstallError, ModelError
from haredge.models.store import open_store

KILLED_INSTALLING = Path(__file__).parents[1] / "killed_installing.py"

Files = dict[str, str]


def version(number: int) -> Files:
    return {"manifest.json": f"manifest {number}", "model.tflite": f"network {number}", f"extra {number}": ""}


def install(place: Path, files: Mapping[str, str], name: str = "gym") -> None:
    with open_store(place) as store, store.staging() as folder:
        write(folder, files)
        store.install(name, folder)


def roll_back(place: Path, name: str = "gym") -> None:
    with open_store(place) as store:
        store.use(name, store.previous(name))


def write(folder: Path, files: Mapping[str, str]) -> None:
    for file, text in files.items():
        (folder / file).write_text(text)


def files_of(folder: Path) -> Files:
    return {path.name: path.read_text() for path in folder.iterdir()}


def versions(place: Path, name: str = "gym") -> list[Files]:
    folders = (place / ".versions" / name).iterdir()
    return [files_of(folder) for folder in sorted(folders) if folder.is_dir() and not folder.is_symlink()]


def test_what_killed_processes_left_is_swept(tmp_path: Path) -> None:
    """Downloads that have not grown for a week and a staged model go when the store is next opened; newer ones stay."""
    fetched, staged = tmp_path / "models/.versions/.fetched", tmp_path / "models/.versions/.new"
    fetched.mkdir(parents=True)
    write_into = {"old": -60, "recent": -1, "of a clock that was ahead": 400}
    for name, days in write_into.items():
        (fetched / f"{name}.part").write_text("x")
        t = time.time() + days * 86400
        os.utime(fetched / f"{name}.part", (t, t))
    staged.mkdir()
    write(staged, version(1))
    with open_store(tmp_path / "models"):
        assert [path.name for path in fetched.iterdir()] == ["recent.part"]
        assert not staged.exists()


def test_the_newest_is_in_use_and_the_one_before_is_kept(tmp_path: Path) -> None:
    """Of three versions the first is gone: an SD card does not fill up."""
    for number in (1, 2, 3):
        install(tmp_path / "models", version(number))
        assert files_of(tmp_path / "models/gym") == version(number)
    assert versions(tmp_path / "models") == [version(2), version(3)]


def test_going_back_and_forth(tmp_path: Path) -> None:
    """Going back brings the version before; going back again brings the newer one."""
    install(tmp_path, version(1))
    install(tmp_path, version(2))
    for number in (1, 2, 1):
        roll_back(tmp_path)
        assert files_of(tmp_path / "gym") == version(number)


def test_after_going_back_the_version_in_use_is_kept(tmp_path: Path) -> None:
    """A model that is installed after going back replaces the one that had been left."""
    for number in (1, 2):
        install(tmp_path, version(number))
    roll_back(tmp_path)
    install(tmp_path, version(3))
    roll_back(tmp_path)
    assert files_of(tmp_path / "gym") == version(1)


@settings(max_examples=15)  # each step waits for the disk
@given(st.lists(st.sampled_from(["install", "back"]), max_size=6))
def test_any_sequence(steps: list[str]) -> None:
    """After any installations and rollbacks the last one's model is in use, and the one before it is kept."""
    with tempfile.TemporaryDirectory() as name:
        place, in_use, kept = Path(name), None, None
        for number, step in enumerate(["install", *steps]):
            if step == "install":
                install(place, version(number))
                in_use, kept = version(number), in_use
            elif kept:
                roll_back(place)
                in_use, kept = kept, in_use
            assert files_of(place / "gym") == in_use
            assert [files for files in versions(place) if files not in (in_use, kept)] == []


def test_models_do_not_touch_each_other(tmp_path: Path) -> None:
    """Each name has versions of its own."""
    install(tmp_path, version(1), "gym")
    install(tmp_path, version(2), "home")
    with pytest.raises(InstallError, match="gym: this is its only version; there is none to go back to"):
        roll_back(tmp_path, "gym")
    assert files_of(tmp_path / "gym") == version(1)


def test_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    """A model that is not there, or was put there manually, has no version before."""
    (tmp_path / "hand").mkdir()
    for name in ("nowhere", "hand"):
        with pytest.raises(InstallError, match=f"no model {name} was installed there"):
            roll_back(tmp_path, name)


def test_a_folder_put_there_manually_becomes_the_version_before(tmp_path: Path) -> None:
    """What was copied there manually is kept, and comes back."""
    (tmp_path / "gym").mkdir()
    write(tmp_path / "gym", version(1))
    install(tmp_path, version(2))
    assert files_of(tmp_path / "gym") == version(2)
    roll_back(tmp_path)
    assert files_of(tmp_path / "gym") == version(1)
    install(tmp_path, version(3))
    assert versions(tmp_path) == [version(1), version(3)]


def test_a_link_made_manually_is_left_alone(tmp_path: Path) -> None:
    """Where it leads is not the store's."""
    (tmp_path / "gym").symlink_to("/usr")
    with pytest.raises(InstallError, match="gym: a link that was made manually: remove it"):
        install(tmp_path, version(1))
    assert (tmp_path / "gym").readlink() == Path("/usr")


def test_the_place_may_be_moved(tmp_path: Path) -> None:
    """Links are relative: a backup that is restored elsewhere works."""
    install(tmp_path / "models", version(1))
    (tmp_path / "models").rename(tmp_path / "moved")
    assert files_of(tmp_path / "moved/gym") == version(1)


def test_the_daemon_can_read_what_root_installs(tmp_path: Path) -> None:
    """Files are readable by all, whatever the umask of who installed them."""
    before = os.umask(0o077)
    try:
        install(tmp_path / "state/models", version(1))
    finally:
        os.umask(before)
    paths = [path for path in (tmp_path / "state").rglob("*") if not path.is_symlink()]
    unreadable = [path for path in paths if path.stat().st_mode & 0o004 == 0]
    closed = [path for path in paths if path.is_dir() and path.stat().st_mode & 0o001 == 0]
    assert (unreadable, closed) == ([], [])


def test_a_model_that_is_refused_leaves_nothing(tmp_path: Path) -> None:
    """A staged folder goes away with the error, and with the next installation after a crash."""
    install(tmp_path, version(1))
    before = sorted(tmp_path.rglob("*"))

    def refused() -> None:
        with open_store(tmp_path) as store, store.staging() as folder:
            write(folder, version(2))
            raise ModelError("no")

    with pytest.raises(ModelError, match=r"^no$"):
        refused()
    assert sorted(tmp_path.rglob("*")) == before


def test_two_at_once(tmp_path: Path) -> None:
    """The second gets an error that says to wait."""
    with open_store(tmp_path), pytest.raises(InstallError, match="another process is installing a model there"):
        install(tmp_path, version(1))


def test_the_same_model_is_known(tmp_path: Path) -> None:
    """Installing the same again would lose the version before for nothing; a damaged one is not the same."""
    install(tmp_path, version(1))
    with open_store(tmp_path) as store, store.staging() as folder:
        write(folder, version(1))
        assert store.holds("gym", folder)
        assert not store.holds("home", folder)
        (tmp_path / "gym/model.tflite").write_text("damaged")
        assert not store.holds("gym", folder)


def test_where_nothing_can_be_written_one_line_says_so(tmp_path: Path) -> None:
    """A place that cannot be is named."""
    (tmp_path / "file").touch()
    with pytest.raises(InstallError, match=r"file: File exists; nothing has been changed"):
        install(tmp_path / "file/models", version(1))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_without_leave_to_write_one_says_what_to_do(tmp_path: Path) -> None:
    """The system's folder is root's."""
    tmp_path.chmod(0o500)
    with pytest.raises(InstallError, match=r"Permission denied; .*; run it as root \(sudo\), or .* --to"):
        install(tmp_path / "models", version(1))


def test_whoever_reads_sees_one_version(tmp_path: Path) -> None:
    """While versions are swapped, a reader that asks once where the link leads reads files that belong together."""
    install(tmp_path, version(1))
    install(tmp_path, version(2))
    done = threading.Event()

    def swap() -> None:
        for _ in range(30):
            roll_back(tmp_path)
        done.set()

    thread = threading.Thread(target=swap)
    thread.start()
    seen = []
    while not done.is_set():
        seen.append(files_of((tmp_path / "gym").resolve(strict=True)))
    thread.join()
    assert [files for files in seen if files not in (version(1), version(2))] == []
    assert version(1) in seen
    assert version(2) in seen


@pytest.mark.slow
@pytest.mark.parametrize("before", ["nothing", "installed", "two", "rolled back", "manual"])
def test_killed_at_every_step(before: str, tmp_path: Path) -> None:
    """Wherever the power is cut, the old model is whole or the new one is; the next installation then works.

    What is killed is a process that makes each change to the file system for real, just before one of them.
    """
    seed, new, out = tmp_path / "seed", tmp_path / "new", tmp_path / "out"
    for folder in (seed, new, out):
        folder.mkdir()
    prepare(seed, before)
    write(new, version(3))
    old = files_of(seed / "gym") if (seed / "gym").exists() else None
    command = [sys.executable, *map(str, (KILLED_INSTALLING, seed, new, out))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    killed = int(process.stdout)
    assert killed > 15
    places = [out / str(step) for step in range(1, killed + 2)]
    found = [files_of(place / "gym") if (place / "gym").exists() else None for place in places]
    assert [files for files in found if files not in (old, version(3))] == []
    assert (found[0], found[-1]) == (old, version(3))
    for place, in_use in zip(places, found, strict=True):
        check_goes_on(place, in_use)


def prepare(place: Path, before: str) -> None:
    if before == "manual":
        (place / "gym").mkdir()
        write(place / "gym", version(1))
    elif before != "nothing":
        install(place, version(1))
    if before in {"two", "rolled back"}:
        install(place, version(2))
    if before == "rolled back":
        roll_back(place)


def check_goes_on(place: Path, in_use: Files | None) -> None:
    """Check that a place that an installation was cut short in takes another, and that what was in use comes back."""
    install(place, version(4))
    assert files_of(place / "gym") == version(4)
    assert (place / "gym").is_symlink()
    if in_use:
        roll_back(place)
        assert files_of(place / "gym") == in_use
