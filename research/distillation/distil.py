"""The lessons: teachers learn from examples, then the pupil from what the teachers make of them."""

from __future__ import annotations

import math
import os
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
from haredge.train.calibration import temperature
from haredge.train.course import Material
from haredge.train.examples import Mixture
from haredge.train.fit import LABEL_SMOOTHING, Score
from haredge.train.history import History
from research.distillation.dataset import Store, drawn
from research.distillation.networks import Pupil, renewed, teachers

OWN_SHARE: Final = 0.1
"""How much of the pupil's loss is about the true labels; the rest is about what the teachers say."""
_WARM: Final = 0.03
"""Part of the lessons over which the learning rate rises."""
_TERMS: Final = 10
"""How often progress is told, and the pupil judged."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Habit:
    """How a network learns."""

    rate: float
    """Highest learning rate."""
    decay: float
    """Of the weights."""
    half: bool
    """Whether half floats will do, on a GPU."""


TEACHERS: Final = Habit(1e-3, 0.05, half=True)
FURTHER: Final = Habit(4e-4, 0.05, half=True)
"""Of teachers who know other activities already."""
PUPIL: Final = Habit(3e-3, 1e-4, half=False)


@dataclass(frozen=True, slots=True)
class Syllabus:
    """How much is taught."""

    teacher_steps: int = 5500
    further_steps: int = 600
    """Of teachers who know other activities already."""
    pupil_steps: int = 9000
    batch: int = 2048
    examples: int = 12_000_000
    """How many different ones, of what comes before as many again; 1.2 kB each on the device."""
    processes: int = os.cpu_count() or 1
    """That draw them."""
    seed: int = 0

    @property
    def device(self) -> torch.device:
        """A GPU where there is one."""
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@dataclass(frozen=True, slots=True)
class Before:
    """What the teachers learn first: other activities, of which there are more recordings."""

    food: Mixture
    labels: int
    """How many."""


def teach(
    material: Material, labels: int, syllabus: Syllabus, tell: Tell, before: Before | None = None
) -> tuple[Weights, History]:
    """Train teachers and, by them, a pupil: its weights as Keras has them, and what its lessons looked like.

    Where there is something ``before``, the pupil hears what the teachers say of those examples, too, in half of every
    batch. ``tell`` gets lines with the time left. The last weights are kept, as the learning rate has come to nothing
    by then. Two runs differ a little, by which examples were there when a batch was drawn.
    """
    torch.manual_seed(syllabus.seed)
    device, pupil = syllabus.device, Pupil(labels)
    foods = [material.food, *([before.food] if before else [])]
    with drawn(foods, syllabus.examples, syllabus.processes, syllabus.seed, device) as (store, *earlier):
        first = earlier[0] if earlier else store
        staff = [Learner(each, TEACHERS, device) for each in teachers(before.labels if before else labels)]
        _educate(staff, lessons(first, syllabus.batch, syllabus.teacher_steps), tell)
        if before:
            staff = [Learner(renewed(each.network, labels), FURTHER, device) for each in staff]
            _educate(staff, lessons(store, syllabus.batch, syllabus.further_steps), tell)
        course = lessons(store, syllabus.batch, syllabus.pupil_steps, beside=earlier[0] if earlier else None)
        learner = Learner(pupil, PUPIL, device)
        history = _pass_on(staff, learner, course, material.score, tell)
    encoded, true = material.noisy
    divisor = temperature(learner.classify(encoded), true)
    pupil.cool(divisor)
    tell(f"pupil: logits divided by {divisor:.2f}, which makes it as sure as it is right on what was kept aside")
    return pupil.weights(), history


@dataclass(frozen=True, slots=True)
class Lesson:
    """One step's examples."""

    encoded: Tensor
    true: Tensor
    """Index of each one's label; of the last ones it may not be known, and there are fewer of these."""
    progress: float
    """Of all lessons, from above 0 to 1."""
    report: str | None
    """At the end of each tenth, how far the lessons are and what time is left."""


def lessons(store: Store, batch: int, steps: int, beside: Store | None = None) -> Iterator[Lesson]:
    """Draw the examples of every step; the second half of them from ``beside``, whose labels are others."""
    estimate = Estimate(steps)
    for step in range(1, steps + 1):
        ends = step * _TERMS // steps > (step - 1) * _TERMS // steps
        left_s = estimate.at(step).left_s
        left = "" if left_s is None else f", {clock_time(left_s)} left"
        encoded, true = store.batch(batch // 2 if beside else batch)
        if beside:
            encoded = torch.cat([encoded, beside.batch(batch - len(true))[0]])
        yield Lesson(encoded, true, step / steps, f"step {step} of {steps}{left}" if ends else None)


class Learner:
    """A network and its optimiser."""

    def __init__(self, network: nn.Module, habit: Habit, device: torch.device) -> None:
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
        """Learn from a loss, at a rate that depends on the ``progress`` of all lessons, from 0 to 1."""
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


def _educate(staff: Sequence[Learner], course: Iterable[Lesson], tell: Tell) -> None:
    for lesson in course:
        losses = [_losses(teacher.logits(lesson.encoded), lesson.true).mean() for teacher in staff]
        for teacher, loss in zip(staff, losses, strict=True):
            teacher.step(loss, lesson.progress)
        if lesson.report:
            tell(f"teachers: losses {', '.join(f'{float(loss.detach()):.3f}' for loss in losses)}; {lesson.report}")


def _pass_on(staff: Sequence[Learner], pupil: Learner, course: Iterable[Lesson], score: Score, tell: Tell) -> History:
    history = History()
    for lesson in course:
        # The teachers' geometric mean.
        advised = torch.stack([teacher.log_shares(lesson.encoded) for teacher in staff]).mean(dim=0).softmax(dim=-1)
        logits, known = pupil.logits(lesson.encoded), len(lesson.true)
        own = _losses(logits[:known], lesson.true)
        heard = functional.cross_entropy(logits, advised, reduction="none")
        both = OWN_SHARE * own + (1 - OWN_SHARE) * heard[:known]
        pupil.step(torch.cat([both, heard[known:]]).mean(), lesson.progress)
        if lesson.report:
            history.loss.append(float(own.detach().mean()))
            history.accuracy.append(float((logits[:known].argmax(dim=-1) == lesson.true).float().mean()))
            history.score.append(score(pupil.classify))
            tell(f"pupil: loss {history.loss[-1]:.3f}, validation score {history.score[-1]:.4f}; {lesson.report}")
    return history


def _losses(logits: Tensor, true: Tensor) -> Tensor:
    return functional.cross_entropy(logits, true, label_smoothing=LABEL_SMOOTHING, reduction="none")
