"""Two transactions on one small table with PostgreSQL's rules of isolation; nothing else of it.

Rows have versions. A snapshot is the set of transactions that had committed when it was taken: at each statement under
READ COMMITTED, at the first statement under REPEATABLE READ and SERIALIZABLE (documentation, 13.2). Who writes or locks
a row waits for the transaction that holds it; READ COMMITTED then looks at the newest version and checks the condition
again, the other levels give up if the row has changed. SERIALIZABLE notes besides who read past whose writes and makes
one of two give up that did so to each other (Ports and Grittner, "Serializable Snapshot Isolation in PostgreSQL",
VLDB 2012): the first to commit wins.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Level = Literal["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]
LEVELS: tuple[Level, ...] = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
Verb = Literal["value", "sum", "count", "lock", "add", "set", "delete", "insert", "commit", "rollback"]
SERIALIZATION = "ERROR: could not serialize access"
CONCURRENT = "concurrent update"
DEPENDENCIES = "read/write dependencies"
DUPLICATE = "ERROR: duplicate key value"
ABORTED = "ERROR: current transaction is aborted"
DEADLOCK = "deadlock"


class Where(NamedTuple):
    """A condition on the key (`id`) or on the value; every row if `column` is empty."""

    column: Literal["", "id", "value"] = ""
    sign: Literal["=", ">=", "<"] = "="
    number: int = 0

    def holds(self, key: int, value: int) -> bool:
        if not self.column:
            return True
        left = key if self.column == "id" else value
        if self.sign == "=":
            return left == self.number
        return left >= self.number if self.sign == ">=" else left < self.number


class Statement(NamedTuple):
    """`number` is what is added, set or inserted; an inserted row's key is that of `where`."""

    session: str
    verb: Verb
    where: Where = Where()
    number: int = 0


@dataclass
class Outcome:
    """What came of a statement: the reply as `psql` shows it, in short, and where it waited from and until when.

    `taken` is the place of the statement that took the snapshot. `seen` tells of the rows looked at who wrote them
    last: the transaction itself ("own"), or the other, which has not committed ("uncommitted"), committed before the
    snapshot ("committed") or after it ("later"). `rechecked` says that the condition was checked again on a newer
    version, `changed` names the keys that were written, `cause` says why the statement failed.
    """

    place: int
    reply: str = ""
    waited: bool = False
    until: int = -1
    taken: int = -1
    seen: set[str] = field(default_factory=set)
    rechecked: bool = False
    changed: list[int] = field(default_factory=list)
    cause: str = ""


@dataclass
class Version:
    key: int
    value: int
    creator: str = ""
    ender: str = ""
    locker: str = ""
    newer: "Version | None" = None


@dataclass
class Transaction:
    name: str
    state: Literal["open", "waiting", "failed", "committed", "rolled back"] = "open"
    snapshot: frozenset[str] | None = None
    taken: int = -1
    doomed: bool = False
    read: list[Where] = field(default_factory=list)
    wrote: list[tuple[int, int]] = field(default_factory=list)
    pending: tuple["Generator[None, None, str]", Outcome] | None = None


class Failed(Exception):
    """The statement fails, and its transaction with it."""

    def __init__(self, reply: str, cause: str) -> None:
        self.reply, self.cause = reply, cause


class Unplayable(Exception):
    """A statement for a session that still waits: nobody can send it."""


class Play:
    """A run of statements, in the order in which they are sent, on rows given as key and value.

    `coarse` takes a read for a read of the whole table, as a sequential scan's lock does. `early` and `dirty` play two
    wrong beliefs: that BEGIN takes the snapshot, and that changes are seen before they are committed.
    """

    def __init__(
        self,
        rows: Mapping[int, int],
        statements: Sequence[Statement],
        level: Level,
        *,
        coarse: bool = False,
        early: bool = False,
        dirty: bool = False,
    ) -> None:
        self.versions = [Version(key, value) for key, value in rows.items()]
        self.statements, self.level, self.coarse, self.dirty = statements, level, coarse, dirty
        self.transactions = {
            name: Transaction(name) for name in sorted({statement.session for statement in statements})
        }
        self.committed = frozenset([""])
        self.outcomes: list[Outcome] = []
        self.deadlock = False
        for transaction in self.transactions.values() if early else ():
            transaction.snapshot = self.committed
        for place, statement in enumerate(statements):
            if self.deadlock:
                break
            self._send(place, statement)

    @property
    def final(self) -> dict[int, int]:
        """The rows that are committed at the end."""
        live = (
            one for one in self.versions if one.creator in self.committed and one.ender not in self.committed - {""}
        )
        return {version.key: version.value for version in live}

    def _send(self, place: int, statement: Statement) -> None:
        me = self.transactions[statement.session]
        outcome = Outcome(place)
        self.outcomes.append(outcome)
        if me.state == "waiting":
            raise Unplayable
        if statement.verb in ("commit", "rollback"):
            return self._end(me, statement, outcome)
        if me.state == "failed":
            outcome.reply = ABORTED
            return None
        if me.snapshot is None or self.level == "READ COMMITTED":
            me.snapshot, me.taken = self.committed, place
        outcome.taken = me.taken
        me.pending = (self._execute(me, statement, outcome), outcome)
        return self._go_on(me, place)

    def _go_on(self, me: Transaction, place: int) -> None:
        """Run the pending statement until it is done, fails or waits. A failure frees what the transaction holds."""
        assert me.pending
        running, outcome = me.pending
        try:
            next(running)
        except StopIteration as done:
            outcome.reply = done.value
            me.state, me.pending = "open", None
        except Failed as failure:
            outcome.reply, outcome.cause = failure.reply, failure.cause
            me.state, me.pending = "failed", None
            self._undo(me)
        else:
            self.deadlock = any(other.state == "waiting" for other in self._others(me))
            me.state, outcome.waited = "waiting", True
            if self.deadlock:
                outcome.reply = DEADLOCK
            return
        if outcome.waited:
            outcome.until = place
        if me.state == "failed":
            self._wake(me, place)

    def _end(self, me: Transaction, statement: Statement, outcome: Outcome) -> None:
        commits = statement.verb == "commit" and me.state == "open"
        if commits and me.doomed:
            outcome.reply, outcome.cause, me.state = SERIALIZATION, DEPENDENCIES, "failed"
            self._undo(me)
        elif commits:
            for other in self._others(me):
                other.doomed = other.doomed or (other.state in ("open", "waiting") and self._cycle(me, other))
            self.committed |= {me.name}
            me.state, outcome.reply = "committed", "COMMIT"
            for version in self.versions:
                version.locker = "" if version.locker == me.name else version.locker
        else:
            outcome.reply, me.state = "ROLLBACK", "rolled back"
            self._undo(me)
        self._wake(me, outcome.place)

    def _wake(self, me: Transaction, place: int) -> None:
        for other in self._others(me):
            if other.state == "waiting":
                self._go_on(other, place)

    def _undo(self, me: Transaction) -> None:
        self.versions = [version for version in self.versions if version.creator != me.name]
        for version in self.versions:
            if version.ender == me.name:
                version.ender, version.newer = "", None
            version.locker = "" if version.locker == me.name else version.locker
        me.read, me.wrote = [], []

    def _others(self, me: Transaction) -> list[Transaction]:
        return [other for other in self.transactions.values() if other is not me]

    def _open(self, name: str) -> bool:
        return name in self.transactions and self.transactions[name].state in ("open", "waiting")

    def _execute(self, me: Transaction, statement: Statement, outcome: Outcome) -> Generator[None, None, str]:
        verb, where = statement.verb, statement.where
        if verb == "insert":
            outcome.changed = [where.number]
            return (yield from self._insert(me, where.number, statement.number))
        me.read.append(where)
        found = [version for version in self.versions if where.holds(version.key, version.value)]
        outcome.seen |= {self._age(version, me) for version in found}
        if found or self.coarse:  # a scan that meets no row looks at no conflict
            self._check(me)
        rows = [version for version in found if self._visible(version, me)]
        if verb in ("value", "sum", "count"):
            values = [version.value for version in rows]
            return str(len(values) if verb == "count" else sum(values) if values else "none")
        changed = []
        for row in rows:
            newest = yield from self._claim(me, row, where, outcome)
            if newest:
                changed.append(newest)
                self._change(me, newest, statement)
                outcome.changed += [newest.key] if verb != "lock" else []
        if verb == "lock":
            return " ".join(str(version.value) for version in changed) or "none"
        return f"{'DELETE' if verb == 'delete' else 'UPDATE'} {len(changed)}"

    def _visible(self, version: Version, me: Transaction) -> bool:
        assert me.snapshot is not None
        seen = me.snapshot | {me.name}
        if self.dirty:
            return not version.ender
        return version.creator in seen and not (version.ender and version.ender in seen)

    def _age(self, version: Version, me: Transaction) -> str:
        """Who last wrote the row, as seen from the snapshot: what the worked solution says about it."""
        assert me.snapshot is not None
        writer = version.ender or version.creator
        if writer in ("", me.name):
            return "own" if writer else ""
        if self._open(writer):
            return "uncommitted"
        return "committed" if writer in me.snapshot else "later"

    def _claim(
        self, me: Transaction, version: Version, where: Where, outcome: Outcome
    ) -> Generator[None, None, Version | None]:
        """The version to change, free for `me`; None if the row is gone or no longer meets the condition."""
        while True:
            if (version.locker and version.locker != me.name) or self._open(version.ender):
                yield
            elif version.ender:
                if self.level != "READ COMMITTED":
                    raise Failed(SERIALIZATION, CONCURRENT)
                outcome.rechecked = True
                while version.newer:
                    version = version.newer
                if version.ender or not where.holds(version.key, version.value):
                    return None
            else:
                return version

    def _change(self, me: Transaction, version: Version, statement: Statement) -> None:
        if statement.verb == "lock":
            version.locker = me.name
            return
        me.wrote.append((version.key, version.value))
        if statement.verb != "delete":
            value = statement.number + (version.value if statement.verb == "add" else 0)
            version.newer = Version(version.key, value, me.name)
            self.versions.append(version.newer)
            me.wrote.append((version.key, value))
        version.ender = me.name
        self._check(me)

    def _insert(self, me: Transaction, key: int, value: int) -> Generator[None, None, str]:
        me.wrote.append((key, value))
        self._check(me)
        while True:
            live = [one for one in self.versions if one.key == key and (not one.ender or self._open(one.ender))]
            others = [one for one in live if one.ender != me.name]
            if any(self._open(one.ender) or (one.creator != me.name and self._open(one.creator)) for one in others):
                yield
                self._check(me)
            elif others:
                raise Failed(DUPLICATE, "unique constraint")
            else:
                self.versions.append(Version(key, value, me.name))
                return "INSERT 0 1"

    def _check(self, me: Transaction) -> None:
        """Under SERIALIZABLE, whoever comes second to a cycle whose other half has committed gives up."""
        if me.doomed or any(other.state == "committed" and self._cycle(me, other) for other in self._others(me)):
            raise Failed(SERIALIZATION, DEPENDENCIES)

    def _cycle(self, one: Transaction, other: Transaction) -> bool:
        return self.level == "SERIALIZABLE" and self.crossed(one, other)

    def crossed(self, one: Transaction, other: Transaction) -> bool:
        """Whether each of the two has read past what the other wrote."""
        return self._passes(one, other) and self._passes(other, one)

    def _passes(self, reader: Transaction, writer: Transaction) -> bool:
        """Whether the reader's snapshot is without what the writer wrote to rows that were read."""
        if reader.snapshot is None or writer.snapshot is None or writer.name in reader.snapshot:
            return False
        return any(self.coarse or where.holds(*row) for where in reader.read for row in writer.wrote)


def serial(rows: Mapping[int, int], statements: Sequence[Statement], order: Iterable[str]) -> Play:
    """The same statements, one transaction after the other."""
    one_by_one = [statement for name in order for statement in statements if statement.session == name]
    return Play(rows, one_by_one, "READ COMMITTED")
