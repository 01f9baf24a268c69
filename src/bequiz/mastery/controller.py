"""The controller: by how much this learner's memory differs from the one that FSRS predicts.

One multiplier on every stability, the most probable one given how predictions came out: each cross-day review is a
throw with the predicted probability, its weight halves every 30 days, and the logarithm of the multiplier is normally
distributed beforehand, around 0 with a deviation of 0.6.
"""

from collections.abc import Iterable, Sequence
from math import exp, sqrt
from typing import NamedTuple

from msgspec import Struct

from bequiz.scheduling.fsrs import DEFAULT

PRIOR_SD = 0.6
HALF_LIFE = 30.0
WINDOW = 180  # days; older evidence weighs less than a 64th
MOST = 4000  # reviews, the newest ones; more would not change what is said
SURE = 1e-6


class Evidence(NamedTuple):
    """A cross-day review: its day, how many days after which stability, passed (1) or not (0)."""

    day: int
    elapsed: int
    stability: float
    passed: int


class Correction(Struct, frozen=True):
    """`multiplier` on stabilities; `sd` is the standard deviation of its logarithm."""

    multiplier: float = 1.0
    sd: float = PRIOR_SD


def estimate(evidence: Iterable[Evidence], day: int, params: Sequence[float] = DEFAULT) -> Correction:
    """The correction as of `day` (an ordinal), from reviews before it. Fisher scoring on the logarithm."""
    decay = params[20]
    factor = 0.9 ** (-1 / decay) - 1
    weighed = [
        (0.5 ** ((day - seen.day) / HALF_LIFE), factor * seen.elapsed / seen.stability, seen.passed)
        for seen in evidence
    ]
    log = 0.0
    for _ in range(20):
        slope, precision, shrink = -log / PRIOR_SD**2, 1 / PRIOR_SD**2, exp(-log)
        for weight, ratio, passed in weighed:
            forgetting = ratio * shrink
            recall = min(max((1 + forgetting) ** -decay, SURE), 1 - SURE)
            change = decay * recall * forgetting / (1 + forgetting)  # of recall with the logarithm
            worth = weight * change / (recall * (1 - recall))
            slope += worth * (passed - recall)
            precision += worth * change
        step = min(max(slope / precision, -1.0), 1.0)
        log += step
        if abs(step) < 1e-9:
            break
    return Correction(exp(log), 1 / sqrt(precision))
