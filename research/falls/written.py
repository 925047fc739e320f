"""Writes :mod:`haredge.falls.fitted`, the module of the fall rule's numbers."""

from __future__ import annotations

from pathlib import Path

from haredge.falls.evidence import Evidence
from haredge.falls.rule import Rule


def write(path: Path, rule: Rule) -> None:
    """Write the module of fitted numbers."""
    levels = ", ".join(
        f'"{name}": Thresholds({at.descending:.2f}, {at.possible:.2f})' for name, at in rule.thresholds.items()
    )
    numbers = "".join(f"    {name}={getattr(rule, name)},\n" for name in ("up", "down", "still", "smoothing_s"))
    path.write_text(
        f'''"""Numbers of the fall rule, as ``python -m research.falls fit`` writes them; see docs/falls.md."""

from __future__ import annotations

from typing import Final

from haredge.falls.evidence import Evidence, Weighing
from haredge.falls.rule import Rule, Thresholds

RULE: Final = Rule(
    fallen={_source(rule.fallen)},
    low={_source(rule.low)},
{numbers}    thresholds={{{levels}}},
)
'''
    )


def _source(model: Evidence) -> str:
    lines = "".join(
        f'            "{name}": Weighing({each.mean}, {each.deviation}, {each.weight}),\n'
        for name, each in model.weighings.items()
    )
    return f"Evidence(\n        {model.bias},\n        {{\n{lines}        }},\n    )"
