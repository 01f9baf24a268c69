"""Mastery: how much of a group of cards the learner would recall now, and how sure that is.

Predicted recall is FSRS's, from the trace every card has whatever schedules it, with the controller's correction.
Mastery is its sum over the cards that were introduced, divided by all cards of the group: coverage times mean recall. A
card never seen counts 0.
"""

from collections.abc import Iterable, Sequence
from math import exp, log, sqrt
from typing import Literal

from msgspec import Struct

from bequiz.mastery.controller import Covariance, directions
from bequiz.scheduling.correction import MIDDLE_DAYS, MIDDLE_DIFFICULTY, Correction, scale
from bequiz.scheduling.fsrs import DEFAULT

Z = 1.645  # of a 90 % interval
MODEL_SD = 0.03  # how far off the model is for a learner it does not fit, as a share of the cards introduced
ENOUGH = 30  # cross-day reviews in the whole log, below which no number is shown

Level = Literal["New", "Learning", "Familiar", "Solid", "Interview-ready"]


class Predicted(Struct, frozen=True):
    """Sums over introduced cards: how many, their predicted recall, its variance if all were asked now, and how it
    changes with each number of the correction, in the order of the controller's covariance."""

    cards: int = 0
    recall: float = 0.0
    variance: float = 0.0
    changes: tuple[float, ...] = (0.0,) * 4

    def __add__(self, other: "Predicted") -> "Predicted":
        changes = tuple(mine + its for mine, its in zip(self.changes, other.changes, strict=True))
        return Predicted(self.cards + other.cards, self.recall + other.recall, self.variance + other.variance, changes)


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
    traces: Iterable[tuple[int, float, float]], correction: Correction, params: Sequence[float] = DEFAULT
) -> Predicted:
    """What is recalled of introduced cards, each given by the days since its trace was left, stability, difficulty."""
    decay, p, q, h = params[20], correction.elapsed, correction.stability, correction.difficulty
    start = log(scale(correction, params)) + (p - q) * log(MIDDLE_DAYS) + h * MIDDLE_DIFFICULTY
    cards, total, squares, first, second, third, fourth = 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for elapsed, stability, difficulty in traces:
        cards += 1
        if elapsed <= 0:
            total += 1
            squares += 1
            continue
        one, two, three = directions(elapsed, stability, difficulty)
        forgetting = exp(start - p * one - q * two - h * three)
        recall = (1 + forgetting) ** -decay
        change = decay * recall * forgetting / (1 + forgetting)
        total += recall
        squares += recall * recall
        first += change
        second += change * one
        third += change * two
        fourth += change * three
    return Predicted(cards, total, total - squares, (first, second, third, fourth))


def mastery(cards: int, predicted: Predicted, covariance: Covariance, evidence: int) -> Mastery:
    """The mastery of a group of `cards`, after `evidence` cross-day reviews in the whole log.

    The interval has three parts: chance, if every card were asked now; what is not known about the correction, whose
    covariance is given; and what the model may be off.
    """
    if not cards:
        return Mastery(None, None, None, None, None)
    coverage = predicted.cards / cards
    if evidence < ENOUGH:
        return Mastery(coverage, None, None, None, None if predicted.cards else "New")
    unsure = sum(
        one * share * other
        for one, row in zip(predicted.changes, covariance, strict=True)
        for share, other in zip(row, predicted.changes, strict=True)
    )
    off = Z * sqrt(predicted.variance + unsure + (MODEL_SD * predicted.cards) ** 2)
    value, low = predicted.recall / cards, max(0.0, predicted.recall - off) / cards
    high = min(float(predicted.cards), predicted.recall + off) / cards
    return Mastery(coverage, value, low, high, level(value, low) if predicted.cards else "New")


def level(value: float, low: float) -> Level:
    """The name of a mastery: by its lower bound, so that it is not given before it is sure."""
    if value >= 0.9 and low >= 0.8:
        return "Interview-ready"
    return "Solid" if low >= 0.75 else "Familiar" if low >= 0.5 else "Learning"
