"""What a connection to a broker shows and trusts: the password from its file, certificates from theirs.

Free of paho and numpy, so that `haredge config check` can try them without either.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from haredge.config.schema import MqttConfig, Tls
from haredge.config.secret_file import UNREADABLE, at_hand, read_secret
from haredge.core.address import redacted
from haredge.core.errors import ConfigError
from haredge.core.regular_file import open_regular


def password(config: MqttConfig) -> str | None:
    """Return the first line of the password file, None if it is empty or none is configured.

    Raises :class:`haredge.core.errors.ConfigError` if it cannot be read.
    """
    if config.password_file is None:
        return None
    try:
        return read_secret(config.password_file) or None
    except OSError as error:
        key = "mqtt.password_file"
        raise ConfigError(
            f"{key} = {redacted(str(config.password_file))}: cannot be read: {error.strerror}; {UNREADABLE}", key
        ) from None


def tls_context(tls: Tls) -> ssl.SSLContext:
    """Return what the connection trusts and shows.

    Verifies the broker's certificate and host name unless ``insecure``. Raises :class:`haredge.core.errors.ConfigError`
    naming the file that cannot be used.
    """
    context = ssl.create_default_context()
    if tls.ca_file:
        context = _certificates("ca_file", tls.ca_file, lambda: ssl.create_default_context(cafile=tls.ca_file))
    if tls.cert_file:
        cert_file, key_file = tls.cert_file, tls.key_file
        _certificates(
            "cert_file", cert_file, lambda: context.load_cert_chain(cert_file, at_hand(key_file) if key_file else None)
        )
    if tls.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _certificates(key: str, path: Path, load: Callable[[], Any]) -> Any:
    try:
        os.close(open_regular(path))  # OpenSSL would wait for a pipe without end
        return load()
    except OSError as error:  # an SSLError is one, too, whose words are for programmers
        dotted, advice = f"mqtt.tls.{key}", f"; {_NEEDED[key]}" if isinstance(error, ssl.SSLError) else ""
        raise ConfigError(
            f"{dotted} = {redacted(str(path))}: cannot be used: {error.strerror or error}{advice}", dotted
        ) from None


_NEEDED: Final = {
    "ca_file": "a PEM file with the authority's certificate is needed",
    "cert_file": "a PEM file with the client's certificate is needed, and its key in it or in key_file",
}
"""What to do about a file that is there and not what it should be."""
