"""Why a broker refuses or ends something, by MQTT 5's reason codes, and what a person can do about it."""

from __future__ import annotations

from typing import Final

BAD_LOGIN: Final = "check mqtt.username and mqtt.password_file"
LOOK_AT_LOG: Final = "the broker's log says why"

PROTOCOL_ERROR: Final = 0x82
UNSUPPORTED_PROTOCOL: Final = (0x01, 0x84)
"""Of MQTT 3.1.1, and of 5."""
KEEP_ALIVE_TIMEOUT: Final = 0x8D
TAKEN_OVER: Final = 0x8E
RETAIN_NOT_SUPPORTED: Final = 0x9A
QOS_NOT_SUPPORTED: Final = 0x9B

PERMANENT: Final = (0x90, 0x95, 0x99)
"""Reasons that lie in a message itself: its topic, its size, its payload."""

_REMEDIES: Final = {
    0x80: LOOK_AT_LOG,
    0x81: "the broker calls a packet malformed: update haredge and the broker",
    PROTOCOL_ERROR: "the broker calls a packet a protocol error: update haredge and the broker",
    0x83: LOOK_AT_LOG,
    0x84: "the broker speaks neither MQTT 5 nor 3.1.1: update it",
    0x85: "let the broker accept haredge's client id (mqtt.base and mqtt.node, joined by -), or change mqtt.node",
    0x86: BAD_LOGIN,
    0x87: f"{BAD_LOGIN}, and the broker's access list",
    0x88: "the broker is up and not ready: nothing to do unless it lasts; then see its log",
    0x89: "the broker is busy: nothing to do unless it lasts; then see its load",
    0x8A: "the broker has banned this client: lift the ban there, and see its log for the cause",
    0x8B: "the broker is shutting down",
    0x8C: "the broker wants a way to log in that haredge does not have: allow user name and password there",
    KEEP_ALIVE_TIMEOUT: "the broker heard nothing for mqtt.keepalive_s: check the network",
    TAKEN_OVER: "is another haredge running with the same mqtt.node? give each its own",
    0x8F: "the broker rejects the topic: check mqtt.base and mqtt.discovery.prefix",
    0x90: "the broker rejects a topic's name: check mqtt.base and mqtt.node",
    0x93: "the broker takes fewer messages at a time: raise its receive maximum",
    0x95: "the broker takes smaller packets only: raise its maximum packet size",
    0x96: "the broker takes fewer messages per second: raise its rate limit, or lower mqtt.prediction_hz",
    0x97: "a quota of the broker is used up: raise it there",
    0x98: "an administrator of the broker ended it: see the broker's log",
    0x99: "the broker rejects the payload: see its log",
    RETAIN_NOT_SUPPORTED: "the broker supports no retained messages: allow them there",
    QOS_NOT_SUPPORTED: "the broker supports a lower QoS only: raise its maximum QoS",
    0x9C: "the broker names another server: set mqtt.host to it",
    0x9D: "the broker has moved: set mqtt.host to its new address",
    0x9F: "the broker limits how often clients connect: nothing to do unless it lasts; then raise its limit",
    0xA0: "the broker's maximum connect time is over: nothing to do",
}


def remedy(code: int) -> str:
    """Return what to do about a refused connection, or one that the broker has ended."""
    return _REMEDIES.get(code, LOOK_AT_LOG)


def access_remedy(code: int, topic: str, right: str) -> str:
    """Return what to do about a rejected message or subscription, which needs the ``right`` to write or to read."""
    known = code not in {0x80, 0x83, 0x87} and code in _REMEDIES
    return _REMEDIES[code] if known else f"allow haredge to {right} {topic} in the broker's access list (ACL)"


def clock_hint(reason: str) -> str:
    """Return what else to check where TLS finds a certificate too old or too new: a board may begin in the past."""
    return ", and this machine's clock" if "not yet valid" in reason or "expired" in reason else ""
