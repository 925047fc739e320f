"""Promises of haredge.mqtt.node_owner."""

from __future__ import annotations

import json

import pytest

from haredge.mqtt.node_owner import Claim

TOPIC = "haredge/kitchen/instance"


def told(claim: Claim) -> bytes:
    message = claim.once()
    assert message is not None
    assert message.retain
    return message.encoded()


def test_a_claim_is_made_once() -> None:
    """At a reconnection it would hide the claim of a rival that has come meanwhile."""
    claim = Claim(TOPIC)
    assert claim.once() is not None
    assert claim.once() is None


def test_ones_own_claim_is_no_rivals() -> None:
    """The broker gives back what it was given."""
    claim = Claim(TOPIC)
    claim.hear(told(claim))
    assert claim.rival is None
    assert claim.renewed() is None


def test_anothers_claim_is_a_rivals_until_it_is_renewed() -> None:
    """The rival is named by host and process; once it has gone, the own claim is made again."""
    claim = Claim(TOPIC)
    claim.hear(told(Claim(TOPIC)))
    assert claim.rival is not None
    assert ", process " in claim.rival
    renewed = claim.renewed()
    assert renewed is not None
    claim.hear(renewed.encoded())
    assert claim.rival is None


@pytest.mark.parametrize(
    "payload",
    [b"", b"null", b"[]", b"{}", b'{"id": 1}', b"\xff", b'{"id": null, "host": "x"}', b"[" * 100_000],
    ids=range(8),
)
def test_rubbish_is_nobodys_claim(payload: bytes) -> None:
    """Whatever somebody retains there, haredge goes on."""
    claim = Claim(TOPIC)
    claim.hear(payload)
    assert claim.rival is None
    assert json.loads(told(claim))["id"]
