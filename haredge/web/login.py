"""Asking a viewer for the token."""

from __future__ import annotations

import asyncio
import time
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from haredge.web.access import Access
from haredge.web.files import page
from haredge.web.guard import LOGIN

_MOST_BYTES: Final = 4096
_KEPT_S: Final = 30 * 24 * 3600
_WRONG_S: Final = 1.0
"""What a wrong token costs."""


class Login:
    """The page that asks for the token, and the cookie that a right one leads to."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._guess = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Return the routes of the login."""
        return [
            Route(LOGIN, self._ask, methods=["GET"]),
            Route(LOGIN, self._answer, methods=["POST"]),
            Route("/logout", self._leave, methods=["POST"]),
        ]

    async def _ask(self, _request: Request) -> Response:
        return page("login.html")

    async def _answer(self, request: Request) -> Response:
        if self._access.is_token(await _token(request)):
            response = RedirectResponse("/", 303)
            secure = request.scope["scheme"] == "https"
            response.set_cookie(
                self._access.cookie_name,
                self._access.cookie(time.time() + _KEPT_S),
                max_age=_KEPT_S,
                httponly=True,
                samesite="strict",
                secure=secure,
            )
            return response
        async with self._guess:  # one wrong guess after the other, from however many connections
            await asyncio.sleep(_WRONG_S)
        return page("login_wrong.html", 403)

    async def _leave(self, _request: Request) -> Response:
        response = RedirectResponse(LOGIN, 303)
        response.delete_cookie(self._access.cookie_name)
        return response


async def _token(request: Request) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return ""
    return parse_qs(body.decode("ascii", "replace")).get("token", [""])[0].strip()
