"""Promises of recipes: a file is read whole, or refused with the wrong key; the shipped ones fit their models."""

from __future__ import annotations

import codecs
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from own_recordings import recording

from haredge.activity.features import JOINTS
from haredge.core.errors import DataError
from haredge.core.keypoints import INDEX
from haredge.datasets.recorded import pieces
from haredge.manifest import ActivityManifest
from haredge.training import recipe as recipes

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "research/recipes").glob("*.json"))

MINIMAL: dict[str, Any] = {
    "name": "mine",
    "labels": ["walk", "sit", "other"],
    "meaning": {"walking": "walk", "run": None},
}


def written(tmp_path: Path, **changes: object) -> Path:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**MINIMAL, **changes}))
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_model_is_described_by_its_recipe(path: Path) -> None:
    """Its manifest has the labels, their meaning and the background class of the recipe that made it."""
    recipe, manifest = recipes.read(path), ActivityManifest.load(ROOT / "models" / path.stem)
    assert recipe.name == path.stem
    assert manifest.labels == recipe.labels
    assert manifest.rest == recipe.rest
    assert manifest.meaning == dict(recipe.meaning)
    assert manifest.unlisted == recipe.unlisted
    assert "|" in recipe.notes


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_card_says_the_limits_that_its_recipe_does(path: Path) -> None:
    """A model that is trained again with the recipe gets that text: figures are changed in both."""
    card = (ROOT / "models" / path.stem / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert path.with_suffix(".md").read_text(encoding="utf-8").strip() in card


def test_a_recordings_label_is_what_the_recipe_makes_of_it(tmp_path: Path) -> None:
    """By its meaning, else by itself, else as unlisted; null leaves it out."""
    recipe = recipes.read(written(tmp_path))
    assert [recipe.label(each) for each in ("walking", "walk", "run", "swim")] == ["walk", "walk", None, "other"]
    assert recipes.read(written(tmp_path, unlisted=None)).label("swim") is None


def test_the_text_beside_a_recipe_is_the_limits_on_the_card(tmp_path: Path) -> None:
    """NAME.md beside NAME.json."""
    (tmp_path / "mine.md").write_text("It mistakes tables for people.\n")
    assert recipes.read(written(tmp_path)).notes == "It mistakes tables for people."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"labels": ["walk", "sit"]}, "labels: each once, and 'other' among them"),
        ({"labels": ["walk", "no_person", "other"]}, "no_person"),
        ({"meaning": {"run": "jog"}}, "meaning: 'jog' is not one of the labels (walk, sit, other)"),
        ({"rest": ["nothing"]}, "rest: 'nothing' is not one of the labels"),
        ({"own_thresholds": {"walk": 1.5}}, "own_thresholds.walk: "),
        ({"stills": {"hanging": "walk"}}, "stills.hanging"),
        ({"shares": {"jumbled": 1}}, "shares.jumbled: "),
        ({"span": 2}, "span: "),
        ({"name": "My Model"}, "name: "),
    ],
)
def test_a_mistake_is_named_with_its_key(changes: dict[str, object], words: str, tmp_path: Path) -> None:
    """One line: the file, the key and what is allowed there."""
    path = written(tmp_path, **changes)
    with pytest.raises(DataError) as raised:
        recipes.read(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe"])
def test_what_is_not_a_recipe_is_one_line(content: bytes, tmp_path: Path) -> None:
    """Empty, cut off, or of another kind."""
    (tmp_path / "mine.json").write_bytes(content)
    with pytest.raises(DataError, match=r"mine\.json: ") as raised:
        recipes.read(tmp_path / "mine.json")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("labels", "mirror"),
    [
        (["wave", "squat"], True),
        (["left_arm", "right_arm"], False),
        (["Turn Left", "other"], False),
        (["leftover"], True),
    ],
)
def test_nothing_is_mirrored_where_a_label_names_a_side(labels: list[str], *, mirror: bool) -> None:
    """Half of the examples of the left arm would be the right one's under the left one's name."""
    clips = [clip for number, label in enumerate(labels) for clip in pieces(recording(label, number, 2))]
    assert recipes.own(clips, "mine").mirror is mirror


def test_examples_keep_their_side_if_the_recipe_says_so(tmp_path: Path) -> None:
    """A left hand that is always raised stays the left one; mirrored, it is the right one half of the time."""
    recorded = recording("walk", 0, 2)
    recorded.keypoints[:, INDEX["left_wrist"], 1] -= 150
    clips = [*pieces(recorded), *(replace(clip, label="sit") for clip in pieces(recorded))]
    left, right = (2 * JOINTS.index(f"{side}_wrist") + 1 for side in ("left", "right"))
    raised = {}
    for mirror in (True, False):
        recipe = recipes.read(written(tmp_path, mirror=mirror, shares={"shuffled": 0, "occluded": 0}))
        encoded, _ = recipes.mixture(recipe, clips, []).draw(400, np.random.default_rng(0))
        raised[mirror] = (encoded[..., left] < encoded[..., right]).mean()
    assert 0.4 < raised[True] < 0.6
    assert raised[False] > 0.9


def test_a_recipe_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """As editors on Windows save it."""
    path = written(tmp_path)
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert recipes.read(path).labels == ("walk", "sit", "other")


def test_a_recipe_without_examples_is_one_line(tmp_path: Path) -> None:
    """All shares may be 0 of what there is."""
    shares = dict.fromkeys(("annotated", "estimated", "shuffled", "occluded"), 0)
    clips = [clip for number, label in enumerate(("walk", "sit")) for clip in pieces(recording(label, number, 2))]
    with pytest.raises(DataError, match="shares"):
        recipes.mixture(recipes.read(written(tmp_path, shares=shares)), clips, [])


@pytest.mark.parametrize("name", ["exercise", "everyday"])
def test_a_former_name_leads_to_its_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recipes had names before they were files."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=f"research/recipes/{name}.json in haredge's sources"):
        recipes.read(Path(name))
    with pytest.raises(DataError, match=r"nowhere.json: cannot read the recipe: No such file"):
        recipes.read(Path("nowhere.json"))
