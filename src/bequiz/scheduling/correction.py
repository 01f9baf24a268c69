"""FSRS's prediction, corrected by how this learner's own reviews came out.

Source of the formulas: FSRS-6's forgetting curve R = (1 + F t/S)^-w20. The learner's curve has three numbers more: a
multiplier on stabilities, and by which power of the days and of the stability forgetting grows. With the published
model all three are 1.
"""

from collections.abc import Sequence

from msgspec import Struct

from bequiz.scheduling.fsrs import DEFAULT

MIDDLE = 5.0  # days: the stability and the time at which the multiplier alone counts


class Correction(Struct, frozen=True):
    """Forgetting is F (t/5)^`elapsed` / (`multiplier` (S/5)^`stability`), t and S in days; recall (1 + that)^-w20."""

    multiplier: float = 1.0
    elapsed: float = 1.0
    stability: float = 1.0


PUBLISHED = Correction()


def scale(correction: Correction, params: Sequence[float] = DEFAULT) -> float:
    """Forgetting after one day at a stability of one day: forgetting is this times t^elapsed / S^stability."""
    found: float = (0.9 ** (-1 / params[20]) - 1) / correction.multiplier
    found *= MIDDLE ** (correction.stability - correction.elapsed)
    return found


def recall(
    elapsed: float, stability: float, correction: Correction = PUBLISHED, params: Sequence[float] = DEFAULT
) -> float:
    """The probability of recall `elapsed` days after a trace of this stability was left."""
    if elapsed <= 0:
        return 1.0
    forgetting = scale(correction, params) * elapsed**correction.elapsed / stability**correction.stability
    remembered: float = (1 + forgetting) ** -params[20]
    return remembered


def interval(
    stability: float,
    retention: float = 0.9,
    correction: Correction = PUBLISHED,
    params: Sequence[float] = DEFAULT,
) -> float:
    """After how many days, not rounded, the probability of recall has fallen to `retention`."""
    forgetting = retention ** (-1 / params[20]) - 1
    days: float = (forgetting * stability**correction.stability / scale(correction, params)) ** (1 / correction.elapsed)
    return days
