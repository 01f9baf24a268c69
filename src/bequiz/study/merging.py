"""The log as lines of JSON: out to a file, and in from other machines, in any order and any number of times."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from bequiz.model.cards import NAME
from bequiz.model.errors import BequizError
from bequiz.model.events import Event
from bequiz.store import log, state
from bequiz.store.opening import transaction
from bequiz.study.collection import Collection

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# Ids carry their time; one beyond the year 9999 would leave no room for later ones.
LAST_ID = "e6"
CARD = re.compile(f"{NAME}/{NAME}")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
END = 253_402_300_800_000  # the year 10000, which no date of Python's can hold


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it stands in an export."""

    id: str
    card: str
    at: str
    day: str
    kind: str
    quality: int | None = None
    verdict: str | None = None
    ms: int | None = None
    device: str = ""
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class Imported(msgspec.Struct):
    """How an import went: lines read, events added, known already, and lines that are no event, with the reason."""

    read: int = 0
    added: int = 0
    known: int = 0
    bad: list[str] = msgspec.field(default_factory=list)


def export_lines(collection: Collection) -> Iterator[str]:
    """Every event as a line of JSON, in the order of their ids."""
    for event in log.all_events(collection.db):
        yield msgspec.json.encode(to_line(event)).decode()


def to_line(event: Event) -> Line:
    at = (EPOCH + dt.timedelta(milliseconds=event.at)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Line(
        id=event.id, card=event.card, at=at, day=dt.date.fromordinal(event.day).isoformat(), kind=event.kind,
        quality=event.quality, verdict=event.verdict, ms=event.ms, device=event.device, data=event.data,
    )  # fmt: skip


def from_line(text: bytes) -> Event:
    """An event from its line. Raises ValueError with a sentence if it is none."""
    try:
        line = msgspec.json.decode(text, type=Line)
    except msgspec.DecodeError as error:
        raise ValueError(f"this is no event: {error}") from None
    except UnicodeDecodeError:
        raise ValueError("this is no event: it is not UTF-8") from None
    except RecursionError:
        raise ValueError("this is no event: it is nested too deep") from None
    if not UUID7.fullmatch(line.id) or line.id[:2] >= LAST_ID:
        raise ValueError(f'this is no event: the id "{line.id}" is no UUIDv7')
    if not CARD.fullmatch(line.card):
        raise ValueError(f'this is no event: "{line.card}" names no card')
    if line.quality is not None and not 0 <= line.quality <= 5:
        raise ValueError(f"this is no event: the quality {line.quality} is not from 0 to 5")
    if line.ms is not None and not 0 <= line.ms < 1 << 53:
        raise ValueError(f"this is no event: {line.ms} ms is no time that an answer can take")
    if line.kind in ("review", "drill") and line.quality is None:
        raise ValueError(f"this is no event: a {line.kind} needs a quality")
    if line.kind == "undo" and not isinstance(line.data.get("event"), str):
        raise ValueError("this is no event: an undo needs the id of an event")
    try:
        at = dt.datetime.fromisoformat(line.at)
        day = dt.date.fromisoformat(line.day).toordinal()
    except ValueError:
        at, day = None, 0
    if at is None or at.tzinfo is None:
        raise ValueError('this is no event: `at` must be a time such as "2026-11-22T08:00:00.000Z", `day` a date')
    milliseconds = (at - EPOCH) // dt.timedelta(milliseconds=1)
    if not 0 <= milliseconds < END:
        raise ValueError(f'this is no event: `at` is "{line.at}", outside the years 1970 to 9999')
    return Event(
        id=line.id, card=line.card, at=milliseconds, day=day, kind=line.kind, quality=line.quality,
        verdict=line.verdict, ms=line.ms, device=line.device, data=line.data,
    )  # fmt: skip


def import_files(collection: Collection, files: Iterable[Path]) -> Imported:
    """Take in exported logs, all in one transaction; the same result whatever the order and however often."""
    done = Imported()
    with transaction(collection.db):
        for file in files:
            done.added += state.merge(collection.db, _events(file, done))
    done.known = done.read - done.added - len(done.bad)
    return done


def _events(file: Path, done: Imported) -> Iterator[Event]:
    try:
        with file.open("rb") as lines:
            for number, text in enumerate(lines, 1):
                if not text.strip():
                    continue
                done.read += 1
                try:
                    yield from_line(text)
                except ValueError as error:
                    done.bad.append(f"{file}:{number}: {error}")
    except OSError as error:
        raise BequizError(f"{file} cannot be read: {error.strerror}.", "Nothing was imported.") from None
