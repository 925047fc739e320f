"""The commands of the line, one a module: its arguments, its words on the screen, its exit status.

No recognition, no loop.
"""

from __future__ import annotations

from typing import Final

COMMANDS: Final = {
    "annotate": "draw what is recognised into videos",
    "bench": "measure speed and memory",
    "config": "check a configuration",
    "doctor": "check everything that haredge needs",
    "evaluate": "measure a model's accuracy",
    "extract": "record poses from labelled videos, to train with",
    "models": "list the installed models; add, fetch, roll back",
    "mqtt": "clear what a renamed node has left at the broker",
    "pose": "print the keypoints of images",
    "practice": "render videos of a synthetic person, to practise training with",
    "record": "record poses in front of the camera, to train with",
    "train": "train an activity model",
    "web": "serve a page to try clips on",
}
"""Every command, with what it does in a line. Each is a module of this package; see
:class:`haredge.commands.parser.CommandParser`."""
