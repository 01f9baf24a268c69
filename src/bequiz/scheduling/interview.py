"""Interview mode: which cards to study today so that most is known on a given day.

Every card, due or new, is ranked by the recall it gains on that day for each second it takes now: what an answer today
is expected to leave for that day, less what would be left of the card without it. Part of the gain is a loan: what is
studied for a day is spaced for that day, and fades sooner afterwards.
"""

from collections.abc import Callable, Iterable, Sequence
from math import exp
from typing import NamedTuple

from bequiz.model.memory import Trace
from bequiz.scheduling.correction import PUBLISHED, Correction, recall, scale
from bequiz.scheduling.fsrs import DEFAULT, LEAST_STABILITY, advance

LEAD = 30  # days before the date; from further away the ranking gains more if the model is right and loses if it is not
AT_SIGHT = 0.7  # share of new cards that are answered right, where the learner's own is not known


class Candidate(NamedTuple):
    """A card that may be asked: its trace (None for a new one), and how many seconds it is expected to take."""

    card: str
    trace: Trace | None
    seconds: float


class Ranked(NamedTuple):
    """`worth` is the expected gain in recall on the date, per second of study."""

    worth: float
    card: str


def ranked(
    candidates: Iterable[Candidate],
    day: int,
    until: int,
    *,
    correction: Correction = PUBLISHED,
    params: Sequence[float] = DEFAULT,
    at_sight: float = AT_SIGHT,
) -> list[Ranked]:
    """The cards that gain anything by being asked on `day`, the one most worth its time first.

    `day` and `until` are ordinals, `until` the day to be ready for, `correction` is the controller's. An answer changes
    the worth of its own card only, so that one ranking serves a whole session: leave out the cards answered meanwhile.
    A thousand cards take about 3 ms.
    """
    gain = gains(day, until, correction=correction, params=params, at_sight=at_sight)
    found = [Ranked(gain(trace) / seconds, card) for card, trace, seconds in candidates]
    return sorted((one for one in found if one.worth > 0), key=lambda one: (-one.worth, one.card))


def gains(
    day: int,
    until: int,
    *,
    correction: Correction = PUBLISHED,
    params: Sequence[float] = DEFAULT,
    at_sight: float = AT_SIGHT,
) -> Callable[[Trace | None], float]:
    """A function of a card's trace: the gain in recall on `until` that an answer on `day` is expected to bring.

    A passed review is taken as good, a failed one as again. FSRS's formulas are written out here, since they are worked
    out for every card there is.
    """
    w, decay = params, -params[20]
    factor = 0.9 ** (1 / decay) - 1
    ahead, power, hold = max(0, until - day), correction.elapsed, -correction.stability
    start, steep = scale(correction, params), correction.difficulty
    later = ahead**power
    growth, shortest = exp(w[8]), exp(w[17] * w[18])

    def left(quality: int) -> float:
        return recall(ahead, advance(None, quality, day, w), correction, w)

    fresh = at_sight * left(4) + (1 - at_sight) * left(1)

    def gain(trace: Trace | None) -> float:
        if trace is None:
            return fresh
        s, d, elapsed = trace.stability, trace.difficulty, day - trace.day
        if elapsed < 1:
            return 0.0  # answered today already
        forgotten = 1 - (1 + factor * elapsed / s) ** decay
        passed = s * (1 + growth * (11 - d) * s ** -w[9] * (exp(forgotten * w[10]) - 1))
        failed = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * exp(forgotten * w[14])
        failed = max(min(failed, s / shortest), LEAST_STABILITY)
        now = start * exp(steep * d)
        then, held = now * later, now * s**hold
        known = (1 + held * elapsed**power) ** decay
        with_it: float = known * (1 + then * passed**hold) ** decay + (1 - known) * (1 + then * failed**hold) ** decay
        without: float = (1 + held * (elapsed + ahead) ** power) ** decay
        return with_it - without

    return gain
