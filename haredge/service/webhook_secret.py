"""The secret that events to a web address are signed with. Free of numpy."""

from __future__ import annotations

from typing import Final

from haredge.config.schema import WebhookSection
from haredge.config.secret_file import UNREADABLE, read_secret
from haredge.core.address import redacted
from haredge.core.counted import counted
from haredge.core.errors import ConfigError

LEAST_SECRET: Final = 16
"""Characters of the secret at least; a shorter one could be guessed from one event and its signature."""


def secret(settings: WebhookSection) -> bytes | None:
    """Return what events are signed with; None if they are not.

    Raises :class:`ConfigError` if the file cannot be read, or its first line is too short.
    """
    if settings.secret_file is None:
        return None
    key, name = "webhook.secret_file", redacted(str(settings.secret_file))
    try:
        text = read_secret(settings.secret_file).strip()
    except OSError as error:
        raise ConfigError(f"{key} = {name}: cannot be read: {error.strerror}; {UNREADABLE}", key) from None
    if len(text) < LEAST_SECRET:
        advice = f"at least {LEAST_SECRET} are needed (openssl rand -hex 32)"
        raise ConfigError(f"{key} = {name}: its first line has {counted(len(text), 'character')}; {advice}", key)
    return text.encode()
