"""The process that runs SQL: what it refuses and what it stops, and that nothing outside of it is touched."""

import sys
import time
from pathlib import Path

import pytest

from bequiz.model.tables import Fault, Planned, Result, Shown
from bequiz.sandbox import client
from bequiz.sandbox.client import Plan, Run, Sandbox, SetupFault, Show
from tests.hostile import ENDLESS, HOSTILE, SETUP

SECONDS = 0.4
GRACE = 2  # seconds that a busy machine may add
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox(SECONDS)
    yield sandbox
    sandbox.close()


def rows(outcome):
    assert isinstance(outcome, Result), outcome
    return list(outcome.tables[0].rows)


def fault(outcome):
    assert isinstance(outcome, Fault), outcome
    return outcome


def inside(sandbox) -> Path:
    """What Linux knows of the process."""
    sandbox.start()
    return Path(f"/proc/{sandbox._process.pid}")


# What is stopped.


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_hostile_sql_is_stopped_within_the_limit_and_told(hostile, sandbox, tmp_path):
    sql = hostile.sql.replace("{file}", str(tmp_path / "file")).replace("{folder}", str(tmp_path))
    sandbox.start()
    started = time.monotonic()
    stopped = fault(sandbox.run([SETUP], [Run(sql)])[0])
    assert time.monotonic() - started < SECONDS + GRACE
    assert stopped.kind in hostile.kind.split("|"), stopped
    assert stopped.sentence, "it is told in a sentence"
    assert not list(tmp_path.iterdir()), "no file is made"
    assert rows(sandbox.run([SETUP], [Run("SELECT count(*) FROM t")])[0]) == [(3,)], "the next query is answered"


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_stranger_gains_nothing_by_a_setup(hostile, sandbox, tmp_path):
    """The same as setup; there what makes tables is permitted, and nobody reads what a query returns."""
    sql = hostile.sql.replace("{file}", str(tmp_path / "file")).replace("{folder}", str(tmp_path))
    sandbox.start()
    started = time.monotonic()
    try:
        sandbox.run([SETUP, sql], [Show()])
    except SetupFault as error:
        assert error.fault.sentence
    assert time.monotonic() - started < SECONDS + GRACE
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "setup",
    [
        "CREATE VIEW v AS SELECT load_extension('x'); INSERT INTO t SELECT * FROM v, v",
        f"CREATE TABLE u AS {ENDLESS} SELECT n FROM c",
        f"INSERT INTO t {ENDLESS} SELECT n, printf('%.*c', 60000, 'x') FROM c",
        "CREATE TEMP TABLE x(a)",
        "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, '')",
        "ALTER TABLE t RENAME TO u",
    ],
)
def test_setups_with_ideas_of_their_own(setup, sandbox):
    started = time.monotonic()
    with pytest.raises(SetupFault):
        sandbox.run([SETUP, setup], [Show()])
    assert time.monotonic() - started < SECONDS + GRACE


def test_a_view_that_never_ends_is_stopped_when_it_is_shown(sandbox):
    setup = f"CREATE VIEW v AS {ENDLESS} SELECT n FROM c"
    assert fault(sandbox.run([SETUP, setup], [Run("SELECT count(*) FROM v")])[0]).kind == "time"
    assert isinstance(sandbox.run([SETUP, setup], [Show()])[0], Shown), "views are not read to be shown"


def test_what_comes_after_a_kill_is_answered_by_a_new_process(sandbox, monkeypatch):
    monkeypatch.setattr(client, "IN_PROCESS", 100)  # so that the clock of the process itself stops nothing
    tries = [Run("SELECT 1"), Run(f"{ENDLESS} SELECT count(*) FROM c"), Run("SELECT 3")]
    first = sandbox.run([SETUP], tries[:1]) and sandbox._process.pid
    one, two, three = sandbox.run([SETUP], tries)
    assert (rows(one), fault(two).kind, rows(three)) == ([(1,)], "time", [(3,)])
    assert sandbox._process.pid != first


def test_an_interrupted_question_leaves_no_answer_behind(sandbox, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(client.select, "select", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sandbox.run([SETUP], [Run("SELECT 1")])
    assert rows(sandbox.run([SETUP], [Run("SELECT 2")])[0]) == [(2,)]


# What it has, and has not.


@LINUX
def test_it_is_started_with_nothing_and_can_open_nothing(sandbox):
    process = inside(sandbox)
    assert (process / "environ").read_bytes() == b""
    assert (process / "cwd").readlink() == Path("/")
    assert {str(file.readlink()).split(":")[0] for file in (process / "fd").iterdir()} <= {"pipe", "/dev/null"}
    limits = {line[:25].strip(): line[25:].split()[:2] for line in (process / "limits").read_text().splitlines()[1:]}
    assert limits["Max open files"] == ["3", "3"]
    assert limits["Max file size"] == ["0", "0"]
    assert limits["Max core file size"] == ["0", "0"]
    assert int(limits["Max address space"][1]) < 256 * 1024 * 1024


@LINUX
def test_its_memory_stays_small_whatever_it_runs(sandbox):
    for hostile in HOSTILE:
        if "memory" in hostile.kind or "size" in hostile.kind:
            sandbox.run([SETUP], [Run(hostile.sql)])
            status = (inside(sandbox) / "status").read_text()
            assert int(status.split("VmHWM:")[1].split()[0]) < 192 * 1024


@LINUX
def test_it_gives_the_memory_of_each_database_back(sandbox):
    process = inside(sandbox)
    setup = f"CREATE TABLE u(a); INSERT INTO u {ENDLESS} SELECT printf('%.*c', 1000, 'x') FROM c LIMIT 3000"
    for _ in range(12):
        assert rows(sandbox.run([setup], [Run("SELECT count(*) FROM u")] * 4)[0]) == [(3000,)]
    assert inside(sandbox) == process, "it is the process that has answered all of them"
    assert int((process / "status").read_text().split("VmHWM:")[1].split()[0]) < 64 * 1024


@LINUX
def test_it_ends_with_whoever_started_it():
    sandbox = Sandbox()
    process = inside(sandbox)
    sandbox._process.stdin.close()
    sandbox._process.wait(10)
    assert not (process / "exe").exists()


def test_no_process_for_those_who_do_not_need_one(bequiz, only_small, monkeypatch):
    monkeypatch.setattr(Sandbox, "start", lambda self: pytest.fail("started"))
    assert bequiz("next").code == 0
    assert bequiz("answer", "small/typed", "--response", "42").code == 0
    assert bequiz("deck", "check").code == 0


@pytest.mark.parametrize(
    ("limited", "told"),
    [(True, "memory and time limited"), (False, "this system cannot limit its memory")],
)
def test_doctor_tells_what_the_system_can_limit(limited, told, bequiz, only_small, monkeypatch):
    def start(self):
        self.memory_limited = limited

    monkeypatch.setattr(Sandbox, "start", start)
    finding = next(f for f in bequiz("doctor", "--json").json["findings"] if f["what"] == "sandbox")
    assert finding["ok"] and told in finding["seen"]


def test_doctor_tells_when_sql_cannot_be_run(bequiz, only_small, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    told = bequiz("doctor")
    assert told.code == 1
    assert "WRONG  sandbox: The process that runs SQL cannot be started: No such file or directory." in told.out


# What it answers.


def test_each_try_has_a_database_of_its_own(sandbox):
    insert = Run("INSERT INTO t VALUES (7, 8)", ("insert",))
    first, second = sandbox.run([SETUP], [insert, insert])
    assert rows(first) == rows(second) == [(1, 2), (3, None), (5, 6), (7, 8)]


@pytest.mark.parametrize(
    ("drop", "left"), [("", [(1, 2), (3, None), (5, 6)]), ("all", []), ("third", [(1, 2), (3, None)])]
)
def test_rows_can_be_dropped_first(drop, left, sandbox):
    assert rows(sandbox.run([SETUP], [Run("SELECT * FROM t", drop=drop)])[0]) == left


def test_values_arrive_as_they_are(sandbox):
    query = "SELECT NULL, 9223372036854775807, 0.1, 'é\n''', x'00ff', 9e999, CAST(x'ff' AS TEXT)"
    expected = (None, 2**63 - 1, 0.1, "é\n'", ("00ff",), "inf", "\ufffd")
    assert rows(sandbox.run([], [Run(query)])[0]) == [expected]


def test_tables_are_shown_with_types_and_indexes(sandbox):
    setup = "CREATE TABLE u(id INTEGER PRIMARY KEY, name TEXT UNIQUE, x);"
    index = "CREATE INDEX ux ON u(x DESC, lower(name)) WHERE x > 1"
    (shown,) = sandbox.run([setup, index, "INSERT INTO u VALUES (1, 'a', 2), (2, 'b', 3)"], [Show(1)])
    (table,) = shown.tables
    assert (table.name, table.columns, table.types, table.count) == (
        "u",
        ("id", "name", "x"),
        ("INTEGER", "TEXT", ""),
        2,
    )
    assert table.rows == ((1, "a", 2),)
    written, automatic = table.indexes
    assert (written.columns, written.descending, written.partial) == (("x", ""), (True, False), True)
    assert (automatic.columns, automatic.unique, automatic.sql) == (("name",), True, "")


def test_a_plan_after_an_index(sandbox):
    table = "CREATE TABLE u(id INTEGER PRIMARY KEY, x INTEGER)"
    setup = f"{table}; INSERT INTO u {ENDLESS} SELECT n, n % 500 FROM c LIMIT 2000"
    before, after = sandbox.run(
        [setup], [Plan("SELECT id FROM u WHERE x = 7"), Plan("SELECT id FROM u WHERE x = 7", "CREATE INDEX ux ON u(x)")]
    )
    assert isinstance(before, Planned) and isinstance(after, Planned)
    assert [node.text for node in before.nodes] == ["SCAN u"]
    assert [node.text for node in after.nodes] == ["SEARCH u USING COVERING INDEX ux (x=?)"]
    assert before.steps > 2000 > 100 > after.steps
    assert before.result.rows == after.result.rows == ((7,), (507,), (1007,), (1507,))
    assert (after.read, [index.name for index in after.created]) == ((("u", "x"),), ["ux"])


@pytest.mark.parametrize(
    ("sql", "sentence", "at"),
    [
        ("selec a from t", 'near "selec": syntax error', 0),
        ("select a fom t u", 'near "t": syntax error', 13),
        ("select a, from_ from from t", 'near "from": syntax error', 21),
        ("select 'from', a from t where where", 'near "where": syntax error', 30),
        ("select (a from t", 'near "from": syntax error', 10),
        ("select a from t where", "incomplete input", 21),
        ("select a from t where (a = 1", "incomplete input", 28),
        ("select 'abc from t", "unrecognized token: \"'abc from t\"", 7),
        ("select nme from t", "no such column: nme", 7),
        ("select a\nfrom t x\nwhere y.a = 1", "no such column: y.a", 24),
        ("select a from tt", "no such table: tt", 14),
        ("select a from t join t as u on true", "ambiguous column name: a", 7),
        ("select lenght(a) from t", "no such function: lenght", 7),
        ("-- nothing", "There is no query in it", 0),
    ],
)  # fmt: skip
def test_an_error_is_told_with_its_place(sql, sentence, at, sandbox):
    told = fault(sandbox.run([SETUP], [Run(sql)])[0])
    assert (told.kind, told.sentence, told.at) == ("compile", sentence, at)


@pytest.mark.parametrize(
    "sql", ["SELECT a FROM t;", "select a from t -- all of it", "VALUES (1)", "WITH x AS (SELECT 1) SELECT * FROM x",
            "SELECT value FROM json_each('[1]')", "SELECT sum(a) OVER () FROM t"],
)  # fmt: skip
def test_honest_queries_run(sql, sandbox):
    assert rows(sandbox.run([SETUP], [Run(sql)])[0])
