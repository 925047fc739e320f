"""What is asked of a distillation. Free of PyTorch: ``--help`` shows it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from haredge.training.examples import Mixture


@dataclass(frozen=True, slots=True)
class DistillPlan:
    """How much is distilled."""

    teacher_steps: int = 5500
    further_steps: int = 600
    """Of teachers who know other activities already."""
    student_steps: int = 9000
    batch: int = 2048
    examples: int = 12_000_000
    """How many different ones, of what comes before as many again; 1.2 kB each on the device."""
    processes: int = os.cpu_count() or 1
    """That draw them."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Pretraining:
    """What the teachers are trained on first: other activities, of which there are more recordings."""

    mixture: Mixture
    labels: int
    """How many."""
