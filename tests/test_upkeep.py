"""Looking after a collection: backup, doctor, settings, help; and what every command line has in common."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from bequiz import __version__
from bequiz.cli.app import build
from tests.conftest import SMALL_DECK, Result, day

Run = Callable[..., Result]


# Backup.


def test_a_backup_is_whole_and_can_be_put_in_the_place_of_the_collection(bequiz, only_small, home, tmp_path):
    bequiz("answer", "small/flip", "--quality", "4")
    bequiz("answer", "small/typed", "--response", "21")
    log = bequiz("log", "export").out
    copy = tmp_path / "some where" / "copy.db"
    done = bequiz("backup", str(copy))
    assert (done.code, done.err) == (0, "")
    assert f"{copy} written and verified: 2 events." in done.out
    assert str(home / "bequiz.db") in done.out, "where to copy it to go back"
    assert sqlite3.connect(copy).execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [file.name for file in copy.parent.iterdir()] == ["copy.db"], "one file is all"

    bequiz("answer", "small/gap", "--response", "blue")
    shutil.rmtree(home)
    home.mkdir()
    shutil.copy(copy, home / "bequiz.db")
    assert bequiz("log", "export").out == log
    assert bequiz("answer", "small/gap", "--response", "red").code == 0
    assert bequiz("undo", "--json").json["card"] == "small/gap"
    assert [finding["what"] for finding in wrong(bequiz)] == []
    journal = sqlite3.connect(home / "bequiz.db").execute("PRAGMA journal_mode").fetchone()
    assert journal == ("wal",), "readers and a writer go on together, as before"


def test_a_backup_overwrites_nothing(bequiz, only_small, tmp_path):
    (tmp_path / "copy.db").write_text("precious")
    done = bequiz("backup", str(tmp_path / "copy.db"))
    assert (done.code, done.out) == (1, "")
    assert "is there already" in done.err
    assert (tmp_path / "copy.db").read_text() == "precious"


@pytest.mark.parametrize("words", [[], ["."]], ids=["without a name", "a folder"])
def test_a_backup_without_a_name_is_named_by_the_day(words, bequiz, only_small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert bequiz("backup", *words).code == 0
    assert (tmp_path / "bequiz-2026-11-22.db").exists()


def test_a_backup_in_a_place_that_is_none(bequiz, only_small, tmp_path):
    (tmp_path / "file").write_text("")
    done = bequiz("backup", str(tmp_path / "file" / "copy.db"))
    assert (done.code, done.out) == (1, "")
    assert str(tmp_path / "file") in done.err


def test_a_backup_while_somebody_writes(bequiz, only_small, home, tmp_path):
    bequiz("answer", "small/flip", "--quality", "4")
    other = sqlite3.connect(home / "bequiz.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "1 events" in bequiz("backup", str(tmp_path / "copy.db")).out


# Doctor: all is well, and each thing it looks at can be wrong.


def wrong(run: Run) -> list[dict[str, Any]]:
    findings = run("doctor", "--json").json["findings"]
    # Under pytest there is no terminal, whatever its name and size.
    return [finding for finding in findings if not finding["ok"] and finding["what"] not in ("terminal", "encoding")]


@pytest.fixture
def healthy(bequiz: Run, only_small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collection with a short history, on a proper terminal, with an editor."""
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "40")
    for at in range(3):
        bequiz("answer", "small/flip", "--quality", "4", now=day(at))
        bequiz("answer", "small/typed", "--response", "21")
    bequiz("undo")


def test_a_doctor_who_finds_nothing(bequiz, healthy):
    done = bequiz("doctor")
    assert (done.code, done.err) == (0, "")
    assert "WRONG" not in done.out
    document = bequiz("doctor", "--json").json
    assert document["ok"]
    looked_at = {finding["what"] for finding in document["findings"]}
    assert looked_at >= {"database", "log", "memory", "decks", "clock", "terminal", "encoding", "editor"}


SQL = {
    "log": "DROP TRIGGER event_is_never_deleted",
    "memory, a card": "UPDATE memory SET interval = interval + 1",
    "memory, a card that is not in the log": "UPDATE memory SET card = 'small/none' WHERE card = 'small/flip'",
    "memory, a card that is missing": "DELETE FROM memory WHERE card = 'small/typed'",
    "memory, the reviews of the report": "DELETE FROM recall",
    "memory, a review of the report": "UPDATE recall SET passed = 1 - passed",
    "memory, the topic of a review": "UPDATE recall SET topic = 'small/second'",
    "memory, what was undone": "DELETE FROM undone",
    "memory, what was not undone": "INSERT INTO undone SELECT min(id) FROM event",
    "database": "UPDATE sqlite_master SET sql = replace(sql, 'last_day)', 'due)') WHERE name = 'memory_by_last_day'",
}


@pytest.mark.parametrize("name", SQL)
def test_a_doctor_who_finds_something_in_the_collection(name, bequiz, healthy, home):
    db = sqlite3.connect(home / "bequiz.db")
    db.execute("PRAGMA writable_schema = ON")
    db.execute(SQL[name])
    db.commit()
    db.close()
    assert name.split(",")[0] in [finding["what"] for finding in wrong(bequiz)]
    done = bequiz("doctor")
    assert done.code == 1
    assert re.search(rf"^WRONG  {name.split(',')[0]}: .*`bequiz doctor|WRONG  log: .*backup", done.out, re.MULTILINE)
    if name.startswith("memory"):
        rebuilt = bequiz("doctor", "--rebuild")
        assert (rebuilt.code, rebuilt.out.splitlines()[0]) == (0, "7 events folded anew.")
        assert wrong(bequiz) == []


@pytest.mark.parametrize(
    ("what", "environment"),
    [
        pytest.param("clock", {"BEQUIZ_NOW": day(1)}, id="a clock set back"),
        pytest.param("terminal", {"COLUMNS": "40"}, id="a narrow terminal"),
        pytest.param("terminal", {"LINES": "10"}, id="a low terminal"),
        pytest.param("editor", {"EDITOR": "", "PATH": "/nowhere"}, id="no editor"),
    ],
)
def test_a_doctor_who_finds_something_around(what, environment, bequiz, healthy, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    document = bequiz("doctor", "--json")
    assert document.code == 1
    assert [finding["what"] for finding in document.json["findings"] if not finding["ok"]] == [what]


def test_a_doctor_who_finds_a_terminal_without_utf8(bequiz, healthy, monkeypatch):
    monkeypatch.setattr(
        "bequiz.study.upkeep.sys", type("Ascii", (), {"stdout": type("Out", (), {"encoding": "ascii"})})
    )
    findings = bequiz("doctor", "--json").json["findings"]
    assert [finding["what"] for finding in findings if not finding["ok"]] == ["encoding"]


def test_a_doctor_who_finds_a_broken_deck(bequiz, healthy, only_small):
    deck = only_small / "small" / "deck.yaml"
    deck.write_text(SMALL_DECK.replace("type: flip", "type: flap"))
    (finding,) = wrong(bequiz)
    assert finding["what"] == "deck small"
    assert "deck check" in finding["hint"]


def test_a_doctor_who_finds_no_decks(bequiz, healthy, only_small):
    shutil.rmtree(only_small / "small")
    assert "decks" in [finding["what"] for finding in wrong(bequiz)]


def test_an_own_deck_that_is_gone_is_found(bequiz, healthy, tmp_path):
    own = tmp_path / "own.yaml"
    bequiz("deck", "new", "own", "--at", str(own))
    bequiz("deck", "add", str(own))
    assert wrong(bequiz) == []
    own.unlink()
    (finding,) = wrong(bequiz)
    assert str(own) in finding["hint"]


# Whatever is done to decks, the tables stay as the log says.

MOVED = SMALL_DECK.replace("  - topic: second\n    title: Second\n    cards:\n", "")
RENAMED = SMALL_DECK.replace("{id: typed,", "{id: half, was: [typed],")
EDITS = {
    "nothing": [],
    "a card removed": [SMALL_DECK.replace("- {id: typed,", "- {id: other,")],
    "a card removed and put back": [SMALL_DECK.replace("- {id: typed,", "- {id: other,"), SMALL_DECK],
    "cards moved to another topic": [MOVED],
    "cards moved there and back": [MOVED, SMALL_DECK],
    "a card renamed": [RENAMED],
    "a card renamed and back": [RENAMED, SMALL_DECK],
    "a former id that is taken": [SMALL_DECK.replace("{id: gap,", "{id: gap, was: [typed],")],
    "a deck removed": [None],
    "a deck removed and put back": [None, SMALL_DECK],
    "a deck with another id": [SMALL_DECK.replace("deck: small", "deck: large")],
}


@pytest.mark.parametrize("name", EDITS)
def test_after_any_edit_of_decks_the_tables_are_as_the_log_says(name, bequiz, healthy, only_small):
    folder = only_small / "small"
    before = bequiz("report", "--json").json["stages"]
    for text in EDITS[name]:
        if text is None:
            shutil.rmtree(folder)
        else:
            folder.mkdir(exist_ok=True)
            (folder / "deck.yaml").write_text(text)
        bequiz("due")
        assert "memory" not in [finding["what"] for finding in wrong(bequiz)]
    if name == "a former id that is taken":
        bequiz("answer", "small/typed", "--response", "42", now=day(9))
        assert "memory" not in [finding["what"] for finding in wrong(bequiz)]
    if name == "nothing" or name.endswith("back"):
        assert bequiz("report", "--json").json["stages"] == before


def test_a_renamed_card_keeps_its_history(bequiz, healthy, only_small):
    before = bequiz("card", "show", "small/typed", "--json").json
    (only_small / "small" / "deck.yaml").write_text(RENAMED)
    after = bequiz("card", "show", "small/half", "--json").json
    assert (after["memory"], after["reviews"]) == (before["memory"], before["reviews"])
    assert bequiz("card", "show", "small/typed").code == 1
    for _ in range(6):
        bequiz("undo")
    assert bequiz("card", "show", "small/half", "--json").json["memory"] is None, "what came before can be undone"


# Settings.


def test_settings_are_shown_with_their_meaning(bequiz, only_small):
    assert bequiz("config", "show", "--json").json == {"day.rollover": "04:00", "new.per_day": "10"}
    shown = bequiz("config", "show").out
    assert "new.per_day = 10   new cards a day" in shown


def test_a_setting_counts_from_the_next_command_on(bequiz, only_small, home):
    assert bequiz("config", "set", "new.per_day", "3").out == "new.per_day = 3\n"
    assert (home / "config.toml").exists()
    assert bequiz("due", "--json").json["new"] == 3
    bequiz("config", "set", "day.rollover", "10")
    bequiz("answer", "small/flip", "--quality", "4", now="2026-11-22T09:59+01:00")
    assert bequiz("card", "show", "small/flip", "--json").json["memory"]["due"] == "2026-11-22"
    assert bequiz("due", "--short", now="2026-11-22T10:00+01:00").out == "1 due, 3 new\n"


def test_a_setting_leaves_the_rest_of_the_file_as_it_is(bequiz, only_small, home):
    home.mkdir()
    file = home / "config.toml"
    file.write_text("# mine\n[new]   # how many\nper_day  =  7 # lucky\n\n[day]\nrollover = '05:30'\n")
    bequiz("config", "set", "new.per_day", "12")
    assert file.read_text() == "# mine\n[new]   # how many\nper_day  =  12 # lucky\n\n[day]\nrollover = '05:30'\n"
    bequiz("config", "set", "day.rollover", "4:15")
    assert bequiz("config", "show", "--json").json == {"day.rollover": "04:15", "new.per_day": "12"}
    assert "# mine" in file.read_text()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("new.per_week", "5", "There are: "),
        ("new", "5", "There are: "),
        ("new.per_day", "many", "a whole number from 0 to 10000"),
        ("new.per_day", "10001", "a whole number from 0 to 10000"),
        ("new.per_day", "2.5", "a whole number from 0 to 10000"),
        ("day.rollover", "24:00", "a time of day such as 04:00"),
        ("day.rollover", "4:60", "a time of day such as 04:00"),
        ("day.rollover", "-1:00", "a time of day such as 04:00"),
        ("day.rollover", "four", "a time of day such as 04:00"),
    ],
)
def test_a_setting_that_cannot_be(key, value, said, bequiz, only_small, home):
    done = bequiz("config", "set", "--", key, value)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert not (home / "config.toml").exists()


# What all command lines have in common.


def test_the_version(bequiz):
    assert bequiz("--version").out == f"bequiz {__version__}\n"


def test_bequiz_alone_shows_today_and_what_to_do_now(bequiz, only_small):
    assert bequiz().out == "0 of 8 cards seen, 0 due, 8 new for today, no streak yet.\nNow: `bequiz review`.\n"
    while card := bequiz("next", "--json").json["card"]:
        bequiz("answer", card["id"], "--quality", "4")
    assert bequiz().out.startswith(
        "8 of 8 cards seen, 0 due, 0 new for today, 1 day in a row.\nNothing left for today."
    )
    assert "A small deck: 8 due" in bequiz(now=day(1)).out


def commands() -> list[tuple[str, ...]]:
    """Every command there is, groups and their commands included."""
    top = typer.main.get_command(build([]))
    found: list[tuple[str, ...]] = [()]
    for name, command in top.commands.items():
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", ())]
    return found


# What scripts outside may rely on; the later ones of these need not be there yet.
PROMISED = """
    review due next answer undo report plan place practice fit backup doctor
    deck: list show add remove new check schema
    card: list show edit suspend unsuspend bury flag history replay
    log: export import
    config: show set
"""


def test_there_is_no_command_but_those_promised():
    promised: set[tuple[str, ...]] = {()}
    for line in PROMISED.strip().splitlines():
        group, colon, names = line.strip().rpartition(":")
        promised |= {(group, name) if colon else (name,) for name in names.split()} | ({(group,)} if colon else set())
    assert set(commands()) <= promised


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words) or "bequiz")
def test_help(words, bequiz, home):
    long, short = bequiz(*words, "--help"), bequiz(*words, "-h")
    assert (long.code, long.err) == (0, "")
    assert long.out == short.out
    usage, _, rest = long.out.strip().partition("\n")
    assert usage.strip().startswith(f"Usage: bequiz {' '.join(words)}".strip())
    assert re.search(r"[A-Z`][^│╭]+\.", rest.split("╭")[0]), "a sentence says what it does"
    assert not home.exists(), "help needs no collection"


@pytest.mark.parametrize("words", [words for words in commands() if words], ids=" ".join)
def test_every_option_is_explained(words):
    command = typer.main.get_command(build([]))
    for word in words:
        command = command.commands[word]
    for option in command.params:
        assert (option.help or "").endswith("."), f"{option.name} of {' '.join(words)}"


@pytest.mark.parametrize(
    "words",
    ["revew", "due --shortly", "next extra", "answer", "card", "card shw small/flip", "card show", "deck", "deck new",
     "log", "log import", "config", "config set new.per_day", "review --limit 0", "review --new -1", "review --limit x",
     "card bury small/flip --days 0", "report --topic", "--vresion"],
)  # fmt: skip
def test_wrong_usage_leaves_with_2_and_nothing_on_standard_output(words, bequiz, only_small):
    done = bequiz(*words.split())
    assert (done.code, done.out) == (2, "")
    assert "Error" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "words",
    ["due", "next", "report", "report --topic first", "card list", "card show small/flip", "card history small/flip",
     "deck list", "deck show small", "deck check", "config show", "doctor"],
)  # fmt: skip
def test_every_command_that_reads_has_json_one_document_and_nothing_else(words, bequiz, healthy):
    done = bequiz(*words.split(), "--json")
    assert (done.code, done.err) == (0, "")
    assert isinstance(json.loads(done.out), dict)
    assert done.out.count("\n") == 1
    assert bequiz(*words.split()).out != done.out
