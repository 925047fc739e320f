"""Numbers of the fall rule, written by ``python -m research.falls fit``; not to be edited."""

from __future__ import annotations

from typing import Final

from haredge.falls.evidence import Evidence, Weighing
from haredge.falls.rule import Rule, Thresholds

RULE: Final = Rule(
    fallen=Evidence(
        0.1895,
        {
            "height": Weighing(0.651, 0.2884, -0.6339),
            "width": Weighing(0.5722, 0.2292, 1.2623),
            "head": Weighing(0.4975, 0.3274, -0.2624),
            "hips": Weighing(0.3209, 0.1828, 0.1121),
            "torso_rise": Weighing(0.1368, 0.1714, -0.6832),
            "legs_rise": Weighing(0.1914, 0.2057, -0.1292),
            "lean": Weighing(0.5529, 0.5347, 0.455),
            "torso": Weighing(0.255, 0.0721, -1.372),
            "head_drop": Weighing(0.3284, 0.3363, -0.1059),
            "hips_drop": Weighing(0.1428, 0.1478, 0.4555),
            "sink": Weighing(0.1961, 0.2028, 1.6126),
            "head_speed": Weighing(0.5957, 0.6041, 0.2835),
            "hips_speed": Weighing(0.3718, 0.3985, 0.7358),
        },
    ),
    low=Evidence(
        -0.1803,
        {
            "height": Weighing(0.6472, 0.2907, -0.7971),
            "width": Weighing(0.5851, 0.2365, 1.7674),
            "head": Weighing(0.4968, 0.327, -0.4084),
            "hips": Weighing(0.3192, 0.188, 0.5659),
            "torso_rise": Weighing(0.137, 0.1705, -1.0154),
            "legs_rise": Weighing(0.1927, 0.2065, -0.6666),
            "lean": Weighing(0.5544, 0.5301, 0.4621),
            "torso": Weighing(0.2555, 0.073, -1.9096),
        },
    ),
    up=-3.13,
    down=2.68,
    still=0.34,
    smoothing_s=0.5,
    possible_s=0.1,
    thresholds={"low": Thresholds(1.00, 3.00), "normal": Thresholds(-1.00, 1.00), "high": Thresholds(-2.00, 0.00)},
)
