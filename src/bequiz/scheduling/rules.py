"""By which rules a log is folded: the scheduler and what it needs to know of the learner."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from bequiz.scheduling import fsrs
from bequiz.scheduling.correction import Correction

Scheduler = Literal["sm2", "fsrs"]


class Rules(Struct, frozen=True):
    """`params` are FSRS's, used for every card's trace whatever schedules it.

    The rest concerns FSRS as a scheduler: `retention`, and the correction of each week (as `week` counts).
    """

    scheduler: Scheduler = "sm2"
    params: tuple[float, ...] = fsrs.DEFAULT
    retention: float = 0.9
    corrections: Mapping[int, Correction] = {}


SM2 = Rules()


def week(day: int) -> int:
    """The number of the week, from Monday to Sunday, in which a day (an ordinal) lies."""
    return (day - 1) // 7


def monday(week: int) -> int:
    """The first day of a week."""
    return week * 7 + 1
