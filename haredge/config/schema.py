"""The configuration: what may be set, its defaults, and what is allowed for each key.

Only what belongs to a place (which camera, which broker, which thresholds) is configured here. What belongs to a model
(its labels, window and normalisation) lives in the model's manifest, so that no configuration can feed a model
something it was not trained on.
"""

from __future__ import annotations

import re
import socket
import sys
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, IPvAnyAddress, model_validator
from pydantic_core import PydanticCustomError

from haredge.config.values import (
    File,
    HookUrl,
    Host,
    Label,
    Number,
    Polygon,
    Probability,
    Seconds,
    Source,
    Switch,
    Text,
    Topic,
    TopicLevel,
    Whole,
)
from haredge.core.label_names import Language
from haredge.core.sensitivity import Sensitivity
from haredge.core.zone import entity_name


def host_name() -> str:
    """Return this machine's name as it may stand in a topic: the default for ``mqtt.node``."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", socket.gethostname().split(".")[0]) or "haredge"


def people_for_board() -> int:
    """Return the number of people that this board can follow: the default for ``pose.max_people``."""
    return 4 if sys.maxsize > 1 << 32 else 1


LOWEST_USABLE_HZ: Final = 4.0
"""Poses per second with which a model's window still fills, whatever the camera's own rate. At fewer, the time between
two frames reaches the gap that no window spans (MAX_GAP_S of haredge/activity/window.py)."""


def _fills_a_window(rate_hz: float) -> float:
    if rate_hz < LOWEST_USABLE_HZ:
        raise ValueError(
            f"is too low: below {LOWEST_USABLE_HZ:g} no window of poses fills, and every activity stays unknown"
        )
    return rate_hz


class Section(BaseModel):
    """A part of the configuration: no key that is not known, nothing changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _empty_section(cls, values: Any) -> Any:
        """Take a section whose keys are all commented out (YAML gives None) for one that sets nothing."""
        return {} if values is None else values


class CameraSection(Section):
    """How frames are taken."""

    width: Whole = Field(640, ge=64, le=7680, description="pixels asked of the camera, 64 to 7680")
    height: Whole = Field(480, ge=64, le=4320, description="pixels asked of the camera, 64 to 4320")
    rate_hz: Annotated[Number, AfterValidator(_fills_a_window)] = Field(
        15.0, le=120, description=f"highest poses per second, {LOWEST_USABLE_HZ:g} to 120"
    )
    stale_s: Number = Field(5.0, ge=1, le=15, description="seconds without a frame that count as a stop, 1 to 15")


class PoseSection(Section):
    """Which pose network runs, and how."""

    model: Text = Field("people", min_length=1, description="an installed model's name, or a path to a network's file")
    threads: Whole = Field(1, ge=1, le=16, description="threads of the interpreter, 1 to 16")
    max_people: Whole = Field(
        default_factory=people_for_board, ge=1, le=10, description="people followed at a time, 1 to 10"
    )


class ActivitySection(Section):
    """Which activity model runs, and when its answer is believed."""

    model: Text = Field("everyday", min_length=1, description="an installed model's name, or a path to its folder")
    still_model: Annotated[Text, Field(min_length=1)] | None = Field(
        None, description="an installed still model's name, or a path to its folder; null uses none"
    )
    sensitivity: Sensitivity = Field("normal", description="low, normal or high")
    hold_s: Seconds = Field(0.0, description="seconds from 0 to 3600")
    threshold: Probability | None = Field(None, description="probability from 0 to 1 at which a label is reported")
    thresholds: dict[Label, Probability] = Field({}, description="label: probability from 0 to 1")
    min_duration_s: Seconds | None = Field(None, description="shortest activity in seconds, 0 to 3600")
    min_durations_s: dict[Label, Seconds] = Field({}, description="label: seconds from 0 to 3600")


class FallSection(Section):
    """When a fall is reported."""

    sensitivity: Sensitivity = Field("normal", description="low, normal or high")
    confirm_s: Number = Field(
        10.0, ge=1, le=600, description="seconds for which a person lies still before a fall is confirmed, 1 to 600"
    )


class ZoneSection(Section):
    """A named part of the image."""

    polygon: Polygon = Field(
        description="3 to 64 points [x, y] in shares of the image, 0 to 1, whose edges do not cross"
    )
    ignore: Switch = Field(False, description="true if what is there is no person, else false (the default)")
    rest: Switch = Field(False, description="true if lying there is no fall, else false (the default)")

    @model_validator(mode="after")
    def _one_meaning(self) -> ZoneSection:
        if self.ignore and self.rest:
            raise ValueError("cannot be both ignore and rest: no person is seen in a zone that is ignored")
        return self


MOST_ZONES: Final = 32

KEYS: Final = "keys"
"""What a mistake in a mapping says of the keys that lead on to it."""


def _none_set(zones: Any) -> Any:
    """Take zones that are all commented out (YAML gives None) for none."""
    return {} if zones is None else zones


def _distinct(zones: dict[str, ZoneSection]) -> dict[str, ZoneSection]:
    """Check that no two zones have names that Home Assistant would take for one."""
    known: dict[str, str] = {}
    for name in zones:
        if (first := known.setdefault(entity_name(name), name)) != name:
            words = "has almost the same name as {first}; rename one"
            raise PydanticCustomError("doubled", words, {"first": first, KEYS: (name,)})
    return zones


class Tls(Section):
    """An encrypted connection to the broker; certificates are verified unless ``insecure``."""

    enabled: Switch = Field(False, description="true or false")
    ca_file: File | None = Field(None, description="a PEM file; without it the system's authorities are trusted")
    cert_file: File | None = Field(None, description="a PEM file with the client's certificate")
    key_file: File | None = Field(None, description="a PEM file with the client's key")
    insecure: Switch = Field(False, description="true leaves the broker's certificate unverified")

    @model_validator(mode="after")
    def _in_use(self) -> Tls:
        """Refuse certificates that would not be used: the password would travel unencrypted without a word."""
        named = [name for name in ("ca_file", "cert_file", "key_file", "insecure") if getattr(self, name)]
        if named and "enabled" not in self.model_fields_set:
            raise ValueError(f"has {named[0]}, and no encryption without enabled: true; add that, or enabled: false")
        if self.key_file and not self.cert_file:
            raise ValueError("has a key_file without the cert_file that it belongs to")
        return self


class Discovery(Section):
    """Home Assistant's discovery."""

    enabled: Switch = Field(True, description="true or false")
    prefix: Topic = Field("homeassistant", description="a topic of letters, digits, _ and -")
    language: Language = Field("en", description="en or de")
    area: Annotated[Text, Field(min_length=1, max_length=100)] | None = Field(
        None, description="text of 1 to 100 characters"
    )


class MqttConfig(Section):
    """Where messages go."""

    host: Host = Field("localhost", description="a host name or address")
    port: Whole = Field(1883, ge=1, le=65535, description="a whole number from 1 to 65535")
    username: Annotated[Text, Field(max_length=1024)] | None = Field(None, description="text")
    password_file: File | None = Field(None, description="a file whose first line is the password")
    node: TopicLevel = Field(
        default_factory=host_name, description="letters, digits, _ and -: this device's level in the topics"
    )
    base: Topic = Field("haredge", description="letters, digits, _, - and /: the topics' first level")
    keepalive_s: Whole = Field(30, ge=5, le=3600, description="a whole number of seconds from 5 to 3600")
    tls: Tls = Tls()
    prediction_hz: Number = Field(
        0.0, ge=0, le=30, description="how many times per second all probabilities are published, 0 (off) to 30"
    )
    skeletons: Switch = Field(False, description="true publishes an image of the skeletons on black")
    health_interval_s: Number = Field(30.0, ge=1, le=3600, description="seconds from 1 to 3600")
    discovery: Discovery = Discovery()


class WebhookSection(Section):
    """A web address that events are posted to."""

    url: HookUrl | None = Field(None, description="an address that begins with http:// or https://")
    secret_file: File | None = Field(
        None, description="a file whose first line is the secret that events are signed with"
    )
    timeout_s: Number = Field(10.0, ge=1, le=60, description="seconds that one attempt may take, 1 to 60")
    send: tuple[Literal["falls", "activities"], ...] = Field(
        ("falls", "activities"), description="a list of falls and activities"
    )


class ViewConfig(Section):
    """The live view in a browser."""

    enabled: Switch = Field(False, description="true or false")
    host: Host = Field("127.0.0.1", description="an address; beyond this machine it needs a token_file")
    port: Whole = Field(8765, ge=1, le=65535, description="a whole number from 1 to 65535")
    hosts: tuple[Host, ...] = Field((), description="a list of host names under which a proxy serves the pages")
    token_file: File | None = Field(None, description="a file whose first line is the token that viewers must know")
    allow_picture: Switch = Field(False, description="true lets viewers see the camera's images")
    trusted_proxy: IPvAnyAddress | None = Field(
        None,
        description="an IP address from which no token is needed: of a proxy that asks who a viewer is",
    )


class Config(Section):
    """All that can be set."""

    source: Source = Field(
        "0",
        description="a camera (0, /dev/video0, csi), a video file, a folder of images, rtsp://, http://, gst:, test:",
    )
    camera: CameraSection = CameraSection()
    pose: PoseSection = PoseSection()
    activity: ActivitySection = ActivitySection()
    fall: FallSection = FallSection()
    zones: Annotated[
        dict[Annotated[TopicLevel, Field(max_length=40)], ZoneSection],
        Field(max_length=MOST_ZONES),
        BeforeValidator(_none_set),
        AfterValidator(_distinct),
    ] = Field({}, description=f"name: zone, {MOST_ZONES} at most; a name has 1 to 40 letters, digits, _ and -")
    mqtt: MqttConfig = Field(default_factory=MqttConfig)
    webhook: WebhookSection = WebhookSection()
    view: ViewConfig = ViewConfig()
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="debug, info, warning or error")


SECRET: Final = frozenset({("webhook", "url")})
"""Keys whose values are shown nowhere: what knows such an address may post to it."""

ANY: Final = "*"
"""Stands in a dotted key for a name that the user chooses."""


def dotted_keys(section: type[BaseModel] = Config, prefix: str = "") -> dict[str, str]:
    """Return every key by its dotted name, with what is allowed there (empty for a section)."""
    found: dict[str, str] = {}
    for name, field in section.model_fields.items():
        found[prefix + name] = field.description or ""
        inner = f"{prefix}{name}."
        if get_origin(field.annotation) is dict:
            kind, inner = get_args(field.annotation)[1], f"{inner}{ANY}."
        else:
            # Python 3.10 takes tuple[str, ...] for a type, too, and issubclass() then fails.
            kind = None if get_origin(field.annotation) else field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= dotted_keys(kind, inner)
    return found
