"""The controller: by how much this learner's memory differs from the one that FSRS predicts.

Each cross-day review is a throw with the predicted probability. The correction is the most probable one given how the
throws came out, each weighing half as much every 30 days. Beforehand its numbers are normally distributed around those
of the published model: the logarithm of the multiplier with a deviation of 0.6, the others with less.

Found by Fisher scoring, which is Newton's method with the expected instead of the observed curvature (R. A. Fisher,
1925).
"""

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

from msgspec import Struct

from bequiz.scheduling.correction import MIDDLE_DAYS, MIDDLE_DIFFICULTY, Correction
from bequiz.scheduling.fsrs import DEFAULT

PRIOR = (0.0, 1.0, 1.0, 0.0)
PRIOR_SD = (0.6, 0.3, 0.3, 0.1)
HALF_LIFE = 30.0  # days
WINDOW = 180  # days; older evidence weighs less than a 64th
MOST = 2000  # reviews, the newest ones; more would not change what is said
LEAST_POWER, MOST_POWER = 0.3, 3.0
SURE = 1e-6

Covariance = tuple[tuple[float, ...], ...]


class Evidence(NamedTuple):
    """A cross-day review: its day, how many days after a trace of which stability and difficulty, passed (1) or not
    (0)."""

    day: int
    elapsed: int
    stability: float
    difficulty: float
    passed: int


class Estimate(Struct, frozen=True):
    """`covariance` is that of (logarithm of the multiplier, elapsed, stability, difficulty), row by row."""

    correction: Correction
    covariance: Covariance


def directions(elapsed: float, stability: float, difficulty: float) -> tuple[float, float, float]:
    """By how much the logarithm of forgetting falls with each number of the correction after the first, for which it
    falls by 1."""
    return -log(elapsed / MIDDLE_DAYS), log(stability / MIDDLE_DAYS), MIDDLE_DIFFICULTY - difficulty


def estimate(evidence: Iterable[Evidence], day: int, params: Sequence[float] = DEFAULT) -> Estimate:
    """The correction as of `day` (an ordinal), from reviews before it."""
    decay = params[20]
    start = log(0.9 ** (-1 / decay) - 1)
    throws = [
        (0.5 ** ((day - seen.day) / HALF_LIFE), *directions(seen.elapsed, seen.stability, seen.difficulty), seen.passed)
        for seen in evidence
    ]
    found = list(PRIOR)
    for _ in range(30):
        m, p, q, h = found
        s0 = s1 = s2 = s3 = c00 = c01 = c02 = c03 = c11 = c12 = c13 = c22 = c23 = c33 = 0.0
        for weight, one, two, three, passed in throws:
            forgetting = exp(start - m - p * one - q * two - h * three)
            recall = min(max((1 + forgetting) ** -decay, SURE), 1 - SURE)
            change = decay * recall * forgetting / (1 + forgetting)  # of recall, by the logarithm of forgetting
            worth = weight * change / (recall * (1 - recall))
            slope, curve = worth * (passed - recall), worth * change
            s0 += slope
            s1 += slope * one
            s2 += slope * two
            s3 += slope * three
            c00 += curve
            c01 += (first := curve * one)
            c02 += (second := curve * two)
            c03 += (third := curve * three)
            c11 += first * one
            c12 += first * two
            c13 += first * three
            c22 += second * two
            c23 += second * three
            c33 += third * three
        curvature = [[c00, c01, c02, c03], [c01, c11, c12, c13], [c02, c12, c22, c23], [c03, c13, c23, c33]]
        slopes = [s0, s1, s2, s3]
        for place, (now, middle, sd) in enumerate(zip(found, PRIOR, PRIOR_SD, strict=True)):
            curvature[place][place] += 1 / sd**2
            slopes[place] -= (now - middle) / sd**2
        covariance = inverse(curvature)
        step = [sum(part * slope for part, slope in zip(row, slopes, strict=True)) for row in covariance]
        longest = max(map(abs, step))
        short = 0.7 / max(longest, 0.7)  # a first step from far away may not overshoot
        found = [now + short * move for now, move in zip(found, step, strict=True)]
        found[1:3] = [min(max(power, LEAST_POWER), MOST_POWER) for power in found[1:3]]
        if longest < 1e-5:
            break
    return Estimate(Correction(exp(found[0]), *found[1:]), covariance)


def inverse(matrix: Sequence[Sequence[float]]) -> Covariance:
    """The inverse of a symmetric, positive definite matrix, by Gauss and Jordan."""
    size = len(matrix)
    rows = [[*row, *(float(place == at) for at in range(size))] for place, row in enumerate(matrix)]
    for place in range(size):
        pivot = [value / rows[place][place] for value in rows[place]]
        rows = [
            pivot if at == place else [value - row[place] * part for value, part in zip(row, pivot, strict=True)]
            for at, row in enumerate(rows)
        ]
    return tuple(tuple(row[size:]) for row in rows)
