"""The pages' own files, which come with haredge: nothing is fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from starlette.responses import FileResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER: Final = Path(__file__).parent / "static"


def page(name: str, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> FileResponse:
    """Answer with a page."""
    kept = {"Cache-Control": "no-cache", **headers}
    return FileResponse(FOLDER / name, status, kept, media_type="text/html; charset=utf-8")


def static_files() -> Mount:
    """Return the route to scripts, styles and images; browsers ask each time whether they have changed."""
    return Mount("/static", _Revalidated(directory=FOLDER))


class _Revalidated(StaticFiles):
    def file_response(self, *args: object, **kwargs: object) -> FileResponse:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "no-cache"
        return response  # type: ignore[return-value]
