"""Promises of haredge.service.node_lock: a service's name at its broker is not taken from it by mistake."""

from __future__ import annotations

import logging

import pytest

from haredge.config.schema import MqttConfig
from haredge.core.errors import HaredgeError
from haredge.service.node_lock import held

KITCHEN = MqttConfig(host="lock.test", node="kitchen")
OTHERS = (MqttConfig(host="lock.test", node="hall"), MqttConfig(host="lock2.test", node="kitchen"))


def test_what_is_started_by_hand_beside_the_service_is_refused() -> None:
    """It is said what to do, and it may start once the service has ended; another node or broker is free."""
    with held(KITCHEN, service=True):
        with (
            pytest.raises(HaredgeError, match=r"publishes as haredge/kitchen to lock.test.*: stop it first.*--dry-run"),
            held(KITCHEN, service=False),
        ):
            pass
        for other in OTHERS:
            with held(other, service=False):
                pass
    with held(KITCHEN, service=False):
        pass


def test_nothing_keeps_a_service_from_starting(caplog: pytest.LogCaptureFixture) -> None:
    """What was started manually holds no name; of two services with one name the second logs it."""
    with held(KITCHEN, service=False), caplog.at_level(logging.WARNING), held(KITCHEN, service=True):
        assert caplog.text == ""
        with held(KITCHEN, service=True):
            assert "a service of haredge on this machine publishes as haredge/kitchen" in caplog.text
