"""What Linux knows of its cameras: which there are, and why one cannot be opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Devices:
    """The places where Linux lists video devices and processes."""

    dev: Path = Path("/dev")
    sys: Path = Path("/sys/class/video4linux")
    proc: Path = Path("/proc")
    may_open: Callable[[Path, int], bool] = os.access

    def present(self) -> str:
        """Name every video device: "/dev/video0 (HD Webcam), /dev/video1 (HD Webcam)"."""
        paths = sorted(self._paths(), key=lambda path: (len(path.name), path.name))
        return ", ".join(self._described(path) for path in paths) or f"no {self.dev}/video*"

    def why_not(self, device: Path) -> str:
        """Say why a device gives no frames, and what to do."""
        if not device.exists():
            return f"no such device (there is {self.present()}); {self._instead()}"
        if not device.resolve().name.startswith("video"):
            return f"not a camera (there is {self.present()}); name another with --source"
        if not self.may_open(device, os.R_OK | os.W_OK):
            return "permission denied: join the group video (sudo usermod -aG video $USER) and log in again"
        if holder := next(self._holders(device), None):
            return f"busy: {holder} holds it; close that program, or name another with --source"
        return f"unplugged, busy or not a camera (there is {self.present()}); name another with --source"

    def _paths(self) -> Iterator[Path]:
        return self.dev.glob("video[0-9]*")

    def _instead(self) -> str:
        """Say what to do without this device; where there is no other, that haredge can be tried without a camera."""
        if any(self._paths()):
            return "name another with --source"
        return "connect one, name another source with --source, or try a synthetic person: --source test:"

    def _described(self, device: Path) -> str:
        try:
            return f"{device} ({(self.sys / device.name / 'name').read_text().strip()})"
        except OSError:
            return str(device)

    def _holders(self, device: Path) -> Iterator[str]:
        """Yield the other processes, if this user may see it, that have the device open."""
        for link in self.proc.glob("[0-9]*/fd/*"):
            process = link.parent.parent
            try:
                if process.name != str(os.getpid()) and link.readlink() == device.resolve():
                    yield f"{(process / 'comm').read_text().strip()} (process {process.name})"
            except OSError:  # the process has ended, or is another user's
                continue
