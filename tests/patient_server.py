"""An HTTP server for tests that takes it calmly if a client disconnects.

The standard library's writes a traceback to standard error, in the middle of what another test reads of it.
"""

from __future__ import annotations

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class PatientServer(ThreadingHTTPServer):
    """Says nothing of connections that their clients reset."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what went wrong, unless the client is gone."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)
