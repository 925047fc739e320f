"""Examples drawn by processes of their own while networks train on those that are there already."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from haredge.activity.features import SIZE
from haredge.activity.window import LENGTH
from haredge.training.examples import Mixture

Part = tuple[NDArray[np.float16], NDArray[np.int64]]
"""Encoded windows (m, 9, SIZE) and the index of each one's label (m,)."""

CHUNK: Final = 8192
"""Examples that a process draws at a time."""
_ROUNDING: Final = 64
"""Most that a mixture draws beyond what it was asked for."""
_FIRST: Final = 0.03
"""Part of the examples that must be there before any is trained on."""


class WindowStore:
    """Examples on a device, more and more of them."""

    def __init__(self, room: int, device: torch.device) -> None:
        self._encoded = torch.empty((room, LENGTH, SIZE), dtype=torch.float16, device=device)
        self._labels = torch.empty(room, dtype=torch.int64, device=device)
        self._enough = threading.Event()
        self._failure: Exception | None = None
        self.count = 0
        """How many are there."""

    def take(self, part: Part) -> None:
        """Take in some more; there must be room for them."""
        encoded, labels = part
        place = slice(self.count, self.count + len(labels))
        self._encoded[place] = torch.from_numpy(encoded).to(self._encoded.device)
        self._labels[place] = torch.from_numpy(labels).to(self._labels.device)
        self.count = place.stop
        if self.count >= _FIRST * len(self._labels):
            self._enough.set()

    def end(self, failure: Exception | None = None) -> None:
        """Say that no more will come, and what went wrong, which :meth:`batch` then raises."""
        self._failure = failure
        self._enough.set()

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Draw examples that are there, with replacement: encoded windows and the index of each one's label."""
        self._enough.wait()
        if self._failure:
            raise self._failure
        chosen = torch.randint(self.count, (size,), device=self._labels.device)
        return self._encoded[chosen].float(), self._labels[chosen]


@contextmanager
def drawn(
    mixtures: Sequence[Mixture], count: int, processes: int, seed: int, device: torch.device
) -> Iterator[list[WindowStore]]:
    """Give a store for each mixture that fills with at least ``count`` examples; the processes end with the context."""
    chunks = -(-count // CHUNK)
    jobs = [(which, seed, number) for number in range(chunks) for which in range(len(mixtures))]
    # Processes are forked, so that they share the recordings, and before the device is touched, which cannot be.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _begin, (mixtures,))
    parts = pool.map(_draw, jobs)
    stores = [WindowStore(chunks * (CHUNK + _ROUNDING), device) for _ in mixtures]
    filling = threading.Thread(
        target=_fill, args=(stores, ((which, part) for (which, *_), part in zip(jobs, parts, strict=True)))
    )
    filling.start()
    try:
        yield stores
    finally:
        pool.shutdown(cancel_futures=True)
        filling.join()


def _fill(stores: Sequence[WindowStore], parts: Iterable[tuple[int, Part]]) -> None:
    failure = None
    try:
        for which, part in parts:
            stores[which].take(part)
    except Exception as error:  # noqa: BLE001 - of another thread, which must not wait without end
        failure = error
    for store in stores:
        store.end(failure)


_mixtures: list[Mixture] = []
"""Those of a process that draws."""


def _begin(mixtures: Sequence[Mixture]) -> None:
    _mixtures[:] = mixtures


def _draw(job: tuple[int, int, int]) -> Part:
    which, seed, number = job
    encoded, labels = _mixtures[which].draw(CHUNK, np.random.default_rng((seed, which, number)))
    return encoded.astype(np.float16), labels
