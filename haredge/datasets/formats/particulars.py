"""What a folder's recordings do not say themselves, in a file ``recordings.yaml`` beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from haredge.config.yaml_lines import read_document
from haredge.core.errors import ConfigError, DataError

RATE_HZ: Final = 30.0
"""Assumed if ``recordings.yaml`` does not say otherwise: none of these formats has its rate."""

PARTICULARS: Final = "recordings.yaml"

Side = Annotated[int, Field(ge=16, le=16384)]


class Particulars(BaseModel):
    """What the recordings of one folder have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate_hz: Annotated[float, Field(gt=0, le=240, allow_inf_nan=False)] = RATE_HZ
    """Frames per second."""
    size_px: tuple[Side, Side] | None = None
    """Width and height of the images."""


def particulars(root: Path) -> Particulars:
    """Read ``recordings.yaml`` of a data set, if it has one. Raises :class:`DataError`."""
    path = root / PARTICULARS
    if not path.exists():
        return Particulars()
    try:
        return Particulars.model_validate(read_document(path).values)
    except ConfigError as error:
        raise DataError(str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise DataError(f"{path}: {key}: {first['msg']}; known are {', '.join(Particulars.model_fields)}") from None
