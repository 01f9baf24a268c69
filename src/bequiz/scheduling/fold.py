"""The fold over the log: what follows from a card's events, in order of (at, id)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import msgspec

from bequiz.model.events import Event
from bequiz.model.memory import NEW, State, Trace
from bequiz.scheduling import fsrs, sm2, spacing
from bequiz.scheduling.correction import PUBLISHED, interval
from bequiz.scheduling.rules import SM2, Rules, week


class Recall(NamedTuple):
    """A review on a later day than the answer before it: passed (1) or not (0), so many days after the trace was left
    whose stability and difficulty are given. What predictions are measured by."""

    event: Event
    passed: int
    elapsed: int
    stability: float
    difficulty: float


def fold(events: Iterable[Event], rules: Rules = SM2) -> tuple[State, list[Recall]]:
    """The state after all events of one card, and its cross-day reviews.

    Events that an undo names count as never happened, whatever the order of the two.
    """
    events = list(events)
    undone = {event.data.get("event") for event in events if event.kind == "undo"}
    state = NEW
    recalls: list[Recall] = []
    for event in events:
        if event.id not in undone:
            before, state = state, step(state, event, rules)
            if state.recalled is not None:
                recalls.append(recall(before, event, state))
    return state, recalls


def recall(before: State, event: Event, after: State) -> Recall:
    """The cross-day review that led from one state to the other."""
    trace, passed = before.trace, after.recalled
    assert trace is not None
    assert passed is not None
    return Recall(event, passed, event.day - trace.day, trace.stability, trace.difficulty)


def step(state: State, event: Event, rules: Rules = SM2) -> State:
    """The state after one more event, which comes after all that led to `state` and is not undone."""
    match event.kind:
        case "review" | "drill":
            return _answered(state, event, rules)
        case "cram":
            return _with(state, answers=state.answers + 1)
        case "suspend" | "unsuspend":
            return _with(state, suspended=event.kind == "suspend")
        case "bury":
            return _with(state, buried_until=_ordinal(event.data.get("until")))
    return _with(state)


def _answered(state: State, event: Event, rules: Rules) -> State:
    quality, day, memory, trace = event.quality, event.day, state.memory, state.trace
    if quality is None:
        return _with(state)
    is_review = event.kind == "review"
    # Reviews leave a trace, however early they come, and so do the drills that follow on the same day.
    later = is_review and (trace is None or day > trace.day)
    recalled = int(quality >= 3) if later and trace is not None else None
    if later or (trace is not None and day == trace.day):
        trace = fsrs.advance(trace, quality, day, rules.params)
    if rules.scheduler == "fsrs":
        scheduled = later
        if scheduled and trace is not None:
            memory = fsrs.schedule(memory, quality, day, _days(state, event, trace, rules))
    else:
        # Two machines on one day: a review of a card that is not due any more counts as a drill.
        scheduled = is_review and (memory is None or day >= memory.due_day)
        if scheduled:
            memory = sm2.advance(memory, quality, day)
    return State(
        memory, trace, state.first_day or (day if scheduled else 0), day, quality, state.passed or quality >= 3,
        state.reviews + scheduled, state.answers + 1, state.suspended, state.buried_until, recalled,
    )  # fmt: skip


def _days(state: State, event: Event, trace: Trace, rules: Rules) -> int:
    """The interval that FSRS gives: the one promised when the answer was written, as long as it serves as well as the
    one that follows now; otherwise one drawn by card and repetition."""
    days = _ideal(trace, event.day, rules)
    low, high = spacing.window(days)
    promised = _ordinal(event.data.get("due")) - event.day
    return promised if low <= promised <= high else spacing.seeded(days, event.card, state.reviews)


def _ideal(trace: Trace, day: int, rules: Rules) -> float:
    """The interval, not rounded, after which FSRS asks a card again that was answered on `day`."""
    correction = rules.corrections.get(week(day), PUBLISHED)
    return interval(trace, rules.retention, correction, rules.params)


def promise(state: State, event: Event, rules: Rules, load: Callable[[int, int], Mapping[int, int]]) -> Event:
    """The event with the day that FSRS promises for it in its `due`, the lightest of those that serve; under SM-2, or
    if it schedules nothing, the event as it is.

    `load` says for the days from one ordinal to another how many cards are due on each.
    """
    after = step(state, event, rules)
    if rules.scheduler != "fsrs" or after.reviews == state.reviews or after.trace is None:
        return event
    days, day = _ideal(after.trace, event.day, rules), event.day
    low, high = spacing.window(days)
    ahead = {due - day: count for due, count in load(day + low, day + high).items()}
    due = dt.date.fromordinal(day + spacing.lightest(days, event.card, state.reviews, ahead))
    return msgspec.structs.replace(event, data=event.data | {"due": due.isoformat()})


def _with(
    state: State, *, answers: int | None = None, suspended: bool | None = None, buried_until: int | None = None
) -> State:
    return State(
        state.memory, state.trace, state.first_day, state.last_day, state.last_quality, state.passed, state.reviews,
        state.answers if answers is None else answers,
        state.suspended if suspended is None else suspended,
        state.buried_until if buried_until is None else buried_until,
    )  # fmt: skip


def _ordinal(text: object) -> int:
    try:
        return dt.date.fromisoformat(str(text)).toordinal()
    except ValueError:
        return 0  # an event from elsewhere that names no day buries nothing


def repeat_open(state: State, day: int) -> bool:
    """Whether the card is to be asked again today: SM-2's rule 5, its last quality today is below 4."""
    return state.last_day == day and state.last_quality < 4
