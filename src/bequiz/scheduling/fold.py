"""The fold over the log: what follows from a card's events, in order of (at, id)."""

import datetime as dt
from collections.abc import Iterable

from bequiz.model.events import Event
from bequiz.model.memory import NEW, State
from bequiz.scheduling.sm2 import advance


def fold(events: Iterable[Event]) -> tuple[State, list[tuple[Event, int]]]:
    """The state after all events of one card, and its cross-day reviews with 1 (recalled) or 0 (forgotten).

    Events that an undo names count as never happened, whatever the order of the two.
    """
    events = list(events)
    undone = {event.data.get("event") for event in events if event.kind == "undo"}
    state = NEW
    recalls: list[tuple[Event, int]] = []
    for event in events:
        if event.id not in undone:
            state = step(state, event)
            if state.recalled is not None:
                recalls.append((event, state.recalled))
    return state, recalls


def step(state: State, event: Event) -> State:
    """The state after one more event, which comes after all that led to `state` and is not undone."""
    match event.kind:
        case "review" | "drill":
            return _answered(state, event)
        case "cram":
            return _with(state, answers=state.answers + 1)
        case "suspend" | "unsuspend":
            return _with(state, suspended=event.kind == "suspend")
        case "bury":
            return _with(state, buried_until=_ordinal(event.data.get("until")))
    return _with(state)


def _answered(state: State, event: Event) -> State:
    quality, day, memory = event.quality, event.day, state.memory
    if quality is None:
        return _with(state)
    passed = state.passed or quality >= 3
    # Two machines on one day: a review of a card that is not due any more counts as a drill.
    if event.kind == "drill" or (memory is not None and day < memory.due_day):
        return State(
            memory, state.first_day, day, quality, passed, state.reviews,
            state.answers + 1, state.suspended, state.buried_until,
        )  # fmt: skip
    recalled = None if memory is None or day <= state.first_day else int(quality >= 3)
    return State(
        advance(memory, quality, day), state.first_day or day, day, quality, passed,
        state.reviews + 1, state.answers + 1, state.suspended, state.buried_until, recalled,
    )  # fmt: skip


def _with(
    state: State, *, answers: int | None = None, suspended: bool | None = None, buried_until: int | None = None
) -> State:
    return State(
        state.memory, state.first_day, state.last_day, state.last_quality, state.passed, state.reviews,
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
