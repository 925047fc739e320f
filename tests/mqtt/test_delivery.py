"""Promises of the delivery of events: each arrives, in order within its topic, and none holds up other topics."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from haredge.mqtt.backoff import Timeouts
from haredge.mqtt.connection import Acknowledged, Rejection
from haredge.mqtt.delivery import EventDelivery
from haredge.mqtt.messages import Message
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.timers import Timers

FORBIDDEN = Rejection(0x87, "Not authorized")
NEVER = Rejection(0x90, "Topic name invalid")


@dataclass
class Broker:
    """Takes messages one by one; the test says what each is answered with."""

    now_s: float = 0.0
    sent: list[Message] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)
    dropped: list[Message] = field(default_factory=list)
    connected: bool = False
    file: Path | None = None

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.file)
        self.timers = Timers(lambda: self.now_s)
        self.events = EventDelivery(self.outbox, self.timers, Timeouts(), self._publish)
        self.answered = 0

    def _publish(self, message: Message) -> int:
        self.sent.append(message)
        return len(self.sent)

    def answer(self, rejected: Rejection | None = None) -> None:
        """Answer the message that is on its way."""
        self.answered = len(self.sent)
        if rejected in {None, NEVER}:
            (self.dropped if rejected else self.taken).append(self.sent[-1])
        self.events.acknowledged(Acknowledged(self.answered, rejected))

    def connect(self, connected: bool) -> None:
        """Connect, or lose the connection; does nothing if that is so already."""
        if connected != self.connected:
            self.connected, self.answered = connected, len(self.sent)
            (self.events.start if connected else self.events.stop)()

    def waits(self) -> bool:
        """Whether a message is on its way."""
        return len(self.sent) > self.answered

    def after(self, seconds: float) -> None:
        """Let time go on."""
        self.now_s += seconds
        while self.timers.left_s() == 0:
            self.timers.run_due()


def _event(topic: str, number: int) -> Message:
    return Message(topic, str(number), qos=1)


def test_a_forbidden_topic_holds_up_no_other() -> None:
    """What an access list forbids waits, as it may be fixed; events under another topic are delivered meanwhile."""
    broker = Broker()
    for topic in ("old/event", "new/event", "old/event"):
        broker.events.put(_event(topic, len(broker.outbox)))
    broker.events.start()
    broker.answer(FORBIDDEN)
    broker.answer()
    assert [message.payload for message in broker.taken] == ["1"]
    assert not broker.waits()
    assert len(broker.outbox) == 2


def test_what_was_refused_is_tried_again_after_a_minute() -> None:
    """Without another event and on the same connection, too."""
    broker = Broker()
    broker.events.put(_event("event", 0))
    broker.events.start()
    broker.answer(FORBIDDEN)
    broker.after(Timeouts().refused_event_s)
    assert broker.waits()
    broker.answer()
    assert len(broker.outbox) == 0


def test_an_event_that_comes_before_the_refusal_does_is_a_reason_to_try_again() -> None:
    """The next event of a topic tries it again, be it before the answer to the one on its way or after it."""
    broker = Broker()
    broker.events.put(_event("event", 0))
    broker.events.start()
    broker.events.put(_event("event", 1))
    broker.answer(FORBIDDEN)
    assert broker.waits()
    broker.answer(FORBIDDEN)
    assert not broker.waits()
    broker.events.put(_event("event", 2))
    assert broker.waits()


def test_an_answer_to_something_else_changes_nothing() -> None:
    """Subscriptions and retained messages are answered by number, too."""
    broker = Broker()
    broker.events.put(_event("event", 0))
    broker.events.start()
    broker.events.acknowledged(Acknowledged(99))
    assert broker.waits()
    assert len(broker.outbox) == 1


def test_a_broker_that_was_slow_once_does_not_wear_the_card_for_ever(tmp_path: Path) -> None:
    """What waits too long is in the file; once all has arrived, nothing is written of what comes after it."""
    file = tmp_path / "outbox.sqlite"
    broker = Broker(file=file)
    broker.events.start()
    broker.events.put(_event("event", 0))
    broker.after(Timeouts().acknowledge_s)
    assert len(Outbox(file)) == 1
    broker.answer()
    file.unlink()
    for number in range(1, 4):
        broker.events.put(_event("event", number))
        broker.answer()
    assert not file.exists()


def test_what_waits_behind_others_for_too_long_is_in_the_file(tmp_path: Path) -> None:
    """A broker that takes a second for each event leaves none of them in memory only for longer than is promised."""
    broker = Broker(file=tmp_path / "outbox.sqlite")
    broker.events.start()
    for number in range(5):
        broker.events.put(_event("event", number))
    broker.after(1.0)
    broker.answer()
    broker.after(1.0)
    assert len(Outbox(tmp_path / "outbox.sqlite")) == 4


def test_what_an_access_list_forbids_outlives_a_power_cut(tmp_path: Path) -> None:
    """It may wait for days until the list is fixed; that there is a connection does not keep it out of the file."""
    broker = Broker(file=tmp_path / "outbox.sqlite")
    broker.events.start()
    broker.events.put(_event("event", 0))
    broker.answer(FORBIDDEN)
    broker.events.put(_event("event", 1))
    assert len(Outbox(tmp_path / "outbox.sqlite")) == 2


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.sampled_from("ab")),
            st.tuples(st.just("answer"), st.sampled_from(["yes", "never", "forbidden"])),
            st.tuples(st.sampled_from(["lose", "connect", "wait"]), st.just("")),
        ),
        max_size=60,
    )
)
def test_order_holds_within_a_topic_and_nothing_is_lost(steps: list[tuple[str, str]]) -> None:
    """Whatever the broker answers, whenever the connection is lost: all arrives once that is not refused for good."""
    broker, put = Broker(), []
    for number, (step, what) in enumerate(steps):
        if step == "put":
            put.append(_event(what, number))
            broker.events.put(put[-1])
        elif step == "answer" and broker.waits():
            broker.answer({"yes": None, "never": NEVER, "forbidden": FORBIDDEN}[what])
        elif step == "wait":
            broker.after(61.0)
        else:
            broker.connect(step == "connect")
    broker.connect(True)
    broker.after(61.0)
    while broker.waits():
        broker.answer()
    for topic in "ab":
        expected = [each for each in put if each.topic == topic and each not in broker.dropped]
        assert [each for each in broker.taken if each.topic == topic] == expected
