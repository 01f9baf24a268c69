"""The isolation interpreter of the skill `isolation-anomalies` beside a real PostgreSQL, in two sessions.

    PGHOST=... PGUSER=... python -m tests.benchmarks.isolation [HOW MANY SEED]

needs `psql` and a server that libpq's environment variables reach; it makes a table `t` there. Random schedules are
run on both, at each level, with sequential scans or with index scans, and replies and waits compared. Under
SERIALIZABLE the server's predicate locks are coarser than rows, by how much depends on the plan: schedules whose
outcome depends on that (which the skill never asks) are counted apart.
"""

import queue
import subprocess
import sys
import threading
import time
from random import Random

from bequiz.skills._postgres import (
    ABORTED,
    CONCURRENT,
    DEADLOCK,
    DEPENDENCIES,
    DUPLICATE,
    LEVELS,
    SERIALIZATION,
    Level,
    Play,
    Statement,
    Unplayable,
)
from tests.skills.schedules import ROWS, random_schedule, sql

MARK = "=====done"
ERRORS = {
    "concurrent": (SERIALIZATION, CONCURRENT),
    "read/write dependencies": (SERIALIZATION, DEPENDENCIES),
    "duplicate key": (DUPLICATE, "unique constraint"),
    "current transaction is aborted": (ABORTED, ""),
}


class Session:
    """A `psql` of its own, named in pg_stat_activity."""

    def __init__(self, name: str) -> None:
        words = ["psql", "-XAt", "--set", "VERBOSITY=terse", f"dbname=postgres application_name={name}"]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.read: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def send(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{text};\n\\echo {MARK}\n")
        self.process.stdin.flush()

    def answer(self, seconds: float) -> list[str] | None:
        """The lines of the reply once it is whole, None if it is not within that time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                line = self.lines.get(timeout=left)
            except queue.Empty:
                return None
            if line == MARK:
                lines, self.read = self.read, []
                return lines
            self.read.append(line)
        return None

    def ask(self, text: str) -> list[str]:
        self.send(text)
        lines = self.answer(10)
        assert lines is not None, text
        return lines


class Server:
    def __init__(self) -> None:
        self.watch = Session("watch")
        self.sessions = {name: Session(name) for name in "AB"}
        self.watch.ask("DROP TABLE IF EXISTS t")
        self.watch.ask("CREATE TABLE t (id int PRIMARY KEY, v int) WITH (autovacuum_enabled = off)")
        for session in self.sessions.values():
            session.ask("SET deadlock_timeout = '10s'")

    def waits(self, name: str) -> bool:
        found = self.watch.ask(f"SELECT wait_event_type FROM pg_stat_activity WHERE application_name = '{name}'")
        return found[0] == "Lock"

    def play(self, rows: dict[int, int], statements: list[Statement], level: Level, scan: str) -> list[tuple[str, ...]]:
        """For each statement its reply, the cause of an error, and the place at which it went on if it waited."""
        self.watch.ask("TRUNCATE t")
        for key, value in rows.items():
            self.watch.ask(f"INSERT INTO t VALUES ({key}, {value})")
        self.watch.ask("ANALYZE t")
        for session in self.sessions.values():
            session.ask(f"SET enable_seqscan = {'on' if scan == 'seq' else 'off'}")
            session.ask(f"BEGIN ISOLATION LEVEL {level}")
        replies: list[tuple[str, ...]] = []
        waiting: dict[str, int] = {}
        for place, statement in enumerate(statements):
            session = self.sessions[statement.session]
            session.send(sql(statement))
            replies.append(self._reply(statement.session, place))
            if replies[-1] == ("waits",):
                if waiting:
                    replies[-1] = (DEADLOCK, "", "-1")
                    break
                waiting[statement.session] = place
                continue
            for name, since in list(waiting.items()):
                again = self._reply(name, since, until=place)
                if again != ("waits",):
                    replies[since] = again
                    del waiting[name]
        for name in self.sessions:
            self.watch.ask(f"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'")
        for name, session in self.sessions.items():
            if name in waiting or replies[-1][0] == DEADLOCK:
                session.answer(2)
            session.ask("ROLLBACK")
        return replies

    def _reply(self, name: str, place: int, until: int = -1) -> tuple[str, ...]:
        for _ in range(200):
            lines = self.sessions[name].answer(0.02)
            if lines is not None:
                return (*reading(lines), str(until))
            if self.waits(name):
                return ("waits",)
        raise AssertionError(f"{name} is silent after step {place}")


def reading(lines: list[str]) -> tuple[str, str]:
    """The reply and the cause of an error, in the interpreter's words."""
    if error := next((line for line in lines if line.startswith("ERROR")), ""):
        return next((meant for sign, meant in ERRORS.items() if sign in error), (error, ""))
    lines = [line for line in lines if not line.startswith("WARNING")]
    return " ".join(line or "none" for line in lines) or "none", ""


def interpreted(
    rows: dict[int, int], statements: list[Statement], level: Level, *, coarse: bool
) -> list[tuple[str, ...]]:
    play = Play(rows, statements, level, coarse=coarse)
    replies: list[tuple[str, ...]] = [(one.reply, one.cause, str(one.until)) for one in play.outcomes]
    for place, outcome in enumerate(play.outcomes):
        if play.deadlock and outcome.waited and outcome.until < 0 and outcome.reply != DEADLOCK:
            replies[place] = ("waits",)
    return replies


def main(count: int, seed: int) -> None:
    server, dice = Server(), Random(seed)
    print(*server.watch.ask("SELECT version()"))
    runs = differ = wider = waits = failures = deadlocks = 0
    while runs < count:
        level, scan = dice.choice(LEVELS), dice.choice(["seq", "index"])
        statements = random_schedule(dice, level)
        try:
            meant = interpreted(ROWS, statements, level, coarse=False)
            coarse = interpreted(ROWS, statements, level, coarse=True)
        except Unplayable:
            continue
        real = server.play(ROWS, statements, level, scan)
        runs += 1
        waits += any(reply[-1] != "-1" for reply in real)
        failures += any(reply[0] == SERIALIZATION for reply in real)
        deadlocks += real[-1][0] == DEADLOCK
        if meant != coarse:
            wider += 1
            continue
        if real == meant:
            continue
        differ += 1
        print(level, scan)
        for place, statement in enumerate(statements[: len(real)]):
            print(f"{place:3} {statement.session} {sql(statement):50} {real[place]}  {meant[place : place + 1]}")
    print(f"{runs} schedules: {waits} with waits, {failures} serialization failures, {deadlocks} deadlocks; ", end="")
    print(f"{wider} depend on how coarse locks are, {differ} of the others differ")


if __name__ == "__main__":
    main(*([int(word) for word in sys.argv[1:]] or [200, 15]))
