"""What may be reported of a person whose still images are recognised beside their motion.

Free of numpy: `haredge config check` resolves thresholds without loading a network.
"""

from __future__ import annotations

from typing import Final

from haredge.manifest import ActivityManifest, StillManifest

USUAL: Final = "still"
"""Name of the still model that comes with haredge."""


def joined(motion: ActivityManifest, still: StillManifest) -> ActivityManifest:
    """Return an activity model's contract with the labels that a still model adds, and their thresholds.

    A label that both know is the activity model's, and a still model's background labels are not added.
    """
    labels = tuple(label for label in still.activities if label not in motion.labels)
    thresholds = {label: share for label, share in still.thresholds.items() if label in labels}
    return motion.model_copy(
        update={"labels": (*motion.labels, *labels), "thresholds": {**motion.thresholds, **thresholds}}
    )
