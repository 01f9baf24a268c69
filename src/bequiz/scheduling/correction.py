"""FSRS's prediction, corrected by how this learner's own reviews came out.

FSRS-6's forgetting curve is R = (1 + F t/S)^-w20. The learner's own has four numbers more: a multiplier on stabilities,
by which powers of the days and of the stability forgetting grows, and how much more is forgotten of what is difficult.
"""

from collections.abc import Sequence
from math import exp

from msgspec import Struct

from bequiz.model.memory import Trace
from bequiz.scheduling.fsrs import DEFAULT

MIDDLE_DAYS, MIDDLE_DIFFICULTY = 5.0, 5.0  # where the multiplier alone counts


class Correction(Struct, frozen=True):
    """Forgetting is F (t/5)^`elapsed` / (`multiplier` (S/5)^`stability`) e^(`difficulty` (D - 5)), t and S in days;
    recall is (1 + forgetting)^-w20. As it stands here it changes nothing."""

    multiplier: float = 1.0
    elapsed: float = 1.0
    stability: float = 1.0
    difficulty: float = 0.0


PUBLISHED = Correction()


def scale(correction: Correction, params: Sequence[float] = DEFAULT) -> float:
    """What is left of the formula for t and S of one day and D of 0."""
    factor: float = 0.9 ** (-1 / params[20]) - 1
    middle: float = MIDDLE_DAYS ** (correction.stability - correction.elapsed)
    return factor * middle / correction.multiplier * exp(-correction.difficulty * MIDDLE_DIFFICULTY)


def recall(
    elapsed: float, trace: Trace, correction: Correction = PUBLISHED, params: Sequence[float] = DEFAULT
) -> float:
    """The probability of recall `elapsed` days after the trace was left."""
    if elapsed <= 0:
        return 1.0
    firm = trace.stability**correction.stability / exp(correction.difficulty * trace.difficulty)
    recalled: float = (1 + scale(correction, params) * elapsed**correction.elapsed / firm) ** -params[20]
    return recalled


def interval(
    trace: Trace, retention: float = 0.9, correction: Correction = PUBLISHED, params: Sequence[float] = DEFAULT
) -> float:
    """After how many days, not rounded, the probability of recall has fallen to `retention`."""
    firm = trace.stability**correction.stability / exp(correction.difficulty * trace.difficulty)
    forgetting = retention ** (-1 / params[20]) - 1
    days: float = (forgetting * firm / scale(correction, params)) ** (1 / correction.elapsed)
    return days
