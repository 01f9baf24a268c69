"""What is done with a database in the sandbox: made, shown, queried, planned."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence

from bequiz.sandbox.guard import (
    ERRORS,
    INDEX,
    LONGEST,
    MAKE,
    NOTHING,
    READ,
    WRITE,
    Guard,
    Refused,
    refusal,
    run,
    statements,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # a tenth of the time that the process takes to start

MOST_ROWS = 1000
MOST_BYTES = 1024 * 1024  # of a result
MOST_NODES = 200  # of a plan
EXPLAIN = "EXPLAIN QUERY PLAN "

Answer = dict[str, "Any"]


def make(guard: Guard, setup: Sequence[str]) -> None:
    """Run what a deck puts into its database. Raises Refused."""
    for text in setup:
        if len(text) > LONGEST:
            raise Refused("size")
        for statement in statements(text):
            run(guard, statement, READ | MAKE | set(WRITE.values()), schema=True).fetchone()
    guard.free()


def drop(guard: Guard, which: str) -> None:
    """Delete all rows of every table, or every third one (by rowid; all of a table that has none)."""
    for name in tables(guard) if which else ():
        every = f"DELETE FROM {quoted(name)}"
        try:
            guard.db.execute(every + (" WHERE rowid % 3 = 0" if which == "third" else ""))
        except sqlite3.OperationalError:
            guard.db.execute(every)


def queried(guard: Guard, order: Answer) -> Answer:
    """The result of a query, or, where the statement may write, what the tables hold after it."""
    sql, allow = order["sql"], order["allow"]
    cursor = run(guard, sql, READ | {WRITE[name] for name in allow})
    if cursor.description is None and not allow:
        raise Refused("compile", "There is no query in it", 0)
    try:
        result = _table("", cursor)
        if allow:
            guard.free()
            held = [_table(name, guard.db.execute(f"SELECT * FROM {quoted(name)}")) for name in tables(guard)]
            return {"type": "result", "tables": held}
    except ERRORS as error:
        raise refusal(guard, sql, error) from None
    return {"type": "result", "tables": [result]}


def shown(guard: Guard, order: Answer) -> Answer:
    """The tables with their first rows, how many there are, and their indexes."""
    return {"type": "shown", "tables": [_shown(guard, name, order["rows"]) for name in tables(guard)]}


def _shown(guard: Guard, name: str, rows: int) -> Answer:
    cursor = guard.db.execute(f"SELECT * FROM {quoted(name)} LIMIT ?", (rows,))
    return {
        **_table(name, cursor),
        "types": _names(guard, "SELECT type FROM pragma_table_info(?)", name),
        "count": _own(guard, f"SELECT count(*) FROM {quoted(name)}")[0][0],
        "indexes": _indexes(guard, name),
    }


def planned(guard: Guard, order: Answer) -> Answer:
    """The plan of a query after the statements of an answer: indexes, and perhaps the query in other words."""
    existing = _all_indexes(guard)
    query, rewritten = order["query"], False
    at = start = 0
    for statement in statements(order["answer"]):
        if re.match("CREATE", NOTHING.sub("", statement, 1), re.IGNORECASE):
            _placed(at, guard, statement, READ | INDEX, schema=True)
        elif rewritten:
            raise Refused("refused", "More than one query is not possible here.")
        else:
            query, rewritten, start = statement, True, at
        at += len(statement)
    guard.free()
    guard.db.execute("ANALYZE")
    created = [index for index in _all_indexes(guard) if index not in existing]
    guard.read.clear()
    plan = _placed(start - len(EXPLAIN), guard, EXPLAIN + query, READ).fetchmany(MOST_NODES)
    guard.count()
    cursor = run(guard, query, READ)
    try:
        result = _table("", cursor)
    except ERRORS as error:
        raise refusal(guard, query, error) from None
    guard.free()
    depth: dict[int, int] = {}
    for node, parent, _, _ in plan:
        depth[node] = depth.get(parent, -1) + 1
    return {
        "type": "planned", "nodes": [{"depth": depth[node], "text": text} for node, _, _, text in plan],
        "steps": guard.steps, "result": result, "existing": existing, "created": created, "rewritten": rewritten,
        "read": sorted(guard.read - _row_ids(guard)),
    }  # fmt: skip


def _placed(start: int, guard: Guard, sql: str, actions: set[int], *, schema: bool = False) -> sqlite3.Cursor:
    """Begin a statement that starts at that place of the answer; a fault is told with its place there."""
    try:
        return run(guard, sql, actions, schema=schema)
    except Refused as refused:
        refused.at = None if refused.at is None else max(0, refused.at + start)
        raise


WORK: dict[str, Callable[[Guard, Answer], Answer]] = {"run": queried, "show": shown, "plan": planned}


def tables(guard: Guard) -> list[str]:
    """The names of the tables, in the order in which they were made."""
    return _names(
        guard, "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid"
    )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _own(guard: Guard, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of this program's own queries."""
    return guard.db.execute(sql, values).fetchall()


def _row_ids(guard: Guard) -> set[tuple[str, str]]:
    """What every index holds anyway: of each table the column that is its rowid. And no column at all."""
    query = """
        SELECT column.name FROM pragma_table_info(?) AS column
        WHERE column.pk AND upper(column.type) = 'INTEGER' AND (SELECT sum(pk) FROM pragma_table_info(?)) = 1"""
    return {(name, column) for name in tables(guard) for column in ["", "ROWID", *_names(guard, query, name, name)]}


def _names(guard: Guard, sql: str, *values: object) -> list[str]:
    return [name for (name,) in _own(guard, sql, *values)]


def _all_indexes(guard: Guard) -> list[Answer]:
    return [index for name in tables(guard) for index in _indexes(guard, name)]


def _indexes(guard: Guard, table: str) -> list[Answer]:
    listed = _own(guard, 'SELECT name, "unique", partial FROM pragma_index_list(?) ORDER BY seq', table)
    found = []
    for name, unique, partial in listed:
        parts = _own(guard, 'SELECT name, "desc", coll FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno', name)
        sql = _own(guard, "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", name)
        found.append({
            "name": name, "table": table, "unique": bool(unique), "partial": bool(partial),
            "columns": [column or "" for column, _, _ in parts], "collations": [coll for _, _, coll in parts],
            "descending": [bool(desc) for _, desc, _ in parts], "sql": sql[0][0] or "",
        })  # fmt: skip
    return found


def _table(name: str, cursor: sqlite3.Cursor) -> Answer:
    """A table of the rows still to be fetched. Raises Refused when there are too many or they are too large."""
    rows: list[list[Any]] = []
    size = 0
    for row in cursor:
        values = [_value(value) for value in row]
        size += sum(len(value) if isinstance(value, str) else 8 for value in values)
        if len(rows) >= MOST_ROWS:
            raise Refused("rows", f"It was stopped after {MOST_ROWS:,} rows; nothing here asks for so many.")
        if size > MOST_BYTES:
            raise Refused("size", "It was stopped because its result is larger than a megabyte.")
        rows.append(values)
    return {"name": name, "columns": [column[0] for column in cursor.description or ()], "rows": rows}


def _value(value: Any) -> Any:
    """As JSON has it: a blob is a list with its hexadecimal digits; infinity, which is no number there, a text."""
    if isinstance(value, bytes):
        return [value.hex()]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    return value
