"""Schedules of two sessions on a small table: how they are drawn, written as SQL, and told step by step."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple, cast

from bequiz.model.instance import Step
from bequiz.skills._postgres import (
    ABORTED,
    CONCURRENT,
    DEADLOCK,
    DEPENDENCIES,
    DUPLICATE,
    SERIALIZATION,
    Level,
    Outcome,
    Play,
    Statement,
    Unplayable,
    Verb,
    Where,
)

THEMES = (
    ("accounts", "balance", 10),
    ("stock", "qty", 1),
    ("seats", "free", 1),
    ("quota", "used", 5),
    ("jobs", "tries", 1),
)
READS = ("value", "sum", "count", "lock")
CHANGES = ("add", "set", "delete", "insert")

# What one transaction does, from the lowest difficulty at which it is drawn. `a` and `b` are keys, `new` is one that is
# not there, `many` a condition on the number. `set` writes what was computed from the number at first, `take` is an
# `add` of the opposite.
PROGRAMS = (
    (1, "value a, value a"),
    (1, "add a"),
    (1, "value a, set a"),
    (1, "sum all"),
    (1, "value a, add a"),
    (2, "add a, take b"),
    (2, "sum all, sum all"),
    (2, "value a, value b"),
    (2, "lock a, set a"),
    (2, "insert new"),
    (2, "add a, value a"),
    (3, "count many, count many"),
    (3, "count many, insert new"),
    (3, "sum all, add b"),
    (3, "delete a"),
    (3, "add many"),
    (3, "value a, add b"),
    (3, "lock a, add b"),
    (4, "add a, sum all, add b"),
    (4, "delete many"),
    (4, "count many, add b, count many"),
    (4, "lock a, add b, sum all"),
    (4, "count new, insert new"),
    (5, "sum all, add a, sum all"),
    (5, "count many, add many, sum all"),
    (5, "value a, set a, value b, set b"),
)


class Story(NamedTuple):
    """A schedule on a table with a column of numbers beside its key."""

    table: str
    column: str
    rows: dict[int, int]
    statements: tuple[Statement, ...]

    def sql(self, statement: Statement) -> str:
        """The statement as it is sent."""
        where, table, column = statement.where, self.table, self.column
        name = column if where.column == "value" else "id"
        condition = f" WHERE {name} {where.sign} {where.number}" if where.column else ""
        match statement.verb:
            case "value":
                return f"SELECT {column} FROM {table}{condition}"
            case "lock":
                return f"SELECT {column} FROM {table}{condition} FOR UPDATE"
            case "sum":
                return f"SELECT sum({column}) FROM {table}{condition}"
            case "count":
                return f"SELECT count(*) FROM {table}{condition}"
            case "add":
                sign = "-" if statement.number < 0 else "+"
                return f"UPDATE {table} SET {column} = {column} {sign} {abs(statement.number)}{condition}"
            case "set":
                return f"UPDATE {table} SET {column} = {statement.number}{condition}"
            case "delete":
                return f"DELETE FROM {table}{condition}"
            case "insert":
                return f"INSERT INTO {table} VALUES ({where.number}, {statement.number})"
            case "commit" | "rollback" as ending:
                return ending.upper()

    @property
    def listing(self) -> str:
        return "\n".join(f"{at:2} {one.session}  {self.sql(one)}" for at, one in enumerate(self.statements, 1))

    def scene(self, level: str) -> str:
        """What is given, in front of the question."""
        rows = ", ".join(f"({key}, {value})" for key, value in self.rows.items())
        return (
            f"PostgreSQL 15. Table `{self.table} (id PRIMARY KEY, {self.column})` holds {rows}. "
            f"Sessions A and B have each run BEGIN, at {level}."
        )

    def play(self, level: Level, *, early: bool = False, dirty: bool = False) -> Play | None:
        """How it goes; None if it cannot be sent in this order or depends on how coarse the server's locks are."""
        try:
            play = Play(self.rows, self.statements, level, early=early, dirty=dirty)
            if level == "SERIALIZABLE":
                coarse = Play(self.rows, self.statements, level, early=early, dirty=dirty, coarse=True)
                if [(one.reply, one.cause) for one in coarse.outcomes] != [
                    (one.reply, one.cause) for one in play.outcomes
                ]:
                    return None
        except Unplayable:
            return None
        return play

    def settled(self, level: Level, *, early: bool = False, dirty: bool = False) -> Play | None:
        """The play if it goes to its end; None besides for a deadlock."""
        play = self.play(level, early=early, dirty=dirty)
        return None if play is None or play.deadlock else play

    def misplayed(self, level: Level) -> Iterator[tuple[Play, str]]:
        """The same under beliefs that are wrong, with a sentence on each."""
        stable = level != "READ COMMITTED"
        beliefs = [
            (
                self.settled("READ COMMITTED" if stable else "REPEATABLE READ"),
                f"That is READ COMMITTED; {level} keeps the snapshot of the first statement."
                if stable
                else "That is REPEATABLE READ; READ COMMITTED takes a new snapshot for each statement.",
            ),
            (self.settled(level, early=True), "BEGIN takes no snapshot; the first statement does."),
            (self.settled(level, dirty=True), "No level shows changes that the other session has not committed."),
        ]
        if level == "SERIALIZABLE":
            beliefs.append((self.settled("REPEATABLE READ"), "That is REPEATABLE READ, which does not look at reads."))
        for play, why in beliefs:
            if play:
                yield play, why


def story(dice: Random, difficulty: int, programs: Sequence[str] = ()) -> Story:
    """Two programs in a random order, those given or out of PROGRAMS, each with its end."""
    table, column, unit = dice.choice(THEMES)
    rows = {key: unit * dice.randint(2, 9) for key in range(1, 3 if difficulty < 3 else 4)}
    fit = [text for lowest, text in PROGRAMS if max(1, difficulty - 2) <= lowest <= difficulty]
    texts = programs or dice.choices(fit, k=2)
    sides = {name: _program(dice, name, rows, unit, text) for name, text in zip("AB", texts, strict=True)}
    for name, side in sides.items():
        side.append(Statement(name, "rollback" if dice.random() < 0.12 else "commit"))
    turns = dice.sample([name for name, side in sides.items() for _ in side], sum(map(len, sides.values())))
    return Story(table, column, rows, tuple(sides[name].pop(0) for name in turns))


def _program(dice: Random, me: str, rows: dict[int, int], unit: int, text: str) -> list[Statement]:
    first, second = dice.sample(list(rows), 2)
    amount = unit * dice.randint(1, 3) * dice.choice([1, -1])
    targets = {
        "a": Where("id", "=", first),
        "b": Where("id", "=", second),
        "new": Where("id", "=", max(rows) + 1),
        "many": Where("value", dice.choice([">=", "<"]), dice.choice(list(rows.values()))),
        "all": Where(),
    }
    numbers = {"add": amount, "take": -amount, "insert": unit * dice.randint(1, 9)}
    statements = []
    for verb, target in (part.split() for part in text.split(", ")):
        where = targets[target]
        number = rows[where.number] + amount if verb == "set" else numbers.get(verb, 0)
        statements.append(Statement(me, cast(Verb, "add" if verb == "take" else verb), where, number))
    return statements


def told(tale: Story, play: Play, *, reads: bool = False) -> list[Step]:
    """Each statement and what came of it; with `reads`, each SELECT gives its result."""
    steps = []
    for outcome in play.outcomes:
        gives = outcome.reply if reads and tale.statements[outcome.place].verb in READS else ""
        steps.append(Step(f"Step {outcome.place + 1}: {sentence(tale, play, outcome)}", gives))
    return steps


def sentence(tale: Story, play: Play, outcome: Outcome) -> str:
    """What came of a statement, and why."""
    statement = tale.statements[outcome.place]
    me, other = statement.session, "B" if statement.session == "A" else "A"
    snapshot = (
        "this statement's snapshot" if play.level == "READ COMMITTED" else f"the snapshot of step {outcome.taken + 1}"
    )
    if statement.verb in ("commit", "rollback"):
        return _ending(me, other, statement, outcome)
    if outcome.reply == ABORTED:
        return f"{me}'s transaction has failed before; every statement fails until it ends."
    if outcome.reply == DEADLOCK:
        return (
            f"{me} waits for {other}, which waits for {me}: after deadlock_timeout PostgreSQL cancels one of the two."
        )
    waits = f"{other} holds what {me} wants, so it waits" if outcome.waited else ""
    if outcome.waited and outcome.until < 0:
        return f"{waits} until {other} ends."
    waits = f"{waits} until step {outcome.until + 1}. " if waits else ""
    if outcome.cause == CONCURRENT:
        return (
            f"{waits}The row has changed since {snapshot}; the first updater wins, so {me} fails: {SERIALIZATION[7:]}."
        )
    if outcome.cause == DEPENDENCIES:
        return (
            f"{waits}Each of the two has read what the other changed, without seeing it, and {other} has committed: "
            f"{me} fails, {SERIALIZATION[7:]}."
        )
    if outcome.reply == DUPLICATE:
        return f"{waits}The key is there, seen or not by the snapshot: {me} fails, {DUPLICATE[7:]}."
    if outcome.rechecked:
        return f"{waits}Then it looks at what has become of the row and checks its WHERE again: {outcome.reply}."
    reasons = {
        "own": f"{me} sees its own change",
        "uncommitted": f"{other}'s change is not committed",
        "committed": f"{other} committed before {snapshot}",
        "later": f"{other} committed after {snapshot}",
    }
    because = " and ".join(reason for sign, reason in reasons.items() if sign in outcome.seen and not waits)
    because = because or (f"{other}'s end has left the row as it was" if waits else "")
    return f"{waits}{me} gets {outcome.reply}{f': {because}' if because else ''}."


def _ending(me: str, other: str, statement: Statement, outcome: Outcome) -> str:
    if outcome.cause:
        return (
            f"{me} and {other} have each read what the other changed, without seeing it, and {other} has committed: "
            f"{me}'s COMMIT fails, {SERIALIZATION[7:]}."
        )
    if statement.verb == "commit" and outcome.reply == "ROLLBACK":
        return f"{me} has failed before, so its COMMIT is a ROLLBACK."
    return f"{me} commits." if statement.verb == "commit" else f"{me} rolls back; its changes are gone."
