"""FSRS-6 with whole days.

Source: J. Ye and others, "The Algorithm", section FSRS-6, in the wiki of open-spaced-repetition/fsrs4anki (2025), with
the parameters published there. A memory is a stability (the days after which recall has fallen to 90 %) and a
difficulty (1 to 10). There are no learning steps of minutes: what was not known comes back in the same session, and
those answers count by the formula for the same day.
"""

import datetime as dt
from collections.abc import Sequence
from math import exp

import msgspec

from bequiz.model.errors import BequizError
from bequiz.model.memory import Memory, Trace
from bequiz.scheduling.sm2 import EASE_CHANGE, FIRST_EASE, LAST_DAY, LEAST_EASE, LONGEST, check_quality

DEFAULT = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629,
    1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
LEAST_STABILITY = 0.001


def review(
    memory: Memory | None, quality: int, day: dt.date, params: Sequence[float] = DEFAULT, retention: float = 0.9
) -> Memory:
    """The memory after an answer of `quality` (0..5; 0 to 2 again, 3 hard, 4 good, 5 easy) on the study day `day`.

    `memory` is None for a new card, else what this function returned for it. It is due when predicted recall has
    fallen to `retention`. Raises BequizError if the quality is not a whole number from 0 to 5, or if `memory` is one of
    SM-2's.
    """
    trace = None
    if memory is not None:
        if memory.stability is None or memory.difficulty is None:
            raise BequizError("This memory is one of SM-2's, which has no stability.", "Fold the card's answers anew.")
        trace = Trace(memory.stability, memory.difficulty, memory.due_day - memory.interval)
    trace = advance(trace, check_quality(quality), day.toordinal(), params)
    scheduled = schedule(memory, quality, trace.day, whole(interval(trace.stability, retention, params)))
    return msgspec.structs.replace(scheduled, stability=trace.stability, difficulty=trace.difficulty)


def advance(trace: Trace | None, quality: int, day: int, params: Sequence[float] = DEFAULT) -> Trace:
    """What an answer of `quality` on `day` (an ordinal) leaves behind; `trace` is None for a card never seen.

    For a quality that is known to be one: what the fold over the log uses.
    """
    w = params
    rating = quality - 1 if quality > 2 else 1  # 1 again, 2 hard, 3 good, 4 easy
    if trace is None:
        return Trace(w[rating - 1], min(max(w[4] - exp(w[5] * (rating - 1)) + 1, 1.0), 10.0), day)
    s, d, elapsed = trace.stability, trace.difficulty, day - trace.day
    if elapsed < 1:
        growth = exp(w[17] * (rating - 3 + w[18])) * s ** -w[19]
        after = s * (growth if rating == 1 else max(growth, 1.0))
    else:
        forgotten = 1 - retrievability(elapsed, s, w)
        if rating == 1:
            long = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * exp(forgotten * w[14])
            after = min(long, s / exp(w[17] * w[18]))
        else:
            bonus = w[15] if rating == 2 else w[16] if rating == 4 else 1.0
            after = s * (1 + exp(w[8]) * (11 - d) * s ** -w[9] * (exp(forgotten * w[10]) - 1) * bonus)
    moved = d - w[6] * (rating - 3) * (10 - d) / 9
    reverted = w[7] * (w[4] - exp(w[5] * 3) + 1) + (1 - w[7]) * moved
    return Trace(min(max(after, LEAST_STABILITY), LONGEST), min(max(reverted, 1.0), 10.0), day)


def retrievability(elapsed: float, stability: float, params: Sequence[float] = DEFAULT) -> float:
    """The probability of recall `elapsed` days after the last answer: (1 + F t/S)^-w20, which is 0.9 at t = S."""
    decay = -params[20]
    return (1 + (0.9 ** (1 / decay) - 1) * elapsed / stability) ** decay  # type: ignore[no-any-return]


def interval(stability: float, retention: float = 0.9, params: Sequence[float] = DEFAULT) -> float:
    """After how many days, not rounded, the probability of recall has fallen to `retention`."""
    decay = -params[20]
    return stability * (retention ** (1 / decay) - 1) / (0.9 ** (1 / decay) - 1)  # type: ignore[no-any-return]


def whole(days: float) -> int:
    """An interval in whole days: at least one, at most a hundred years."""
    return min(max(round(days), 1), LONGEST)


def schedule(memory: Memory | None, quality: int, day: int, days: int) -> Memory:
    """The memory of a card that was answered on `day` and is due `days` later.

    Repetitions, lapses and the ease factor follow from the grades alone, by SM-2's rules; they are carried along.
    """
    ease, reps, lapses = (memory.hundredths, memory.reps, memory.lapses) if memory else (FIRST_EASE, 0, 0)
    due = min(day + days, LAST_DAY)
    if quality < 3:
        return Memory(due - day, ease, 0, lapses + 1, due)
    return Memory(due - day, max(LEAST_EASE, ease + EASE_CHANGE[quality]), reps + 1, lapses, due)
