"""The keys of a configuration that name files."""

from __future__ import annotations

from typing import Final

FILES: Final = (
    "mqtt.password_file",
    "mqtt.tls.ca_file",
    "mqtt.tls.cert_file",
    "mqtt.tls.key_file",
    "view.token_file",
    "webhook.secret_file",
)
"""Dotted keys whose values are paths, or None."""

MODELS: Final = ("pose.model", "activity.model", "activity.still_model")
"""Dotted keys whose values are names of installed models or, with a "/" in them, paths; or None."""
