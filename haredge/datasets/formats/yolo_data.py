"""What a ``data.yaml`` beside YOLO's labels says of the joints: how many there are, of which numbers, their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator

from haredge.config.yaml_lines import read_document
from haredge.core.counted import counted
from haredge.core.errors import ConfigError, DataError
from haredge.core.keypoints import NAMES
from haredge.datasets.formats.particulars import PARTICULARS
from haredge.datasets.formats.skeleton import PERSON, coco_first, joint_names

SHAPE: Final = "kpt_shape"
_OTHER_SIDE: Final = {"left": "right", "right": "left"}
_FLIPPED: Final = tuple(
    NAMES.index("_".join(_OTHER_SIDE.get(part, part) for part in name.split("_"))) for name in NAMES
)
"""COCO's ``flip_idx``: the joint that each becomes in a mirror."""


@dataclass(frozen=True, slots=True)
class YoloData:
    """The joints of a data set's people."""

    names: Sequence[str]
    """COCO's name of each joint; "" for one that COCO lacks."""
    numbers: int
    """Numbers of each joint: 2 (x, y) or 3 (and visibility)."""
    people: frozenset[int] | None
    """Classes that are people; None if all are."""


class _Description(BaseModel):
    """What a ``data.yaml`` may say of classes and joints; it says more that is not of people's poses."""

    kpt_shape: tuple[Annotated[int, Field(ge=1, le=500)], Literal[2, 3]]
    names: dict[int, str] | list[str] = []
    kpt_names: dict[int, list[str]] | list[list[str]] | list[str] = []
    """Of each class, or of all."""
    flip_idx: list[int] = []

    @field_validator("kpt_shape", mode="before")
    @classmethod
    def _numbers(cls, shape: Any) -> Any:
        return [int(each) if str(each).isdecimal() else each for each in shape] if isinstance(shape, list) else shape

    @property
    def classes(self) -> dict[int, str]:
        """Return the classes' names by their numbers."""
        return self.names if isinstance(self.names, dict) else dict(enumerate(self.names))

    @property
    def people(self) -> frozenset[int]:
        """Return the classes whose name is one for people."""
        return frozenset(index for index, name in self.classes.items() if set(name.lower().split()) & PERSON)

    @property
    def joints(self) -> list[str]:
        """Return the names of the joints of people, if there are names."""
        given = dict(enumerate(self.kpt_names)) if isinstance(self.kpt_names, list) else self.kpt_names
        lists = {index: names for index, names in given.items() if isinstance(names, list)}
        if not lists:
            return [str(name) for name in given.values()]
        return next((names for index, names in lists.items() if index in self.people), next(iter(lists.values())))


def read_data(root: Path) -> YoloData | None:
    """Read what the first of ``data.yaml`` and its like, in a data set's folder, says of joints; None if nothing does.

    Raises :class:`DataError` if it describes joints that are not a person's.
    """
    for path in sorted({*root.glob("*.yaml"), *root.glob("*.yml")} - {root / PARTICULARS}):
        try:
            values = read_document(path).values
        except ConfigError as error:
            if path.stem != "data":
                continue  # a file of some other program
            raise DataError(str(error)) from None
        if SHAPE in values:
            return _data(values, str(path))
    return None


def _data(values: Mapping[str, Any], where: str) -> YoloData:
    try:
        given = _Description.model_validate(values)
    except ValidationError as error:
        key = error.errors()[0]["loc"][0]
        raise DataError(f"{where}: {key}: {values[str(key)]}; needed is what Ultralytics writes there") from None
    (count, numbers), people = given.kpt_shape, given.people
    if given.joints:
        if len(given.joints) != count:
            raise DataError(
                f"{where}: kpt_names has {counted(len(given.joints), 'name')}, {SHAPE} {counted(count, 'joint')}"
            )
        return YoloData(joint_names(given.joints, f"{where}: kpt_names"), numbers, people or None)
    if given.classes and not people:
        raise DataError(
            f"{where}: the class '{next(iter(given.classes.values()))}' may not be a person, and kpt_names is missing: "
            "name the joints there, or call the class 'person' if they are COCO's 17"
        )
    _check_order(given.flip_idx, where)
    return YoloData(coco_first(count, f"{where}: {SHAPE}"), numbers, people or None)


def _check_order(flipped: Sequence[int], where: str) -> None:
    """Raise :class:`DataError` if ``flip_idx`` belongs to another order of joints than COCO's."""
    if flipped and tuple(flipped[: len(NAMES)]) != _FLIPPED:
        raise DataError(f"{where}: flip_idx is not that of COCO's 17 keypoints; name the joints in kpt_names")
