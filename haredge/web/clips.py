"""Videos and images that people try: a queue, one worker, and nothing kept for long once its page is gone."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from haredge.activity.timeline import rows_as_csv
from haredge.web.confined import Confined, confined
from haredge.web.limits import Limits
from haredge.web.uploaded_clip import Files, Models, UploadedClip

log = logging.getLogger(__name__)

AWAY_S: Final = 20.0
"""A page that has not listened for this long is away: its clip gives way to another if there is no room for both."""

GONE_S: Final = 600.0
"""A clip whose page is away for longer is removed. A phone locks itself after half a minute and is taken up again
within minutes; a page that is closed says so, and its clip ends at once."""

_ESTIMATED_S: Final = 15.0
"""After so much work the time left is no guess any more."""


class Full(Exception):  # noqa: N818 - a state of the queue, not a mistake
    """There is no room for one more clip."""


class OneEach(Full):
    """Nor would there be any: its sender has another one under way."""


class ResultsEach(Full):
    """Nor would there be any: its sender has as many results open as one may."""


class Clips:
    """All clips of a server. For its event loop's thread only."""

    def __init__(
        self,
        folder: Path,
        command: Callable[[UploadedClip], Sequence[str]],
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take an empty folder, a function that makes the command line that works on a clip, and the limits."""
        self.limits: Final = limits
        self.finished = {"done": 0, "failed": 0}
        """How many clips have ended in each way."""
        self._folder = folder
        self._command = command
        self._clock = clock
        self._clips: dict[str, UploadedClip] = {}
        self._turn = asyncio.Lock()

    def __iter__(self) -> Iterator[UploadedClip]:
        return iter(tuple(self._clips.values()))

    def get(self, clip_id: str) -> UploadedClip | None:
        """Return a clip; None if there is none with this id (any more)."""
        return self._clips.get(clip_id)

    def add(self, name: str, models: Models, address: str = "") -> UploadedClip:
        """Make room for a clip that is about to be sent; raises :class:`Full`, or which kind of it."""
        self._keep_below(1, lambda clip: clip.address == address and not clip.ended, OneEach)
        self._keep_below(self.limits.each, lambda clip: clip.address == address, ResultsEach)
        self._keep_below(self.limits.waiting + 1, lambda clip: not clip.ended, Full)
        self._keep_below(4 * self.limits.waiting + 1, lambda _clip: True, Full)
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        clip = UploadedClip(name, models, Files(folder), address)
        self._clips[clip.id] = clip
        return clip

    def _keep_below(self, most: int, counts: Callable[[UploadedClip], bool], refusal: type[Full]) -> None:
        """Make fewer than ``most`` of the clips that count, by removing one whose page is away; else raise."""
        counted = [clip for clip in self if counts(clip)]
        if len(counted) < most:
            return
        longest = max(counted, key=self._away_s)
        if self._away_s(longest) <= AWAY_S:
            raise refusal
        log.info("a clip whose page is away has given way to another: removed")
        self.remove(longest)

    def _away_s(self, clip: UploadedClip) -> float:
        """Return for how long a clip's page has not listened; 0 while it does, or is still sending."""
        return 0.0 if clip.watchers else max(0.0, self._clock() - clip.left_at_s)

    def start(self, clip: UploadedClip) -> None:
        """Queue a clip that has arrived."""
        clip.state, clip.left_at_s = "waiting", self._clock()
        self._clips[clip.id] = self._clips.pop(clip.id)  # last: its turn is that of its arrival
        clip.work = asyncio.create_task(self._work_on(clip))

    def fail(self, clip: UploadedClip, why: str) -> None:
        """End work on a clip, with the reason for its owner; its files are removed at once."""
        clip.state, clip.error, clip.left_at_s = "failed", why, min(clip.left_at_s, self._clock())
        self.finished["failed"] += 1
        shutil.rmtree(clip.files.folder, ignore_errors=True)

    def remove(self, clip: UploadedClip) -> None:
        """Stop work on a clip and forget it, with all its files."""
        self._clips.pop(clip.id, None)
        if clip.work and not clip.work.done():
            clip.work.cancel()  # its end removes the files once the process is dead
        else:
            shutil.rmtree(clip.files.folder, ignore_errors=True)

    def before(self, clip: UploadedClip) -> int:
        """Return how many clips come before this one."""
        ahead = 0
        for other in self:
            if other is clip:
                break
            ahead += other.state in {"waiting", "working"}
        return ahead

    @contextmanager
    def watching(self, clip: UploadedClip) -> Iterator[None]:
        """Keep a clip as long as a page listens."""
        clip.watchers += 1
        try:
            yield
        finally:
            clip.watchers -= 1
            clip.left_at_s = self._clock()

    def remove_forgotten(self) -> None:
        """Remove the clips whose pages have not come back."""
        for clip in self:
            if self._away_s(clip) > GONE_S:
                log.info("a clip's page has not come back: removed")
                self.remove(clip)

    async def close(self) -> None:
        """Stop all work."""
        tasks = [clip.work for clip in self if clip.work]
        for clip in self:
            self.remove(clip)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work_on(self, clip: UploadedClip) -> None:
        try:
            async with self._turn:
                clip.state = "working"
                await self._annotate(clip)
        except Exception:
            log.exception("work on a clip has failed")
            self.fail(clip, "An error occurred here: see the server's log.")
        finally:
            clip.files.upload.unlink(missing_ok=True)
            if clip.id not in self._clips:
                shutil.rmtree(clip.files.folder, ignore_errors=True)

    async def _annotate(self, clip: UploadedClip) -> None:
        try:
            await asyncio.wait_for(self._run(clip), self.limits.work_s)
        except asyncio.TimeoutError:
            self.fail(clip, f"It takes too long here: more than {duration(self.limits.work_s)}.")

    async def _run(self, clip: UploadedClip) -> None:
        async with confined(self._command(clip), clip.files.folder) as work:
            why = await self._followed(clip, work)
        if why:
            self.fail(clip, why)
            return
        if clip.kind == "video":
            clip.activities = json.loads(clip.files.activities.read_text())
        try:
            _write_table(clip)
        except OSError as error:
            self.fail(clip, f"There is no room for the result here ({error.strerror}).")
            return
        clip.state = "done"
        self.finished["done"] += 1

    async def _followed(self, clip: UploadedClip, work: Confined) -> str | None:
        """Note the progress of the work until it ends; return why it failed, or will, for the clip's owner."""
        began_s = self._clock()
        async for line in work.lines:
            progress = json.loads(line)
            if "people" in progress:
                clip.image = progress | {"image": clip.name}
            clip.share, clip.left_s = progress.get("share"), progress.get("left_s")
            taken_s = self._clock() - began_s
            needed_s = taken_s + (clip.left_s or 0)
            if taken_s > _ESTIMATED_S and needed_s > self.limits.work_s:
                most = duration(self.limits.work_s)
                return f"It would take too long here: about {duration(needed_s)}, and at most {most}."
        status, errors = await work.ended()
        if status:
            return _reason(status, errors, clip)
        clip.warnings = _warnings(errors, clip)
        return None


def _write_table(clip: UploadedClip) -> None:
    if clip.kind == "image":
        clip.files.people.write_text(json.dumps(clip.image, ensure_ascii=False))
    else:
        clip.files.table.write_text(rows_as_csv(clip.activities))


def duration(seconds: float) -> str:
    """Return a time for people: ``42 s``, ``30 min``."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _warnings(said: str, clip: UploadedClip) -> Sequence[str]:
    """Return what the process has logged of the upload, for the clip's owner."""
    name = f"{clip.kind} {clip.files.upload}"
    return [f"{line.replace(name, f'This {clip.kind}')}." for line in said.splitlines() if line.startswith(name)]


def _reason(status: int, said: str, clip: UploadedClip) -> str:
    """Return the process's error for the clip's owner, without paths of this machine."""
    if status < 0:
        log.warning("work on a clip was killed by signal %d: %s", -status, said[-500:])
        return f"It takes too much memory or time to decode this {clip.kind} here."
    line = next((line for line in said.splitlines() if line.startswith("haredge: ")), "")
    upload = str(clip.files.upload)
    words = line.removeprefix("haredge: ").removeprefix(f"cannot read the {clip.kind} ").removeprefix(f"{upload}: ")
    words = words.replace(upload, f"this {clip.kind}")
    words = re.sub(rf"{re.escape(str(clip.files.folder))}[\w./-]*\w", "the result", words)
    if not words:
        log.warning("work on a clip ended with status %d: %s", status, said[-2000:])
        return f"This {clip.kind} cannot be decoded here."
    return f"{words[0].upper()}{words[1:]}."
