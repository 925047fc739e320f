"""The data sets that training knows by name, and under what licence they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from haredge.manifest import DataSet

_RESEARCH: Final = "free for research, cite"

DATA_SETS: Final = {
    "penn_action": DataSet(name="Penn Action (Zhang, Zhu, Derpanis, ICCV 2013)", licence="not stated"),
    "jhmdb": DataSet(name="JHMDB (Jhuang et al., ICCV 2013)", licence="CC BY 4.0"),
    "cmu": DataSet(name="CMU Graphics Lab Motion Capture Database", licence="free for any use"),
    "cmu8": DataSet(name="CMU Graphics Lab Motion Capture Database (8 actions)", licence="free for any use"),
    "deepmimic": DataSet(name="DeepMimic motions (Peng et al., 2018)", licence="MIT"),
    "utd_mhad": DataSet(name="UTD-MHAD (Chen, Jafari, Kehtarnavaz, ICIP 2015)", licence=_RESEARCH),
    "utkinect": DataSet(name="UTKinect-Action3D (Xia, Chen, Aggarwal, CVPRW 2012)", licence=_RESEARCH),
    "msra3d": DataSet(name="MSR Action3D (Li, Zhang, Liu, CVPRW 2010)", licence=_RESEARCH),
    "nw_ucla": DataSet(name="Northwestern-UCLA Multiview Action3D (Wang et al., CVPR 2014)", licence=_RESEARCH),
    "acted": DataSet(name="these motions, performed by haredge's synthetic person", licence="as the motions' own"),
    "photographs": DataSet(
        name="Human Action Recognition still images, held before the pose network",
        licence="ODbL as listed; rights in the images unclear",
    ),
    "rnn_har": DataSet(name="RNN-HAR-2D-Pose (Berkeley MHAD through OpenPose; Eiffert, 2017)", licence="not stated"),
    "figure": DataSet(name="haredge's synthetic person", licence="MIT"),
}


def with_former(now: Sequence[DataSet], before: Sequence[DataSet]) -> tuple[DataSet, ...]:
    """Add the data sets that a model has trained on in the weights that it began with."""
    known, by = {each.name for each in now}, ", by the weights that it was fine-tuned from"
    former = [each for each in before if each.name.removesuffix(by) not in known]
    return (*now, *(each.model_copy(update={"name": each.name.removesuffix(by) + by}) for each in former))


def data_sets(names: Iterable[str]) -> tuple[DataSet, ...]:
    """Give the data sets of these names, in order and once each; a name that is not known is a person's own data."""
    own = "not stated; given by the person who trained the model"
    return tuple(DATA_SETS.get(name, DataSet(name=name, licence=own)) for name in dict.fromkeys(names))
