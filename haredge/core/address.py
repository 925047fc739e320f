"""Addresses that may be written down: without the passwords that they hold."""

from __future__ import annotations

import re

_SECRETS = (
    (re.compile(r"(?<=://)\S*@"), "***@"),  # user:password@, to the last @: a password may hold one
    (re.compile(r"\?[^\s!]+"), "?***"),  # many cameras take the password in the query
    (re.compile(r"\b([\w-]*(?:pw|pass|secret|token)[\w-]*=)(\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE), r"\1***"),
)


def redacted(text: str) -> str:
    """Return a URI, a pipeline or a message about one, with users, passwords and queries as ``***``."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text
