"""Disks fill up, files get damaged, clocks go wrong, processes die: each is a sentence, and no answer given is lost."""

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bequiz.model.events import Event
from bequiz.store import opening, state
from bequiz.store.opening import open_database, transaction
from tests.conftest import Result, day, with_home

Run = Callable[..., Result]
ANSWER = ["answer", "small/flip", "--quality", "4"]
COMMANDS = [["due"], ["due", "--short"], ["next"], ANSWER, ["undo"], ["report"], ["card", "list"], ["log", "export"],
            ["review"], ["doctor"], [], ["deck", "list"], ["config", "show"]]  # fmt: skip
named = pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "alone")


def assert_a_sentence(done: Result, *said: str) -> None:
    """One sentence on standard error that says these things, exit code 1, and nothing on standard output."""
    assert (done.code, done.out) == (1, ""), done.out
    assert done.err.startswith("bequiz: ")
    assert done.err.count("\n") == 1
    assert all(part in done.err for part in said), done.err


# Processes of their own, with the small deck as the whole collection.


@pytest.fixture
def program(only_small: Path) -> list[str]:
    """The command that starts bequiz in a process of its own."""
    script = (
        "import sys; import bequiz.cli.edge as edge; "
        f"edge.shipped_decks = lambda: {str(only_small)!r}; sys.argv[0] = 'bequiz'; "
        "from bequiz.__main__ import main; main()"
    )
    return [sys.executable, "-c", script]


@pytest.fixture
def start(program: list[str], home: Path) -> Callable[..., subprocess.Popen[bytes]]:
    def popen(*words: str, **more: object) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([*program, *words], **{"env": with_home(home), **pipes, **more})

    return popen


def finished(process: subprocess.Popen[bytes], stdin: bytes = b"") -> Result:
    out, err = process.communicate(stdin, timeout=30)
    return Result(process.returncode, (out or b"").decode(), err.decode())


def sound(home: Path) -> int:
    """How many events there are in a collection that is sound; none if it was never made."""
    if not (home / "bequiz.db").exists():
        return 0
    db = sqlite3.connect(home / "bequiz.db")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return int(db.execute("SELECT count(*) FROM event").fetchone()[0])


# A collection that cannot be written.


@named
def test_a_file_where_the_data_directory_should_be(words, bequiz, only_small, home):
    home.write_text("in the way")
    assert_a_sentence(bequiz(*words), str(home), "BEQUIZ_HOME")
    assert home.read_text() == "in the way"


@pytest.mark.parametrize("words", [["config", "set", "new.per_day", "5"], ["deck", "new", "mine"], ["backup", "x.db"]])
def test_it_is_one_for_commands_that_write_other_files_too(words, bequiz, only_small, home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home.write_text("in the way")
    assert_a_sentence(bequiz(*words), str(home))


def test_a_data_directory_inside_a_file(bequiz, only_small, home, monkeypatch):
    home.write_text("in the way")
    monkeypatch.setenv("BEQUIZ_HOME", f"{home}/deeper/still")
    assert_a_sentence(bequiz("due"), f"{home}/deeper")


def test_a_missing_data_directory_is_made(bequiz, only_small, home, monkeypatch):
    monkeypatch.setenv("BEQUIZ_HOME", f"{home}/deeper/still")
    assert bequiz("due", "--short").out == "0 due, 8 new\n"
    assert (home / "deeper" / "still" / "bequiz.db").exists()


def connecting(monkeypatch: pytest.MonkeyPatch, connect: Callable[[str], sqlite3.Connection]) -> None:
    for module in ("bequiz.store.opening", "bequiz.cli.short"):
        monkeypatch.setattr(f"{module}.connect", connect)


def test_a_collection_that_may_only_be_read_is_read(bequiz, only_small, monkeypatch):
    """The tests may run as root, whom no rights stop; a connection that may only read behaves like a file that may."""
    bequiz(*ANSWER)
    connecting(monkeypatch, lambda path: sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None))
    assert bequiz("due", "--short").out == "0 due, 7 new\n"
    assert bequiz("report", "--json").json["total"]["seen"] == 1
    for words in (["answer", "small/typed", "--response", "42"], ["undo"], ["card", "suspend", "small/flip"]):
        assert_a_sentence(bequiz(*words), "cannot be written", "BEQUIZ_HOME")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_folder(bequiz, only_small, home):
    home.mkdir(mode=0o500)
    assert_a_sentence(bequiz("due"), "cannot be")


def test_a_full_disk_while_answering(bequiz, only_small, home, monkeypatch):
    bequiz(*ANSWER)
    before = bequiz("log", "export").out

    def full(path: str) -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None)
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        return db

    with monkeypatch.context() as for_now:
        connecting(for_now, full)
        for place in range(400):
            done = bequiz("card", "flag", "small/flip", f"{place} " + "x" * 900)
            if done.code:
                break
        assert_a_sentence(done, "full", "Free some space", "safe")
    assert sound(home) == place + 1
    assert bequiz("log", "export").out.startswith(before)


def test_a_disk_that_is_full_from_the_start(start, home):
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = finished(start("due", preexec_fn=small_files))
    assert_a_sentence(done, "full or failing", "Free some space")
    assert finished(start("due", "--short")).out == "0 due, 8 new\n", "with space again it works"


def test_a_full_disk_leaves_no_half_a_backup(start, bequiz, home, tmp_path):
    bequiz("due")
    copy = tmp_path / "copy.db"

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    assert_a_sentence(finished(start("backup", str(copy), preexec_fn=small_files)), str(copy))
    assert list(tmp_path.glob("copy.db*")) == []


def test_an_output_that_is_full(start):
    with Path("/dev/full").open("wb") as full:
        done = finished(start("due", stdout=full))
    assert_a_sentence(done, "No space left")


# Somebody else's collection, or nobody's.


@named
def test_a_collection_of_a_newer_bequiz_is_left_alone(words, bequiz, only_small, home):
    bequiz(*ANSWER)
    db = sqlite3.connect(home / "bequiz.db")
    db.execute(f"PRAGMA user_version = {opening.VERSION + 1}")
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    before = (home / "bequiz.db").read_bytes()
    assert_a_sentence(bequiz(*words), "newer bequiz", "Upgrade bequiz", str(home))
    assert (home / "bequiz.db").read_bytes() == before


def test_a_locked_collection_can_be_read_and_says_why_it_cannot_be_written(bequiz, only_small, home, monkeypatch):
    bequiz(*ANSWER)
    monkeypatch.setattr(opening, "PATIENCE", 20)
    other = sqlite3.connect(home / "bequiz.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert bequiz("due", "--short").out == "0 due, 7 new\n"
    assert bequiz("next", "--json").json["card"]
    for words in (["answer", "small/typed", "--response", "42"], ["undo"], ["card", "bury", "small/flip"]):
        assert_a_sentence(bequiz(*words), "in use by another program", "try again")
    other.execute("ROLLBACK")
    assert bequiz("answer", "small/typed", "--response", "42").code == 0
    assert sound(home) == 2


def test_a_short_lock_is_waited_for(bequiz, only_small, home):
    import threading

    bequiz(*ANSWER)
    other = sqlite3.connect(home / "bequiz.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.15, other.execute, ["ROLLBACK"]).start()
    assert bequiz("answer", "small/typed", "--response", "42").code == 0


# A damaged collection.


def many_events(home: Path, number: int) -> set[str]:
    """A log long enough to have pages in its middle; returns the ids."""
    db = open_database(str(home / "bequiz.db"))
    events = [
        Event(
            id=f"019a0000-0000-7000-8000-{place:012x}", card=f"small/{place % 97}", at=1_700_000_000_000 + place,
            day=739_000, kind="review", quality=4, verdict="self", device="elsewhere",
        )
        for place in range(number)
    ]  # fmt: skip
    with transaction(db):
        state.merge(db, events)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return {event.id for event in events}


def overwrite(file: Path, first: int, pages: int) -> None:
    with file.open("r+b") as damaged:
        damaged.seek(first * 4096)
        damaged.write(b"\xa5" * 4096 * pages)


def pages_of_events(file: Path) -> list[int]:
    """The numbers of the pages that hold nothing but events, in the order of the log (SQLite's file format, 1.6)."""
    db = sqlite3.connect(file)
    (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()
    db.close()
    content = file.read_bytes()

    def leaves(number: int) -> list[int]:
        page = content[(number - 1) * 4096 : number * 4096]
        if page[0] == 10:
            return [number]
        starts = [int.from_bytes(page[at : at + 2]) for at in range(12, 12 + 2 * int.from_bytes(page[3:5]), 2)]
        children = [int.from_bytes(page[start : start + 4]) for start in starts] + [int.from_bytes(page[8:12])]
        return [leaf for child in children for leaf in leaves(child)]

    return leaves(root)


DAMAGE = {
    "garbage": lambda file: file.write_bytes(random.Random(1).randbytes(50_000)),
    "a text": lambda file: file.write_text("Dear diary, " * 1000),
    "cut short": lambda file: os.truncate(file, file.stat().st_size // 2),
    "its last pages missing": lambda file: os.truncate(file, file.stat().st_size - 10 * 4096),
    "its end overwritten": lambda file: overwrite(file, 1, file.stat().st_size // 4096 - 1),
}


@named
@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_collection_is_a_sentence_and_is_left_as_it_is(how, words, bequiz, only_small, home):
    file = home / "bequiz.db"
    many_events(home, 500)
    DAMAGE[how](file)
    before = file.read_bytes()
    assert_a_sentence(bequiz(*words), "damaged", "left as it is", "doctor --set-aside", str(file))
    assert file.read_bytes() == before


def test_an_empty_database_of_this_version_is_damaged_too(bequiz, only_small, home):
    home.mkdir()
    db = sqlite3.connect(home / "bequiz.db")
    db.execute(f"PRAGMA user_version = {opening.VERSION}")
    db.close()
    assert_a_sentence(bequiz("due"), "damaged", "doctor --set-aside")


@pytest.mark.parametrize(
    ("how", "saved"),
    [("garbage", 0), ("a text", 0), ("its last pages missing", 1000), ("a page in the middle overwritten", 2900)],
)
def test_set_aside_saves_what_can_be_read(how, saved, bequiz, only_small, home, tmp_path):
    file = home / "bequiz.db"
    own = tmp_path / "own.yaml"
    bequiz("deck", "new", "own", "--at", str(own))
    bequiz("deck", "add", str(own))
    ids = many_events(home, 3000)
    if how in DAMAGE:
        DAMAGE[how](file)
    else:
        pages = pages_of_events(file)
        overwrite(file, pages[len(pages) // 2] - 1, 1)
    assert bequiz("log", "export").code == 1
    before = file.read_bytes()
    done = bequiz("doctor", "--set-aside", "--json", now=day(0))
    findings = {finding["what"]: finding["ok"] for finding in done.json["findings"]}
    assert (findings["database"], findings["log"], findings["memory"]) == (True, True, True)
    assert (home / "bequiz-damaged-20261122-080000.db").read_bytes() == before, "kept, byte for byte"
    found = {json.loads(line)["id"] for line in bequiz("log", "export").out.splitlines()}
    assert found <= ids
    assert saved <= len(found) < 3000
    assert f"{len(found)} events were saved" in done.json["done"][0]
    assert bequiz(*ANSWER).code == 0
    if saved > 2000:
        assert [deck["id"] for deck in bequiz("deck", "list", "--json").json["decks"]] == ["small", "own"]


def test_set_aside_saves_answers_that_are_only_in_the_write_ahead_log(bequiz, only_small, home):
    many_events(home, 10)
    reader = sqlite3.connect(home / "bequiz.db")  # while somebody reads, nothing is moved into the file
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM event").fetchone()
    bequiz(*ANSWER)
    for part in ("", "-wal"):
        (home / f"copy.db{part}").write_bytes((home / f"bequiz.db{part}").read_bytes())
    reader.close()
    for part in ("", "-wal"):
        (home / f"copy.db{part}").rename(home / f"bequiz.db{part}")
    (home / "bequiz.db-shm").unlink(missing_ok=True)
    before = (home / "bequiz.db").read_bytes()
    assert "11 events were saved" in bequiz("doctor", "--set-aside").out
    assert (home / "bequiz-damaged-20261122-080000.db").read_bytes() == before


def test_events_that_are_none_any_more_are_not_saved(bequiz, only_small, home):
    bequiz(*ANSWER)
    db = sqlite3.connect(home / "bequiz.db")
    db.executescript("PRAGMA ignore_check_constraints = ON; DROP TRIGGER event_is_never_replaced")
    for place, (column, value) in enumerate(
        (("quality", 77), ("day", -5), ("at", 1 << 62), ("data", "{"), ("card", ""))
    ):
        values = {"card": "small/flip", "at": 5, "day": 739_000, "kind": "review", "quality": 4, "data": "{}"}
        values[column] = value
        names = ", ".join(values)
        id = f"019a0000-0000-7000-8000-00000000000{place}"
        db.execute(
            f"INSERT INTO event (id, device, {names}) VALUES ('{id}', '', ?, ?, ?, ?, ?, ?)", (*values.values(),)
        )
    db.commit()
    db.close()
    done = bequiz("doctor", "--set-aside")
    assert "1 events were saved" in done.out
    assert bequiz("card", "show", "small/flip", "--json").json["reviews"] == 1


def test_set_aside_overwrites_nothing(bequiz, only_small, home):
    assert_a_sentence(bequiz("doctor", "--set-aside"), "There is no collection")
    bequiz(*ANSWER)
    assert bequiz("doctor", "--set-aside", "--json").json["done"]
    assert_a_sentence(bequiz("doctor", "--set-aside"), "is there already")
    assert sound(home) == 1


# The world around.


@pytest.mark.parametrize(
    "now",
    ["tomorrow", "2026-11-22", "2026-11-22T08:00:00", "2026-13-01T00:00+00:00", "0001-01-01T00:00+00:00",
     "9999-12-31T23:59:59+00:00", "1969-12-31T00:00Z", "\x1b[31m"],
)  # fmt: skip
@pytest.mark.parametrize("words", [["due", "--short"], ANSWER, ["report", "--json"]])
def test_a_time_that_is_none(words, now, bequiz, only_small):
    done = bequiz(*words, now=now)
    assert_a_sentence(done, "BEQUIZ_NOW", "2026-11-22T08:00:00+01:00")
    assert "\x1b" not in done.err


@pytest.mark.parametrize("words", [["next"], ANSWER, ["review"], []])
def test_a_clock_set_back_is_said_and_stops_nothing(words, bequiz, only_small):
    bequiz("answer", "small/typed", "--response", "42", now=day(3))
    done = bequiz(*words, now=day(1))
    assert done.code == 0
    assert "The clock stands 2 days before your last answer." in done.err
    assert "clock" not in done.out


CONFIGS = {
    "no TOML": ("[new\nper_day = 5", "is not TOML"),
    "an unknown setting": ("[new]\nper_week = 5", '"new.per_week"'),
    "a setting outside a table": ("fast = true", '"fast"'),
    "a word for a number": ('[new]\nper_day = "many"', '"many"'),
    "a number below nothing": ("[new]\nper_day = -1", "from 0 to 10000"),
    "a fraction": ("[new]\nper_day = 2.5", '"2.5"'),
    "a truth": ("[new]\nper_day = true", "whole number"),
    "no time of day": ('[day]\nrollover = "25:00"', "time of day"),
    "a list of tables": ("[[new]]\nper_day = 3", '"new"'),
    "nested without end": ("x = " + "[" * 5000 + "]" * 5000, "is not TOML"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_broken_config_file(name, bequiz, only_small, home):
    text, said = CONFIGS[name]
    bequiz(*ANSWER)
    (home / "config.toml").write_text(text)
    for words in (["due", "--short"], ["next"], ["config", "show"], ["config", "set", "new.per_day", "5"]):
        assert_a_sentence(bequiz(*words), "config.toml", said)
    assert (home / "config.toml").read_text() == text
    (home / "config.toml").unlink()
    assert bequiz("due", "--short").out == "0 due, 7 new\n"


@pytest.mark.parametrize("kind", ["latin-1", "a folder"])
def test_a_config_file_that_cannot_be_read(kind, bequiz, only_small, home):
    home.mkdir()
    if kind == "a folder":
        (home / "config.toml").mkdir()
    else:
        (home / "config.toml").write_bytes("# für später\n".encode("latin-1"))
    for words in (["due"], ["config", "set", "new.per_day", "5"]):
        assert_a_sentence(bequiz(*words), "config.toml")


@pytest.mark.parametrize("words", [["card", "list"], ["due", "--short"], ["--help"], ["review"]])
def test_a_reader_that_leaves_early_is_met_with_silence(words, start, bequiz):
    bequiz(*ANSWER)
    process = start(*words)
    process.stdout.close()  # before anything was written
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_a_reader_that_takes_one_line(program, home, bequiz):
    many_events(home, 3000)
    command = " ".join(f"'{word}'" if " " not in word else f'"{word}"' for word in [*program, "log", "export"])
    done = subprocess.run(["bash", "-c", f"{command} | head -1"], env=with_home(home), capture_output=True, check=False)
    assert (done.stdout.count(b"\n"), done.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("words", "closed", "code"),
    [("review", "<&-", 0), ("due --short", ">&-", 0), ("answer nowhere --quality 4", "2>&-", 1),
     ("review", "<&- >&- 2>&-", 0)],
)  # fmt: skip
def test_streams_that_were_closed_by_whoever_started_us(words, closed, code, program, home):
    done = subprocess.run(
        ["bash", "-c", f'exec "$@" {words} {closed}', "bash", *program],
        env=with_home(home), capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, b"")


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"}


def test_an_output_without_utf8_gets_question_marks(start, home, only_small):
    deck = only_small / "small" / "deck.yaml"
    deck.write_text(deck.read_text().replace("Say A.", "Größe → ∞?"))
    done = finished(start("next", env=with_home(home) | ASCII))
    assert (done.code, done.err) == (0, "")
    assert "Gr??e ? ??" in done.out
    assert finished(start("report", env=with_home(home) | ASCII)).code == 0


@pytest.mark.parametrize("locale", [{}, ASCII], ids=["UTF-8", "ASCII"])
def test_input_that_is_no_text(locale, start, home):
    done = finished(
        start("review", env=with_home(home) | locale), b"\xff\xfe\n\x00\n" + "Größe\n".encode() + b"1\n12\n1\n"
    )
    assert (done.code, done.err) == (0, "")
    assert done.out.count("[small/") >= 3


@pytest.mark.parametrize(
    "words",
    ["answer small/typed --response X", "answer X --quality 4", "next --topic X", "card flag small/flip X",
     "config set X 1", "config set new.per_day X", "log import X.jsonl", "X"],
)  # fmt: skip
def test_a_command_line_that_is_no_text(words, bequiz, only_small, home):
    done = bequiz(*words.replace("X", b"\xff\xfe".decode(errors="surrogateescape")).split())
    if words == "X":
        assert (done.code, done.out) == (2, "")
    else:
        assert_a_sentence(done)
    assert sound(home) == 0


# Several at once, and ends without warning.


def acknowledged(out: str) -> int:
    """How many verdicts were printed. An empty line is answered with the answer, exactly once."""
    return out.count("The answer:")


def test_two_reviews_at_once_lose_nothing(start, bequiz, home):
    bequiz("due")
    reviews = [start("review") for _ in range(3)]
    for process in reviews:
        process.stdin.write(b"\n" * 40)
        process.stdin.flush()
    done = [finished(process) for process in reviews]
    assert [result.code for result in done] == [0, 0, 0], [result.err for result in done]
    assert sum(acknowledged(result.out) for result in done) == sound(home) == 120
    findings = bequiz("doctor", "--json").json["findings"]
    assert all(finding["ok"] for finding in findings if finding["what"] in ("database", "log", "memory"))


def test_first_starts_at_once_make_one_collection(start, home):
    cards = ("small/flip", "small/gap", "small/pick", "small/steps")
    done = [finished(process) for process in [start("answer", card, "--quality", "4") for card in cards]]
    assert [(result.code, result.err) for result in done] == [(0, "")] * 4
    assert sound(home) == 4
    assert sqlite3.connect(home / "bequiz.db").execute("SELECT count(*) FROM device").fetchone() == (1,)


def test_kill_at_any_moment_keeps_every_acknowledged_answer(start, home):
    dice, answers = random.Random(), 0
    for _ in range(8):
        process = start("review")
        process.stdin.write(b"\n" * 4000)  # wrong answers come again, so that there is no end to it
        process.stdin.flush()
        first = b""
        while b"The answer:" not in first:
            first += os.read(process.stdout.fileno(), 65536)
        time.sleep(dice.random() * 0.06)
        process.kill()
        rest, _ = process.communicate()
        verdicts = acknowledged((first + rest).decode())
        written = sound(home)
        assert answers + verdicts <= written, "an answer that was acknowledged is gone"
        answers = written
    assert answers >= 8
    assert finished(start("doctor")).out.startswith("ok")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_review_that_is_told_to_stop(sent, start, home):
    # A shell that runs us in the background has SIGINT ignored, which a child would inherit.
    process = start("review", preexec_fn=lambda: signal.signal(sent, signal.SIG_DFL))
    process.stdin.write(b"\n" * 3)
    process.stdin.flush()
    out = b""
    while out.count(b"[small/") < 4:  # three answers, and the next question is waiting
        out += os.read(process.stdout.fileno(), 65536)
    process.send_signal(sent)
    done = finished(process)
    assert sound(home) == acknowledged(out.decode()) == 3
    if sent == signal.SIGINT:
        assert (done.code, done.err) == (0, "")
        assert "3 cards" in done.out, "an end by Ctrl-C has its summary"
    else:
        assert (done.code, done.err) == (-signal.SIGTERM, "")


def test_a_card_that_was_removed_meanwhile(collection, bequiz, only_small):
    deck = only_small / "small" / "deck.yaml"
    bequiz(*ANSWER)
    deck.write_text(deck.read_text().replace("id: flip,", "id: flop,"))
    assert_a_sentence(bequiz(*ANSWER), "There is no card", "small/flop")
    assert bequiz("undo", "--json").json["card"] == "small/flip"
