"""The pages' own files, which come with haredge: nothing is fetched from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.responses import FileResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER: Final = Path(__file__).parent / "static"
UNCACHED: Final = {"Cache-Control": "no-cache"}
"""Header of what browsers ask for again each time."""


def page(name: str) -> FileResponse:
    """Answer with a page."""
    return FileResponse(FOLDER / name, headers=UNCACHED, media_type="text/html; charset=utf-8")


def static_files() -> Mount:
    """Return the route to scripts, styles and images; browsers ask each time whether they have changed."""
    return Mount("/static", _Revalidated(directory=FOLDER))


class _Revalidated(StaticFiles):
    def file_response(self, *args: object, **kwargs: object) -> FileResponse:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers.update(UNCACHED)
        return response  # type: ignore[return-value]
