"""Promises of the tests' own HTTP server."""

from __future__ import annotations

import socket

import pytest
from patient_server import PatientServer


@pytest.mark.parametrize(("error", "reported"), [(ConnectionResetError(), False), (ValueError("wrong"), True)])
def test_only_a_client_that_is_gone_is_nothing_to_speak_of(
    error: Exception, reported: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any other mistake of a handler is still reported."""

    def handler(*_: object) -> None:
        raise error

    with PatientServer(("127.0.0.1", 0), handler) as server, socket.create_connection(server.server_address):  # type: ignore[arg-type]
        server.daemon_threads = False  # closing waits for the one that answers
        server.handle_request()
    assert ("ValueError: wrong" in capsys.readouterr().err) == reported
