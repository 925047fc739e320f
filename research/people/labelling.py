"""Labels by agreement: who is where by one teacher, the keypoints by another, human labels where there are some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from research.people.shelf import LabelledImage
from research.people.sources import RawImage
from research.people.teachers import Candidate, MultiPose, Thunder, lean
from research.pose import fusion

Array = NDArray[np.float64]

SIDES: Final = (256, 320)
"""Input sizes at which people are searched for."""
LEAST: Final = 0.08
"""Score of MultiPose below which there is no person."""
LIKELY: Final = 0.18
"""Score of MultiPose from which a person is taken to be there, if Thunder agrees."""
SURE: Final = 0.35
"""Score of MultiPose from which a person is taken to be there in any case, if only without a pose."""
THUNDER: Final = 0.28
"""Mean score of Thunder from which it sees a person; twenty empty rooms had 0.14 in the median, 0.35 at most."""
SAME: Final = 0.45
"""Overlap (intersection over union) from which two boxes are of one person."""
FEW: Final = 4
FEW_CROWDED: Final = 2
"""With more people in view, some may have been missed, sooner in a crowd."""
QUARTERS: Final = [0.0, np.pi / 2, np.pi, -np.pi / 2]


@dataclass(frozen=True)
class Labeller:
    """Labels images."""

    multipose: MultiPose
    thunder: Thunder

    def label(self, raw: RawImage) -> LabelledImage:
        """Label all people in an image."""
        candidates = self._candidates(raw.image, SIDES if raw.joints is None else SIDES[:1], crowded=raw.crowded)
        if raw.empty:
            unsure = [one.box for one in candidates if one.score >= LIKELY]
            return _labelled(raw.name, [], unsure, complete=True)
        people, unsure = [], []
        if raw.joints is not None:
            candidates, main = self._labelled_person(raw.image, raw.joints, candidates)
            people.append(main)
        candidates, given = _matched(raw.boxes, candidates)
        for candidate, known in zip(candidates, given, strict=True):
            pose = self._pose(raw.image, candidate, known=known)
            if pose is None:
                unsure.append(candidate.box)
            else:
                people.append((pose, candidate.box))
        complete = not raw.partly and len(people) + len(unsure) <= (FEW_CROWDED if raw.crowded else FEW)
        return _labelled(raw.name, people, unsure, complete=complete)

    def _candidates(self, image: Image, sides: Sequence[int], *, crowded: bool) -> list[Candidate]:
        found = [one for side in sides for one in self.multipose.find(image, side, LEAST)]
        if crowded:
            found += self._in_quarters(image)
        return _one_each(found)

    def _in_quarters(self, image: Image) -> list[Candidate]:
        """Run on four overlapping parts of an image, each 0.6 of its width and height."""
        height, width = image.shape[:2]
        h, w = round(0.6 * height), round(0.6 * width)
        found = []
        for top, left in ((0, 0), (0, width - w), (height - h, 0), (height - h, width - w)):
            for one in self.multipose.find(image[top : top + h, left : left + w], SIDES[0], LEAST):
                if not _touches_cut(one.box, (left, top, w, h), (width, height)):
                    shifted = np.add(one.keypoints, (left, top, 0))
                    found.append(Candidate(shifted, np.add(one.box, (left, top, left, top)), one.score))
        return found

    def _labelled_person(
        self, image: Image, joints: Array, candidates: list[Candidate]
    ) -> tuple[list[Candidate], tuple[Array, Array]]:
        """Label the person whose joints people have labelled; return the other candidates, and their person and box."""
        box = box_of(joints[joints[:, 2] > 0, :2], 0.1)
        angles = [lean(joints)] if (joints[[5, 6, 11, 12], 2] > 0).all() else QUARTERS
        seen = self.thunder.best(image, box, angles)
        mine = [one for one in candidates if overlap(one.box, box) > 0.3]
        second = max(mine, key=lambda one: overlap(one.box, box)).keypoints if mine else None
        return [one for one in candidates if one not in mine], (fusion.fuse(seen, second, joints), box)

    def _pose(self, image: Image, candidate: Candidate, *, known: bool) -> Array | None:
        """Return (17, 4) keypoints, of weight 0 where only presence is sure; None where it is not sure, either."""
        if not known and candidate.score < LIKELY:
            return None
        leaning = lean(candidate.keypoints)
        angles = QUARTERS if candidate.score <= 0 else [0.0] if abs(leaning) < np.pi / 5 else [0.0, leaning]
        seen = self.thunder.best(image, candidate.box, angles)
        blank = np.zeros((17, 4)) if known or candidate.score >= SURE else None
        if seen[:, 2].mean() < THUNDER:
            return blank
        if candidate.score <= 0:
            return _alone(seen) if _inside(seen, candidate.box) else blank
        size = fusion.person_size(candidate.keypoints, candidate.keypoints[:, 2] > fusion.SEEN)
        if fusion.agreement(seen, candidate.keypoints, size) < 0.5:
            return blank
        return fusion.fuse(seen, candidate.keypoints, None)


@dataclass(frozen=True)
class BoxLabeller:
    """Labels images for a training in which MultiPose itself says what the keypoints are: who is where is enough.

    One inference an image in place of two to nine. Keypoints are those that people have labelled.
    """

    multipose: MultiPose

    def label(self, raw: RawImage) -> LabelledImage:
        """Label all people in an image; nothing that MultiPose does not see is taken for background."""
        candidates = self.multipose.find(raw.image, SIDES[0], LEAST)
        people: list[tuple[Array, Array]] = []
        if raw.joints is not None:
            box = box_of(raw.joints[raw.joints[:, 2] > 0, :2], 0.1)
            candidates = [one for one in candidates if overlap(one.box, box) <= SAME]
            joints = np.where(raw.joints[:, 2:] > 0, raw.joints, 0.0)
            people.append((joints[:, [0, 1, 2, 2]], box))
        candidates, given = _matched(raw.boxes, candidates)
        sure = [known or one.score >= LIKELY for one, known in zip(candidates, given, strict=True)]
        people += [(np.zeros((17, 4)), one.box) for one, yes in zip(candidates, sure, strict=True) if yes]
        unsure = [one.box for one, yes in zip(candidates, sure, strict=True) if not yes]
        return _labelled(raw.name, people, unsure, complete=False)


def _alone(seen: Array) -> Array:
    """Return a lone teacher's (17, 3) keypoints as (17, 4): only those that it is sure of count, and for half."""
    sure = seen[:, 2] > 0.4
    return np.column_stack((seen[:, :2], sure, 0.5 * sure))


def _inside(keypoints: Array, box: Array) -> bool:
    """Return whether the middle of the seen keypoints lies in the box."""
    x, y = keypoints[keypoints[:, 2] > fusion.SEEN, :2].mean(0)
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _labelled(name: str, people: list[tuple[Array, Array]], unsure: list[Array], *, complete: bool) -> LabelledImage:
    return LabelledImage(
        name,
        np.array([keypoints for keypoints, _ in people], np.float32).reshape(-1, 17, 4),
        np.array([box for _, box in people], np.float32).reshape(-1, 4),
        np.array(unsure, np.float32).reshape(-1, 4),
        complete,
    )


def _matched(boxes: Array, candidates: list[Candidate]) -> tuple[list[Candidate], list[bool]]:
    """Join candidates to given boxes; return all candidates, and which of them have a given box.

    A candidate takes the given box for its own; a given box without one becomes a candidate without keypoints.
    """
    out, given, left = [], [], list(candidates)
    for box in boxes:
        best = max(left, key=lambda one: overlap(one.box, box), default=None)
        if best is not None and overlap(best.box, box) > 0.3:
            left = [one for one in left if one is not best and overlap(one.box, box) < SAME]
            out.append(Candidate(best.keypoints, box, best.score))
        else:
            out.append(Candidate(np.zeros((17, 3)), box, 0.0))
        given.append(True)
    return [*out, *left], [*given, *[False] * len(left)]


def _one_each(candidates: list[Candidate]) -> list[Candidate]:
    """Keep the highest score of each person."""
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda candidate: -candidate.score):
        if all(overlap(one.box, other.box) < SAME for other in kept):
            kept.append(one)
    return kept


def _touches_cut(box: Array, part: tuple[int, int, int, int], whole: tuple[int, int]) -> bool:
    """Return whether a box (in the part's pixels) reaches an edge of the part that is not an edge of the image."""
    left, top, width, height = part
    inner = (left > 0, top > 0, left + width < whole[0], top + height < whole[1])
    reaches = (box[0] < 3, box[1] < 3, box[2] > width - 4, box[3] > height - 4)
    return any(edge and near for edge, near in zip(inner, reaches, strict=True))


def box_of(points: Array, margin: float) -> Array:
    """Return left, top, right, bottom round (n, 2) points, enlarged on each side by a share of the longer side."""
    low, high = points.min(0), points.max(0)
    more = margin * float((high - low).max())
    return np.concatenate((low - more, high + more))


def overlap(a: Array, b: Array) -> float:
    """Return two boxes' intersection over union."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    both = float(np.clip(sides, 0, None).prod())
    return both / max(1e-9, float((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod()) - both)
