"""Tuning cards: any index or wording that is as good passes, a useless one is told why."""

import pytest

from bequiz.decks.loading import load_deck
from bequiz.grading import plans
from bequiz.model.cards import Tune
from bequiz.model.tables import Node, Plans
from bequiz.sandbox.client import Sandbox
from bequiz.study import exercises
from bequiz.ui.rows import tree
from tests.conftest import DECKS

CARDS = {card.card.id: card.card for card in load_deck(DECKS / "3-databases").cards if isinstance(card.card, Tune)}


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox(5)
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("tenant-newest", "CREATE INDEX i ON document(tenant, created, title)"),
        ("tenant-newest", "create unique index i on document ( tenant , created desc , id )"),
        ("tenant-newest", "CREATE INDEX i ON document(created) WHERE tenant = 7"),
        ("status-from-index", "CREATE INDEX i ON parcel(customer, address, status)"),
        ("newest-twenty", "CREATE INDEX i ON news(at DESC)"),
        ("newest-twenty", "CREATE INDEX i ON news(at, headline); -- covers as well"),
        ("cheap-and-good", "CREATE INDEX i ON hotel(price DESC, rating)"),
        ("mail-any-case", "CREATE INDEX i ON login(lower(email), hash)"),
        ("events-of-a-day", "CREATE INDEX i ON visit(substr(at, 1, 10))"),
        ("events-of-a-day", "SELECT id, page FROM visit WHERE at BETWEEN '2026-03-14' AND '2026-03-14 23:59:59'"),
        ("events-of-a-day", "SELECT id, page FROM visit WHERE at GLOB '2026-03-14*'"),
        ("name-prefix", "CREATE INDEX i ON person(name COLLATE NOCASE, town)"),
        ("sender-or-recipient", "CREATE INDEX i ON transfer(recipient, amount)"),
        (
            "sender-or-recipient",
            "CREATE INDEX i ON transfer(recipient); "
            "SELECT id, amount FROM transfer WHERE sender = 42 UNION "
            "SELECT id, amount FROM transfer WHERE recipient = 42",
        ),
        ("open-jobs-first", "CREATE INDEX i ON job(state, run_at)"),
        ("open-jobs-first", "CREATE INDEX i ON job(run_at, payload) WHERE state = 'open'"),
        ("orders-of-a-town", "CREATE INDEX i ON orders(customer_id, total)"),
        ("revenue-per-customer", "CREATE INDEX i ON sale(customer, amount, note)"),
        ("two-ranges", "CREATE INDEX i ON player(level, points, seen)"),
        ("which-prefix", "CREATE INDEX i ON purchase(placed, tenant)"),
        ("expires-soon", "SELECT id, owner FROM token WHERE created < 1767006000"),
        ("expires-soon", "CREATE INDEX i ON token(created + 86400)"),
        ("nobody-assigned", "CREATE INDEX i ON task(coalesce(assignee, 0))"),
        ("nobody-assigned", "SELECT id, title FROM task WHERE assignee IS NULL OR assignee = 0"),
        ("silent-customers", "CREATE INDEX i ON orders(client_id, placed, note)"),
        ("countries-seen", "CREATE INDEX i ON profile(country, id)"),
    ],
)
def test_an_equivalent_answer_passes(card, answer, sandbox):
    verdict = exercises.check(sandbox, CARDS[card], answer)
    assert verdict.outcome == "right", verdict.feedback
    assert isinstance(verdict.detail, Plans)


@pytest.mark.parametrize("card", CARDS)
def test_every_trap_fails_with_its_own_explanation(card, sandbox):
    for trap in CARDS[card].traps:
        verdict = exercises.check(sandbox, CARDS[card], trap.index)
        assert (verdict.outcome, verdict.quality) == ("wrong", 1)
        if "other rows" not in verdict.feedback:
            assert verdict.feedback == trap.why


@pytest.mark.parametrize(
    ("card", "answer", "told"),
    [
        ("tenant-newest", "CREATE INDEX i ON document(title)", "`document` is still read from end to end."),
        (
            "tenant-newest",
            "CREATE INDEX i ON document(title)",
            "The planner does not use `i`: its first column, `title`, is only returned, neither compared nor sorted",
        ),
        (
            "tenant-newest",
            "CREATE INDEX i ON document(tenant, title)",
            "Rows are still sorted in a temporary B-tree for ORDER BY.",
        ),
        (
            "tenant-newest",
            "CREATE INDEX i ON document(tenant, created); CREATE INDEX j ON document(title)",
            "The planner does not use `j`",
        ),
        ("tenant-newest", CARDS["tenant-newest"].query, "`document` is still read from end to end."),
        (
            "status-from-index",
            "CREATE INDEX i ON parcel(customer, id)",
            "The table `parcel` itself is still read, for `status`.",
        ),
        (
            "status-from-index",
            "CREATE INDEX i ON parcel(customer)",
            "`i` is redundant: `parcel_customer` begins with the same columns already.",
        ),
        ("mail-any-case", "CREATE INDEX i ON login(email, id)", "the query compares what is made from `email`"),
        (
            "events-of-a-day",
            "CREATE INDEX i ON visit(at DESC)",
            "`i` is redundant: `visit_at` begins with the same columns already.",
        ),
        ("name-prefix", "CREATE INDEX i ON person(name, id)", "LIKE disregards case"),
        ("two-ranges", "CREATE INDEX i ON player(seen, level)", "steps where"),
        ("two-ranges", "CREATE INDEX i ON player(level, id)", "It finds its place in `player` by `level=?`"),
        ("which-prefix", "CREATE INDEX i ON purchase(id, placed)", "`purchase` is still read from end to end."),
        ("orders-of-a-town", "SELECT o.id, o.total FROM orders o", "was stopped after 1,000 rows"),
        (
            "expires-soon",
            "SELECT id, owner FROM token WHERE created < 1767012000",
            "The query returns other rows now. On the data shown, 10 rows are too many.",
        ),
        ("expires-soon", "SELECT owner, id FROM token WHERE created < 1767006000", "The columns are in another order."),
        ("nobody-assigned", "SELECT id, title FROM task WHERE id % 500 = 0", "still read from end to end"),
        (
            "nobody-assigned",
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 12) "
            "SELECT 500 * n, 'task ' || (500 * n) FROM c",
            "On two thirds of the data, 4 rows are too many.",
        ),
    ],
)
def test_a_useless_answer_is_told_why(card, answer, told, sandbox):
    verdict = exercises.check(sandbox, CARDS[card], answer)
    assert verdict.outcome == "wrong"
    assert told in verdict.feedback, verdict.feedback


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("CREATE INDEX i ON document(tenat)", "no such column: tenat"),
        ("CREATE INDEX i ON documents(tenant)", "no such table: main.documents"),
        ("CREATE TABLE x(y)", "CREATE is not possible here."),
        ("DROP TABLE document", "DROP is not possible here."),
        ("PRAGMA automatic_index = OFF", "PRAGMA is not possible here."),
        ("ANALYZE", "ANALYZE is not possible here."),
        ("INSERT INTO document VALUES (1, 2, 3, 4)", "INSERT is not possible here."),
        ("SELECT 1; SELECT 2", "More than one query is not possible here."),
        ("CREATE INDX i ON document(tenant)", 'near "INDX": syntax error (line 1, column 8)'),
        (
            "CREATE INDEX i ON document(tenant);\nSELECT id titl FOM document",
            'near "FOM": syntax error (line 2, column 16)',
        ),
    ],
)
def test_what_cannot_be_run_is_no_answer(answer, told, sandbox):
    with pytest.raises(exercises.NotRun) as error:
        exercises.check(sandbox, CARDS["tenant-newest"], answer)
    assert told in error.value.sentence


@pytest.mark.parametrize("card", CARDS)
def test_the_plain_query_and_an_empty_answer(card, sandbox):
    assert exercises.check(sandbox, CARDS[card], CARDS[card].query).outcome == "wrong"
    assert exercises.check(sandbox, CARDS[card], " ").outcome == "empty"


@pytest.mark.parametrize(
    ("line", "name", "scans", "by", "covering", "terms"),
    [
        ("SCAN t", "t", True, "", False, ""),
        ("SCAN TABLE t", "t", True, "", False, ""),
        ("SCAN orders AS o USING COVERING INDEX i", "o", True, "i", True, ""),
        ("SEARCH t USING INDEX i (a=? AND b>?)", "t", False, "i", False, "a=? AND b>?"),
        ("SEARCH t USING INDEX i (<expr>=?) LEFT-JOIN", "t", False, "i", False, "<expr>=?"),
        ("SEARCH t USING COVERING INDEX i ((a,b)<(?,?))", "t", False, "i", True, "(a,b)<(?,?)"),
        ("SEARCH t USING INTEGER PRIMARY KEY (rowid=?)", "t", False, "", False, "rowid=?"),
        ("SEARCH t USING AUTOMATIC COVERING INDEX (a=?)", "t", True, "", False, "a=?"),
    ],
)
def test_a_line_of_a_plan_is_read(line, name, scans, by, covering, terms):
    (access,) = plans.accesses([Node(0, line)])
    assert (access.name, access.scans, access.by, access.covering, access.terms) == (name, scans, by, covering, terms)


@pytest.mark.parametrize(
    "line",
    ["SCAN 3 CONSTANT ROWS", "SCAN CONSTANT ROW", "SCAN (subquery-2)", "SCAN SUBQUERY 1",
     "USE TEMP B-TREE FOR ORDER BY", "MULTI-INDEX OR", "SCAN json_each VIRTUAL TABLE INDEX 1:", "MATERIALIZE x"],
)  # fmt: skip
def test_what_is_no_access_to_a_table(line):
    assert plans.accesses([Node(0, line)]) == []


def test_a_subquery_that_was_made_is_no_table():
    assert plans.accesses([Node(0, "MATERIALIZE x"), Node(1, "SCAN t"), Node(0, "SCAN x")])[0].name == "t"
    assert len(plans.accesses([Node(0, "CO-ROUTINE x"), Node(1, "SCAN t"), Node(0, "SCAN x")])) == 1


@pytest.mark.parametrize(
    ("query", "sorts"),
    [
        ("SELECT a FROM t ORDER BY a", True),
        ("SELECT a FROM t order\nby a LIMIT 3", True),
        ("SELECT a, row_number() OVER (ORDER BY b) FROM t", False),
        ("SELECT a FROM (SELECT a FROM t ORDER BY (b + (1)) LIMIT 3)", False),
        ("SELECT 'ORDER BY' FROM t", False),
    ],
)
def test_the_order_counts_where_the_query_asks_for_it(query, sorts):
    assert plans.sorts(query) is sorts


def test_a_plan_is_drawn_as_a_tree():
    nodes = [Node(0, "A"), Node(1, "B"), Node(2, "C"), Node(2, "D"), Node(1, "E"), Node(0, "F"), Node(1, "G")]
    assert list(tree(nodes)) == ["A", "├─ B", "│  ├─ C", "│  └─ D", "└─ E", "F", "└─ G"]


def test_from_the_command_line(bequiz, only_small, tmp_path):
    tune = bequiz("answer", "databases/tenant-newest", "--response", "x")
    assert tune.code == 1, "the small deck is the only one here"


def test_the_plans_are_told_before_and_after(bequiz):
    told = bequiz("answer", "databases/newest-twenty", "--response", "CREATE INDEX i ON news(at)").out
    assert "Right. CREATE INDEX news_at ON news(at)" in told
    assert "steps:\n  SCAN news\n  USE TEMP B-TREE FOR ORDER BY\nafter, about" in told
    assert "steps:\n  SCAN news USING INDEX i\n" in told
    shown = bequiz("card", "show", "databases/newest-twenty", "--json").json["card"]
    assert (shown["type"], shown["want"]) == ("tune", ["no-temp-btree"])


DECK = """\
deck: own
title: Own
topics:
  - topic: t
    title: T
    cards:
      - id: c
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
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", ""),
        (
            "solution: CREATE INDEX i ON t(a)",
            "solution: CREATE INDEX i ON t(b)",
            "as to `search`, `solution` has a plan no better than that of the plain query",
        ),
        (
            "solution: CREATE INDEX i ON t(a)",
            "solution: CREATE INDEX i ON t(a); CREATE INDEX j ON t(b)",
            "`solution` fails: The planner does not use `j`",
        ),
        (
            "solution: CREATE INDEX i ON t(a)",
            "solution: CREATE INDEX i ON u(a)",
            "`solution` does not run: no such table: main.u",
        ),
        (
            "index: CREATE INDEX i ON t(b)",
            "index: 'CREATE INDEX i ON t(a, b)'",
            "this trap passes: its plan is as good as that of `solution`",
        ),
        ("index: CREATE INDEX i ON t(b)", "index: CREATE INDEX i", "this trap does not run: incomplete input"),
        (
            "[search]",
            "[search, covering]",
            "as to `covering`, `solution` has a plan no better than that of the plain query",
        ),
        ("WHERE a = 3", "WHERE z = 3", "`query` does not run: no such column: z"),
        ("n < 2000", "n > 0", "this SQL does not run: It was stopped after 2 s"),
        ("[search]", "[speed]", '`want` "speed" must be one of search, covering, no-temp-btree'),
    ],
)
def test_deck_check_proves_each_card(old, new, message, bequiz, only_small, tmp_path):
    file = tmp_path / "own.yaml"
    assert old in DECK
    file.write_text(DECK.replace(old, new))
    told = bequiz("deck", "check", str(file))
    assert message in told.out
    assert told.code == (1 if message else 0), told.out
