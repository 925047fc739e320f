"""A single image with what was recognised in it: a box and a label for each person."""

from __future__ import annotations

from dataclasses import replace

from haredge.core.types import Activity, Image, Person
from haredge.image_pipeline import Labelled, PersonInImage, RecognisedImage
from haredge.video.draw.panel import resized, shown_size
from haredge.video.draw.people import GROUND, draw_people
from haredge.video.draw.strip import INK, Box, fill
from haredge.video.draw.text import Pen, shortened, width_px, write
from haredge.video.words import with_probability


def draw_recognised(recognised: RecognisedImage) -> Image:
    """Return an image as one would show it, at most 1280 pixels wide and high; without people, with a line on top."""
    size = shown_size((recognised.image.shape[0], recognised.image.shape[1]))
    image = resized(recognised.image, size).copy()
    people = [_as_person(person) for person in recognised.people]
    draw_people(image, people, scale=size[1] / recognised.image.shape[1], boxes=True)
    if recognised.whole:
        _draw_line(image, f"no person detected; the whole image: {with_probability(as_activity(recognised.whole))}")
    return image


def as_activity(labelled: Labelled) -> Activity:
    """Return what an image shows as an activity, of which it is not known since when."""
    return Activity(labelled.label, labelled.probability, 0.0)


def _as_person(person: PersonInImage) -> Person:
    return Person(person.id, replace(person.pose, network_box=person.box), None, as_activity(person.labelled))


def _draw_line(image: Image, words: str) -> None:
    pen = Pen(min(14.0, max(7.0, image.shape[1] / 70)), INK)
    line = shortened(words, pen, image.shape[1] - pen.height_px)
    fill(image, Box(0, 0, round(width_px(line, pen) + pen.height_px), round(2 * pen.height_px)), GROUND)
    write(image, line, pen.height_px / 2, 1.5 * pen.height_px, pen)
