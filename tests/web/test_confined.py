"""The process that decodes what a stranger has sent."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from haredge.web.confined import LIMITS, confined


def run(script: str, folder: Path) -> tuple[int, str]:
    async def running() -> tuple[int, str]:
        async with confined([sys.executable, "-c", script], folder) as work:
            said = await work.lines.read()
            status, _ = await work.ended()
            return status, said.decode()

    return asyncio.run(running())


def test_it_has_limits_and_little_to_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret of the server's environment, no input, no core file; it gives way to others."""
    monkeypatch.setenv("MQTT_PASSWORD", "secret")
    script = """
import os, resource, sys, time
while resource.getrlimit(resource.RLIMIT_AS)[0] < 0 or os.getpriority(os.PRIO_PROCESS, 0) < 10:
    pass  # the limits are set while Python starts
most = resource.getrlimit(resource.RLIMIT_AS)[0]
print(os.environ.get("MQTT_PASSWORD"), sys.stdin.read(), os.environ["TMPDIR"], most)
"""
    status, said = run(script, tmp_path)
    assert status == 0
    assert said.split() == ["None", str(tmp_path), str(LIMITS[resource.RLIMIT_AS])]


def test_it_knows_what_the_server_goes_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user's configuration lies, and that nothing is imported from the current folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", "/elsewhere")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    script = "import os; print(os.environ['XDG_CONFIG_HOME'], os.environ['PYTHONSAFEPATH'])"
    assert run(script, tmp_path) == (0, "/elsewhere 1\n")


def test_a_server_of_low_priority_does_not_raise_it(tmp_path: Path) -> None:
    """Which only root may."""
    script = """
import asyncio, os, sys
from pathlib import Path
from haredge.web.confined import confined

async def confine():
    async with confined(["sleep", "600"], Path(sys.argv[1])) as work:
        print(os.getpriority(os.PRIO_PROCESS, work.process.pid))

os.nice(19)
asyncio.run(confine())
"""
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("19\n", "")


def test_a_video_that_asks_for_absurd_memory_fails_alone(tmp_path: Path) -> None:
    """The process runs into its limit, and nothing else does."""
    script = "import resource\nwhile resource.getrlimit(resource.RLIMIT_AS)[0] < 0: pass\nbytearray(8 << 30)"
    status, _ = run(script, tmp_path)
    assert status == 1


def test_nothing_of_it_is_left(tmp_path: Path) -> None:
    """Neither the process nor what it has started, whenever one stops waiting for it."""
    script = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""

    async def given_up() -> tuple[int, int]:
        async with confined([sys.executable, "-c", script], tmp_path) as work:
            return work.process.pid, int(await work.lines.readline())

    async def gone(pid: int) -> None:
        while Path(f"/proc/{pid}").exists() and "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text():
            await asyncio.sleep(0.01)

    parent, child = asyncio.run(given_up())
    assert not Path(f"/proc/{parent}").exists()
    asyncio.run(asyncio.wait_for(gone(child), 20))
    assert parent != os.getpid()


def test_much_noise_on_stderr_neither_stops_it_nor_hides_its_last_words(tmp_path: Path) -> None:
    """A decoder that complains of each frame fills a pipe that is not read."""
    script = """
import sys
for n in range(4096):
    sys.stderr.write("a warning " * 100 + "\\n")
    sys.stderr.flush()
print("done", flush=True)
sys.exit("haredge: the file is cut short")
"""

    async def running() -> tuple[bytes, int, str]:
        async with confined([sys.executable, "-c", script], tmp_path) as work:
            return await work.lines.readline(), *await work.ended()

    line, status, errors = asyncio.run(asyncio.wait_for(running(), 60))
    assert (line, status) == (b"done\n", 1)
    assert errors.endswith("haredge: the file is cut short\n")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_one_that_is_given_up_while_it_writes_is_over(stream: str, tmp_path: Path) -> None:
    """With more in its pipes than is kept of what no one reads."""
    script = f"""
import sys
for n in range(1 << 30):
    sys.{stream}.write("x" * 1024)
    if n == 2080:
        open({str(tmp_path / "much")!r}, "w").close()
"""

    async def given_up() -> int:
        async with confined([sys.executable, "-c", script], tmp_path) as work:
            while not (tmp_path / "much").exists():
                await asyncio.sleep(0.01)
        return await work.process.wait()

    assert asyncio.run(asyncio.wait_for(given_up(), 60)) < 0
