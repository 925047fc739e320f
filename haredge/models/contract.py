"""What may be reported with the models that a configuration names. Free of numpy, and no network is loaded."""

from __future__ import annotations

from haredge.config.schema import ActivitySection, PoseSection
from haredge.core.errors import of_key
from haredge.inference.model_file import read_model
from haredge.manifest import ActivityManifest, PoseManifest, StillManifest
from haredge.models.catalog import find_model
from haredge.still.contract import joined


def check_pose_model(section: PoseSection) -> None:
    """Raise :class:`haredge.core.errors.ModelError` if the pose network that a configuration names is not there."""
    with of_key("pose.model"):
        pose = find_model(section.model)
        if pose.is_dir():
            PoseManifest.load(pose)
        else:
            read_model(pose)


def reported(section: ActivitySection) -> ActivityManifest:
    """Return the contract of the activity model that a configuration names, with what its still model adds to it.

    Raises :class:`haredge.core.errors.ModelError` for models that cannot be used.
    """
    with of_key("activity.model"):
        manifest = ActivityManifest.load(find_model(section.model))
    if section.still_model is None:
        return manifest
    with of_key("activity.still_model"):
        return joined(manifest, StillManifest.load(find_model(section.still_model)))
