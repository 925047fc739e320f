"""haredge's version, and nothing else: what the package metadata and everything that names it read."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
