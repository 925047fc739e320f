"""haredge: an edge daemon that knows what people are doing."""

from haredge.version import __version__

__all__ = ["__version__"]
