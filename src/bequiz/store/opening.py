"""Opening the collection: plain sqlite3 when it is current, migrations only when it is not."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bequiz.model.errors import BequizError

VERSION = 2
OLDEST_SQLITE = (3, 37, 0)
PATIENCE = 5000  # milliseconds to wait for another program that is writing


def open_database(path: str) -> sqlite3.Connection:
    """A connection with autocommit, WAL and synchronous=FULL; the database is made or brought up to date first.

    Raises BequizError for a database of a newer bequiz, and what `told` makes of SQLite's errors.
    """
    with told(path):
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise BequizError(
                f"This Python has SQLite {sqlite3.sqlite_version}, bequiz needs 3.37 or newer.",
                "Install a newer Python, for example with `uv python install`.",
            )
        if not os.path.exists(path):  # noqa: PTH110 - pathlib costs start-up time
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        db = connect(path)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version < VERSION:
            db.close()
            from bequiz.store.migrations import migrate

            migrate(path)
            db = connect(path)
        elif version > VERSION:
            db.close()
            raise BequizError(
                f"The collection {path} was written by a newer bequiz (schema {version}, this one knows {VERSION}).",
                "Upgrade bequiz; nothing was changed.",
            )
        db.execute("PRAGMA journal_mode = WAL")  # it is, but for a backup just put in its place
    return db


def connect(path: str) -> sqlite3.Connection:
    """A plain connection as every part of bequiz uses it."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(f"PRAGMA busy_timeout = {PATIENCE}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One write transaction, taken at once so that what is read in it still holds when it is written."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def told(path: str) -> Iterator[None]:
    """Turn SQLite's errors, and the file system's, into sentences that say what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise sentence(error, path) from error
    except OSError as error:
        if error.filename is None:
            raise
        raise BequizError(
            f"{error.filename} cannot be used: {error.strerror}.",
            "Check the folder's rights, or set BEQUIZ_HOME to a folder that can be written.",
        ) from error


def sentence(error: sqlite3.DatabaseError, path: str) -> BequizError:
    """What an error of SQLite means to the learner."""
    text = str(error)
    match text:
        case _ if "locked" in text or "busy" in text:
            return BequizError(
                f"The collection {path} is in use by another program.",
                "Close the other bequiz (or whatever holds the file) and try again; nothing was lost.",
            )
        case _ if "readonly" in text or "read-only" in text:
            return BequizError(
                f"The collection {path} cannot be written.",
                "Check the rights of the file and its folder, or set BEQUIZ_HOME to a folder that can be written.",
            )
        case _ if "full" in text or "disk I/O" in text:
            return BequizError(
                f"The disk is full or failing: {path} could not be written ({text}).",
                "Free some space and try again; every answer given before is safe.",
            )
        case _ if "unable to open" in text:
            return BequizError(
                f"The collection {path} cannot be opened.",
                "Check that its folder exists and can be written, or set BEQUIZ_HOME to another folder.",
            )
        case _ if "not a database" in text or "malformed" in text or "corrupt" in text or "no such table" in text:
            return BequizError(
                f"The collection {path} is damaged ({text}). It was left as it is.",
                "`bequiz doctor --set-aside` puts it aside under another name and saves every answer that can still "
                "be read; or put a backup in its place.",
            )
    return BequizError(f"The collection {path} could not be used: {text}.", "`bequiz doctor` looks for the cause.")
