"""SM-2 in exact integer arithmetic.

Source: P. A. Wozniak, "Optimization of learning" (1990), chapter 3.2. Where that text is silent: the interval uses the
ease factor from before the repetition, a lapse leaves the ease factor alone, fractions of a day are rounded up.
"""

import datetime as dt

from bequiz.model.errors import BequizError
from bequiz.model.memory import Memory

FIRST_EASE = 250
LEAST_EASE = 130
EASE_CHANGE = {3: -14, 4: 0, 5: 10}
LONGEST = 36_500
LAST_DAY = dt.date.max.toordinal()


def check_quality(quality: object) -> int:
    """Return `quality` if it is a whole number from 0 to 5.

    Raises BequizError otherwise: a bool, a float or a text is an error, not something to clamp.
    """
    if type(quality) is not int or not 0 <= quality <= 5:
        raise BequizError(f"The quality {quality!r} is not a whole number from 0 to 5.", exit_code=2)
    return quality


def review(memory: Memory | None, quality: int, day: dt.date) -> Memory:
    """The memory after an answer of `quality` (0..5) on the study day `day`; `memory` is None for a new card.

    A late answer uses the scheduled interval. Raises BequizError if the quality is not a whole number from 0 to 5.
    """
    return advance(memory, check_quality(quality), day.toordinal())


def advance(memory: Memory | None, quality: int, day: int) -> Memory:
    """`review` for a quality that is known to be one and a day as an ordinal: what the fold over the log uses."""
    if memory is None:
        interval, ease, reps, lapses = 0, FIRST_EASE, 0, 0
    else:
        interval, ease, reps, lapses = memory.interval, memory.hundredths, memory.reps, memory.lapses
    if quality < 3:
        return Memory(1, ease, 0, lapses + 1, min(day + 1, LAST_DAY))
    if reps == 0:
        interval = 1
    elif reps == 1:
        interval = 6
    else:
        interval = min(-(-interval * ease // 100), LONGEST)
    ease = max(LEAST_EASE, ease + EASE_CHANGE[quality])
    return Memory(interval, ease, reps + 1, lapses, min(day + interval, LAST_DAY))
