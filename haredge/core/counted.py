"""Counts in words: one clip, two clips."""

from __future__ import annotations


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count and its noun: ``1 clip``, ``0 clips``; ``plural`` where an s is not enough."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"
