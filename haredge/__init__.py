"""haredge: an edge daemon that knows what people are doing."""

__version__ = "0.1.0"
