"""``haredge config check``: check a configuration, and say which one would be read.

Imports neither numpy nor OpenCV: it answers at once on a Raspberry Pi.
"""

from __future__ import annotations

import argparse

from haredge.activity.thresholds import resolve
from haredge.commands.arguments import add_config_file
from haredge.config.load import find, load, with_config_line
from haredge.config.schema import Config
from haredge.core.errors import of_key
from haredge.core.extras import check_installed
from haredge.models.contract import check_pose_model, reported
from haredge.mqtt.credentials import password, tls_context
from haredge.service.webhook_secret import secret
from haredge.sources.uri import check_source
from haredge.terminal import say
from haredge.web.access import access_to


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge config check``."""
    add_config_file(parser)


def run(args: argparse.Namespace) -> int:
    """Check a configuration, and that what it names is there.

    A wrong one raises :class:`haredge.core.errors.ConfigError`; models and a source that are not there raise theirs. No
    network is loaded, no camera opened and no broker called: that is for ``haredge doctor``.
    """
    path = args.file or args.config or find()
    loaded = load(path)
    with with_config_line(path):
        _check_models(loaded)
        _check_broker(loaded)
        check_what_is_served(loaded)
        with of_key("source"):
            check_source(loaded.source)
    say(f"{path}: fine" if path else "no configuration file: the defaults are used")
    return 0


def _check_models(loaded: Config) -> None:
    check_pose_model(loaded.pose)
    check_labels(loaded)


def _check_broker(loaded: Config) -> None:
    password(loaded.mqtt)
    if loaded.mqtt.tls.enabled:
        tls_context(loaded.mqtt.tls)


def check_labels(loaded: Config) -> None:
    """Check that the activity model has the labels, and the sensitivity, that a configuration names."""
    resolve(reported(loaded.activity), loaded.activity)


def check_what_is_served(loaded: Config) -> None:
    """Check that the live view could be served, and events posted."""
    if loaded.view.enabled:
        with of_key("view.enabled"):
            check_installed("web", "view.enabled")
        access_to(loaded.view.host, loaded.view.hosts, loaded.view.token_file)
    secret(loaded.webhook)
