"""The sink that feeds the live view in a browser."""

from __future__ import annotations

from contextlib import ExitStack

from haredge.core.errors import RuntimeMissingError
from haredge.core.seams import Sink
from haredge.core.types import Observation
from haredge.service.sink_context import SinkContext


def open_sink(context: SinkContext) -> Sink | None:
    """Serve the live view if it is enabled.

    Raises :class:`RuntimeMissingError` if its libraries are not installed, and the errors of what it opens.
    """
    return LiveViewSink(context) if context.config.view.enabled else None


class LiveViewSink(Sink):
    """The live view, served until it is closed."""

    def __init__(self, context: SinkContext) -> None:
        # A headless board has neither the pages' libraries nor the memory for them.
        try:
            from haredge.web.view import start_view  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise RuntimeMissingError(f"view.enabled needs {error.name}: pip install 'haredge[web]'") from error
        self._served = ExitStack()
        manifest = context.manifest
        view = start_view(context.config.view, manifest.labels, context.health.values, manifest.rest)
        self._view = self._served.enter_context(view)

    def emit(self, observation: Observation) -> None:
        """Leave an observation for viewers."""
        self._view.emit(observation)

    def close(self) -> None:
        """Stop serving."""
        self._served.close()
