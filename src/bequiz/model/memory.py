"""What is remembered of a card: the schedulers' state, and what the fold over its events adds."""

import datetime as dt

from msgspec import Struct


class Memory(Struct, frozen=True):
    """When a card is due, and why. `interval` in days; `hundredths` is the ease factor times 100, exact.

    `due_day` is a proleptic ordinal, since a replay makes millions of them. `stability` (days) and `difficulty` (1 to
    10) are there if FSRS alone made it.
    """

    interval: int
    hundredths: int
    reps: int
    lapses: int
    due_day: int
    stability: float | None = None
    difficulty: float | None = None

    @property
    def ease(self) -> float:
        """The ease factor: the float nearest to the exact hundredths."""
        return self.hundredths / 100

    @property
    def due(self) -> dt.date:
        """The study day on which the card is due."""
        return dt.date.fromordinal(self.due_day)


class Trace(Struct, frozen=True):
    """What FSRS thinks is left of a card in the learner's head, kept whatever schedules it.

    `stability` in days, `difficulty` from 1 to 10, `day` the ordinal of the answer that left it.
    """

    stability: float
    difficulty: float
    day: int


class State(Struct, frozen=True):
    """Everything that follows from the events of one card.

    Days are proleptic ordinals (`date.toordinal`); 0 means never. `last_quality` is that of the last review or drill,
    `answers` counts answers of every kind (it seeds the next shuffle), `reviews` the scheduled ones. `recalled` says of
    the last event: it was a review on a later day than what was answered before, and it passed (1) or lapsed (0), else
    None.
    """

    memory: Memory | None = None
    trace: Trace | None = None
    first_day: int = 0
    last_day: int = 0
    last_quality: int = 0
    passed: bool = False
    reviews: int = 0
    answers: int = 0
    suspended: bool = False
    buried_until: int = 0
    recalled: int | None = None


NEW = State()
