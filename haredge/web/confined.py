"""The process that decodes an upload, within limits."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.core.kinds import DECODED

LIMITS: Final = {
    resource.RLIMIT_AS: 6 << 30,
    resource.RLIMIT_CPU: 2 * 3600,
    resource.RLIMIT_FSIZE: 2 << 30,
    resource.RLIMIT_NOFILE: 256,
    resource.RLIMIT_CORE: 0,
}
"""Address space, which a video that claims absurd sizes runs into; processor time; the largest file; open files."""

_NICE: Final = 10
_LINE: Final = 1 << 20
"""Bytes of a line that the process may say, and of the end of its errors that are kept."""

_KILLED_FIRST: Final = "1000"
"""If memory runs out, the kernel takes this process and not the daemon beside it (proc(5), oom_score_adj)."""

_KEPT: Final = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONSAFEPATH",
    "STATE_DIRECTORY",
    "XDG_CONFIG_HOME",
    "LD_LIBRARY_PATH",
)


@dataclass(frozen=True)
class Confined:
    """The process while it works."""

    process: asyncio.subprocess.Process
    lines: asyncio.StreamReader
    """What it says, line by line."""
    _errors: asyncio.Task[bytes]

    async def ended(self) -> tuple[int, str]:
        """Wait for its end; return its status, below 0 if a signal ended it, and the end of what it said of errors."""
        status = await self.process.wait()
        return status, (await self._errors).decode(errors="replace")


@asynccontextmanager
async def confined(command: Sequence[str], folder: Path) -> AsyncIterator[Confined]:
    """Start a command; at the end it is killed, with all that it has started.

    It gets few variables of the environment, no standard input, and options that make FFmpeg open nothing but files, of
    formats that do not refer to other files. It leads a process group of its own, so that nothing of it is left.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**kept, "TMPDIR": str(folder), "OPENCV_FFMPEG_CAPTURE_OPTIONS": _DEMUXING},
        start_new_session=True,
        limit=_LINE,
    )
    assert process.stdout
    assert process.stderr
    errors = asyncio.create_task(_end_of(process.stderr))
    try:
        _limit(process.pid)
        yield Confined(process, process.stdout, errors)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        # asyncio knows a process as ended once its pipes have been read to their ends.
        await _end_of(process.stdout)
        await errors
        await process.wait()


async def _end_of(stream: asyncio.StreamReader) -> bytes:
    """Read a stream to its end, all the time, so that who writes to it never waits; return its last bytes."""
    end = b""
    while more := await stream.read(_LINE):
        end = (end + more)[-_LINE:]
    return end


_DEMUXING: Final = f"protocol_whitelist;file|format_whitelist;{DECODED}"


def _limit(pid: int) -> None:
    """Bind a process that has only begun to start: it has not read a byte of the video yet."""
    with suppress(ProcessLookupError):
        for which, most in LIMITS.items():
            hard = resource.prlimit(pid, which)[1]
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.prlimit(pid, which, (least, least))
        # Who serves at a lower priority still may not raise that of the process.
        os.setpriority(os.PRIO_PROCESS, pid, max(_NICE, os.getpriority(os.PRIO_PROCESS, pid)))
        Path(f"/proc/{pid}/oom_score_adj").write_text(_KILLED_FIRST)
