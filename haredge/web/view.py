"""The live view as the daemon starts it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from haredge.config.schema import ViewConfig
from haredge.web.access import access_to
from haredge.web.connections import PROXIES
from haredge.web.live import LiveView
from haredge.web.live_pages import LivePages
from haredge.web.server import Server

log = logging.getLogger(__name__)


@contextmanager
def start_view(
    settings: ViewConfig,
    labels: Sequence[str],
    health: Callable[[], Mapping[str, object]],
    background: Collection[str] = (),
    show: Callable[[str], None] = lambda _url: None,
) -> Iterator[LiveView]:
    """Serve the live view in a thread and yield the sink that feeds it.

    ``labels`` are the classifier's; ``health`` returns what docs/schemas/health.json describes, and is called by the
    loop's own thread, every two seconds. ``background`` are the labels that are no activity. ``show``
    is given the address of the pages once they can be asked for.
    Raises :class:`ConfigError` if others could see the pages without a token, and
    :class:`haredge.core.errors.WebError` if it is not possible to listen on the address.
    """
    access = access_to(settings.host, settings.hosts, settings.token_file, settings.trusted_proxy)
    live = LiveView(labels, health, background=background, keep_image=settings.allow_picture)
    # Where a viewer's address decides, no one's word for another is taken.
    proxies = () if settings.trusted_proxy else PROXIES
    server = Server(lambda stop: LivePages(live, access, stop).app(), settings.host, settings.port, proxies=proxies)
    log.info("live view at %s%s", server.url, ", with a token" if access.token else "")
    with server.in_thread():
        show(server.url)
        yield live
