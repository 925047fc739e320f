"""How many wrong tokens an address may try."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from haredge.web.access import Access
from haredge.web.attempts import AT_ONCE, EVERY_S, Attempts

TOKEN = "0123456789abcdef"
ACCESS = Access(frozenset({"localhost"}), loopback=True, token=TOKEN)


class Clock:
    """Time that the test moves."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_some_are_judged_at_once_and_then_one_a_second() -> None:
    """After a typing mistake one can try again; guessing cannot be hurried. Not even the right token is judged then."""
    clock = Clock()
    attempts = Attempts(ACCESS, clock)
    assert [attempts.judge("wrong", "a") for _ in range(AT_ONCE)] == ["wrong"] * AT_ONCE
    assert attempts.judge("wrong", "a") == attempts.judge(TOKEN, "a") == "later"
    clock.now_s += EVERY_S
    assert [attempts.judge("wrong", "a"), attempts.judge(TOKEN, "a")] == ["wrong", "later"]
    clock.now_s += EVERY_S
    assert attempts.judge(TOKEN, "a") == "right"


def test_another_address_is_not_concerned() -> None:
    """The owner gets in while a stranger guesses."""
    attempts = Attempts(ACCESS, Clock())
    for _ in range(100):
        attempts.judge("wrong", "a")
    assert attempts.judge(TOKEN, "b") == "right"


def test_the_right_token_costs_nothing() -> None:
    """Prometheus gives it with every request."""
    attempts = Attempts(ACCESS, Clock())
    assert {attempts.judge(TOKEN, "a") for _ in range(1000)} == {"right"}


def test_a_million_addresses_need_no_more_memory_than_a_thousand() -> None:
    """The oldest are forgotten first."""
    attempts = Attempts(ACCESS, Clock())
    for _ in range(AT_ONCE):
        attempts.judge("wrong", "first")
    for n in range(2000):
        attempts.judge("wrong", str(n))
    assert attempts.judge("wrong", "first") == "wrong"


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_way_to_guess_is_faster(waits_s: list[float]) -> None:
    """However the guesses are timed, the judged ones are five and one a second at most."""
    clock = Clock()
    attempts, verdicts = Attempts(ACCESS, clock), Counter[str]()
    for wait_s in waits_s:
        clock.now_s += wait_s
        verdicts[attempts.judge("wrong", "a")] += 1
    assert verdicts["wrong"] <= AT_ONCE + sum(waits_s) / EVERY_S
