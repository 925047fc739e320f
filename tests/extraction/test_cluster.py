"""Promises of the Dask cluster: real workers make what one process makes, and a worker's death costs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from children import started
from ports import free_port

pytest.importorskip("ai_edge_litert")
pytest.importorskip("distributed")

import installed
from deadline import wait_until

from haredge import cli

VIDEOS = 16


class Cluster:
    """A real scheduler and real workers, each a process of its own on this machine."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder
        port = free_port()
        self.address = f"tcp://127.0.0.1:{port}"
        self._start("dask_scheduler", "--port", str(port))
        self._wait_for("Scheduler at")
        self.workers: list[subprocess.Popen[bytes]] = []

    def add_worker(self) -> None:
        # The default nanny would start a worker again as soon as it is killed.
        self.workers.append(self._start("dask_worker", self.address, "--no-nanny", "--nthreads", "1"))

    def wait_for_workers(self) -> None:
        for index in range(1, len(self.workers) + 1):
            self._wait_for("Registered to", index)

    def _start(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *words, "--host", "127.0.0.1", "--no-dashboard"]
        index = len(list(self._folder.glob("*.log")))
        log = self._stack.enter_context((self._folder / f"{index}.log").open("wb"))
        process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)
        return process

    def _wait_for(self, words: str, index: int = 0) -> None:
        log = self._folder / f"{index}.log"
        wait_until(lambda: words in log.read_text(), f"{words} in {log}", 100)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    with ExitStack() as stack:
        yield Cluster(stack, tmp_path / "cluster")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with a pose network, good videos and a bad one the current one."""
    installed.pose_model(tmp_path / "models")
    (tmp_path / "config.yaml").write_text("pose: {model: dots}\n")
    (tmp_path / "videos/up").mkdir(parents=True)
    for index in range(VIDEOS):
        images = [installed.person(arms_up=bool(frame % (index + 2))) for frame in range(60)]
        installed.film(tmp_path / f"videos/up/{index}.mp4", images)
    (tmp_path / "videos/up/bad.mp4").write_text("no video")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_worker_that_is_killed_costs_nothing(here: Path, cluster: Cluster) -> None:
    """Its videos are given to the others: every recording is there once, byte for byte that of a run without Dask."""
    for _ in range(3):
        cluster.add_worker()
    cluster.wait_for_workers()
    command = [sys.executable, "-m", "haredge", "extract", "videos", "-o", "out", "--scheduler", cluster.address]
    process = started(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    wait_until(lambda: any((here / "out").rglob("*.npz")), "the first recording", 120)
    assert process.poll() is None
    os.kill(cluster.workers[0].pid, signal.SIGKILL)
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert f"{cluster.address}: 3 workers" in said
    assert f"{VIDEOS} recordings of {VIDEOS + 1}" in said
    assert "bad.mp4: cannot read the video" in said
    assert cluster.workers[0].wait() == -signal.SIGKILL
    assert cli.main(["extract", "videos", "-o", "alone", "-j", "1"]) == 0
    assert installed.contents(here / "out") == installed.contents(here / "alone")


@pytest.mark.slow
def test_a_cluster_without_workers_waits_for_one(here: Path, cluster: Cluster) -> None:
    """It reports why nothing happens, and continues as soon as a worker joins."""
    command = [sys.executable, "-m", "haredge", "extract", "videos", "-o", "out", "--scheduler", cluster.address]
    process = started(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    assert process.stdout
    process.stdout.readline()
    assert process.stdout.readline() == f"{cluster.address}: 0 workers; nothing happens until one joins\n"
    cluster.add_worker()
    said, _ = process.communicate()
    assert process.returncode == 0
    assert f"{VIDEOS} recordings of {VIDEOS + 1}" in said


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_or_goes_is_one_line(here: Path, tmp_path: Path) -> None:
    """With what to do about it."""
    absent = f"tcp://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "haredge", "extract", "videos", "-o", "out", "--scheduler"]
    done = subprocess.run([*command, absent], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"haredge: no Dask scheduler answers at {absent}")
    assert len(done.stderr.splitlines()) == 1
    (tmp_path / "cluster").mkdir()
    with ExitStack() as stack:
        cluster = Cluster(stack, tmp_path / "cluster")
        process = subprocess.Popen(
            [*command, cluster.address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout
        process.stdout.readline()
        process.stdout.readline()
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors == f"haredge: the Dask scheduler at {cluster.address} has gone; run the same command again to go on\n"
