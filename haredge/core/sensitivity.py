"""How soon something is reported: low reports less and is wrong less often, high the other way round."""

from __future__ import annotations

from typing import Final, Literal, get_args

Sensitivity = Literal["low", "normal", "high"]

SENSITIVITIES: Final[tuple[Sensitivity, ...]] = get_args(Sensitivity)
