"""Looking after the collection: a verified copy, a check of everything, a damaged file put aside."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bequiz.model.env import Env
from bequiz.model.errors import BequizError
from bequiz.model.events import Event
from bequiz.model.problems import Problem
from bequiz.store import catalogue, log, state
from bequiz.store.opening import connect, open_database, told, transaction
from bequiz.study.collection import Collection


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
        finally:
            copy.close()
    if (
        sound != "ok"
        or collection.db.execute("SELECT count(*) FROM event WHERE id <= ?", (last or "",)).fetchone()[0] != events
    ):
        raise BequizError(f"The copy {file} is not sound ({sound}).", "Try another disk, and run `bequiz doctor`.")
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
    differing = sum(1 for _ in stale_cards(collection))
    seen = "as folded from the log" if not differing else f"{differing} cards differ from the log"
    yield Finding("memory", not differing, seen, "`bequiz doctor --rebuild` folds the log anew.")
    for deck in catalogue.decks(db):
        problems = msgspec.json.decode(deck.problems, type=list[Problem])
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors or not deck.shipped:
            yield Finding(
                f"deck {deck.id}", not errors, f"{len(errors)} errors", f"`bequiz deck check {deck.path}` names them."
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


def stale_cards(collection: Collection) -> Iterator[str]:
    """Cards whose kept memory is not what their events say."""
    db = collection.db
    kept = {card for (card,) in db.execute("SELECT card FROM memory")}
    for card, known, _, _ in state.replay(db):
        kept.discard(card)
        if msgspec.structs.replace(known, recalled=None) != state.state(db, card):
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
            for path in _readable(aside, "SELECT path FROM added_deck"):
                catalogue.add(db, str(path[0]))
    finally:
        db.close()
    return aside, saved


def _readable_events(file: Path) -> Iterator[Event]:
    for row in _readable(file, f"SELECT {log.COLUMNS} FROM event"):
        try:
            yield log.from_row(row)
        except (msgspec.MsgspecError, TypeError):
            continue


def _readable(file: Path, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a damaged database, up to where it can be read."""
    try:
        db = connect(str(file))
        try:
            yield from db.execute(query)
        finally:
            db.close()
    except sqlite3.DatabaseError:
        return
