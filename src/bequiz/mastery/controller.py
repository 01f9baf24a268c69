"""The controller: by how much this learner's memory differs from the one that FSRS predicts.

Each cross-day review is a throw with the predicted probability. The correction is the most probable one given how the
throws came out, each weighing half as much every 30 days. Beforehand its three numbers are normally distributed around
those of the published model: the logarithm of the multiplier with a deviation of 0.6, the two powers with 0.3.

Found by Fisher scoring: Newton's method with the expected instead of the observed curvature (R. A. Fisher, 1925).
"""

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

from msgspec import Struct

from bequiz.scheduling.correction import MIDDLE, Correction
from bequiz.scheduling.fsrs import DEFAULT

PRIOR_SD = (0.6, 0.3, 0.3)
HALF_LIFE = 30.0  # days
WINDOW = 180  # days; older evidence weighs less than a 64th
MOST = 2000  # reviews, the newest ones; more would not change what is said
SURE = 1e-6
LEAST_POWER, MOST_POWER = 0.3, 3.0

Vector = tuple[float, float, float]
Covariance = tuple[Vector, Vector, Vector]


class Evidence(NamedTuple):
    """A cross-day review: its day, how many days after which stability, passed (1) or not (0)."""

    day: int
    elapsed: int
    stability: float
    passed: int


class Estimate(Struct, frozen=True):
    """`covariance` is that of (log multiplier, elapsed, stability), row by row."""

    correction: Correction
    covariance: Covariance


def estimate(evidence: Iterable[Evidence], day: int, params: Sequence[float] = DEFAULT) -> Estimate:
    """The correction as of `day` (an ordinal), from reviews before it."""
    decay = params[20]
    factor = log(0.9 ** (-1 / decay) - 1)
    throws = [
        (0.5 ** ((day - seen.day) / HALF_LIFE), log(seen.elapsed / MIDDLE), log(seen.stability / MIDDLE), seen.passed)
        for seen in evidence
    ]
    one, two, three = (1 / sd**2 for sd in PRIOR_SD)
    m, p, q = 0.0, 1.0, 1.0
    for _ in range(30):
        # The slope of the log posterior, and the upper half of its expected curvature.
        s0, s1, s2 = -m * one, (1 - p) * two, (1 - q) * three
        c00, c01, c02, c11, c12, c22 = one, 0.0, 0.0, two, 0.0, three
        for weight, days, firm, passed in throws:
            forgetting = exp(factor + p * days - q * firm - m)
            recall = min(max((1 + forgetting) ** -decay, SURE), 1 - SURE)
            change = decay * recall * forgetting / (1 + forgetting)  # of recall, by the logarithm of the multiplier
            worth = weight * change / (recall * (1 - recall))
            slope, curve = worth * (passed - recall), worth * change
            s0 += slope
            s1 -= slope * days
            s2 += slope * firm
            c00 += curve
            c01 -= curve * days
            c02 += curve * firm
            c11 += curve * days * days
            c12 -= curve * days * firm
            c22 += curve * firm * firm
        inverse = _inverse(c00, c01, c02, c11, c12, c22)
        step = [row[0] * s0 + row[1] * s1 + row[2] * s2 for row in inverse]
        longest = max(map(abs, step))
        short = min(1.0, 0.7 / longest) if longest else 1.0
        m += short * step[0]
        p = min(max(p + short * step[1], LEAST_POWER), MOST_POWER)
        q = min(max(q + short * step[2], LEAST_POWER), MOST_POWER)
        if longest < 1e-6:
            break
    return Estimate(Correction(exp(m), p, q), inverse)


def _inverse(a: float, b: float, c: float, d: float, e: float, f: float) -> Covariance:
    """The inverse of the symmetric matrix ((a, b, c), (b, d, e), (c, e, f))."""
    aa, ab, ac = d * f - e * e, c * e - b * f, b * e - c * d
    bb, bc, cc = a * f - c * c, b * c - a * e, a * d - b * b
    whole = a * aa + b * ab + c * ac
    return (
        (aa / whole, ab / whole, ac / whole),
        (ab / whole, bb / whole, bc / whole),
        (ac / whole, bc / whole, cc / whole),
    )
