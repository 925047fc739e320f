"""Promises of haredge.mqtt.broker: which client id a node has."""

from __future__ import annotations

import re

from haredge.mqtt.broker import client_id


def test_no_two_nodes_have_one_client_id() -> None:
    """A broker ends the connection of who comes first; the usual base keeps the id that is easy to find in its log."""
    nodes = [("haredge", "kitchen"), ("a-b", "c"), ("a", "b-c"), ("a/b", "c"), ("a/b-c", "d"), ("a-b/c", "d")]
    ids = [client_id(base, node) for base, node in nodes]
    assert len(set(ids)) == len(nodes)
    assert ids[0] == "haredge-kitchen"
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", each) for each in ids)
