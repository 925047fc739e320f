"""What a COCO file says of its people's joints: the category of each annotation, and that category's keypoint names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.datasets.formats.skeleton import PERSON, coco_first, joint_names


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories of a file, as far as they are of people."""

    joints: Mapping[object, Sequence[str]]
    """COCO's name of each joint by the category's id; empty for a category that does not describe its joints."""
    others: Mapping[object, str]
    """Why a category is not one of people, by its id."""
    described: bool
    """Whether the file has categories at all."""

    @classmethod
    def of(cls, content: Mapping[str, Any], where: str) -> Categories:
        """Read the ``categories`` of a file; one without any describes nothing."""
        given = content.get("categories")
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            return cls({}, {}, described=False)
        joints: dict[object, Sequence[str]] = {}
        others: dict[object, str] = {}
        for category in given:
            key, title = str(category.get("id")), str(category.get("name", ""))
            names = category.get("keypoints")
            try:
                joints[key] = joint_names(names, _place(where, title)) if names else _undescribed(title, where)
            except DataError as error:
                others[key] = str(error)
            except TypeError:
                others[key] = f"{_place(where, title)}: its keypoints are not a list of names"
        return cls(joints, others, described=bool(given))

    def is_other(self, annotation: Mapping[str, Any]) -> bool:
        """Return whether an annotation is of something else, beside people that the file has a category for."""
        return bool(self.joints) and str(annotation.get("category_id")) in self.others

    def names(self, annotation: Mapping[str, Any], count: int, where: str) -> Sequence[str]:
        """Name the ``count`` joints of an annotation as its category does, or as COCO does if the file has none.

        Raises :class:`DataError` with ``where`` if its category is not one of people, is not in the file, or names
        another number of joints.
        """
        if not self.described:
            return coco_first(count, where)
        key = self._key(annotation, where)
        if key in self.others:
            raise DataError(self.others[key])
        if not (names := self.joints[key]):
            return coco_first(count, where)
        if len(names) != count:
            raise DataError(f"{where}: {counted(count, 'keypoint')}, but its category names {len(names)}")
        return names

    def _key(self, annotation: Mapping[str, Any], where: str) -> str:
        known = [*self.joints, *self.others]
        if "category_id" not in annotation and len(known) == 1:
            return str(known[0])
        if (key := str(annotation.get("category_id"))) in known:
            return key
        raise DataError(f"{where}: category_id {annotation.get('category_id')!r} is none of the file's categories")


def _place(where: str, title: str) -> str:
    return f"{where}: category '{title}'"


def _undescribed(title: str, where: str) -> Sequence[str]:
    if not set(title.lower().replace("-", " ").replace("_", " ").split()) & PERSON:
        raise DataError(
            f"{_place(where, title)} does not name its keypoints, so they cannot be known to be a person's; "
            "if they are COCO's 17, call the category 'person'"
        )
    return ()
