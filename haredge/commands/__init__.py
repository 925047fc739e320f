"""The commands of the line, one a module: its arguments, its words on the screen, its exit status.

No recognition, no loop.
"""

from __future__ import annotations

from typing import Final

GROUPS: Final = {
    "run": {
        "annotate": "draw what is recognised into videos",
        "recognise": "say what the people in images do",
        "pose": "print the keypoints of images",
        "web": "serve a page to try videos and images on",
        "demo": "see a synthetic person recognised, with nothing set up",
    },
    "set up and check": {
        "config": "write, show and check a configuration",
        "doctor": "check everything that haredge needs",
        "bench": "measure speed and memory",
        "mqtt": "clear what a renamed node has left at the broker",
    },
    "train your own": {
        "record": "record poses in front of the camera",
        "extract": "record poses from labelled videos",
        "practice": "render videos of a synthetic person, to practise with",
        "train": "train an activity model",
        "evaluate": "measure a model's accuracy",
    },
    "models": {
        "models": "list the installed models; add, fetch, roll back",
    },
}
"""Every command, with what it does in a line, in the order of a newcomer's questions.

Each is a module of this package; see :class:`haredge.commands.parser.CommandParser`.
"""

COMMANDS: Final = {name: line for group in GROUPS.values() for name, line in group.items()}
