"""Asking a viewer for the token."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from haredge.web.access import Access
from haredge.web.attempts import Attempts
from haredge.web.connections import viewer
from haredge.web.files import FOLDER, UNCACHED
from haredge.web.guard import LATER, LOGIN, LOGOUT

_MOST_BYTES: Final = 4096
_KEPT_S: Final = 30 * 24 * 3600


class Login:
    """The page that asks for the token, and the cookie that the right one leads to."""

    def __init__(self, access: Access, attempts: Attempts) -> None:
        self._access = access
        self._attempts = attempts

    def routes(self) -> list[Route]:
        """Return the routes of the login."""
        return [
            Route(LOGIN, self._ask, methods=["GET"]),
            Route(LOGIN, self._answer, methods=["POST"]),
            Route(LOGOUT, self._leave, methods=["POST"]),
        ]

    async def _ask(self, _request: Request) -> Response:
        return _page()

    async def _answer(self, request: Request) -> Response:
        try:
            token = await _token(request)
        except ClientDisconnect:
            return Response(status_code=408)
        match self._attempts.judge(token, viewer(request.scope)):
            case "right":
                return self._let_in(request)
            case "wrong":
                return _page("That is not the token.", 403)
            case _:
                later = "Too many wrong tokens: wait a second, and try again. This one was not checked."
                return _page(later, 429, LATER)

    def _let_in(self, request: Request) -> Response:
        response = RedirectResponse("./", 303)  # beside this page, under whatever prefix a proxy serves them
        response.set_cookie(
            self._access.cookie_name,
            self._access.cookie(time.time() + _KEPT_S),
            max_age=_KEPT_S,
            httponly=True,
            samesite="lax",  # a link from another page, in a chat or on a dashboard, finds a viewer logged in
            secure=request.scope["scheme"] == "https",
        )
        return response

    async def _leave(self, _request: Request) -> Response:
        response = RedirectResponse(LOGIN.removeprefix("/"), 303)
        response.delete_cookie(self._access.cookie_name)
        return response


def _page(trouble: str = "", status: int = 200, headers: Mapping[str, str] = UNCACHED) -> Response:
    """Answer with the page that asks for the token, which says what was wrong with the last one."""
    words = f'<p class="trouble" role="alert">{trouble}</p>' if trouble else ""
    text = (FOLDER / "login.html").read_text(encoding="utf-8").replace("<!-- trouble -->", words)
    return HTMLResponse(text, status, {**UNCACHED, **headers})


async def _token(request: Request) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return ""
    return parse_qs(body.decode("ascii", "replace")).get("token", [""])[0].strip()
