"""Numbers of the fall rule, as ``python -m research.falls fit`` writes them; see docs/falls.md."""

from __future__ import annotations

from typing import Final

from haredge.falls.evidence import Evidence, Weighing
from haredge.falls.rule import Rule, Thresholds

RULE: Final = Rule(
    fallen=Evidence(
        -0.3693,
        {
            "height": Weighing(0.6846, 0.2923, -1.655),
            "width": Weighing(0.6086, 0.2296, 0.4839),
            "head": Weighing(0.5245, 0.3319, -0.7257),
            "hips": Weighing(0.3163, 0.1655, -0.3406),
            "torso_rise": Weighing(0.1594, 0.2021, -0.8025),
            "legs_rise": Weighing(0.1873, 0.1977, -0.0646),
            "lean": Weighing(0.5566, 0.5341, 0.0404),
            "torso": Weighing(0.2765, 0.108, -1.596),
            "head_drop": Weighing(0.3256, 0.3346, -0.0225),
            "hips_drop": Weighing(0.1408, 0.1473, 0.3284),
            "sink": Weighing(0.1911, 0.1947, 0.9475),
            "head_speed": Weighing(0.5856, 0.5782, -0.0325),
            "hips_speed": Weighing(0.3657, 0.3848, 0.5651),
        },
    ),
    low=Evidence(
        -0.3886,
        {
            "height": Weighing(0.6835, 0.2942, -1.6738),
            "width": Weighing(0.6123, 0.2326, 0.6455),
            "head": Weighing(0.5275, 0.3311, -1.0768),
            "hips": Weighing(0.3174, 0.1654, -0.5435),
            "torso_rise": Weighing(0.1602, 0.2013, -0.9723),
            "legs_rise": Weighing(0.192, 0.1956, -0.4607),
            "lean": Weighing(0.555, 0.5303, -0.0489),
            "torso": Weighing(0.2769, 0.1081, -1.7983),
        },
    ),
    up=-3.42,
    down=3.68,
    still=0.35,
    smoothing_s=0.5,
    thresholds={"low": Thresholds(1.00, 3.00), "normal": Thresholds(-1.00, 1.00), "high": Thresholds(-2.00, 0.00)},
)
