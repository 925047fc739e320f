"""A recipe: which recordings stand for which labels, and in what mixture they are trained on.

``haredge train --recipe FILE`` reads one from a JSON file; :func:`own` makes that of the user's own recordings.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from typing_extensions import Self

from haredge.activity.thresholds import LEAST_CHOSEN
from haredge.core.errors import DataError
from haredge.core.labels import composed, mistake_in
from haredge.core.regular_file import read_regular
from haredge.datasets.clips import LabelledClip
from haredge.datasets.motions import Motion, trimmed
from haredge.datasets.stances import Stance, stances
from haredge.manifest import Label, Name, Seconds, Share
from haredge.training.examples import (
    ESTIMATED_NOISES,
    NOISES,
    Ingredient,
    Mixture,
    OccludedNegatives,
    ShuffledNegatives,
)
from haredge.training.pools import ClipPool, MotionPool, Pool, Spans, StillPool
from haredge.training.stills import IN_ACTION

OTHER: Final = "other"
"""Label of everything that is none of the other labels."""

SIDES: Final = frozenset({"left", "right", "links", "rechts", "linke", "rechte", "linker", "rechter"})
"""Words by which a label of your own recordings is of one side: mirrored, it would be another."""

OWN: Final = "own"
"""Stands for a file: the recordings' own labels are trained."""

_FORMER: Final = frozenset({"exercise", "everyday"})
"""Recipes that had a name before they were files."""

_Part = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shares(_Strict):
    """What part of the examples comes from where; their sum need not be 1."""

    annotated: _Part = 0.6
    """Clips whose poses people annotated."""
    estimated: _Part = 0.6
    """Clips whose poses a pose network found."""
    motions: _Part = 0.16
    """Motion capture with a label of its own."""
    other_motions: _Part = 0.19
    """Motion capture without."""
    still: _Part = 0.04
    """People who keep still, made of postures of motion capture."""
    shuffled: _Part = 0.02
    """Windows whose poses come from different windows."""
    occluded: _Part = 0.03
    """Windows in which too little is visible to recognise anything."""


class Recipe(_Strict):
    """What a model learns."""

    name: Name
    labels: Annotated[tuple[Label, ...], Field(min_length=2)]
    """Names of the model's classes, :data:`OTHER` among them."""
    rest: tuple[Label, ...] = (OTHER,)
    """The background class: labels that mean no activity of interest."""
    span_s: Seconds = 1.5
    """Seconds from a window's first pose to its last."""
    meaning: Mapping[Annotated[str, AfterValidator(composed)], Label | None] = {}
    """Label by the label that a data set gives a recording; None leaves such recordings out."""
    unlisted: Label | None = OTHER
    """Label of recordings whose label is neither the model's nor in ``meaning``."""
    events: frozenset[Label] = frozenset()
    """Labels of what happens once and is over, before and after which people keep still."""
    stills: Mapping[Stance, Label] = {}
    """Label of keeping still in a stance."""
    shares: Shares = Shares()
    mirror: bool = True
    """Whether half of the examples are mirrored, left and right exchanged: not where labels distinguish the two."""
    least_threshold: Share = LEAST_CHOSEN
    """Least probability at which any label is reported."""
    own_thresholds: Mapping[Label, Share] = {}
    """Thresholds of single labels, set manually where videos have shown that the examples misjudge them."""
    notes: str = "The limits of this model have not been written down yet. Try it where it will be used."
    """Text of the model card's last section: what is known to fail. In Markdown."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if OTHER not in self.labels or len(set(self.labels)) != len(self.labels):
            raise ValueError(f"labels: each once, and '{OTHER}' among them")
        for key, named in self._named():
            if named not in self.labels:
                raise ValueError(f"{key}: '{named}' is not one of the labels ({', '.join(self.labels)})")
        return self

    def _named(self) -> Iterator[tuple[str, str]]:
        """Yield every label that is named, with the key in which it is."""
        yield from (("rest", label) for label in self.rest)
        yield from (("meaning", label) for label in self.meaning.values() if label is not None)
        yield from (("unlisted", label) for label in (self.unlisted,) if label is not None)
        yield from (("events", label) for label in self.events)
        yield from (("stills", label) for label in self.stills.values())
        yield from (("own_thresholds", label) for label in self.own_thresholds)

    def label(self, recorded: str) -> str | None:
        """Return the label of a recording by its label in its data set; None if it is left out."""
        return self.meaning.get(recorded, recorded if recorded in self.labels else self.unlisted)

    def relabelled(self, clips: Sequence[LabelledClip]) -> list[LabelledClip]:
        """Return the clips that are not left out, with the model's labels in place of their data set's."""
        named = [(clip, self.label(clip.label)) for clip in clips]
        return [replace(clip, label=label) for clip, label in named if label is not None]


MOST_BYTES: Final = 1 << 20
"""Of a recipe, and of its notes."""


def read(path: Path) -> Recipe:
    """Read a recipe's file, JSON of :class:`Recipe`; a text beside it, of the same name in ``.md``, is its notes.

    Raises :class:`DataError` if there is no such file, or it is not a recipe: with the key and what is allowed there.
    """
    try:
        recipe = Recipe.model_validate_json(read_regular(path, MOST_BYTES).removeprefix(codecs.BOM_UTF8))
        notes = path.with_suffix(".md")
        if not notes.exists():
            return recipe
        return recipe.model_copy(update={"notes": read_regular(notes, MOST_BYTES).decode().strip()})
    except OSError as error:
        if str(path) in _FORMER:
            raise DataError(
                f"--recipe {path}: recipes are files now; this one is research/recipes/{path}.json in haredge's sources"
            ) from None
        raise DataError(f"{error.filename}: cannot read the recipe: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DataError(f"{notes}: not a text file (UTF-8)") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise DataError(f"{path}: {key and f'{key}: '}{message}") from None


def own(clips: Sequence[LabelledClip], name: str, span_s: float = 1.5) -> Recipe:
    """Make the recipe of the user's own clips: their labels, and a background class made of their movements shuffled.

    Raises :class:`DataError` if there is no label to train, or one that cannot be published.
    """
    labels = sorted({clip.label for clip in clips} - {OTHER})
    if not labels:
        raise DataError(f"there is no label to train: the clips have none but '{OTHER}'")
    if mistake := next(filter(None, map(mistake_in, labels)), None):
        raise DataError(mistake)
    stills = dict.fromkeys(Stance, OTHER)
    return Recipe(
        name=name,
        labels=(*labels, OTHER),
        span_s=span_s,
        stills=stills,
        shares=Shares(shuffled=0.1),
        mirror=not any(_names_a_side(label) for label in labels),
    )


def _names_a_side(label: str) -> bool:
    return not SIDES.isdisjoint(re.findall(r"[^\W_]+", label.casefold()))


def mixture(recipe: Recipe, clips: Sequence[LabelledClip], motions: Sequence[Motion]) -> Mixture:
    """Mix the examples of a recipe from clips with its labels, and motions with their data sets' own.

    Without motions the background class is made of the clips alone, shuffled and occluded.
    """
    ingredients = [*_of_clips(recipe, clips), *_of_motions(recipe, motions)]
    return Mixture([replace(each, mirror=recipe.mirror) for each in ingredients])


def _of_clips(recipe: Recipe, clips: Sequence[LabelledClip]) -> list[Ingredient]:
    if not clips:
        return []
    spans, shares = Spans(0.6 * recipe.span_s, 1.7 * recipe.span_s, whole=0.4), recipe.shares
    annotated, estimated = ([clip for clip in clips if clip.network is network] for network in (False, True))
    kinds = ((annotated, shares.annotated, NOISES, 0.5), (estimated, shares.estimated, ESTIMATED_NOISES, 0.8))
    own = [
        Ingredient(_clip_pool(recipe, group, spans, evenness), share, noises)
        for group, share, noises, evenness in kinds
        if group
    ]
    pool = _clip_pool(recipe, clips, spans)
    return [
        *own,
        Ingredient(ShuffledNegatives(pool, recipe.labels.index(OTHER)), shares.shuffled),
        Ingredient(OccludedNegatives(pool, recipe.labels.index(OTHER)), shares.occluded),
    ]


def _clip_pool(recipe: Recipe, clips: Sequence[LabelledClip], spans: Spans, evenness: float = 0.5) -> ClipPool:
    return ClipPool(clips, [recipe.labels.index(clip.label) for clip in clips], spans, evenness)


def _of_motions(recipe: Recipe, motions: Sequence[Motion]) -> list[Ingredient]:
    steady = Spans(0.6 * recipe.span_s, 1.6 * recipe.span_s)
    once = Spans(0.6 * recipe.span_s, 1.6 * recipe.span_s, least_overlap=0.7)
    used = [trimmed(motion) for motion in motions if recipe.label(motion.label) is not None]
    labelled = [motion for motion in used if recipe.label(motion.label) != OTHER]
    events = [motion for motion in labelled if recipe.label(motion.label) in recipe.events]
    ongoing = [motion for motion in labelled if recipe.label(motion.label) not in recipe.events]
    others = [motion for motion in used if recipe.label(motion.label) == OTHER]
    shares, event_share = recipe.shares, _label_share(recipe, events, labelled)
    groups = (
        (events, once, shares.motions * event_share),
        (ongoing, steady, shares.motions * (1 - event_share)),
        (others, steady, shares.other_motions),
    )
    pools: list[tuple[Pool, float]] = [
        (_motion_pool(recipe, group, spans), share) for group, spans, share in groups if group
    ]
    pools += [(pool, shares.still) for pool in _still_pool(recipe, motions)]
    return [Ingredient(pool, share) for pool, share in pools]


def _label_share(recipe: Recipe, part: Sequence[Motion], whole: Sequence[Motion]) -> float:
    """Part of the labels that one part of the motions has."""
    own, all_of_them = ({recipe.label(motion.label) for motion in group} for group in (part, whole))
    return len(own) / max(1, len(all_of_them))


def _motion_pool(recipe: Recipe, motions: Sequence[Motion], spans: Spans) -> MotionPool:
    labels = [label for motion in motions if (label := recipe.label(motion.label)) is not None]
    return MotionPool(motions, [recipe.labels.index(label) for label in labels], spans, evenness=0.8)


def _still_pool(recipe: Recipe, motions: Sequence[Motion]) -> list[StillPool]:
    """Make a pool of keeping still from every fifth posture of the motions; none if no posture has a label."""
    used = [motion.joints[::5] for motion in motions if motion.label not in IN_ACTION]
    if not used:
        return []
    frames = np.concatenate(used)
    stances_of = stances(frames)
    keep = [index for index, stance in enumerate(stances_of) if stance in recipe.stills]
    if not keep:
        return []
    labels = [recipe.labels.index(recipe.stills[stances_of[index]]) for index in keep]
    return [StillPool(frames[keep], labels)]
