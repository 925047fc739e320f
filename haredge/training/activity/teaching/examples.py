"""Examples drawn by processes of their own while networks learn from those that are there already."""

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

from haredge.features import SIZE
from haredge.training.activity.mixture import Mixture
from haredge.window import LENGTH

Part = tuple[NDArray[np.float16], NDArray[np.int64]]
"""Encoded windows (m, 9, SIZE) and the index of each one's label (m,)."""

CHUNK: Final = 8192
"""Examples that a process draws at a time."""
_ROUNDING: Final = 64
"""Most that a mixture draws beyond what it was asked for."""
_FIRST: Final = 0.03
"""Part of the examples that must be there before any is learnt from."""


class Store:
    """Examples on a device, more and more of them."""

    def __init__(self, room: int, device: torch.device) -> None:
        self._encoded = torch.empty((room, LENGTH, SIZE), dtype=torch.float16, device=device)
        self._labels = torch.empty(room, dtype=torch.int64, device=device)
        self._enough = threading.Event()
        self._failure: Exception | None = None
        self.count = 0
        """How many are there."""

    def fill(self, parts: Iterable[Part]) -> None:
        """Take in examples as they come, until there are no more; what goes wrong is raised by :meth:`batch`."""
        try:
            for encoded, labels in parts:
                place = slice(self.count, self.count + len(labels))
                self._encoded[place] = torch.from_numpy(encoded).to(self._encoded.device)
                self._labels[place] = torch.from_numpy(labels).to(self._labels.device)
                self.count = place.stop
                if self.count >= _FIRST * len(self._labels):
                    self._enough.set()
        except Exception as error:  # noqa: BLE001 - of another thread, which must not wait for ever
            self._failure = error
        self._enough.set()

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Draw examples that are there, with replacement: encoded windows and the index of each one's label."""
        self._enough.wait()
        if self._failure:
            raise self._failure
        chosen = torch.randint(self.count, (size,), device=self._labels.device)
        return self._encoded[chosen].float(), self._labels[chosen]


@contextmanager
def drawn(mixture: Mixture, count: int, processes: int, seed: int, device: torch.device) -> Iterator[Store]:
    """Give a store that fills with at least ``count`` examples; the processes end with the context."""
    chunks = -(-count // CHUNK)
    # Processes are forked, so that they share the recordings, and before the device is touched, which cannot be.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _begin, (mixture,))
    parts = pool.map(_draw, [(seed, number) for number in range(chunks)])
    store = Store(chunks * (CHUNK + _ROUNDING), device)
    filling = threading.Thread(target=store.fill, args=(parts,))
    filling.start()
    try:
        yield store
    finally:
        pool.shutdown(cancel_futures=True)
        filling.join()


_mixtures: list[Mixture] = []
"""The one of a process that draws."""


def _begin(mixture: Mixture) -> None:
    _mixtures[:] = [mixture]


def _draw(seed: Sequence[int]) -> Part:
    encoded, labels = _mixtures[0].draw(CHUNK, np.random.default_rng(seed))
    return encoded.astype(np.float16), labels
