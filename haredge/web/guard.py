"""Stands before every page: checks where a request comes from, and sets the headers that make browsers strict."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from haredge.web.access import Access
from haredge.web.attempts import Attempts
from haredge.web.bodies import in_time
from haredge.web.connections import CONNECTIONS, address_of, viewer
from haredge.web.limits import PART_S

LOGIN: Final = "/login"
LOGOUT: Final = "/logout"
HEALTH: Final = "/healthz"
STATIC: Final = "/static/"
OPEN_PATHS: Final = (LOGIN, LOGOUT, HEALTH)
"""What is answered without a token, with all below :data:`STATIC`: it contains nothing of the room."""

LATER: Final = {"Retry-After": "1"}
"""Header of an answer to an address that has given too many wrong tokens."""

HEADERS: Final = {
    # Everything comes from this server and nothing is written into the page: no script, style or font of others, no
    # frame round it.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    # Not "no-referrer": browsers would then hide even this server's own origin from it.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

FRAMED_HEADERS: Final = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace("ancestors 'none'", "ancestors 'self'"),
    "X-Frame-Options": "SAMEORIGIN",
}
"""For a trusted proxy, which may show the pages inside its own."""


_MISDIRECTED: Final = (
    "The Host header does not name this server. Open it by its address, or add the name that you have opened it by to "
    "view.hosts in config.yaml (of haredge web: --name)."
)


class Guard:
    """Middleware that answers only requests that are meant for this server and come from its own pages."""

    def __init__(self, app: ASGIApp, access: Access, attempts: Attempts, part_s: float = PART_S) -> None:
        """Take the application behind it; ``part_s`` is the longest time until the next part of a body."""
        self._app = app
        self._access = access
        self._attempts = attempts
        self._part_s = part_s
        self._requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            self._requests += 1
            try:
                answer = self._refusal(Request(scope)) or self._app
                headers = FRAMED_HEADERS if self._access.trusts(address_of(scope)) else HEADERS
                await answer(scope, in_time(receive, self._part_s), _hardened(send, headers))
            finally:
                self._requests -= 1

    def _refusal(self, request: Request) -> Response | None:
        hosts = request.headers.getlist("host")
        # A trusted proxy passes on the name that it is reached by itself.
        trusted = self._access.trusts(address_of(request.scope))
        if len(hosts) != 1 or not (trusted or self._access.knows_host(hosts[0])):
            return PlainTextResponse(_MISDIRECTED, 421)
        if _comes_from_elsewhere(request, hosts[0]):
            return PlainTextResponse("Requests of other sites are refused.", 403)
        # The path that the router takes, and not that of request.url, into which Starlette before 1.0.1 mixes the Host.
        path = request.scope["path"]
        if self._requests > CONNECTIONS and path != HEALTH:
            return PlainTextResponse("Too many requests at once: try again later.", 503, {"Retry-After": "10"})
        return self._locked(request) if self._access.asks(address_of(request.scope)) and not _is_open(path) else None

    def _locked(self, request: Request) -> Response | None:
        if self._access.is_cookie(request.cookies.get(self._access.cookie_name, ""), time.time()):
            return None
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        judged = self._attempts.judge(token.strip(), viewer(request.scope)) if scheme.lower() == "bearer" else "wrong"
        if judged == "right":
            return None
        if judged == "later":
            return _too_many_attempts()
        if _is_navigation(request):
            return RedirectResponse(_relative(LOGIN, request), 303)
        refused = {"error": "a token is needed"}
        return JSONResponse(refused, 401, {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})


def _too_many_attempts() -> Response:
    return JSONResponse({"error": "too many wrong tokens: try again in a second"}, 429, LATER)


def _relative(page: str, request: Request) -> str:
    """Return the address of a page as seen from a request: a proxy may serve them all below a prefix of its own."""
    path: bytes = request.scope["raw_path"]
    return "../" * (path.count(b"/") - 1) + page.removeprefix("/")


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(STATIC)


def _is_navigation(request: Request) -> bool:
    """Return whether a person opens a page, in a tab of its own, by a link or the address bar."""
    if request.method not in {"GET", "HEAD"}:
        return False
    mode = request.headers.get("sec-fetch-mode")
    if mode is None:
        return "text/html" in request.headers.get("accept", "")
    return mode == "navigate" and request.headers.get("sec-fetch-dest") == "document"


def _comes_from_elsewhere(request: Request, host: str) -> bool:
    """Return whether a page of another site makes this request; a link from there does no harm."""
    schemes = ("https",) if request.scope["scheme"] == "https" else ("http", "https")
    own = {f"{scheme}://{host}".lower() for scheme in schemes}
    if any(origin.lower() not in own for origin in request.headers.getlist("origin")):
        return True
    site = request.headers.get("sec-fetch-site", "none")
    return site not in {"same-origin", "none"} and not _is_navigation(request)


def _hardened(send: Send, headers: Mapping[str, str]) -> Send:
    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered = MutableHeaders(scope=message)
            for name, value in headers.items():
                answered[name] = value
            answered.setdefault("Cache-Control", "no-store")
        await send(message)

    return hardened
