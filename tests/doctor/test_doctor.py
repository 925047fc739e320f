"""Promises of haredge.doctor: how a check reads, and what becomes of errors."""

from __future__ import annotations

from haredge.core.errors import ConfigError, SourceError
from haredge.doctor import Check, examine


def test_a_check_is_a_line_with_its_remedy_below() -> None:
    """Status first, remedies lined up under the words."""
    assert str(Check("disk", "ok", "5 GB free")) == "ok    disk           5 GB free"
    lines = str(Check("clock", "warn", "not set", "set it")).splitlines()
    assert lines[0].index("not set") == lines[1].index("->")


def test_an_error_is_a_failure_in_its_own_words() -> None:
    """Haredge's messages end with what to do, after their last semicolon."""

    def busy() -> Check:
        raise SourceError("cannot open camera /dev/video0: busy; close that program")

    check = examine("camera", busy, "look")
    assert check == Check("camera", "fail", "cannot open camera /dev/video0: busy", "close that program")


def test_an_error_without_advice_keeps_its_words_and_gets_some() -> None:
    """Nothing is cut off a message of one part; lines of a longer one are lined up; no failure is without a remedy."""

    def wrong() -> Check:
        raise ConfigError("config.yaml:1: a\nconfig.yaml:2: b")

    check = examine("configuration", wrong, "correct it")
    assert (check.words, check.remedy) == ("config.yaml:1: a\nconfig.yaml:2: b", "correct it")
    assert str(check).splitlines()[1].strip() == "config.yaml:2: b"


def test_advice_for_one_of_several_mistakes_stays_beside_it() -> None:
    """What to do about the last is not what to do about all."""

    def wrong() -> Check:
        raise ConfigError("config.yaml:1: a; allowed: 1\nconfig.yaml:2: b; allowed: 2")

    check = examine("configuration", wrong, "correct it")
    assert (check.words, check.remedy) == ("config.yaml:1: a; allowed: 1\nconfig.yaml:2: b; allowed: 2", "correct it")
