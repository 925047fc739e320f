"""Looking at everything that haredge needs, one short check each: what it found, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from haredge.core.errors import HaredgeError

Status = Literal["ok", "warn", "fail"]

OK: Final = "ok"
WARN: Final = "warn"
FAIL: Final = "fail"
"""Haredge runs; it runs, but not as well as it could; it does not run."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found."""

    name: str
    status: Status
    words: str
    """What is so, in a few words."""
    remedy: str = ""
    """What to do, unless all is well."""

    def __str__(self) -> str:
        """Give the check's line on the screen, and its remedy below."""
        lines = [*self.words.splitlines(), *([f"-> {self.remedy}"] if self.remedy else [])]
        return f"{self.status:<6}{self.name:<15}" + f"\n{'':21}".join(lines)


def examine(name: str, check: Callable[[], Check], otherwise: str) -> Check:
    """Run a check; where it cannot be made, the error's own words are what it found.

    ``otherwise`` is what to do where the error does not say it.
    """
    try:
        return check()
    except HaredgeError as error:
        words, _, remedy = str(error).rpartition("; ")
        if not words or "\n" in words:  # no advice, or several lines, each with its own
            return Check(name, FAIL, str(error), otherwise)
        return Check(name, FAIL, words, remedy)
