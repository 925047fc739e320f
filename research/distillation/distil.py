"""The distillation: teachers train on examples, then the student from what the teachers make of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from haredge.core.clock import clock_time
from haredge.core.progress import Estimate
from haredge.inference.tflite_weights import Weights
from haredge.training.calibration import find_temperature
from haredge.training.course import TrainingData
from haredge.training.fit import LABEL_SMOOTHING, Score
from haredge.training.history import History
from research.distillation.dataset import WindowStore, drawn
from research.distillation.networks import Student, renewed, teachers
from research.distillation.plan import DistillPlan, Pretraining

OWN_SHARE: Final = 0.1
"""Share of the true labels in the student's loss; the rest is about the teachers' answers."""
_WARM: Final = 0.03
"""Part of the distillation over which the learning rate rises."""
_TERMS: Final = 10
"""How often progress is reported, and the student scored."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class OptimiserSettings:
    """How a network is trained."""

    rate: float
    """Highest learning rate."""
    decay: float
    """Of the weights."""
    half: bool
    """Whether half floats will do, on a GPU."""


TEACHERS: Final = OptimiserSettings(1e-3, 0.05, half=True)
FURTHER: Final = OptimiserSettings(4e-4, 0.05, half=True)
"""Of teachers who know other activities already."""
STUDENT: Final = OptimiserSettings(3e-3, 1e-4, half=False)


def _device() -> torch.device:
    """Return a GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def distil(
    data: TrainingData, labels: int, plan: DistillPlan, report: Report, before: Pretraining | None = None
) -> tuple[Weights, History]:
    """Train teachers and, by them, a student: its weights as Keras has them, and what its distillation looked like.

    With something ``before``, the student is trained on the teachers' answers to those examples, too, in half of every
    batch. ``report`` gets lines with the time left. The last weights are kept, as the learning rate has come to nothing
    by then. Two runs differ a little, by which examples were there when a batch was drawn.
    """
    torch.manual_seed(plan.seed)
    device, student = _device(), Student(labels)
    mixtures = [data.mixture, *([before.mixture] if before else [])]
    with drawn(mixtures, plan.examples, plan.processes, plan.seed, device) as (store, *earlier):
        first = earlier[0] if earlier else store
        learners = [Learner(each, TEACHERS, device) for each in teachers(before.labels if before else labels)]
        _train(learners, steps_of(first, plan.batch, plan.teacher_steps), report)
        if before:
            learners = [Learner(renewed(each.network, labels), FURTHER, device) for each in learners]
            _train(learners, steps_of(store, plan.batch, plan.further_steps), report)
        course = steps_of(store, plan.batch, plan.student_steps, beside=earlier[0] if earlier else None)
        learner = Learner(student, STUDENT, device)
        history = _distil_into(learners, learner, course, data.score, report)
    encoded, true = data.noisy
    temperature = find_temperature(learner.classify(encoded), true)
    student.apply_temperature(temperature)
    report(f"student: logits divided by {temperature:.2f}, by the validation data")
    return student.weights(), history


@dataclass(frozen=True, slots=True)
class Batch:
    """One step's examples."""

    encoded: Tensor
    true: Tensor
    """Index of each one's label; of the last ones it may not be known, and there are fewer of these."""
    progress: float
    """Of all steps, from above 0 to 1."""
    done: str | None
    """At the end of each tenth, how far it is and what time is left."""


def steps_of(store: WindowStore, batch: int, steps: int, beside: WindowStore | None = None) -> Iterator[Batch]:
    """Draw the examples of every step; the second half of them from ``beside``, whose labels are others."""
    estimate = Estimate(steps)
    for step in range(1, steps + 1):
        ends = step * _TERMS // steps > (step - 1) * _TERMS // steps
        left_s = estimate.at(step).left_s
        left = "" if left_s is None else f", {clock_time(left_s)} left"
        encoded, true = store.batch(batch // 2 if beside else batch)
        if beside:
            encoded = torch.cat([encoded, beside.batch(batch - len(true))[0]])
        yield Batch(encoded, true, step / steps, f"step {step} of {steps}{left}" if ends else None)


class Learner:
    """A network and its optimiser."""

    def __init__(self, network: nn.Module, habit: OptimiserSettings, device: torch.device) -> None:
        self.network = network.to(device).train()
        self._optimiser = torch.optim.AdamW(network.parameters(), habit.rate, weight_decay=habit.decay)
        self._habit, self._device = habit, device

    def logits(self, encoded: Tensor) -> Tensor:
        """Answer in training: of a teacher some is dropped at random."""
        half = self._habit.half and self._device.type == "cuda"
        with torch.autocast(self._device.type, torch.bfloat16, enabled=half):
            logits: Tensor = self.network(encoded)
        return logits.float()

    def step(self, loss: Tensor, progress: float) -> None:
        """Learn from a loss, at a rate that depends on the ``progress`` of all distillation, from 0 to 1."""
        for group in self._optimiser.param_groups:
            group["lr"] = self._habit.rate * min(1.0, progress / _WARM) * 0.5 * (1 + math.cos(math.pi * progress))
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimiser.step()

    def log_shares(self, encoded: Tensor) -> Tensor:
        """Answer with all of the network: logarithms of the probabilities."""
        self.network.eval()
        with torch.no_grad():
            shares = functional.log_softmax(self.logits(encoded), dim=-1)
        self.network.train()
        return shares

    def classify(self, encoded: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the probabilities (n, labels) of encoded windows (n, 9, SIZE)."""
        parts = [torch.from_numpy(part).to(self._device) for part in np.array_split(encoded, len(encoded) // 4096 + 1)]
        shares: NDArray[np.float32] = torch.cat([self.log_shares(part).exp() for part in parts]).cpu().numpy()
        return shares


def _train(learners: Sequence[Learner], course: Iterable[Batch], report: Report) -> None:
    for batch in course:
        losses = [_losses(teacher.logits(batch.encoded), batch.true).mean() for teacher in learners]
        for teacher, loss in zip(learners, losses, strict=True):
            teacher.step(loss, batch.progress)
        if batch.done:
            report(f"teachers: losses {', '.join(f'{float(loss.detach()):.3f}' for loss in losses)}; {batch.done}")


def _distil_into(
    learners: Sequence[Learner], student: Learner, course: Iterable[Batch], score: Score, report: Report
) -> History:
    history = History()
    for batch in course:
        # The teachers' geometric mean.
        advised = torch.stack([teacher.log_shares(batch.encoded) for teacher in learners]).mean(dim=0).softmax(dim=-1)
        logits, known = student.logits(batch.encoded), len(batch.true)
        own = _losses(logits[:known], batch.true)
        heard = functional.cross_entropy(logits, advised, reduction="none")
        both = OWN_SHARE * own + (1 - OWN_SHARE) * heard[:known]
        student.step(torch.cat([both, heard[known:]]).mean(), batch.progress)
        if batch.done:
            history.loss.append(float(own.detach().mean()))
            history.accuracy.append(float((logits[:known].argmax(dim=-1) == batch.true).float().mean()))
            history.score.append(score(student.classify))
            report(f"student: loss {history.loss[-1]:.3f}, validation score {history.score[-1]:.4f}; {batch.done}")
    return history


def _losses(logits: Tensor, true: Tensor) -> Tensor:
    return functional.cross_entropy(logits, true, label_smoothing=LABEL_SMOOTHING, reduction="none")
