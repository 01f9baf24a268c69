"""Rows, plans, and what comes of running SQL."""

from typing import Literal

from msgspec import Struct

Value = None | int | float | str | tuple[str]  # a blob is the tuple of its hexadecimal digits
Row = tuple[Value, ...]


class Table(Struct, frozen=True, kw_only=True):
    """Rows under the names of their columns; the result of a query has no name."""

    name: str = ""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Index(Struct, frozen=True, kw_only=True):
    """An index as SQLite describes it: an expression has no name among `columns`, its text is in `sql`."""

    name: str
    table: str
    columns: tuple[str, ...]
    collations: tuple[str, ...] = ()
    descending: tuple[bool, ...] = ()
    unique: bool = False
    partial: bool = False
    sql: str = ""


class ShownTable(Table, frozen=True, kw_only=True):
    """A table as the learner sees it: its first rows, and how many there are."""

    types: tuple[str, ...] = ()
    count: int = 0
    indexes: tuple[Index, ...] = ()


class Result(Struct, frozen=True, tag="result"):
    """What a query returned, or what the tables held after a statement that writes."""

    tables: tuple[Table, ...]


class Shown(Struct, frozen=True, tag="shown"):
    """What a database holds."""

    tables: tuple[ShownTable, ...]


class Node(Struct, frozen=True):
    """A line of a plan; `depth` counts from 0."""

    depth: int
    text: str


class Planned(Struct, frozen=True, kw_only=True, tag="planned"):
    """A query's plan after an answer.

    `steps` is about how many steps of SQLite's virtual machine it took, `created` are the answer's indexes, `read` the
    (table, column) pairs that the query names; `rewritten` says that the answer holds the query in other words.
    """

    nodes: tuple[Node, ...]
    steps: int
    result: Table
    existing: tuple[Index, ...] = ()
    created: tuple[Index, ...] = ()
    read: tuple[tuple[str, str], ...] = ()
    rewritten: bool = False


class Fault(Struct, frozen=True, kw_only=True, tag="fault"):
    """SQL that did not run to its end.

    `compile` (then `at` is the place in the text, if it is known) and `refused` say that it was not even begun; the
    others that it was stopped by a limit, or failed.
    """

    kind: Literal["compile", "refused", "time", "memory", "rows", "size", "run"]
    sentence: str
    at: int | None = None


class Difference(Struct, frozen=True, kw_only=True):
    """Where two results part. `data` is what they were made from, empty where that is on the screen anyway."""

    where: str
    data: tuple[Table, ...] = ()
    expected: Table
    got: Table
    missing: tuple[Row, ...]
    surplus: tuple[Row, ...]


class Plans(Struct, frozen=True):
    """A query's plan before and after."""

    before: Planned
    after: Planned
