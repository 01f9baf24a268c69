"""Memory folded from the log: kept in tables for speed, thrown away and rebuilt at will."""

import gc
import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

import msgspec

from bequiz.model.events import Event
from bequiz.model.memory import NEW, Memory, State, Trace
from bequiz.scheduling.fold import Recall, fold, recall, step
from bequiz.store import control, log

STATE = """
SELECT interval, ease, reps, lapses, due, stability, difficulty, traced, first_day, last_day, last_quality, passed,
       reviews, answers, suspended, buried_until, last_at, last_id
FROM memory WHERE card = ?
"""
WRITE_STATE = "INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
TOPIC = "SELECT coalesce(max(topic), '') FROM card WHERE id = ?"
RECALLS = "SELECT * FROM recall WHERE card = ? ORDER BY at, event"
MARKS_AMISS = """
WITH said(event) AS (SELECT json_extract(data, '$.event') FROM event WHERE kind = 'undo')
SELECT (SELECT count(*) FROM (SELECT event FROM said EXCEPT SELECT event FROM undone))
     + (SELECT count(*) FROM (SELECT event FROM undone EXCEPT SELECT event FROM said))
"""
INSERT_RECALL = "INSERT OR REPLACE INTO recall VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
FORGET_CARD = ("DELETE FROM memory WHERE card = ?", "DELETE FROM recall WHERE card = ?")
REPLAY = """
SELECT coalesce(alias.card, event.card), id, at, day, kind, quality, CASE WHEN kind IN ({read}) THEN data END
FROM event LEFT JOIN alias ON alias.former = event.card
"""
IN_STORED_ORDER = REPLAY + "ORDER BY event.card, at, id"
IN_ALIAS_ORDER = REPLAY + "ORDER BY 1, at, id"


def state(db: sqlite3.Connection, card: str) -> State:
    """What is known of a card; the state of a new card if nothing is."""
    row = db.execute(STATE, (card,)).fetchone()
    return _from_row(row)[0] if row else NEW


def recalls(db: sqlite3.Connection, card: str) -> list[tuple[Any, ...]]:
    """A card's cross-day reviews as they are kept, in the columns of their table."""
    return db.execute(RECALLS, (card,)).fetchall()


def recall_row(topic: str, card: str, seen: Recall) -> tuple[Any, ...]:
    """A cross-day review in the columns of its table."""
    event, passed, *before = seen
    return topic, event.at, event.id, card, passed, event.day, *before


def marks_amiss(db: sqlite3.Connection) -> int:
    """How many events are marked as undone that the log does not undo, or the other way round."""
    return int(db.execute(MARKS_AMISS).fetchone()[0])


def _from_row(row: tuple[Any, ...]) -> tuple[State, int, str]:
    interval, ease, reps, lapses, due, stability, difficulty, traced, first, last, quality, passed, *rest = row
    reviews, answers, suspended, buried, at, id = rest
    memory = None if interval is None else Memory(interval, ease, reps, lapses, due)
    trace = None if traced is None else Trace(stability, difficulty, traced)
    known = State(memory, trace, first, last, quality, bool(passed), reviews, answers, bool(suspended), buried)
    return known, at, str(id)


def _to_row(card: str, known: State, at: int, id: str) -> tuple[object, ...]:
    memory, trace = known.memory, known.trace
    return (
        card,
        *((memory.interval, memory.hundredths, memory.reps, memory.lapses, memory.due_day) if memory else (None,) * 5),
        *((trace.stability, trace.difficulty, trace.day) if trace else (None,) * 3),
        known.first_day, known.last_day, known.last_quality, int(known.passed), known.reviews,
        known.answers, int(known.suspended), known.buried_until, at, id,
    )  # fmt: skip


def append(db: sqlite3.Connection, event: Event) -> State:
    """Append an event and bring what follows from it up to date. To be called inside a transaction."""
    log.insert(db, event)
    if event.kind == "undo":
        undone = log.event(db, str(event.data.get("event")))
        db.execute("INSERT OR IGNORE INTO undone VALUES (?)", (event.data.get("event"),))
        return _refold_from(db, current_id(db, event.card), undone.day if undone else event.day)
    row = db.execute(STATE, (event.card,)).fetchone()
    known, at, id = _from_row(row) if row else (NEW, -1, "")
    if (event.at, event.id) < (at, id) or control.settled(db, event.day):
        return _refold_from(db, event.card, event.day)
    before, known = known, step(known, event, control.rules_of_day(db, event.day))
    db.execute(WRITE_STATE, _to_row(event.card, known, event.at, event.id))
    if known.recalled is not None:
        topic = db.execute(TOPIC, (event.card,)).fetchone()[0]
        db.execute(INSERT_RECALL, recall_row(topic, event.card, recall(before, event, known)))
    return known


def _refold_from(db: sqlite3.Connection, card: str, day: int) -> State:
    """Fold a card's events anew after a change to what is known of `day`."""
    if control.settled(db, day):
        rebuild(db)  # the corrections of later weeks change, and with them every card's due day
        return state(db, card)
    return refold(db, card)


def current_id(db: sqlite3.Connection, card: str) -> str:
    """The id that a card has now; a card that was never renamed keeps its own."""
    row = db.execute("SELECT card FROM alias WHERE former = ?", (card,)).fetchone()
    return row[0] if row else card


def refold(db: sqlite3.Connection, card: str) -> State:
    """Fold a card's events anew. To be called inside a transaction."""
    for statement in FORGET_CARD:
        db.execute(statement, (card,))
    events = [
        event if event.card == card else msgspec.structs.replace(event, card=card)
        for event in log.events_of_card(db, card)
    ]
    known, recalls = fold(events, control.rules(db))
    if events:
        db.execute(WRITE_STATE, _to_row(card, known, events[-1].at, events[-1].id))
    topic = db.execute(TOPIC, (card,)).fetchone()[0]
    db.executemany(INSERT_RECALL, [recall_row(topic, card, seen) for seen in recalls])
    return known


def rebuild(db: sqlite3.Connection) -> int:
    """Throw all derived tables away and fold the whole log; returns the number of events. Inside a transaction."""
    for table in ("memory", "recall", "undone", "control"):
        db.execute(f"DELETE FROM {table}")
    topics = dict(db.execute("SELECT id, topic FROM card"))
    states: list[tuple[object, ...]] = []
    recalls: list[tuple[Any, ...]] = []
    gc.disable()  # millions of small tuples, none of them garbage
    try:
        for card, known, events, recalled in replay(db):
            topic = topics.get(card, "")
            states.append(_to_row(card, known, events[-1].at, events[-1].id))
            recalls.extend([recall_row(topic, card, seen) for seen in recalled])
    finally:
        gc.enable()
    # In the order of the table, and its indexes made anew: several times faster than one by one.
    db.execute("DROP INDEX recall_by_card")
    db.execute("DROP INDEX recall_by_day")
    db.executemany(INSERT_RECALL, sorted(recalls))
    db.execute("CREATE INDEX recall_by_card ON recall (card)")
    db.execute("CREATE INDEX recall_by_day ON recall (day, event)")
    rules = control.rules(db)
    if rules.scheduler == "fsrs":
        # Due days follow from the corrections, which follow from all that was recalled: a second fold.
        control.estimate_weeks(db, control.reviewed_weeks(db), rules)
        states = [_to_row(card, known, events[-1].at, events[-1].id) for card, known, events, _ in replay(db)]
    db.executemany(WRITE_STATE, states)
    db.execute("INSERT OR IGNORE INTO undone SELECT json_extract(data, '$.event') FROM event WHERE kind = 'undo'")
    return int(db.execute("SELECT count(*) FROM event").fetchone()[0])


def replay(db: sqlite3.Connection) -> Iterator[tuple[str, State, list[Event], list[Recall]]]:
    """Card by card: its state, its events, its cross-day reviews. Of the events only what the fold reads is filled."""
    renamed = db.execute("SELECT EXISTS (SELECT 1 FROM alias)").fetchone()[0]
    rules = control.rules(db)
    read = "'undo', 'bury', 'review'" if rules.scheduler == "fsrs" else "'undo', 'bury'"
    rows = db.execute((IN_ALIAS_ORDER if renamed else IN_STORED_ORDER).format(read=read))
    for card, group in itertools.groupby(rows, key=itemgetter(0)):
        events = [
            Event(
                id=id,
                card=card,
                at=at,
                day=day,
                kind=kind,
                quality=quality,
                data=msgspec.json.decode(data) if data else {},
            )
            for _, id, at, day, kind, quality, data in group
        ]
        known, recalls = fold(events, rules)
        yield card, known, events, recalls


def merge(db: sqlite3.Connection, events: Iterable[Event]) -> int:
    """Append events from elsewhere, refold the cards they concern; returns how many were new. Inside a transaction."""
    new = log.insert_all(db, events)
    for event in new:
        if event.kind == "undo":
            db.execute("INSERT OR IGNORE INTO undone VALUES (?)", (event.data.get("event"),))
    if new and control.rules(db).scheduler == "fsrs":
        rebuild(db)
        return len(new)
    now = dict(db.execute("SELECT former, card FROM alias"))
    for card in sorted({now.get(event.card, event.card) for event in new}):
        refold(db, card)
    return len(new)
