"""A video or an image that someone tries: its files, how far work on it has come, and what was recognised."""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from haredge.core.kinds import Kind

State = Literal["uploading", "waiting", "working", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Models:
    """Names of the networks that were chosen for a clip."""

    pose: str
    activity: str
    still: str | None = None
    """Of single images; None if none is installed."""


@dataclass(frozen=True, slots=True)
class Files:
    """Paths of a clip's files; their names do not depend on the sender."""

    folder: Path

    @property
    def upload(self) -> Path:
        """What was sent."""
        return self.folder / "upload"

    @property
    def video(self) -> Path:
        """The annotated video."""
        return next(self.folder.glob("annotated.*"), self.folder / "annotated.webm")

    @property
    def image(self) -> Path:
        """The annotated image."""
        return self.folder / "recognised.jpg"

    @property
    def people(self) -> Path:
        """What was recognised in an image, as JSON."""
        return self.folder / "people.json"

    @property
    def activities(self) -> Path:
        """The table of activities, as JSON."""
        return self.folder / "activities.json"

    @property
    def table(self) -> Path:
        """The same as CSV."""
        return self.folder / "activities.csv"

    @property
    def timeline(self) -> Path:
        """The image of the timeline."""
        return self.folder / "timeline.png"


@dataclass
class UploadedClip:
    """One clip, or one image, on its way."""

    name: str
    """As its owner calls it: shown, and never used for anything else."""
    models: Models
    files: Files
    address: str = ""
    """Where it was sent from."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """Random: it gives access to the clip."""
    kind: Kind = "video"
    """Known once it has arrived."""
    state: State = "uploading"
    share: float | None = None
    left_s: float | None = None
    error: str | None = None
    warnings: Sequence[str] = ()
    """What to know of the result: that the file is cut short, say."""
    activities: Sequence[dict[str, object]] = ()
    """Of a video."""
    image: Mapping[str, object] = field(default_factory=dict)
    """What was recognised in an image, as docs/schemas/image.json describes it."""
    watchers: int = 0
    left_at_s: float = math.inf
    """When the last page stopped listening, on the clock of :class:`haredge.web.clips.Clips`."""
    work: asyncio.Task[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in {"done", "failed"}
