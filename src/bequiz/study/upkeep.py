"""Looking after the collection: a verified copy, a check of everything, a damaged file put aside."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from bequiz.model.env import Env
from bequiz.model.errors import BequizError
from bequiz.model.events import Event
from bequiz.model.problems import Problem
from bequiz.store import catalogue, log, state
from bequiz.store.opening import open_database, told, transaction
from bequiz.study.collection import Collection
from bequiz.study.merging import from_line, to_line


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at: whether it is well, and what was seen. `hint` says what to do where it is not."""

    what: str
    ok: bool
    seen: str
    hint: str = ""


def backup(collection: Collection, file: Path) -> int:
    """Write a copy of the database to `file`, check it, and return how many events it holds.

    Raises BequizError if the file is there already or the copy is not sound.
    """
    if file.exists():
        raise BequizError(f"{file} is there already.", "Choose another name; nothing was overwritten.")
    with told(str(file)):
        file.parent.mkdir(parents=True, exist_ok=True)
        copy = sqlite3.connect(file)
        try:
            collection.db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0]
            events, last = copy.execute("SELECT count(*), max(id) FROM event").fetchone()
            if sound != "ok" or log.count(collection.db, last or "") != events:
                hint = "Try another disk, and run `bequiz doctor`."
                raise BequizError(f"The copy {file} is not sound ({sound}) and was not kept.", hint)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        finally:
            copy.close()
    return int(events)


def examine(collection: Collection) -> Iterator[Finding]:
    """Look at the log, the tables folded from it, the decks, and the terminal."""
    db, env = collection.db, collection.env
    sound = db.execute("PRAGMA integrity_check").fetchone()[0]
    yield Finding(
        "database", sound == "ok", f"{env.database}: {sound}", "`bequiz doctor --set-aside` saves what can be read."
    )
    triggers = db.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
    ).fetchone()[0]
    events = db.execute("SELECT count(*) FROM event").fetchone()[0]
    guarded = "append-only" if triggers == 3 else "its triggers are missing"
    yield Finding(
        "log", triggers == 3, f"{events} events, {guarded}", "Restore a backup: something removed the guards."
    )
    differing, marks = sum(1 for _ in stale_cards(collection)), state.marks_amiss(db)
    seen = f"{differing} cards and {marks} marks of undone events differ from the log"
    seen = seen if differing or marks else "as folded from the log"
    yield Finding("memory", not differing and not marks, seen, "`bequiz doctor --rebuild` folds the log anew.")
    for deck in catalogue.decks(db):
        problems = msgspec.json.decode(deck.problems, type=list[Problem])
        errors = [problem for problem in problems if problem.severity == "error"]
        where = "" if deck.shipped else f" {deck.path}"
        if errors or not deck.shipped:
            yield Finding(
                f"deck {deck.id}", not errors, f"{len(errors)} errors", f"`bequiz deck check{where}` names them."
            )
    cards = db.execute("SELECT count(*) FROM card").fetchone()[0]
    yield Finding(
        "decks",
        cards > 0,
        f"{cards} cards in {len(catalogue.decks(db))} decks",
        f"Reinstall bequiz: {env.shipped} is empty.",
    )
    back = collection.clock_set_back()
    yield Finding(
        "clock", not back, f"study day {env.day}", f"It stands {back} days before your last answer; set it right."
    )
    yield _sandbox(collection)
    size = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    tall = size.columns >= 60 and size.lines >= 16
    yield Finding(
        "terminal",
        tall,
        f"{size.columns}x{size.lines}, TERM={os.environ.get('TERM', '')}",
        "Make it 80x24 or larger, or use --linear.",
    )
    yield Finding(
        "encoding", encoding == "utf8", encoding or "none", "Set LANG to a UTF-8 locale, for example C.UTF-8."
    )
    found = (
        os.environ.get("VISUAL") or os.environ.get("EDITOR") or next(filter(shutil.which, ("nano", "vim", "vi")), "")
    )
    yield Finding("editor", bool(found), found or "none", "Set EDITOR, so that `e` can open a card.")


def _sandbox(collection: Collection) -> Finding:
    """Whether SQL can be run, and whether this system really limits the memory of the process that does."""
    hint = "Cards with SQL cannot be asked; Python must be able to start itself: "
    try:
        collection.sandbox.start()
    except BequizError as error:
        return Finding("sandbox", False, error.sentence, f"{hint}{sys.executable}.")
    memory = "memory and time limited"
    if not collection.sandbox.memory_limited:
        memory = "time limited; this system cannot limit its memory, so that only SQLite's own limit holds"
    return Finding("sandbox", True, f"SQL runs in a process of its own, {memory}")


def stale_cards(collection: Collection) -> Iterator[str]:
    """Cards whose kept memory is not what their events say."""
    db = collection.db
    kept = {card for (card,) in db.execute("SELECT card FROM memory UNION SELECT card FROM recall")}
    topics = dict(db.execute("SELECT id, topic FROM card"))
    for card, known, _, recalled in state.replay(db):
        kept.discard(card)
        recalls = [state.recall_row(topics.get(card, ""), card, seen) for seen in recalled]
        if msgspec.structs.replace(known, recalled=None) != state.state(db, card) or recalls != state.recalls(db, card):
            yield card
    yield from kept


def rebuild(collection: Collection) -> int:
    """Throw the derived tables away and fold the log anew; returns the number of events."""
    with transaction(collection.db):
        return state.rebuild(collection.db)


def set_aside(env: Env) -> tuple[Path, int]:
    """Move a damaged database to another name and start a new one with every event that can still be read.

    Returns where the old file lies now, and how many events were saved.
    """
    old = Path(env.database)
    if not old.exists():
        raise BequizError(f"There is no collection at {old}.", "`bequiz review` starts one.")
    aside = old.with_name(f"bequiz-damaged-{env.now:%Y%m%d-%H%M%S}.db")
    if aside.exists():
        raise BequizError(f"{aside} is there already.", "Wait a second and try again.")
    for suffix in ("", "-wal", "-shm"):
        file = Path(f"{old}{suffix}")
        if file.exists():
            file.rename(f"{aside}{suffix}")
    db = open_database(env.database)
    try:
        with told(env.database), transaction(db):
            saved = state.merge(db, _readable_events(aside))
            with suppress(sqlite3.DatabaseError):
                for (path,) in _rows(aside, "SELECT path FROM added_deck"):
                    catalogue.add(db, str(path))
    finally:
        db.close()
    return aside, saved


def _readable_events(file: Path) -> Iterator[Event]:
    """The events of a damaged database: from the front, and what lies behind a damaged page from the end."""
    for direction in ("ASC", "DESC"):
        order = f"card {direction}, at {direction}, id {direction}"
        try:
            for row in _rows(file, f"SELECT {log.COLUMNS} FROM event ORDER BY {order}"):
                with suppress(ValueError, TypeError, OverflowError, msgspec.MsgspecError):
                    yield from_line(msgspec.json.encode(to_line(log.from_row(row))))
            return
        except sqlite3.DatabaseError:
            continue


def _rows(file: Path, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a database that is never written to. Raises sqlite3.DatabaseError where it can be read no further."""
    db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    db.text_factory = lambda text: text.decode("utf-8", "replace")
    db.execute("PRAGMA writable_schema = ON")  # nothing is written: SQLite then reads a file cut short, too
    try:
        yield from db.execute(query)
    finally:
        db.close()
