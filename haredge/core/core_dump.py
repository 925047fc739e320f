"""What a crash leaves behind: the memory of a process that reads a camera is not written to a disk."""

from __future__ import annotations

from contextlib import suppress


def forbid_core_dumps() -> None:
    """Have the system write no core dump of this process, nor of those that it starts.

    One holds the camera's last images and every password. The installed service has a limit of its own; a container
    and a terminal have none.
    """
    with suppress(ImportError, OSError, ValueError):  # Windows has neither
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
