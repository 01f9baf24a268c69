"""Collections of every released schema are brought forward; a released step of the schema is never edited.

`schemas/N.sql` is a collection as schema N left it, with a small history in it. A new migration gets a file of its own;
those that are here stay as they are.
"""

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from bequiz.store import migrations, opening
from bequiz.store.opening import VERSION

SCHEMAS = Path(__file__).parent / "schemas"
RELEASED = sorted((int(file.stem) for file in SCHEMAS.glob("*.sql")), reverse=True)


def schema(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every table, index and trigger of ours with its definition."""
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE '%sqlite%'")
    return sorted(rows)


def released(version: int, file: Path | str = ":memory:") -> sqlite3.Connection:
    db = sqlite3.connect(file)
    db.executescript((SCHEMAS / f"{version}.sql").read_text())
    return db


@pytest.fixture
def old(home: Path, only_small: Path, request: pytest.FixtureRequest) -> Path:
    """A collection written by the bequiz that had this schema."""
    home.mkdir()
    released(request.param, home / "bequiz.db").close()
    return home / "bequiz.db"


def test_every_version_has_its_frozen_schema():
    assert len(migrations.migrations._migrations) == VERSION
    assert list(range(VERSION, 0, -1)) == RELEASED, "a new migration needs its `sqlite3 bequiz.db .dump` in schemas/"


@pytest.mark.parametrize("version", RELEASED)
def test_a_released_migration_is_as_it_was(version):
    db = Database(memory=True)
    later = [step.name for step in migrations.migrations.pending(db)][version:]
    migrations.migrations.apply(db, stop_before=later)
    assert schema(db.conn) == schema(released(version))


@pytest.mark.parametrize("old", RELEASED, indirect=True)
def test_an_old_collection_is_brought_forward_with_all_that_is_in_it(old, bequiz):
    before = sqlite3.connect(old).execute("SELECT * FROM event ORDER BY id").fetchall()
    shown = bequiz("card", "show", "small/typed", "--json", now="2026-11-24T08:00:00+01:00").json
    assert shown["memory"] == {"interval": 1, "ease": 2.5, "reps": 1, "lapses": 1, "due": "2026-11-24"}
    assert shown["reviews"] == 2
    assert bequiz("card", "show", "small/gap", "--json").json["suspended"]
    db = sqlite3.connect(old)
    assert db.execute("SELECT * FROM event ORDER BY id").fetchall() == before
    assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("SELECT path FROM added_deck").fetchall() == [("/nowhere/mine.yaml",)]
    fresh = Database(memory=True)
    migrations.migrations.apply(fresh)
    assert schema(db) == schema(fresh.conn)
    findings = {finding["what"]: finding["ok"] for finding in bequiz("doctor", "--json").json["findings"]}
    assert (findings["database"], findings["log"], findings["memory"]) == (True, True, True)


@pytest.mark.parametrize("old", RELEASED, indirect=True)
def test_what_was_done_before_can_still_be_undone(old, bequiz):
    cards = []
    while (undone := bequiz("undo", "--json")).code == 0:
        cards.append(undone.json["card"])
    assert cards == ["small/gap", "small/typed", "small/flip", "small/typed", "small/typed"]


@pytest.mark.parametrize("answered", [1, 0], ids=["a collection in use", "a first start"])
def test_a_migration_that_fails_leaves_everything_as_it_was(answered, bequiz, only_small, home, monkeypatch):
    for _ in range(answered):
        bequiz("answer", "small/flip", "--quality", "4")
    before = contents(home / "bequiz.db")
    steps = migrations.Migrations("bequiz")
    steps._migrations = list(migrations.migrations._migrations)

    @steps()
    def half_way(db: Database) -> None:
        db.execute("ALTER TABLE deck ADD COLUMN colour TEXT")
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as later:
        later.setattr(migrations, "migrations", steps)
        for module in (migrations, opening):
            later.setattr(module, "VERSION", VERSION + 1)
        done = bequiz("due")
        assert (done.code, done.out) == (1, "")
        assert "full" in done.err
    assert contents(home / "bequiz.db") == before
    shown = bequiz("card", "show", "small/flip", "--json").json
    assert shown["reviews"] == answered, "the older bequiz goes on with it"


def contents(file: Path) -> list[str]:
    file.parent.mkdir(exist_ok=True)
    return list(sqlite3.connect(file).iterdump())
