"""The schema, as named steps that are run once. A released step is never edited; a new one is added below it.

`VERSION` is kept in SQLite's user_version, so that opening a current database needs neither this module's steps nor
sqlite-utils.
"""

from sqlite_utils import Database, Migrations

from bequiz.store.opening import PATIENCE, VERSION
from bequiz.store.state import rebuild

migrations = Migrations("bequiz")

LOG = """
CREATE TABLE event (
    id TEXT NOT NULL UNIQUE,
    card TEXT NOT NULL,
    at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    quality INTEGER CHECK (quality BETWEEN 0 AND 5),
    verdict TEXT,
    ms INTEGER,
    device TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (card, at, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_day ON event (day, kind);

CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- Without this, INSERT OR REPLACE would slip past the trigger on delete.
CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END;
"""

DERIVED = """
CREATE TABLE memory (
    card TEXT PRIMARY KEY,
    interval INTEGER,
    ease INTEGER,
    reps INTEGER,
    lapses INTEGER,
    due INTEGER,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    last_quality INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    reviews INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    suspended INTEGER NOT NULL,
    buried_until INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX memory_by_due ON memory (due, card);
CREATE INDEX memory_by_last_day ON memory (last_day);

-- One row for each cross-day review: was the card recalled? Kept by topic, so that a report need not read the log.
CREATE TABLE recall (
    topic TEXT NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    card TEXT NOT NULL,
    passed INTEGER NOT NULL,
    PRIMARY KEY (topic, at, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX recall_by_card ON recall (card);

CREATE TABLE undone (event TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""

CATALOGUE = """
CREATE TABLE watched (
    path TEXT PRIMARY KEY, deck TEXT NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TABLE deck (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, stage INTEGER, position INTEGER NOT NULL, shipped INTEGER NOT NULL,
    path TEXT NOT NULL, problems TEXT NOT NULL
) STRICT;
CREATE TABLE topic (
    id TEXT PRIMARY KEY, deck TEXT NOT NULL, title TEXT NOT NULL, stage INTEGER, position INTEGER NOT NULL,
    requires TEXT NOT NULL, concepts TEXT NOT NULL
) STRICT;
CREATE TABLE card (
    id TEXT PRIMARY KEY, deck TEXT NOT NULL, topic TEXT NOT NULL, stage INTEGER, level INTEGER NOT NULL,
    position INTEGER NOT NULL, type TEXT NOT NULL, tags TEXT NOT NULL, body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX card_in_order ON card (topic, level, position, id);
CREATE INDEX card_by_deck ON card (deck);
CREATE TABLE need (card TEXT NOT NULL, needs TEXT NOT NULL, PRIMARY KEY (card, needs)) STRICT, WITHOUT ROWID;
CREATE TABLE alias (former TEXT PRIMARY KEY, card TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""

OWN = """
CREATE TABLE added_deck (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE device (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO device VALUES (lower(hex(randomblob(6))));
"""


TRACES = """
DROP TABLE memory;
DROP TABLE recall;
-- stability and difficulty are FSRS's, left on the day `traced`; they are kept whatever schedules the card.
CREATE TABLE memory (
    card TEXT PRIMARY KEY,
    interval INTEGER,
    ease INTEGER,
    reps INTEGER,
    lapses INTEGER,
    due INTEGER,
    stability REAL,
    difficulty REAL,
    traced INTEGER,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    last_quality INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    reviews INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    suspended INTEGER NOT NULL,
    buried_until INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX memory_by_due ON memory (due, card);
CREATE INDEX memory_by_last_day ON memory (last_day);

-- One row for each cross-day review: was the card recalled, so many days after a trace of this strength? Kept by
-- topic, so that a report need not read the log.
CREATE TABLE recall (
    topic TEXT NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    card TEXT NOT NULL,
    passed INTEGER NOT NULL,
    day INTEGER NOT NULL,
    elapsed INTEGER NOT NULL,
    stability REAL NOT NULL,
    difficulty REAL NOT NULL,
    PRIMARY KEY (topic, at, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX recall_by_card ON recall (card);
CREATE INDEX recall_by_day ON recall (day, event);

CREATE TABLE control (
    week INTEGER PRIMARY KEY, multiplier REAL NOT NULL, elapsed REAL NOT NULL, stability REAL NOT NULL,
    difficulty REAL NOT NULL
) STRICT;
"""


@migrations()
def m001_log_memory_catalogue(db: Database) -> None:
    for statements in (LOG, DERIVED, CATALOGUE, OWN):
        for statement in split(statements):
            db.execute(statement)


@migrations()
def m002_traces_of_fsrs(db: Database) -> None:
    for statement in split(TRACES):
        db.execute(statement)


def split(script: str) -> list[str]:
    """The statements of a script; those of a trigger stay together. (executescript would commit.)"""
    import sqlite3

    statements, current = [], ""
    for line in script.splitlines():
        current += line + "\n"
        if sqlite3.complete_statement(current):
            statements.append(current.strip())
            current = ""
    return statements


def migrate(path: str) -> None:
    """Bring the database at `path` to the current version and fold its log anew; two processes at once do it one after
    the other."""
    db = Database(path, use_counts_table=False, execute_plugins=False, strict=True)
    db.conn.isolation_level = None
    db.conn.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    db.conn.execute("PRAGMA journal_mode = WAL")
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        rebuild(db.conn)
        db.conn.execute(f"PRAGMA user_version = {VERSION}")
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise
    finally:
        db.close()
