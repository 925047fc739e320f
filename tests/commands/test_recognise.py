"""``haredge recognise``, from the command line to the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import installed
import model_folders
import networks
import schemas
from small_disk import fill

from haredge.cli import main
from haredge.core.errors import ConfigError
from haredge.opencv import cv2, decode_image

RED, GREY = (30, 30, 240), (127, 127, 127)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with models the current one: a network that sees a person in the middle of whatever it is shown."""
    places = np.column_stack([np.linspace(0.3, 0.7, 17), np.linspace(0.42, 0.58, 17), np.full(17, 0.9)])
    for name, keypoints in (("middle", places), ("blind", np.zeros((17, 3)))):
        model_folders.install(tmp_path / "models", name, networks.movenet(keypoints))
    installed.still_model(tmp_path / "models", green=0.7)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def image(path: Path, colour: tuple[int, int, int] = RED, size: tuple[int, int] = (60, 80)) -> Path:
    cv2.imwrite(str(path), np.full((*size, 3), colour, np.uint8))
    return path


def recognise(*words: str, pose: str = "middle") -> int:
    return main(["recognise", "--model", "colours", "--pose-model", pose, *words])


def reported(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        schemas.check("image", line)
    return lines


def test_a_video_of_a_video_is_what_another_command_makes(capsys: pytest.CaptureFixture[str]) -> None:
    """Who wants a video annotated is given the command that does it, with their own names in it."""
    assert recognise("my film.mp4", "-o", "shown.mp4") == 78
    assert "`haredge annotate --out=shown.mp4 -- 'my film.mp4'`" in capsys.readouterr().err


def test_json_is_one_line_an_image(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As docs/schemas/image.json describes it: who is there, where, the label, and the three most probable."""
    image(here / "a.png")
    assert recognise("a.png", "--json") == 0
    (line,) = reported(capsys)
    assert (line["image"], line["width"], line["height"], line["whole"]) == ("a.png", 80, 60, None)
    person = line["people"][0]
    assert person["label"] == "red"
    assert person["probability"] > 0.99
    assert [each["label"] for each in person["first"]] == ["red", "green", "blue"]
    assert person["box"]["left"] < person["box"]["right"]
    assert person["box"]["top"] < person["box"]["bottom"]


def test_what_is_not_sure_is_unknown_and_listed_all_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Grey is a third of each colour; each label has its own threshold."""
    image(here / "grey.png", GREY)
    image(here / "greenish.png", (123, 131, 123))
    assert recognise("grey.png", "greenish.png", "--json") == 0
    grey, greenish = reported(capsys)
    assert {person["label"] for person in grey["people"]} == {"unknown"}
    assert {person["probability"] for person in grey["people"]} == {0.0}
    assert greenish["people"][0]["first"][0]["label"] == "green"
    assert 0.6 < greenish["people"][0]["first"][0]["probability"] < 0.7
    assert greenish["people"][0]["label"] == "unknown"


def test_without_a_person_the_whole_image_is_labelled_and_that_is_said(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No person is counted; hands at a keyboard still get their label."""
    image(here / "a.png")
    assert recognise("a.png", "--json", pose="blind") == 0
    (line,) = reported(capsys)
    assert line["people"] == []
    assert line["whole"]["label"] == "red"
    assert recognise("a.png", pose="blind") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "a.png: no person detected"
    assert " ".join(said[1].split()) == "the whole image: red (red 100 %, green 0 %, blue 0 %)"


def test_a_person_reads_a_line_for_each_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Number, label, the three most probable with their probabilities, and where."""
    image(here / "a.png")
    assert recognise("a.png") == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("a.png: ")
    assert second.split()[:4] == ["1", "red", "(red", "100"]


def test_a_name_is_shown_and_not_obeyed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file may be called what a terminal would obey: it is escaped, and JSON has the name as it is."""
    odd = "e\x1b[31m\n\u202e\udcff.png"
    Path(odd).symlink_to(image(here / "a.png"))
    assert recognise(odd) == 0
    assert capsys.readouterr().out.startswith("e\\x1b[31m\\n\\u202e\\udcff.png: 7 people\n")
    assert recognise(odd, "--json") == 0
    line = capsys.readouterr().out.removesuffix("\n")
    assert line.isprintable()
    assert json.loads(line)["image"] == odd


def test_folders_are_taken_in_natural_order(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no image, by its name, is passed over; an empty folder is a line and does not stop the others."""
    (here / "album").mkdir()
    (here / "empty").mkdir()
    for name in ("10.png", "2.png", ".hidden.png"):
        image(here / "album" / name)
    (here / "album" / "notes.txt").write_text("no image")
    assert recognise("empty", "album", "--json") == 1
    captured = capsys.readouterr()
    assert [json.loads(line)["image"] for line in captured.out.splitlines()] == ["album/2.png", "album/10.png"]
    assert captured.err.startswith("haredge: no image in empty")


def bad_images(folder: Path) -> None:
    good = image(folder / "good.png").read_bytes()
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("not an image")
    (folder / "cut.png").write_bytes(good[: len(good) // 2])
    (folder / "moving.gif").write_bytes(b"GIF89a" + bytes(40))
    (folder / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(40))
    huge = np.zeros((10_000, 10_000), np.uint8)
    cv2.imwrite(str(folder / "huge.png"), huge)


def test_each_bad_image_is_a_line_and_the_others_go_on(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Empty, no image, cut off, animated, a video, 100 megapixels, a name that leads nowhere; the status says so."""
    bad_images(here)
    names = ["empty.jpg", "text.jpg", "cut.png", "moving.gif", "film.mp4", "huge.png", "none.jpg", "good.png"]
    assert recognise(*names, "--json") == 1
    captured = capfd.readouterr()
    assert [json.loads(line)["image"] for line in captured.out.splitlines()] == ["good.png"]
    reasons = ["it is empty", "not an image", "not an image", "a GIF", "it is a video", "too large", "No such file"]
    said = captured.err.splitlines()
    assert len(said) == len(reasons)
    for name, reason, line in zip(names, reasons, said, strict=False):
        assert line.startswith(f"haredge: cannot read the image {name}: ")
        assert reason in line


@pytest.mark.parametrize("name", ["out.jpg", "out.png"])
def test_the_image_is_written_with_boxes_and_labels(here: Path, name: str) -> None:
    """A small one is enlarged so that its labels can be read; colours are drawn round the person."""
    image(here / "a.png", GREY)
    assert recognise("a.png", "-o", name) == 0
    drawn = decode_image((here / name).read_bytes())
    assert drawn.shape == (240, 320, 3)
    assert (np.abs(drawn.astype(int) - 127).max(axis=2) > 60).mean() > 0.02


def test_a_full_disk_leaves_no_image(here: Path, disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line and status 1, and no empty file that the next attempt would refuse to overwrite."""
    filler = fill(disk)
    assert recognise(str(image(here / "a.png")), "-o", str(disk / "out.jpg")) == 1
    assert capsys.readouterr().err == f"haredge: cannot write {disk / 'out.jpg'}: No space left on device\n"
    assert list(disk.iterdir()) == [filler]


def test_several_images_need_a_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is written under its own name; nothing is overwritten unasked, no two into one."""
    image(here / "a.png")
    image(here / "b.png")
    assert recognise("a.png", "b.png", "-o", "drawn") == 0
    assert sorted(path.name for path in (here / "drawn").iterdir()) == ["a.recognised.jpg", "b.recognised.jpg"]
    capsys.readouterr()
    for words in (["a.png", "b.png", "-o", "one.jpg"], ["a.png", "-o", "drawn"], ["a.png", "-o", "a.png"]):
        assert recognise(*words) == ConfigError.exit_status
        assert len(capsys.readouterr().err.splitlines()) == 1
    (here / "more").mkdir()
    image(here / "more" / "a.jpg")
    assert recognise("a.png", "more", "-o", "drawn", "--force") == ConfigError.exit_status
    assert recognise("a.png", "-o", "drawn", "--force") == 0


def test_a_line_without_a_person_is_drawn_on_the_image(here: Path) -> None:
    """Who sees the image sees that the label is the whole image's."""
    image(here / "a.png", GREY)
    assert recognise("a.png", "-o", "out.png", pose="blind") == 0
    drawn = decode_image((here / "out.png").read_bytes())
    assert drawn[:8].astype(int).mean() < 100
    assert (drawn[60:] == 127).all()


def test_a_model_of_another_kind_is_one_line_and_78(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An activity model classifies windows of poses, no images; a network that is missing is named."""
    image(here / "a.png")
    assert main(["recognise", "a.png", "--model", "everyday"]) == 78
    assert main(["recognise", "a.png", "--model", "nothing"]) == 78
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 2)])
def test_an_image_of_any_shape_is_recognised(here: Path, size: tuple[int, int]) -> None:
    """A dot, a line."""
    image(here / "a.png", size=size)
    assert recognise("a.png", "-o", "out.png") == 0
