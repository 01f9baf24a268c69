"""A database in memory that only does what it is permitted to, within limits, and says why it did not."""

import re
import sqlite3
import time
from collections.abc import Iterator

LONGEST = 64 * 1024  # bytes of a text, a blob, a row, a statement
LOOK = 1000  # virtual machine steps between two looks at the clock
FINE = 20  # the same while steps are counted

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 50_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 20,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 10,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
READ = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
WRITE = {"insert": sqlite3.SQLITE_INSERT, "update": sqlite3.SQLITE_UPDATE, "delete": sqlite3.SQLITE_DELETE}
INDEX = {sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_REINDEX}
MAKE = INDEX | {sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_CREATE_VIEW, sqlite3.SQLITE_CREATE_TRIGGER}
# The first two would give another result each time, the others reach out of the database.
NO_FUNCTIONS = {"random", "randomblob", "load_extension", "fts3_tokenizer", "sqlite_log"}
NO_TABLES = ("pragma_", "dbstat", "sqlite_dbpage", "sqlite_stmt", "bytecode", "tables_used")
NOTHING = re.compile(r"(\s|--[^\n]*(\n|$)|/\*.*?\*/)*", re.DOTALL)  # blanks and comments
ERRORS = (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, ValueError)


class Refused(Exception):
    """SQL that did not run to its end: the kind of fault, a sentence (empty where the kind says it all), a place."""

    def __init__(self, kind: str, sentence: str = "", at: int | None = None) -> None:
        super().__init__(sentence)
        self.kind, self.sentence, self.at = kind, sentence, at


class Guard:
    """A connection, its authorizer and its clock. `read` collects the columns that statements name."""

    def __init__(self, deadline: float) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
        self.db.text_factory = lambda data: data.decode("utf-8", "replace")
        for limit, value in LIMITS.items():
            self.db.setlimit(limit, value)
        self.db.execute("PRAGMA temp_store = MEMORY")
        # Where they are first used, these table functions ask for more than a query may.
        self.db.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
        self.deadline = deadline
        self.ticks = 0
        self.read: set[tuple[str, str]] = set()
        self.denied = ""
        self.db.set_progress_handler(self._tick, LOOK)

    def _tick(self) -> bool:
        self.ticks += 1
        return time.monotonic() > self.deadline

    def count(self) -> None:
        """Count the steps from here on."""
        self.ticks = 0
        self.db.set_progress_handler(self._tick, FINE)

    @property
    def steps(self) -> int:
        return self.ticks * FINE

    def permit(self, actions: set[int], *, schema: bool = False) -> None:
        """Allow these actions and no others from now on; `schema` says that a statement may change the schema."""

        def ask(action: int, one: str | None, two: str | None, *_: object) -> int:
            name = (one or "").lower()
            if action == sqlite3.SQLITE_READ:
                self.read.add((one or "", two or ""))
                fine = not name.startswith(NO_TABLES)
            elif action == sqlite3.SQLITE_FUNCTION:
                fine = (two or "").lower() not in NO_FUNCTIONS
            elif action in WRITE.values() and name.startswith("sqlite_"):
                fine = schema
            else:
                fine = action in actions
            if not fine and not self.denied:
                self.denied = _denied(action, name, two)
            return sqlite3.SQLITE_OK if fine else sqlite3.SQLITE_DENY

        self.denied = ""
        self.db.set_authorizer(ask)

    def close(self) -> None:
        """Give its memory back, which is not left to chance: handlers and connection refer to each other."""
        self.db.close()

    def free(self) -> None:
        """What follows is this program's own SQL. The clock goes on."""
        self.db.set_authorizer(None)


def _denied(action: int, table: str, name: str | None) -> str:
    if action == sqlite3.SQLITE_FUNCTION:
        return f"The function {name}()"
    if action == sqlite3.SQLITE_READ or table.startswith("sqlite_"):
        return "A table of SQLite's own"
    return "Changing a table"


def run(guard: Guard, sql: str, actions: set[int], *, schema: bool = False) -> sqlite3.Cursor:
    """Begin one statement. Raises Refused for what does not compile, is not permitted, or is more than one."""
    guard.permit(actions, schema=schema)
    try:
        return guard.db.execute(sql)
    except ERRORS as error:
        raise refusal(guard, sql, error) from None


def refusal(guard: Guard, sql: str, error: Exception) -> Refused:
    """What an error of SQLite, or of Python on its behalf, means."""
    message, code = str(error), getattr(error, "sqlite_errorname", "")
    if guard.denied:
        word = re.match(r"[\s(]*(?:EXPLAIN QUERY PLAN\s+)?([a-z]+)", sql, re.IGNORECASE)
        reads = not word or word[1].upper() in ("SELECT", "WITH", "VALUES")
        return Refused("refused", f"{guard.denied if reads or not word else word[1].upper()} is not possible here.")
    if "one statement at a time" in message:
        return Refused("refused", "Only one statement is asked for.")
    if "\0" in sql:
        return Refused("compile", "There is a NUL character in it", sql.index("\0"))
    if code == "SQLITE_INTERRUPT":
        return Refused("time")
    if isinstance(error, MemoryError) or code == "SQLITE_NOMEM":
        return Refused("memory")
    if code == "SQLITE_TOOBIG" or isinstance(error, OverflowError) or "too big" in message or "too large" in message:
        return Refused("size")
    if code == "SQLITE_ERROR" and _error(guard, sql):
        return Refused("compile", message, _place(guard, sql, message))
    return Refused("run", message)


def _error(guard: Guard, sql: str) -> str:
    """The message with which a text does not compile; empty if it does."""
    try:
        guard.db.execute(sql if sql.upper().startswith("EXPLAIN ") else f"EXPLAIN {sql}")
    except ERRORS as error:
        return str(error)
    return ""


def _place(guard: Guard, sql: str, message: str) -> int | None:
    """Where in the text the error lies, if that can be told.

    SQLite reads from left to right: it stumbles over the same word when all that stands behind the word is cut off.
    """
    if "incomplete input" in message:
        return len(sql.rstrip())
    token = re.search(r'unrecognized token: "(.+)"', message, re.DOTALL)
    if token:
        return next(_places(sql, token[1]), None)
    near = re.search(r'near "(.+)": syntax error', message, re.DOTALL)
    if near:
        ends = ((place, sql[: place + len(near[1])]) for place in _places(sql, near[1]))
        return next((place for place, text in ends if _error(guard, text) == message), None)
    named = re.search(r"(?:no such (?:column|table|function)|ambiguous column name): (\S+)|function (\w+)\(", message)
    name = (named[1] or named[2]) if named else ""
    return next((place for word in (name, name.split(".")[-1]) if word for place in _places(sql, word)), None)


def _places(sql: str, word: str) -> Iterator[int]:
    before, behind = (r"(?<!\w)" if word[:1].isalnum() else ""), (r"(?!\w)" if word[-1:].isalnum() else "")
    return (found.start() for found in re.finditer(before + re.escape(word) + behind, sql, re.IGNORECASE))


def statements(text: str) -> Iterator[str]:
    """The statements of a script, parted at their semicolons."""
    rest = ""
    for part in re.split(r"(?<=;)", text):
        rest += part
        if sqlite3.complete_statement(rest):
            yield rest
            rest = ""
    if not NOTHING.fullmatch(rest):
        yield rest
