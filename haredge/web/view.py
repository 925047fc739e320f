"""The live view as the daemon starts it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from haredge.config.schema import ViewConfig
from haredge.web.access import access_to
from haredge.web.live import LiveView
from haredge.web.live_pages import LivePages
from haredge.web.server import Server

log = logging.getLogger(__name__)


@contextmanager
def start_view(
    settings: ViewConfig, labels: Sequence[str], figures: Callable[[], Mapping[str, object]]
) -> Iterator[LiveView]:
    """Serve the live view in a thread and give the sink that feeds it.

    ``labels`` are the classifier's; ``figures`` gives what docs/schemas/health.json describes, and is called by the
    loop's own thread, every two seconds. Raises :class:`ConfigError` where others could look in without
    a token, and :class:`haredge.core.errors.WebError` where the address cannot be listened on.
    """
    access = access_to(settings.host, settings.hosts, settings.token_file)
    live = LiveView(labels, figures, keep_picture=settings.allow_picture)
    server = Server(lambda stop: LivePages(live, access, stop).app(), settings.host, settings.port)
    log.info("live view at %s%s", server.url, ", for those who know the token" if access.token else "")
    with server.in_thread():
        yield live
