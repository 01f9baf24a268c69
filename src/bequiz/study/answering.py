"""An answer: judged, recorded in one transaction, and what follows from it."""

import datetime as dt

from msgspec import Struct

from bequiz.grading.asking import ask, draw_again, drawn_question
from bequiz.grading.judging import judge
from bequiz.model.cards import Card, Flip, Skill, Sql, Tune
from bequiz.model.errors import BequizError
from bequiz.model.events import Event, Kind
from bequiz.model.memory import State
from bequiz.model.question import Question, Verdict
from bequiz.scheduling.fold import repeat_open, step
from bequiz.store import log, state
from bequiz.store.opening import transaction
from bequiz.study.collection import Collection, decode

GRADES = (1, 3, 4, 5)


class Asked(Struct, frozen=True):
    """A card on the table: the card, how it is asked this time, and what is known of it."""

    card: Card
    question: Question
    state: State


class Recorded(Struct, frozen=True):
    """An answer on disk. `scheduled` is false for a drill or a cram, which leave the memory alone."""

    event: Event
    state: State
    scheduled: bool


def put(collection: Collection, id: str) -> Asked:
    """Ask a card by its full id."""
    row = collection.find(id)
    card = decode(row)
    known = state.state(collection.db, row.id)
    return Asked(card, ask(row.id, card, known.answers, known.memory.reps if known.memory else 0), known)


def check(collection: Collection, asked: Asked, response: str, *, hinted: bool = False) -> Verdict:
    """Judge a response; wordings accepted before count. SQL is run: raises BequizError for what cannot be."""
    card = asked.card
    if isinstance(card, Sql | Tune):
        from bequiz.study import exercises  # only wanted for these cards

        return exercises.check(collection.sandbox, card, response, hinted=hinted)
    lasting = asked.question.mode == "text" and asked.question.drawn is None
    accepted = log.accepted(collection.db, asked.question.card) if lasting else []
    return judge(card, asked.question, response, accepted=accepted, hinted=hinted)


def replay(collection: Collection, event: Event) -> Asked:
    """Ask the very problem again that a skill's card asked in an event.

    Raises BequizError if the event is none of a skill, or if its generator has changed since.
    """
    row = collection.find(state.current_id(collection.db, event.card))
    card = decode(row)
    seed, difficulty = event.data.get("seed"), event.data.get("difficulty")
    if not isinstance(card, Skill) or not isinstance(seed, int) or not isinstance(difficulty, int):
        raise BequizError(f"The event {event.id} holds no problem of a skill.", "`bequiz card history ID` lists them.")
    drawn = draw_again(card.generator, seed, difficulty)
    if drawn.version != event.data.get("version"):
        raise BequizError(
            f"The skill {card.generator} has changed since: it was {event.data.get('version')}, is {drawn.version}.",
            "This problem cannot be made again; `bequiz practice` makes fresh ones.",
        )
    return Asked(card, drawn_question(row.id, drawn, card.hint), state.state(collection.db, row.id))


def kind_of_answer(known: State, day: int) -> Kind:
    """review if the card is due or new, drill if it is to be repeated today, else cram."""
    if known.memory is None or known.memory.due_day <= day:
        return "review"
    return "drill" if repeat_open(known, day) else "cram"


def record(
    collection: Collection,
    asked: Asked,
    quality: int,
    *,
    verdict: Verdict | None = None,
    response: str | None = None,
    ms: int | None = None,
    hinted: bool = False,
    cram: bool = False,
) -> Recorded:
    """Write an answer durably. What kind it is follows from the memory at that moment, whoever else is writing."""
    db, day = collection.db, collection.day
    data: dict[str, object] = {}
    if response is not None:
        data["response"] = response
    if asked.question.order and asked.question.drawn is None:
        data["order"] = list(asked.question.order)
    if hinted:
        data["hint"] = True
    if drawn := asked.question.drawn:
        data |= {"seed": drawn.seed, "version": drawn.version, "difficulty": drawn.difficulty}
    with transaction(db):
        before = state.state(db, asked.question.card)
        event = _event(
            collection, asked.question.card, "cram" if cram else kind_of_answer(before, day),
            quality=quality, verdict=verdict.outcome if verdict else "self", ms=ms, data=data,
        )  # fmt: skip
        after = state.append(db, event)
    return Recorded(event, after, event.kind == "review")


def note(collection: Collection, card: str, kind: Kind, **data: object) -> Event:
    """Write an event that is no answer: suspend, unsuspend, bury, flag, accept."""
    with transaction(collection.db):
        event = _event(collection, card, kind, data=data)
        state.append(collection.db, event)
    return event


def bury(collection: Collection, card: str, days: int = 1) -> Event:
    """Put a card away for so many days, by default until tomorrow."""
    until = dt.date.fromordinal(collection.day + days)
    return note(collection, card, "bury", until=until.isoformat())


def undo(collection: Collection) -> Event:
    """Undo the latest event written here that is not undone yet, and return it. There is no redo."""
    with transaction(collection.db):
        latest = log.latest_to_undo(collection.db)
        if latest is None:
            raise BequizError("There is nothing to undo.", "Only what was done on this machine can be undone.")
        state.append(collection.db, _event(collection, latest.card, "undo", data={"event": latest.id}))
    return latest


def _event(
    collection: Collection,
    card: str,
    kind: Kind,
    *,
    quality: int | None = None,
    verdict: str | None = None,
    ms: int | None = None,
    data: dict[str, object],
) -> Event:
    now = collection.env.now
    return Event(
        id=log.next_id(collection.db, now),
        card=card,
        at=int(now.timestamp() * 1000),
        day=collection.day,
        kind=kind,
        quality=quality,
        verdict=verdict,
        ms=ms,
        device=log.device(collection.db),
        data=data,
    )


def futures(asked: Asked, day: int) -> dict[int, dt.date | None]:
    """For each of the four grades the day it leads to; None where the schedule stays as it is."""
    if kind_of_answer(asked.state, day) != "review":
        return dict.fromkeys(GRADES)
    found: dict[int, dt.date | None] = {}
    for quality in GRADES:
        event = Event(id="", card="", at=0, day=day, kind="review", quality=quality)
        after = step(asked.state, event).memory
        found[quality] = after.due if after else None
    return found


def needs_quality(card: Card) -> bool:
    """A flip is graded by the learner; everything else by the machine."""
    return isinstance(card, Flip)
