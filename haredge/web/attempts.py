"""Wrong tokens: how many an address may try, in the login form or as a Bearer, before it must wait."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Literal

from haredge.web.access import Access

AT_ONCE: Final = 5
"""Wrong tokens that an address may give one after the other; from then on one every :data:`EVERY_S`."""

EVERY_S: Final = 1.0

_MOST_ADDRESSES: Final = 1024


class Attempts:
    """Judges tokens. An address that has given too many wrong ones is not heard for a while; nothing waits for it."""

    def __init__(self, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._clock = clock
        self._paid_until_s: OrderedDict[str, float] = OrderedDict()
        """By address, the time at which its wrong tokens are forgotten; the one that was wrong last comes last."""

    def judge(self, token: str, address: str) -> Literal["right", "wrong", "later"]:
        """Return whether a token is right, or "later", unjudged, if its sender has given too many wrong ones."""
        now_s = self._clock()
        paid_until_s = max(now_s, self._paid_until_s.get(address, now_s))
        if paid_until_s - now_s > (AT_ONCE - 1) * EVERY_S:
            return "later"
        if self._access.is_token(token):
            return "right"
        self._paid_until_s[address] = paid_until_s + EVERY_S
        self._paid_until_s.move_to_end(address)
        if len(self._paid_until_s) > _MOST_ADDRESSES:
            self._paid_until_s.popitem(last=False)
        return "wrong"
