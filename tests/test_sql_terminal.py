"""SQL, tuning and skill cards in a session on a real pseudo-terminal."""

import json
import shutil
import sqlite3
import subprocess
import time

import pytest

from tests.conftest import with_home
from tests.test_terminal import BEQUIZ, Terminal, recorded

DECK = """\
deck: own
title: Own
topics:
  - topic: t
    title: Trial
    cards:
      - id: query
        type: sql
        prompt: Names of users without orders.
        hint: Mind the guests.
        setup: |
          CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);
          CREATE TABLE orders(user_id INTEGER);
          INSERT INTO users VALUES (1, 'ana'), (2, 'bo');
          INSERT INTO orders VALUES (1);
        fixtures: [DELETE FROM orders; INSERT INTO orders VALUES (NULL);]
        solution: SELECT name FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE user_id IS NOT NULL)
        traps: [{query: 'SELECT name FROM users WHERE id NOT IN (SELECT user_id FROM orders)', why: A NULL spoils it.}]
        why: One NULL in the list is enough.
      - id: index
        type: tune
        prompt: Make it fast.
        setup: |
          CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);
          INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000)
            SELECT n, n % 700, n FROM c;
        query: SELECT b FROM t WHERE a = 3
        want: [search]
        solution: CREATE INDEX i ON t(a)
        traps: [{index: CREATE INDEX i ON t(b), why: b is not compared.}]
        why: A search needs the compared column first.
      - {id: drill, type: skill, generator: binary-search-trace, prompt: Binary search}
"""
ASKED = "^R run"
RIGHT = "select name from users u\rwhere not exists\r(select 1 from orders where user_id = u.id);\r"
TRAP = "select name from users where id not in (select user_id from orders);\r"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A collection with the deck among the decks studied."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "own.yaml").write_text(DECK)
    command = [BEQUIZ, "deck", "add", str(folder / "own.yaml")]
    subprocess.run(command, env=with_home(folder / "home"), check=True, stdout=subprocess.DEVNULL)
    return folder / "home"


@pytest.fixture
def own(made, home):
    return shutil.copytree(made, home)


def review(home, *words, **more):
    """The review on a terminal, without the size that readline may have put into the environment."""
    return Terminal(home, "review", "--deck", "own", *words, LINES="", COLUMNS="", **more)


def settle(terminal, seconds=0.4):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        terminal._read()
    return terminal.text()


def responses(home):
    with sqlite3.connect(home / "bequiz.db") as db:
        return [json.loads(data).get("response") for (data,) in db.execute("SELECT data FROM event ORDER BY id")]


def test_a_session_with_all_three_types(own):
    terminal = review(own)
    screen = terminal.wait(ASKED)
    assert "Names of users without orders." in screen
    assert "users" in screen and "user_id" in screen and "ana" in screen, "the tables and their rows are shown"
    terminal.press(RIGHT)
    screen = terminal.wait("Enter good")
    assert "Right." in screen and "One NULL in the list" in screen
    terminal.press("\r")

    screen = terminal.wait("The plan now")
    assert "SELECT b FROM t WHERE a = 3" in screen and "SCAN t" in screen and "… 1,997 rows more" in screen
    terminal.press("create index x on t(b);\r")
    screen = terminal.wait("try once more")
    assert "b is not compared." in screen and "CREATE INDEX i" not in screen, "what is right is not told yet"
    terminal.press("\r")
    terminal.wait(ASKED)
    terminal.press("\x7f" * 30 + "create index x on t(a, b);\r")
    screen = terminal.wait("Enter hard")
    assert "After, hardly any steps:" in screen and "SEARCH t USING COVERING INDEX x (a=?)" in screen
    terminal.press("\r")

    terminal.wait("all keys")
    terminal.press("\r")
    terminal.wait("again")
    terminal.press("1")
    terminal.wait("3 · ")
    terminal.press("\x03")
    assert terminal.end() == 0
    assert recorded(own) == [("review", 4), ("review", 3), ("review", 1)]
    assert responses(own)[0] == RIGHT.strip().replace("\r", "\n")


def test_a_slip_costs_nothing_and_is_shown_with_its_place(own):
    terminal = review(own, "--limit", "1")
    terminal.wait(ASKED)
    terminal.press("selec name from users;\r")
    assert 'near "selec": syntax error (line 1, column 1). Nothing was recorded.' in terminal.wait("syntax error")
    assert recorded(own) == []
    terminal.press("\x1b[C" * 5 + "t")  # the cursor stands at the place; five letters on, the missing one
    assert "› select name from users;" in settle(terminal)
    terminal.press("\x12")
    assert "Wrong. On the data shown, 1 row is too many." in terminal.wait("try once more")
    terminal.press("\x03")
    assert terminal.end() == 0
    assert recorded(own) == [("review", 1)], "the answer was given: leaving does not lose it"


def test_a_wrong_result_is_shown_side_by_side_and_may_be_mended_once(own):
    terminal = review(own, "--limit", "1")
    terminal.wait(ASKED)
    terminal.press(TRAP)
    screen = terminal.wait("try once more")
    assert "Wrong. A NULL spoils it." in screen
    assert "Hidden data 1:" in screen and "NULL" in screen
    assert "expected" in screen and "got" in screen and "no rows" in screen
    assert "−  ana" in screen and "−  bo" in screen
    assert "IS NOT NULL" not in screen, "what is right is not told yet"
    terminal.press("\r")
    terminal.wait(ASKED)
    assert "where id not in" in settle(terminal), "the statement is there to be mended"
    terminal.press("\x12")
    screen = terminal.wait("Enter again")
    assert "IS NOT NULL" in screen, "the second time it is told"
    terminal.press("\r")
    assert terminal.end() == 0
    assert recorded(own) == [("review", 1)]


def test_the_answer_may_be_shown_instead_of_a_second_try(own):
    terminal = review(own, "--limit", "1")
    terminal.wait(ASKED)
    terminal.press(TRAP)
    terminal.wait("try once more")
    terminal.press("a")
    terminal.wait("Enter again")
    terminal.press("=")
    assert terminal.end() == 0
    assert recorded(own) == [("review", 4)], "the learner may still overrule"


@pytest.mark.parametrize("keys", ["\x03", "\x04", "\x11"], ids=["Ctrl-C", "Ctrl-D", "Ctrl-Q"])
def test_leaving_the_editor(own, keys):
    terminal = review(own)
    terminal.wait(ASKED)
    terminal.press("select 1" + keys)
    assert terminal.end() == 0
    assert recorded(own) == []
    assert b"\x1b[?1049l" in terminal.raw and b"\x1b[?25h" in terminal.raw
    assert "No answer given." in terminal.text()


def test_commands_keep_what_was_written(own):
    terminal = review(own)
    terminal.wait(ASKED)
    terminal.press("select 42\x14")
    assert "Hint: Mind the guests." in terminal.wait("Mind the guests")
    assert "› select 42" in settle(terminal)
    terminal.press("\x07")
    terminal.wait("any key goes back")
    terminal.press(" ")
    terminal.wait(ASKED)
    assert "› select 42" in settle(terminal)
    terminal.press("\x13")
    terminal.wait("The plan now")
    terminal.press("\x15")
    assert "There is nothing to undo." in terminal.wait("nothing to undo")
    terminal.press("\x03")
    assert terminal.end() == 0


def test_an_empty_editor_shows_the_answer_and_history_brings_a_statement_back(own):
    terminal = review(own)
    terminal.wait(ASKED)
    terminal.press("\r")
    assert "SELECT name FROM users" in terminal.wait("Enter again")
    terminal.press("u")
    terminal.wait(ASKED)
    terminal.press(TRAP)
    terminal.wait("try once more")
    terminal.press("a")
    terminal.wait("Enter again")
    terminal.press("\r")
    terminal.wait("The plan now")
    terminal.press("\x1b[A")
    assert TRAP.strip()[:40] in settle(terminal)
    terminal.press("\x03")
    assert terminal.end() == 0


def test_keys_typed_ahead_are_not_lost(own):
    terminal = review(own, "--limit", "2")
    terminal.wait(ASKED)
    terminal.press(RIGHT + "\rcreate index x on t(a);\r3")
    assert terminal.end() == 0
    assert recorded(own) == [("review", 4), ("review", 4)]


def test_a_small_terminal_scrolls_and_a_change_of_size_redraws(own):
    terminal = review(own, "--limit", "2", width=60, height=14)
    terminal.wait("more below")
    terminal.press("\x1b[6~")
    terminal.wait("more above")
    terminal.screen.resize(lines=40, columns=110)
    terminal.process.setwinsize(40, 110)
    terminal.wait("Names of users")
    assert "more" not in settle(terminal)
    terminal.press("\x03")
    assert terminal.end() == 0


def test_a_query_without_end_is_stopped_and_told(own):
    terminal = review(own, "--limit", "1")
    terminal.wait(ASKED)
    terminal.press("with recursive c(n) as (select 1 union all select n from c) select max(n) from c;\r")
    screen = terminal.wait("try once more")
    assert "It was stopped after 2 s" in screen
    terminal.press("\x03")
    assert terminal.end() == 0


def test_no_colour_where_none_is_wanted(own):
    terminal = review(own, "--limit", "1", NO_COLOR="1")
    terminal.wait(ASKED)
    terminal.press("select 'a'")
    settle(terminal)
    terminal.press("\x03")
    terminal.end()
    assert b"\x1b[0;3" not in terminal.raw and b";32m" not in terminal.raw and b";36" not in terminal.raw


def test_linear_takes_one_line(own):
    terminal = review(own, "--linear", "--limit", "1", height=60)
    terminal.wait("the SQL, on one line:")
    terminal.press("selec\r")
    terminal.wait("Nothing was recorded.")
    terminal.press(TRAP)
    screen = terminal.wait("Enter to try once more")
    assert "Wrong. A NULL spoils it." in screen and "ana   (missing)" in screen
    terminal.press("\r")
    terminal.wait("the SQL, on one line:")
    terminal.press(RIGHT.replace("\r", " ") + "\r")
    terminal.wait("Grade, Enter for hard")
    terminal.press("\r")
    assert terminal.end() == 0
    assert recorded(own) == [("review", 3)]
