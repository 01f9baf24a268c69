"""SQL cards: whatever is right is accepted however it is written, whatever is listed as wrong is told apart."""

import json
from pathlib import Path

import pytest
import yaml

from bequiz.decks.loading import load_deck
from bequiz.grading import tables
from bequiz.model.cards import Sql
from bequiz.model.tables import Result, Table
from bequiz.sandbox.client import Sandbox
from bequiz.study import exercises
from tests.conftest import DECKS

CARDS = {card.card.id: card.card for card in load_deck(DECKS / "3-databases").cards if isinstance(card.card, Sql)}

STYLES = yaml.safe_load((Path(__file__).parent / "sql_styles.yaml").read_text())


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox(5)
    yield sandbox
    sandbox.close()


def test_ten_cards_in_five_styles_each():
    assert sum(len(styles) >= 5 for styles in STYLES.values()) >= 10
    assert set(STYLES) == set(CARDS), "and every card at least in another way than its author's"


@pytest.mark.parametrize(("card", "query"), [(card, query) for card, queries in STYLES.items() for query in queries])
def test_equivalent_solutions_are_accepted(card, query, sandbox):
    verdict = exercises.check(sandbox, CARDS[card], query)
    assert verdict.outcome == "right", verdict.feedback
    assert (verdict.quality, verdict.detail) == (4, None)


@pytest.mark.parametrize("card", CARDS)
def test_every_trap_is_rejected_with_its_own_explanation(card, sandbox):
    for trap in CARDS[card].traps:
        verdict = exercises.check(sandbox, CARDS[card], trap.query)
        assert (verdict.outcome, verdict.quality, verdict.feedback) == ("wrong", 1, trap.why)
        assert verdict.detail and (verdict.detail.missing or verdict.detail.surplus)


@pytest.mark.parametrize("card", CARDS)
def test_every_shipped_card_has_traps_and_hidden_data(card):
    assert CARDS[card].fixtures
    assert len(CARDS[card].traps) >= 2


# A small deck of one card, through the command line.

DECK = """\
deck: own
title: Own
topics:
  - topic: t
    title: T
    cards:
      - id: c
        type: sql
        prompt: Names of users without orders.
        setup: |
          CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);
          CREATE TABLE orders(user_id INTEGER);
          INSERT INTO users VALUES (1, 'ana'), (2, 'bo');
          INSERT INTO orders VALUES (1);
        fixtures: [DELETE FROM orders; INSERT INTO orders VALUES (NULL);]
        solution: SELECT name FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE user_id IS NOT NULL)
        traps: [{query: 'SELECT name FROM users WHERE id NOT IN (SELECT user_id FROM orders)', why: A NULL spoils it.}]
        why: NULL.
"""


@pytest.mark.parametrize(
    ("response", "verdict", "why"),
    [
        ("select name from users u where not exists (select 1 from orders where user_id = u.id)", "right", "NULL."),
        ("SELECT name FROM users WHERE id NOT IN (SELECT user_id FROM orders)", "wrong", "A NULL spoils it."),
        ("select name from users join orders on user_id = id", "wrong", "1 row is missing and 1 row is too many"),
        ("select 'bo'", "wrong", "On hidden data 1, 1 row is missing."),
        ("select name, id from users where id > 1", "wrong", "1 column was expected and 2 came."),
        ("select id from users where id = 2", "wrong", "On the data shown, 1 row is missing and 1 row is too many."),
        ("with recursive c(n) as (select 1 union all select n + 1 from c) select n from c", "wrong",
         "On the data shown: It was stopped after 1,000 rows"),
        ("", "empty", "NULL."),
    ],
)  # fmt: skip
def test_what_an_answer_is_worth(response, verdict, why, bequiz, only):
    only(DECK)
    told = bequiz("answer", "own/c", "--response", response, "--json").json
    assert told["verdict"] == verdict
    assert why in told["why"], told["why"]
    assert told["expected"].startswith("SELECT name FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE")
    assert told["quality"] == (4 if verdict == "right" else 1)


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ("selec name", 'near "selec": syntax error (line 1, column 1). Nothing was recorded.'),
        ("select name\nfrom users\nwhere", "incomplete input (line 3, column 6). Nothing was recorded."),
        ("select nam from users", "no such column: nam (line 1, column 8). Nothing was recorded."),
        ("select name from users; select 1", "Only one statement is asked for. Nothing was recorded."),
        ("delete from users", "DELETE is not possible here. Nothing was recorded."),
        ("attach 'x' as y", "ATTACH is not possible here. Nothing was recorded."),
        ("-- thinking", "There is no query in it (line 1, column 1). Nothing was recorded."),
    ],
)
def test_what_cannot_be_run_records_nothing(response, told, bequiz, only):
    only(DECK)
    answered = bequiz("answer", "own/c", "--response", response, "--json")
    assert (answered.code, answered.out, answered.err) == (1, "", f"bequiz: {told}\n")
    assert bequiz("log", "export").out == ""


def test_next_shows_the_tables_and_nothing_of_the_answer(bequiz, only):
    only(DECK)
    found = bequiz("next", "--json")
    card = found.json["card"]
    assert (card["type"], card["prompt"]) == ("sql", "Names of users without orders.")
    assert card["setup"].startswith("CREATE TABLE users")
    assert "IS NOT NULL" not in found.out and "spoils" not in found.out and "VALUES (NULL)" not in found.out
    text = bequiz("next").out
    assert "CREATE TABLE users" in text and "(the SQL, on one line)" in text


def test_from_a_pipe_one_line_is_one_answer_and_a_slip_costs_none(bequiz, only):
    only(DECK)
    out = bequiz("review", stdin="selec name from users\nselect 'bo'\n").out
    assert 'near "selec": syntax error (line 1, column 1). Nothing was recorded.' in out
    assert "Wrong. It is SELECT name" in out
    assert "expected: name\n    ana   (missing)\n    bo\n" in out
    assert "got: 'bo'\n    bo\n" in out
    assert "orders in hidden data 1: user_id\n    NULL\n" in out
    events = [json.loads(line) for line in bequiz("log", "export").out.splitlines()]
    assert [(event["verdict"], event["data"]["response"]) for event in events] == [("wrong", "select 'bo'")]


# What makes two results equal.

AB = [(1, "x"), (2, None), (2, None)]


def result(rows, columns=("a", "b")):
    return Result((Table(columns=columns, rows=tuple(rows)),))


@pytest.mark.parametrize(
    ("expected", "got", "ordered", "equal"),
    [
        (AB, AB[::-1], False, True),
        (AB, AB[::-1], True, False),
        (AB, AB[:2], False, False),
        (AB, [*AB, AB[0]], False, False),
        ([(1, 0.1 + 0.2)], [(1.0, 0.3)], False, True),
        ([(1, 30)], [(1, "30")], False, False),
        ([(1, None)], [(1, "")], False, False),
        ([(1, ("00",))], [(1, "00")], False, False),
        ([(1, 1e20)], [(1, 1e20 * (1 + 1e-8))], False, False),
        ([], [], True, True),
    ],
)
def test_rows_are_compared_as_a_bag_or_in_order(expected, got, ordered, equal):
    assert tables.same(result(expected), result(got), ordered=ordered) is equal


def test_names_of_columns_count_only_where_the_card_says_so():
    one, other = result(AB), result(AB, ("A", "c"))
    assert tables.same(one, other)
    assert not tables.same(one, other, columns=True)
    assert tables.same(one, result(AB, ("A", "B")), columns=True)


@pytest.mark.parametrize(
    ("expected", "got", "told"),
    [
        ([(1, 2), (3, 4)], [(2, 1), (4, 3)],
         "On it, 2 rows are missing and 2 rows are too many. The columns are in another order."),
        ([(1, 2)], [(1, 2), (1, 2)], "On it, 1 row is too many. Each row is right; it only stands there too often."),
        ([(1, 2), (1, 2)], [(1, 2)], "On it, 1 row is missing. Only duplicates are missing."),
        ([(1, 30)], [(1, "30")],
         "On it, 1 row is missing and 1 row is too many. The values read alike: one side is text, the other a number."),
        ([(1, 2)], [], "On it, 1 row is missing."),
        ([(1, 2), (3, 4)], [(3, 4), (1, 2)], "On it, the rows are right, their order is not."),
    ],
)  # fmt: skip
def test_a_difference_is_told_with_what_betrays_it(expected, got, told):
    found = tables.difference(result(expected), result(got), "it", ordered=True)
    assert tables.told(found, ordered=True) == told


# Cards that do not hold.

CONSTANT = "a constant answer would pass, since the rows asked for are the same on all data; add a fixture"
GOOD = {
    "setup": "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1), (2);",
    "solution": "SELECT max(a) FROM t",
    "fixtures": ["DELETE FROM t; INSERT INTO t VALUES (5);"],
    "traps": [{"query": "SELECT 2", "why": "w"}],
}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({}, "", ""),
        ({"setup": "CREATE TABLE t(a INTEGER"}, "setup", "this SQL does not run: incomplete input"),
        ({"setup": "ATTACH 'x' AS y"}, "setup", "this SQL does not run: ATTACH is not possible here."),
        ({"fixtures": ["SELECT 1", "INSERT INTO u VALUES (1)"]}, "fixtures", "this SQL does not run: no such table: u"),
        ({"solution": "SELECT mx(a) FROM t"}, "solution",
         "`solution` does not run on the data shown: no such function: mx"),
        ({"solution": "INSERT INTO t VALUES (1)"}, "solution",
         "`solution` does not run on the data shown: INSERT is not possible here."),
        ({"traps": [{"query": "SELECT a FROM t ORDER BY a DESC LIMIT 1", "why": "w"}]}, "traps",
         "this trap passes: it comes to the same rows as `solution` on all data"),
        ({"traps": [{"query": "SELECT a FROM", "why": "w"}]}, "traps",
         "this trap does not run on the data shown: incomplete input"),
        ({"fixtures": []}, "setup", CONSTANT),
        ({"fixtures": ["INSERT INTO t VALUES (0);"]}, "fixtures", CONSTANT),
    ],
)  # fmt: skip
def test_deck_check_proves_each_card(change, field, message, bequiz, only_small, tmp_path):
    card = {"id": "c", "type": "sql", "prompt": "The highest a."} | GOOD | change
    topic = {"topic": "t", "title": "T", "cards": [card]}
    file = tmp_path / "own.yaml"
    lines = json.dumps({"deck": "own", "title": "Own", "topics": [topic]}, indent=1)
    file.write_text(lines)
    checked = bequiz("deck", "check", str(file), "--json").json
    if not change:
        assert checked["problems"] == []
        return
    told = {(problem["rule"], problem["message"]): problem for problem in checked["problems"]}
    assert list(told)[-1:] == [("proof", message)] or ("proof", message) in told, told
    line = told["proof", message]["line"]
    assert field in "".join(lines.splitlines()[max(0, line - 4) : line]), "the place is that of the field"
    assert bequiz("deck", "add", str(file)).code == 1


def test_equal_cards_are_run_once(bequiz, only_small, tmp_path, monkeypatch):
    asked = []
    run = Sandbox.run
    monkeypatch.setattr(Sandbox, "run", lambda self, setup, tries: asked.append(setup) or run(self, setup, tries))
    cards = [{"id": f"c{n}", "type": "sql", "prompt": f"The highest a, {n}."} | GOOD for n in range(5)]
    file = tmp_path / "own.yaml"
    file.write_text(json.dumps({"deck": "o", "title": "O", "topics": [{"topic": "t", "title": "T", "cards": cards}]}))
    assert bequiz("deck", "check", str(file)).code == 0
    assert len(asked) == 2, "the data shown, and the fixture"


@pytest.mark.parametrize(
    ("solution", "response", "verdict"),
    [
        ("SELECT a FROM t WHERE a > 1", "SELECT 2", "wrong"),
        ("SELECT a FROM t WHERE a > 1", "SELECT a FROM t WHERE a = 2", "right"),
        ("SELECT sum(a) FROM t", "SELECT coalesce(sum(a), 0) FROM t", "right"),
    ],
)
def test_a_card_without_fixtures_is_tried_on_empty_tables_where_nothing_is_right_there(
    solution, response, verdict, sandbox
):
    card = Sql(id="c", prompt="p", setup=GOOD["setup"], solution=solution)
    assert exercises.check(sandbox, card, response).outcome == verdict
