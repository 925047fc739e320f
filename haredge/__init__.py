"""haredge: an edge daemon that recognises what people are doing, and a library that does the same in Python.

What a script needs is importable from here; docs/python.md shows it. Importing haredge loads neither numpy nor OpenCV:
each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from haredge.version import __version__

if TYPE_CHECKING:
    from haredge.activity.timeline import Span
    from haredge.api import Recogniser, evaluate, extract, load, load_clips, recognise, train, train_images
    from haredge.core.errors import ConfigError, DataError, HaredgeError, ModelError, RuntimeMissingError, SourceError
    from haredge.core.types import Activity, Frame, Observation, Occupancy, Person, Pose, Prediction
    from haredge.core.zone import Zone

__all__ = [
    "Activity",
    "ConfigError",
    "DataError",
    "Frame",
    "HaredgeError",
    "ModelError",
    "Observation",
    "Occupancy",
    "Person",
    "Pose",
    "Prediction",
    "Recogniser",
    "RuntimeMissingError",
    "SourceError",
    "Span",
    "Zone",
    "__version__",
    "evaluate",
    "extract",
    "load",
    "load_clips",
    "recognise",
    "train",
    "train_images",
]

_MODULES = {
    "haredge.activity.timeline": ("Span",),
    "haredge.api": ("Recogniser", "evaluate", "extract", "load", "load_clips", "recognise", "train", "train_images"),
    "haredge.core.errors": (
        *("ConfigError", "DataError", "HaredgeError", "ModelError", "RuntimeMissingError", "SourceError"),
    ),
    "haredge.core.types": ("Activity", "Frame", "Observation", "Occupancy", "Person", "Pose", "Prediction"),
    "haredge.core.zone": ("Zone",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # or a type checker would take any name for one of these

    def __getattr__(name: str) -> Any:
        """Load a name of the library when it is first used."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'haredge' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return value


def __dir__() -> list[str]:
    """List the library's names, loaded or not."""
    return sorted({*globals(), *__all__})
