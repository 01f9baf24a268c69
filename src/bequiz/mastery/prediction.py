"""Mastery: how much of a group of cards the learner would recall now, and how sure that is.

Predicted recall is FSRS's, from the trace every card has whatever schedules it, with the controller's multiplier on
stabilities. Mastery is its sum over the cards that were introduced, divided by all cards of the group: coverage times
mean recall. A card never seen counts 0.
"""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Literal

from msgspec import Struct

from bequiz.mastery.controller import Correction
from bequiz.scheduling.fsrs import DEFAULT

Z = 1.645  # of a 90 % interval
MODEL_SD = 0.03  # how far off the model is for a learner it does not fit, as a share of the cards introduced
ENOUGH = 30  # cross-day reviews in the whole log, below which no number is shown

Level = Literal["New", "Learning", "Familiar", "Solid", "Interview-ready"]


class Predicted(Struct, frozen=True):
    """Sums over introduced cards: how many, their predicted recall, its variance if all were asked now, and its change
    with the logarithm of the multiplier."""

    cards: int = 0
    recall: float = 0.0
    variance: float = 0.0
    change: float = 0.0

    def __add__(self, other: "Predicted") -> "Predicted":
        return Predicted(
            self.cards + other.cards, self.recall + other.recall, self.variance + other.variance,
            self.change + other.change,
        )  # fmt: skip


class Mastery(Struct, frozen=True):
    """Shares of a group's cards: introduced, recalled now (with a 90 % interval), and the level that follows.

    A share is None where there are no cards, or not enough evidence for it.
    """

    coverage: float | None
    value: float | None
    low: float | None
    high: float | None
    level: Level | None


def predict(
    traces: Iterable[tuple[float, float]], correction: Correction, params: Sequence[float] = DEFAULT
) -> Predicted:
    """What is recalled of introduced cards, each given by the days since its trace was left and its stability."""
    decay = params[20]
    factor = (0.9 ** (-1 / decay) - 1) / correction.multiplier
    cards, total, squares, change = 0, 0.0, 0.0, 0.0
    for elapsed, stability in traces:
        forgetting = factor * elapsed / stability
        recall = (1 + forgetting) ** -decay
        cards += 1
        total += recall
        squares += recall * recall
        change += recall * forgetting / (1 + forgetting)
    return Predicted(cards, total, total - squares, decay * change)


def mastery(cards: int, predicted: Predicted, correction: Correction, evidence: int) -> Mastery:
    """The mastery of a group of `cards`, after `evidence` cross-day reviews in the whole log.

    The interval has three parts: chance, if every card were asked now; what is not known about the multiplier; and
    what the model may be off.
    """
    if not cards:
        return Mastery(None, None, None, None, None)
    coverage = predicted.cards / cards
    if not predicted.cards:
        return Mastery(coverage, 0.0, 0.0, 0.0, "New") if evidence >= ENOUGH else Mastery(coverage, None, None, None, "New")
    if evidence < ENOUGH:
        return Mastery(coverage, None, None, None, None)
    off = Z * sqrt(
        predicted.variance + (predicted.change * correction.sd) ** 2 + (MODEL_SD * predicted.cards) ** 2
    )
    value, low = predicted.recall / cards, max(0.0, predicted.recall - off) / cards
    return Mastery(coverage, value, low, min(predicted.cards, predicted.recall + off) / cards, level(value, low))


def level(value: float, low: float) -> Level:
    """The name of a mastery: by its lower bound, so that it is not given before it is sure."""
    if value >= 0.9 and low >= 0.8:
        return "Interview-ready"
    return "Solid" if low >= 0.75 else "Familiar" if low >= 0.5 else "Learning"
