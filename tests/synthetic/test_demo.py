"""The committed demonstration clip is what the project draws: made again by scripts/make_demo_clip.py."""

from __future__ import annotations

import itertools
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from haredge.opencv import cv2
from haredge.synthetic.clip import SyntheticClip

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "haredge" / "synthetic" / "demo.webm"


def test_the_clip_shows_what_its_side_file_says() -> None:
    """The clip decodes, is as long as its labels, small, and its images are those of its seed and script."""
    maker = runpy.run_path(str(ROOT / "scripts" / "make_demo_clip.py"))
    reported = json.loads(DEMO.with_suffix(".json").read_text())
    clip = SyntheticClip(maker["SCRIPT"], seed=reported["seed"], size=tuple(reported["size"]), noise=maker["NOISE"])
    video = cv2.VideoCapture(str(DEMO))
    images = []
    while (frame := video.read())[0]:
        images.append(frame[1][::4, ::4].astype(int))
    assert len(images) == clip.frame_count(reported["rate_hz"])
    assert DEMO.stat().st_size < 1.5e6
    for index in range(20, len(images), 90):
        drawn = clip.at(index / reported["rate_hz"]).image[::4, ::4]
        assert np.abs(images[index] - drawn).mean() < 6


def test_the_demonstration_begins_with_an_empty_room_and_shows_several_activities() -> None:
    """No person first, then one who walks in and does at least five things, each long enough to be recognised."""
    labels = json.loads(DEMO.with_suffix(".json").read_text())["labels"]
    assert labels[0]["label"] == labels[-1]["label"] == "no_person"
    assert labels[1]["label"] == "walking"
    assert {"standing", "waving", "squat", "jumping_jacks", "pushup", "sitting"} <= {
        stretch["label"] for stretch in labels
    }
    assert labels[0]["end"] - labels[0]["start"] >= 3
    for before, after in itertools.pairwise(labels):
        assert before["end"] == pytest.approx(after["start"], abs=0.01)
