"""What a ``data.yaml`` beside YOLO's labels says of the joints: how many there are, of which numbers, their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from haredge.config.yaml_lines import read_document
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


def read_data(root: Path) -> YoloData | None:
    """Read what the first of ``data.yaml`` and its like, in a data set's folder, says of joints; None if nothing does.

    Raises :class:`DataError` if it describes joints that are not a person's.
    """
    for path in sorted({*root.glob("*.yaml"), *root.glob("*.yml")} - {root / PARTICULARS}):
        try:
            values = read_document(path).values
        except ConfigError as error:
            raise DataError(str(error)) from None
        if SHAPE in values:
            return _data(values, str(path))
    return None


def _data(values: Mapping[str, Any], where: str) -> YoloData:
    match values[SHAPE]:
        case [int(count), int(numbers)] if numbers in (2, 3):
            pass
        case given:
            raise DataError(f"{where}: {SHAPE}: {given}; needed are the number of joints and 2 or 3 numbers of each")
    classes = _classes(values.get("names"))
    people = frozenset(index for index, name in classes.items() if set(name.lower().split()) & PERSON)
    names = _joint_names(values.get("kpt_names"), people)
    if names is None:
        if classes and not people:
            raise DataError(
                f"{where}: the class '{next(iter(classes.values()))}' may not be a person, and kpt_names is missing: "
                "name the joints there, or call the class 'person' if they are COCO's 17"
            )
        _check_order(values.get("flip_idx"), where)
        return YoloData(coco_first(count, f"{where}: {SHAPE}"), numbers, people or None)
    if len(names) != count:
        raise DataError(f"{where}: kpt_names has {len(names)} names, {SHAPE} {count} joints")
    return YoloData(joint_names(names, f"{where}: kpt_names"), numbers, people or None)


def _classes(given: Any) -> dict[int, str]:
    if isinstance(given, Mapping):
        return {int(key): str(name) for key, name in given.items() if str(key).isdecimal()}
    return dict(enumerate(map(str, given))) if isinstance(given, list) else {}


def _joint_names(given: Any, people: frozenset[int]) -> list[str] | None:
    """Find the joints' names, which may be listed for each class."""
    if isinstance(given, Mapping):
        lists = [names for key, names in given.items() if not people or (str(key).isdecimal() and int(key) in people)]
        given = lists[0] if lists else None
    if isinstance(given, list) and len(given) == 1 and isinstance(given[0], list):
        given = given[0]
    return list(map(str, given)) if isinstance(given, list) and given else None


def _check_order(flipped: Any, where: str) -> None:
    """Raise :class:`DataError` if ``flip_idx`` tells of another order of joints than COCO's."""
    if isinstance(flipped, list) and flipped and tuple(flipped[: len(NAMES)]) != _FLIPPED:
        raise DataError(f"{where}: flip_idx is not that of COCO's 17 keypoints; name the joints in kpt_names")
