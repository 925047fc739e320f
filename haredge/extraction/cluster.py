"""Videos worked on in parallel, by the workers of a Dask cluster (https://distributed.dask.org).

Workers read the videos and send recordings back; only the one who asked writes files. What a worker had in hand when it
died is given to another by the scheduler.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import CancelledError
from itertools import islice
from typing import Any, Final

from haredge.core.counted import counted
from haredge.core.errors import ClusterError, RuntimeMissingError
from haredge.core.extras import how_to_install
from haredge.core.printable import one_line
from haredge.extraction.cutting import Job, Outcome, skip, work
from haredge.extraction.listing import LabelledVideoFile

IN_HAND: Final = 1000
"""Videos that the scheduler knows of at a time: enough for hundreds of workers, and no burden if there are 240,000."""

CONNECT_S: Final = 10
"""Seconds that the scheduler has to answer."""


def work_through(
    videos: Iterable[LabelledVideoFile], job: Job, scheduler: str, report: Callable[[str], None]
) -> Generator[list[Outcome], None, None]:
    """Yield each video's outcomes as they come in. Closing the iterator takes back what has not begun.

    ``report`` gets a line about the cluster. A video that takes down worker after worker is skipped. Raises
    :class:`ClusterError` if the scheduler cannot be reached or has gone, and :class:`RuntimeMissingError` if
    Dask is not installed.
    """
    try:
        from distributed import Client, as_completed  # noqa: PLC0415  (an extra)
    except ImportError:
        raise RuntimeMissingError(f"a Dask cluster needs distributed: {how_to_install('cluster')}") from None
    # They write of every lost connection, at length; the one line that a person needs is raised here.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    waiting = iter(videos)
    with _connected(Client, scheduler) as client:
        report(f"{scheduler}: {_count(len(client.nthreads()))}")
        # A task and not data that is handed out: should the worker that holds it die, it is made again.
        shared = client.submit(_same, job, pure=False)
        asked: dict[Any, LabelledVideoFile] = {}

        def ask(video: LabelledVideoFile) -> Any:
            future = client.submit(work, video, shared, pure=False)
            asked[future] = video
            return future

        answers = as_completed([ask(video) for video in islice(waiting, IN_HAND)], loop=client.loop)
        for future in answers:
            yield _outcomes(future, asked.pop(future), scheduler)
            answers.update(ask(video) for video in islice(waiting, 1))


def _connected(client: Any, scheduler: str) -> Any:
    try:
        return client(scheduler, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {scheduler}: {one_line(error)}") from None


def _count(workers: int) -> str:
    return counted(workers, "worker") + ("" if workers else "; nothing happens until one joins")


def _same(job: Job) -> Job:
    return job


def _outcomes(future: Any, video: LabelledVideoFile, scheduler: str) -> list[Outcome]:
    if future.status == "error":
        return skip(video, one_line(future.exception()))
    try:
        outcomes: list[Outcome] = future.result()
    except (CancelledError, OSError):
        gone = f"the Dask scheduler at {scheduler} has gone; run the same command again to go on"
        raise ClusterError(gone) from None
    return outcomes
