"""The sink that feeds the live view in a browser."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack

from haredge.config.schema import ViewConfig
from haredge.core.errors import RuntimeMissingError
from haredge.core.extras import how_to_install
from haredge.core.seams import Sink
from haredge.core.types import Observation
from haredge.service.sink_context import SinkContext

log = logging.getLogger(__name__)


class LiveViewSink(Sink):
    """The live view, served until it is closed."""

    def __init__(self, context: SinkContext, settings: ViewConfig, show: Callable[[str], None]) -> None:
        """Serve it, and have its address shown.

        Raises :class:`RuntimeMissingError` if its libraries are not installed, and the errors of what it opens.
        """
        # A headless board has neither the memory for the pages' libraries nor, perhaps, the libraries.
        try:
            from haredge.web.view import start_view  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise RuntimeMissingError(f"view.enabled needs {error.name}: {how_to_install('web')}") from error
        self._served = ExitStack()
        self._falls = context.fall_record
        manifest = context.manifest
        view = start_view(settings, manifest.labels, context.health.values, manifest.rest, show)
        self._view = self._served.enter_context(view)

    def emit(self, observation: Observation) -> None:
        """Leave an observation for viewers."""
        self._view.emit(observation)

    def pause(self) -> None:
        """Let viewers know that no image is to come, and of a fall whether it has been acknowledged."""
        self._view.pause(fallen=bool(self._falls.reports))

    def close(self) -> None:
        """Stop serving."""
        self._served.close()


def open_sink(
    context: SinkContext, serve: Callable[[SinkContext, ViewConfig, Callable[[str], None]], Sink] = LiveViewSink
) -> Sink | None:
    """Serve the live view if it is enabled, or if a person who tries a camera out is to be shown it.

    Raises :class:`RuntimeMissingError` if it is enabled and its libraries are not installed, and the errors of what it
    opens.
    """
    view, show = context.config.view, context.output.show_page
    if show is not None and context.live:
        try:
            return serve(context, for_one_person(view), show)
        except RuntimeMissingError:
            log.info("for a page to watch: %s", how_to_install("web"))
            return None
    return serve(context, view, _to_no_one) if view.enabled else None


def for_one_person(view: ViewConfig) -> ViewConfig:
    """Return the view for a person at this machine's screen: on any free port, which a daemon beside it does not have.

    It shows the camera's image if the configuration allows that.
    """
    return ViewConfig(enabled=True, allow_picture=view.allow_picture).model_copy(update={"port": 0})


def _to_no_one(_url: str) -> None:
    """Show the page's address to no one: the log has it."""
