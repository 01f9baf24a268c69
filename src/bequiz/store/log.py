"""The append-only log of events."""

import datetime as dt
import os
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bequiz.model.errors import BequizError
from bequiz.model.events import Event

FIELDS = ("id", "card", "at", "day", "kind", "quality", "verdict", "ms", "device")
COLUMNS = ", ".join((*FIELDS, "data"))
INSERT = f"INSERT INTO event ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
LAST_ID = "SELECT max(id) FROM event"
EVENTS_OF_CARD = (
    f"SELECT {COLUMNS} FROM event WHERE card = ? OR card IN (SELECT former FROM alias WHERE card = ?) ORDER BY at, id"
)
ALL_EVENTS = f"SELECT {COLUMNS} FROM event ORDER BY id"
EVENT = f"SELECT {COLUMNS} FROM event WHERE id = ?"
LATEST_TO_UNDO = f"""
SELECT {COLUMNS} FROM event
WHERE device = ? AND kind IN ('review', 'drill', 'cram', 'suspend', 'unsuspend', 'bury', 'flag', 'accept')
  AND id NOT IN (SELECT event FROM undone)
ORDER BY id DESC LIMIT 1
"""
LATEST_DAY = "SELECT day FROM event WHERE id = (SELECT max(id) FROM event)"
LATEST_CARD = "SELECT card FROM event WHERE id = (SELECT max(id) FROM event)"
ACCEPTED = """
SELECT data FROM event
WHERE kind = 'accept' AND (card = ?1 OR card IN (SELECT former FROM alias WHERE card = ?1))
  AND id NOT IN (SELECT event FROM undone)
ORDER BY at, id
"""
USUAL_MS = """
SELECT avg(ms) FROM (
    SELECT ms FROM event WHERE ms BETWEEN 500 AND 300000 AND kind IN ('review', 'drill') ORDER BY id DESC LIMIT 200
)
"""

VERSION_BITS = 0x7 << 76
VARIANT_BITS = 0x2 << 62
RANDOM_BITS = (1 << 74) - 1


def insert(db: sqlite3.Connection, event: Event) -> bool:
    """Append an event; False if one with its id is there already."""
    data = msgspec.json.encode(event.data).decode()
    row = (
        event.id,
        event.card,
        event.at,
        event.day,
        event.kind,
        event.quality,
        event.verdict,
        event.ms,
        event.device,
        data,
    )
    return db.execute(INSERT, row).rowcount == 1


def from_row(row: tuple[Any, ...]) -> Event:
    *fields, data = row
    named = dict(zip(FIELDS, fields, strict=True))
    return Event(**named, data=msgspec.json.decode(data) if data != "{}" else {})


def events_of_card(db: sqlite3.Connection, card: str) -> Iterator[Event]:
    """A card's events, those under its former ids included, in order of (at, id)."""
    return map(from_row, db.execute(EVENTS_OF_CARD, (card, card)))


def all_events(db: sqlite3.Connection) -> Iterator[Event]:
    return map(from_row, db.execute(ALL_EVENTS))


def event(db: sqlite3.Connection, id: str) -> Event | None:
    row = db.execute(EVENT, (id,)).fetchone()
    return from_row(row) if row else None


def count(db: sqlite3.Connection, last: str) -> int:
    """How many events there are up to the one with this id."""
    return int(db.execute("SELECT count(*) FROM event WHERE id <= ?", (last,)).fetchone()[0])


def device(db: sqlite3.Connection) -> str:
    """The name under which this collection writes events; random, made with it."""
    return str(db.execute("SELECT id FROM device").fetchone()[0])


def latest_to_undo(db: sqlite3.Connection) -> Event | None:
    """The latest event written here that is not undone yet."""
    row = db.execute(LATEST_TO_UNDO, (device(db),)).fetchone()
    return from_row(row) if row else None


def accepted(db: sqlite3.Connection, card: str) -> list[str]:
    """Wordings that the learner had accepted for a card."""
    texts = (msgspec.json.decode(data).get("text") for (data,) in db.execute(ACCEPTED, (card,)))
    return [text for text in texts if isinstance(text, str)]


def latest_day(db: sqlite3.Connection) -> int:
    """The study day of the newest event, 0 in an empty log."""
    row = db.execute(LATEST_DAY).fetchone()
    return int(row[0]) if row else 0


def latest_card(db: sqlite3.Connection) -> str:
    """The card of the newest event; an empty text in an empty log."""
    row = db.execute(LATEST_CARD).fetchone()
    return str(row[0]) if row else ""


def usual_seconds(db: sqlite3.Connection) -> float:
    """How long the learner's recent answers took on average; 15 before there is anything to go by."""
    average = db.execute(USUAL_MS).fetchone()[0]
    return average / 1000 if average else 15.0


def next_id(db: sqlite3.Connection, now: dt.datetime) -> str:
    """A UUIDv7 (RFC 9562) for the given time, greater than every id in the log even if the clock was set back."""
    milliseconds = int(now.timestamp() * 1000)
    drawn = int.from_bytes(os.urandom(10)) & RANDOM_BITS
    new = milliseconds << 74 | drawn
    last = db.execute(LAST_ID).fetchone()[0]
    if last is not None:
        new = max(new, _squeezed(last) + 1)
    if new >> 122:
        raise BequizError(
            "The log holds an event from the end of time; no later one can be written.", "See `bequiz doctor`."
        )
    return _spread(new)


def _spread(bits: int) -> str:
    """122 bits of time and chance -> the text of a UUIDv7."""
    number = (bits >> 74) << 80 | VERSION_BITS | (bits >> 62 & 0xFFF) << 64 | VARIANT_BITS | bits & (1 << 62) - 1
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _squeezed(id: str) -> int:
    """The text of a UUIDv7 -> its 122 bits of time and chance."""
    number = int(id.replace("-", ""), 16)
    return (number >> 80) << 74 | (number >> 64 & 0xFFF) << 62 | number & (1 << 62) - 1


def insert_all(db: sqlite3.Connection, events: Iterable[Event]) -> list[Event]:
    """Append many; returns those that were not there yet."""
    return [event for event in events if insert(db, event)]
