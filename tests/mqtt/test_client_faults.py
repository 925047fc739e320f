"""Promises of haredge.mqtt.client in bad times: brokers that die and networks that are cut, as often as it takes."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from brokers import Broker, Subscriber
from deadline import wait_until
from doors import Door
from mqtt_parts import (
    ACTIVITY,
    EVENT,
    HASTY,
    STATUS,
    Connect,
    event,
    ids,
    label,
    publisher,
)
from observed import observed

from haredge.mqtt.outbox import Outbox

CUT_S = float(os.environ.get("HAREDGE_CUT_S", "0"))
"""How long a network stays cut at least; in any case until haredge has noticed."""


@pytest.mark.slow
@pytest.mark.parametrize("persistence", ["true", "false"])
def test_fifty_deaths_of_the_broker_cost_nothing(
    new_broker: Callable[..., Broker], connect: Connect, listen: Callable[..., Subscriber], persistence: str
) -> None:
    """Killed under load: no event is lost, readers who know ids get none twice, and retained topics are as before."""
    memory = (f"persistence {persistence}", "autosave_on_changes true", "autosave_interval 1")
    # What a broker has acknowledged is its own to lose. By Nagle's rule it would hold small packets back for its
    # readers after it has acknowledged them, and its death would take them along.
    broker = new_broker("allow_anonymous true", "set_tcp_nodelay true", *memory)
    door, seen = Door(broker.port), list[str]()
    client = connect(door.port)
    publisher(client).emit(observed(1.0))
    for death in range(50):
        # A reader that acknowledges cannot read on once its acknowledgements find the broker dead.
        reader = listen(broker.port, qos=0)
        door.open()  # not before the reader is there: a broker hands events to those who are
        for number in range(10 * death, 10 * death + 10):
            client.send(event(number))
        enough = death % 2  # half the time it dies in the middle of them, half the time before the first
        wait_until(lambda enough=enough, reader=reader: len(ids(reader)) >= enough, "under way")  # type: ignore[misc]
        door.shut()
        broker.end(kill=True)
        wait_until(lambda reader=reader: reader.lost > 0, "the reader has read to the end")  # type: ignore[misc]
        seen += ids(reader)
        reader.close()
        broker.start()
    reader = listen(broker.port)
    door.open()
    client.send(event(500))
    reader.wait_for(EVENT, lambda payload: json.loads(payload)["id"] == "id500")
    reader.wait_for(STATUS, "online")
    reader.wait_for(ACTIVITY, label("squat"))
    door.shut()
    story = [each for each in dict.fromkeys(seen + ids(reader)) if each.startswith("id")]
    assert story == [f"id{number}" for number in range(501)]


@contextmanager
def cut(port: int) -> Iterator[None]:
    """Let no packet to or from a port through, as when a cable is pulled: neither end gets to know."""
    table = f"haredge_test_{port}"
    rules = "".join(f"tcp {end} {port} drop; " for end in ("sport", "dport"))
    chain = f"chain cut {{ type filter hook input priority 0; {rules}}}"
    subprocess.run(["nft", f"table inet {table} {{ {chain}; }}"], check=True)
    try:
        yield
    finally:
        subprocess.run(["nft", f"delete table inet {table}"], check=True)


@pytest.mark.slow
@pytest.mark.timeout(180 + CUT_S)
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("nft") is None, reason="cutting a network needs root and nft")
def test_a_cut_network_costs_nothing(
    broker: Broker,
    connect: Connect,
    listen: Callable[..., Subscriber],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Noticed by the keepalive; what happened meanwhile is on disk at once, and arrives once, in order, afterwards."""
    caplog.set_level(logging.INFO, "haredge")
    state, door = tmp_path / "events.sqlite", Door(broker.port)  # the reader's own connection is not cut
    door.open()
    client = connect(door.port, replace(HASTY, answer_s=2.0), state=state, keepalive_s=5)
    publisher(client).emit(observed(1.0))
    reader = listen(broker.port)
    reader.wait_for(STATUS, "online")
    began = time.monotonic()
    with cut(door.port):
        for number in range(60):
            client.send(event(number))
        wait_until(lambda: len(Outbox(state)) >= 60, "the events are on disk")
        wait_until(lambda: "lost the broker" in caplog.text, "the loss is noticed")
        wait_until(lambda: "no broker at" in caplog.text, "another call has failed")
        wait_until(lambda: time.monotonic() - began >= CUT_S, "it has been cut for so long", CUT_S + 1)
    reader.wait_for(EVENT, lambda payload: json.loads(payload)["id"] == "id59")
    reader.wait_for(STATUS, "online")
    story = [each for each in ids(reader) if each.startswith("id")]
    assert list(dict.fromkeys(story)) == [f"id{number}" for number in range(60)]
    wait_until(lambda: len(Outbox(state)) == 0, "the disk is tidied")
    door.shut()
