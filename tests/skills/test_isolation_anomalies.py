"""Isolation levels against a second interpreter, which copies whole states instead of keeping versions, and against
what must hold of any run, such as that what commits under SERIALIZABLE equals some serial order."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bequiz.skills._postgres import LEVELS, Play, Statement, Where, serial
from tests.skills.common import check_skill
from tests.skills.schedules import ROWS, random_schedule, sql

ERROR, DUPLICATE, ABORTED = "could not serialize", "duplicate key", "aborted"


@dataclass
class Said:
    """A statement read from its SQL, with what came of it."""

    session: str
    verb: str
    what: str
    holds: Callable[[int, int], bool]
    change: Callable[[int], int] | None
    constant: bool
    key: int | None
    row: tuple[int, int] | None
    condition: str
    reply: str = ""
    waited: bool = False
    done: int = -1
    keys: list[int] = field(default_factory=list)
    todo: list[int] | None = None


def said(session: str, text: str) -> Said:
    condition = text.partition(" WHERE ")[2].removesuffix(" FOR UPDATE")
    column, compared, number = condition.split() if condition else ("", "", "0")
    bound = int(number)
    compare: dict[str, Callable[[int], bool]] = {
        "": lambda number: True,
        "=": lambda number: number == bound,
        ">=": lambda number: number >= bound,
        "<": lambda number: number < bound,
    }
    change, constant = None, False
    if setting := re.search(r" SET (\w+) = (?:\1 ([+-]) )?(-?\d+)", text):
        amount, constant = int(setting[3]) * (-1 if setting[2] == "-" else 1), not setting[2]
        change = (lambda value: amount) if constant else (lambda value: value + amount)
    new = re.search(r" VALUES \((\d+), (-?\d+)\)", text)
    what = re.match(r"SELECT (sum|count)\(", text)
    return Said(
        session,
        verb="LOCK" if text.endswith("FOR UPDATE") else text.split()[0],
        what=what[1] if what else "",
        holds=lambda key, value: compare[compared](key if column == "id" else value),
        change=change,
        constant=constant,
        key=bound if column == "id" else None,
        row=(int(new[1]), int(new[2])) if new else None,
        condition=condition,
    )


@dataclass
class Side:
    """A transaction: a copy of the committed rows, its own changes laid over it, the keys that it holds."""

    snapshot: dict[int, tuple[int, int]] | None = None
    mine: dict[int, int | None] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    reads: list[Callable[[int, int], bool]] = field(default_factory=list)
    images: list[tuple[int, int]] = field(default_factory=list)
    knows_other: bool = False
    state: str = "open"
    doomed: bool = False
    waiting: Said | None = None


class Copies:
    """Runs statements on copies of the table, whose rows carry the number of the write that made them."""

    def __init__(self, rows: dict[int, int], statements: list[Said], level: str) -> None:
        self.committed = {key: (value, 0) for key, value in rows.items()}
        self.level, self.statements, self.writes, self.deadlock = level, statements, 0, False
        self.sides = {name: Side() for name in "AB"}
        for place, statement in enumerate(statements):
            me, other = self.sides[statement.session], self.sides["B" if statement.session == "A" else "A"]
            assert not me.waiting, "a waiting session sends nothing"
            self._start(me, other, statement)
            self._attempt(me, other, statement, place)
            if me.waiting and other.waiting:
                self.deadlock = True
                break

    @property
    def final(self) -> dict[int, int]:
        return {key: value for key, (value, _) in self.committed.items()}

    @property
    def first_failure(self) -> int:
        return next((at for at, one in enumerate(self.statements, 1) if one.reply in (ERROR, DUPLICATE)), 0)

    def _start(self, me: Side, other: Side, statement: Said) -> None:
        if statement.verb in ("COMMIT", "ROLLBACK"):
            return
        if me.snapshot is None or self.level == "READ COMMITTED":
            me.snapshot, me.knows_other = dict(self.committed), other.state == "committed"

    def _attempt(self, me: Side, other: Side, statement: Said, place: int) -> None:
        reply = self._reply(me, other, statement)
        me.waiting = statement if reply == "waits" else None
        if reply == "waits":
            statement.waited = True
            return
        statement.reply, statement.done = reply, place
        if reply in (ERROR, DUPLICATE, "COMMIT", "ROLLBACK"):
            if reply == "COMMIT":
                self._publish(me)
            me.state = {"COMMIT": "committed", "ROLLBACK": "over"}.get(reply, "failed")
            if reply != "COMMIT":
                me.mine, me.reads, me.images = {}, [], []
            me.held = set()
            if reply == "COMMIT" and other.state == "open" and self._crossed(me, other):
                other.doomed = True
            if other.waiting:
                self._attempt(other, me, other.waiting, place)

    def _publish(self, me: Side) -> None:
        for key, value in me.mine.items():
            self.writes += 1
            if value is None:
                self.committed.pop(key, None)
            else:
                self.committed[key] = (value, self.writes)

    def _crossed(self, one: Side, other: Side) -> bool:
        if self.level != "SERIALIZABLE" or one.knows_other or other.knows_other:
            return False
        passes = [any(read(*row) for read in x.reads for row in y.images) for x, y in ((one, other), (other, one))]
        return all(passes)

    def _beaten(self, me: Side, other: Side) -> bool:
        return me.doomed or (other.state == "committed" and self._crossed(me, other))

    def _reply(self, me: Side, other: Side, statement: Said) -> str:
        if statement.verb in ("COMMIT", "ROLLBACK"):
            commits = statement.verb == "COMMIT" and me.state == "open"
            return ERROR if commits and me.doomed else "COMMIT" if commits else "ROLLBACK"
        if me.state == "failed":
            return ABORTED
        if statement.row:
            return self._insert(me, other, *statement.row)
        assert me.snapshot is not None
        seen = {key: value for key, (value, _) in me.snapshot.items()} | me.mine
        rows = {key: value for key, value in seen.items() if value is not None and statement.holds(key, value)}
        if statement.todo is None:
            me.reads.append(statement.holds)
            if self._beaten(me, other):
                return ERROR
            statement.todo = list(rows)
        if statement.verb == "SELECT":
            return str(len(rows) if statement.what == "count" else sum(rows.values()) if rows else "none")
        got = []
        for key in list(statement.todo):
            if key in other.held:
                return "waits"
            value: int | None = rows[key]
            if key not in me.mine and self.committed.get(key) != me.snapshot.get(key):
                if self.level != "READ COMMITTED":
                    return ERROR
                value = self.committed.get(key, (None,))[0]
                if value is None or not statement.holds(key, value):
                    value = None
            statement.todo.remove(key)
            if value is None:
                continue
            me.held.add(key)
            got.append(str(value))
            statement.keys.append(key)
            if statement.verb != "LOCK":
                after = statement.change(value) if statement.change else None
                me.mine[key] = after
                me.images += [(key, value)] + ([(key, after)] if after is not None else [])
                if self._beaten(me, other):
                    return ERROR
        return " ".join(got) or "none" if statement.verb == "LOCK" else f"{statement.verb} {len(statement.keys)}"

    def _insert(self, me: Side, other: Side, key: int, value: int) -> str:
        me.images.append((key, value))
        if self._beaten(me, other):
            return ERROR
        if key not in me.mine and key in other.mine and other.state == "open":
            return "waits"
        if (me.mine[key] if key in me.mine else self.committed.get(key)) is not None:
            return DUPLICATE
        me.mine[key] = value
        me.held.add(key)
        return "INSERT 0 1"


def one_after_the_other(
    rows: dict[int, int], lines: list[tuple[str, str]], order: str
) -> tuple[list[list[str]], dict[int, int]]:
    """The replies of A and B and the table at the end if one runs after the other, on a plain dictionary."""
    table, replies = dict(rows), {"A": [], "B": []}
    for name in order:
        for statement in (said(*line) for line in lines if line[0] == name):
            found = {key: value for key, value in table.items() if statement.holds(key, value)}
            reply = statement.verb
            if statement.row:
                if statement.row[0] in table:
                    return [], {}
                table[statement.row[0]] = statement.row[1]
                reply = "INSERT 0 1"
            elif statement.verb in ("SELECT", "LOCK"):
                total = sum(found.values()) if found else "none"
                reply = str(len(found) if statement.what == "count" else total)
            elif statement.verb in ("UPDATE", "DELETE"):
                reply = f"{statement.verb} {len(found)}"
                for key, value in found.items():
                    if statement.change:
                        table[key] = statement.change(value)
                    else:
                        del table[key]
            replies[name].append(reply)
    return [replies["A"], replies["B"]], table


# --- the oracle ------------------------------------------------------------------------------------------------------


def test_isolation_anomalies() -> None:
    check_skill("isolation-anomalies", oracle)


def oracle(instance):
    prompt = instance.prompt
    rows = {int(key): int(value) for key, value in re.findall(r"\((\d+), (-?\d+)\)", prompt.partition("Sessions")[0])}
    lines = [tuple(re.fullmatch(r" ?\d+ ([AB])  (.*)", line).groups()) for line in instance.listing.splitlines()]
    level = re.search(r"BEGIN, at ([A-Z ]+|the same level)\. ", prompt)[1]
    runs = {
        one: Copies(rows, [said(*line) for line in lines], one)
        for one in (LEVELS if level == "the same level" else [level])
    }
    run = next(iter(runs.values()))
    if "What do the SELECTs return" in prompt:
        return [one.reply for one in run.statements if one.verb in ("SELECT", "LOCK")]
    if "Which step has to wait" in prompt:
        waiting = [at for at, one in enumerate(run.statements, 1) if one.waited]
        assert len(waiting) <= 1
        return str(waiting[0] if waiting else 0)
    if "What happens at step" in prompt:
        return at_the_end(run)
    if "when both have ended?" in prompt and "Under which" not in prompt:
        return str(sum(run.final.values()))
    if "first to fail" in prompt:
        return str(run.first_failure)
    if "has to wait. What does it return" in prompt:
        reply = run.statements[int(re.search(r"Step (\d+) has", prompt)[1]) - 1].reply
        return {ERROR: "ERROR: could not serialize access", DUPLICATE: "ERROR: duplicate key value"}.get(
            reply, f"the value {reply}" if reply.isdigit() else reply
        )
    if "Under which levels" in prompt:
        return {one for one, each in runs.items() if holds(each, prompt)}
    same = [order for order in ("AB", "BA") if as_if(run, rows, lines, order)]
    if "Which serial order" in prompt:
        assert len(same) < 2
        return {"AB": "A first, then B", "BA": "B first, then A", "": "neither order"}[same[0] if same else ""]
    assert "Which anomaly" in prompt
    shown = set(anomalies(run))
    assert not (shown and same), shown
    right = shown & set(instance.options)
    return right or next(option for option in instance.options if option.startswith("none") and same)


def at_the_end(run: Copies) -> str:
    last = run.statements[-1]
    if run.deadlock:
        return "Deadlock: one session is cancelled."
    if last.waited:
        return "It waits for the other session."
    if last.reply in (ERROR, DUPLICATE):
        return f"It fails at once: {last.reply}."
    return f"It returns {last.reply}." if last.verb in ("SELECT", "LOCK") else f"It is done at once: {last.reply}."


def holds(run: Copies, prompt: str) -> bool:
    if "does a statement fail" in prompt:
        return run.first_failure > 0
    wanted = re.search(r"return (-?\w+)(?: when both have ended)?\? Select", prompt)[1]
    if "when both have ended" in prompt:
        return str(sum(run.final.values())) == wanted
    return run.statements[int(re.search(r"does step (\d+) return", prompt)[1]) - 1].reply == wanted


def as_if(run: Copies, rows: dict[int, int], lines: list[tuple[str, str]], order: str) -> bool:
    replies = [[one.reply for one in run.statements if one.session == name] for name in "AB"]
    return (replies, run.final) == one_after_the_other(rows, lines, order)


def anomalies(run: Copies) -> Iterator[str]:
    """The phenomena of Berenson et al., found in who read and wrote which key when."""
    for name in "AB":
        mine = [one for one in run.statements if one.session == name]
        theirs = [one for one in run.statements if one.session != name]
        committed = theirs[-1].done
        touched = {
            key for one in theirs if one.verb != "LOCK" for key in [*one.keys, *([one.row[0]] if one.row else [])]
        }
        for first, second in combinations(mine, 2):
            if not first.done < committed < second.done + (1 if second.waited else 0):
                continue
            between = mine[mine.index(first) : mine.index(second)]
            changed = {
                key for one in between if one.verb != "LOCK" for key in [*one.keys, *([one.row[0]] if one.row else [])]
            }
            plain = first.verb == "SELECT" and not first.what and first.key is not None
            if plain and second.constant and second.keys == [first.key] and first.key in touched:
                yield "lost update"
            if plain and second.verb in ("SELECT", "LOCK") and not second.what:
                if first.key == second.key and first.reply != second.reply and first.key not in changed:
                    yield "non-repeatable read"
                if first.key != second.key and {first.key, second.key} <= touched and run.level == "READ COMMITTED":
                    yield "read skew"
            counts = first.what == second.what == "count" and first.condition == second.condition
            if counts and first.reply != second.reply and not changed:
                yield "phantom read"
    one, other = run.sides.values()
    if run.level != "READ COMMITTED" and not one.knows_other and not other.knows_other:
        run.level = "SERIALIZABLE"
        if run._crossed(one, other):
            yield "write skew"
        run.level = "REPEATABLE READ"


# --- properties of the interpreter ------------------------------------------------------------------------------------

seeds = st.integers(0, 2**32)
many = settings(max_examples=150, deadline=None)


def lines_of(statements: list[Statement]) -> list[tuple[str, str]]:
    return [(one.session, sql(one)) for one in statements]


@many
@given(seeds, st.sampled_from(LEVELS))
def test_two_interpreters_agree(seed, level):
    schedule = random_schedule(Random(seed), level)
    play = Play(ROWS, schedule, level)
    # A row inserted under the number of a deleted one is another row, and a snapshot may show both or wait for the old
    # one only; copies that hold one row a number cannot tell.
    inserted = [
        one.where.number for one, done in zip(schedule, play.outcomes, strict=False) if done.reply == "INSERT 0 1"
    ]
    assume(not set(inserted) & set(ROWS))
    copies = Copies(ROWS, [said(*line) for line in lines_of(schedule)], level)
    assert copies.deadlock == play.deadlock
    if level == "SERIALIZABLE" and any(one.cause == "read/write dependencies" for one in play.outcomes):
        assert (
            copies.first_failure
        )  # at which statement a doomed transaction notices is checked where nothing is skipped
        return
    short = {"ERROR: could not serialize access": ERROR, "ERROR: duplicate key value": DUPLICATE}
    short["ERROR: current transaction is aborted"] = ABORTED
    for outcome, one in zip(play.outcomes, copies.statements, strict=False):
        assert outcome.waited == one.waited
        if outcome.reply != "deadlock":
            assert short.get(outcome.reply, outcome.reply) == one.reply
    assert play.final == copies.final


@many
@given(seeds)
def test_what_commits_under_serializable_equals_some_serial_order(seed):
    schedule = random_schedule(Random(seed), "SERIALIZABLE")
    for coarse in (False, True):
        play = Play(ROWS, schedule, "SERIALIZABLE", coarse=coarse)
        done = [name for name, one in play.transactions.items() if one.state == "committed"]
        orders = [done, done[::-1]]
        replies = {name: [one.reply for one in play.outcomes if schedule[one.place].session == name] for name in done}
        assert play.deadlock or any(
            play.final == other.final
            and all(
                replies[name] == [one.reply for one in other.outcomes if other.statements[one.place].session == name]
                for name in done
            )
            for other in (serial(ROWS, schedule, order) for order in orders)
        )


@many
@given(seeds, st.sampled_from(LEVELS[1:]))
def test_the_first_updater_wins(seed, level):
    """Of two transactions that saw nothing of one another, one at most has committed a change of a row that was there.

    An INSERT changes no row: it may put back a key that the other has deleted and committed.
    """
    schedule = random_schedule(Random(seed), level)
    play = Play(ROWS, schedule, level)
    one, other = play.transactions.values()
    if one.state == other.state == "committed" and one.name not in other.snapshot and other.name not in one.snapshot:
        changed: dict[str, set[int]] = {"A": set(), "B": set()}
        inserted: dict[str, set[int]] = {"A": set(), "B": set()}
        for outcome in play.outcomes:
            statement = schedule[outcome.place]
            (inserted if statement.verb == "insert" else changed)[statement.session].update(outcome.changed)
        assert not (changed["A"] - inserted["A"]) & (changed["B"] - inserted["B"])


@many
@given(seeds, st.sampled_from(LEVELS[1:]))
def test_reads_above_read_committed_repeat_themselves(seed, level):
    dice = Random(seed)
    schedule = random_schedule(dice, level)
    reader = [Statement("C", "sum"), Statement("C", "count", Where("value", ">=", 10))]
    places = sorted(dice.sample(range(len(schedule) + 1), 2))
    mixed = [*schedule[: places[0]], *reader, *schedule[places[0] : places[1]], *reader, *schedule[places[1] :]]
    replies = [one.reply for one in Play(ROWS, mixed, level).outcomes if mixed[one.place].session == "C"]
    if len(replies) == 4 and "ERROR" not in "".join(replies):  # neither cut off by a deadlock nor cancelled
        assert replies[:2] == replies[2:]


@pytest.mark.parametrize(
    ("level", "reply"), [("READ COMMITTED", "DELETE 0"), ("REPEATABLE READ", "ERROR: could not serialize access")]
)
def test_the_condition_is_checked_again_on_the_newest_version(level, reply):
    """The documentation's own example (13.2.1): the row that was 10 no longer is, the one that becomes 10 was not."""
    hits = [
        Statement("A", "add", number=1),
        Statement("B", "delete", Where("value", "=", 10)),
        Statement("A", "commit"),
    ]
    play = Play({1: 9, 2: 10}, hits, level)
    assert [one.reply for one in play.outcomes] == ["UPDATE 2", reply, "COMMIT"]
    assert play.outcomes[1].waited and play.outcomes[1].until == 2
