"""A composite B-tree index and the conditions of a query: what limits a scan of it, and which orders it gives.

PostgreSQL 15's documentation, 11.3 "Multicolumn Indexes" and 11.4 "Indexes and ORDER BY".
"""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from bequiz.model.instance import Step
from bequiz.skills import _forms

TABLES = {
    "orders": ("customer", "status", "day", "total", "shop"),
    "events": ("tenant", "kind", "day", "level", "host"),
    "rides": ("city", "driver", "day", "price", "stars"),
    "posts": ("author", "topic", "day", "score", "lang"),
    "visits": ("site", "page", "hour", "visitor", "country"),
}
EQUAL, RANGED = ("=", "IN", "IS NULL"), ("<", ">", "BETWEEN")
Order = Sequence[tuple[str, bool]]


class Condition(NamedTuple):
    """A condition on a column. Signs beside EQUAL and RANGED are of no use to an index."""

    column: str
    sign: str
    text: str


class Index(NamedTuple):
    """Columns in order, those in `down` descending; `more` are INCLUDEd."""

    columns: tuple[str, ...]
    down: frozenset[str] = frozenset()
    more: tuple[str, ...] = ()
    unique: bool = False

    def __str__(self) -> str:
        more = f" INCLUDE ({', '.join(self.more)})" if self.more else ""
        return f"{'UNIQUE ' if self.unique else ''}({ordering(self.order)}){more}"

    @property
    def order(self) -> list[tuple[str, bool]]:
        return [(column, column in self.down) for column in self.columns]

    @property
    def backwards(self) -> list[tuple[str, bool]]:
        return [(column, not falls) for column, falls in self.order]


def ordering(order: Order) -> str:
    """Columns as in ORDER BY; each comes with whether it descends."""
    return ", ".join(f"{column} DESC" if falls else column for column, falls in order)


def narrowing(index: Index, conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions that limit the part of the index that is scanned."""
    found: list[Condition] = []
    for column in index.columns:
        equal = [one for one in conditions if one.column == column and one.sign in EQUAL]
        if not equal:
            return found + [one for one in conditions if one.column == column and one.sign in RANGED]
        found += equal
    return found


def end(index: Index, conditions: Sequence[Condition]) -> str:
    """The first column without equality, behind which nothing limits the scan; empty if each has one."""
    equal = {one.column for one in conditions if one.sign in EQUAL}
    return next((column for column in index.columns if column not in equal), "")


def unfixed(order: Order, conditions: Sequence[Condition]) -> list[tuple[str, bool]]:
    """An order without the columns that have one value only."""
    fixed = {one.column for one in conditions if one.sign == "="}
    return [pair for pair in order if pair[0] not in fixed]


def gives(index: Index, conditions: Sequence[Condition], order: Order) -> bool:
    """Whether the index, read forwards or backwards, has the rows in this order."""
    wanted = unfixed(order, conditions)
    return any(wanted == unfixed(way, conditions)[: len(wanted)] for way in (index.order, index.backwards))


def why_not(index: Index, conditions: Sequence[Condition], one: Condition) -> str:
    """Why a condition does not limit the scan."""
    if one.column not in index.columns:
        return f"`{one.column}` is not in the index."
    if one.sign not in EQUAL + RANGED:
        return "It is neither an equality nor a range of the column itself."
    stop = end(index, conditions)
    return f"`{stop}` stands before `{one.column}` in the index and has no equality; behind it nothing limits the scan."


def walk(index: Index, conditions: Sequence[Condition]) -> list[Step]:
    """The columns of the index from the left, until the first without equality."""
    steps, stop = [], end(index, conditions)
    for column in index.columns:
        mine = _forms.listed([one.text for one in narrowing(index, conditions) if one.column == column])
        if column == stop:
            what = f"{mine} is a range and counts" if mine else "no condition on it limits the scan"
            steps.append(Step(f"`{column}`: {what}; nothing behind it does."))
            break
        steps.append(Step(f"`{column}`: {mine} is an equality; on to the next column."))
    return steps


def drawn_index(dice: Random, difficulty: int) -> tuple[str, Index]:
    """A table's name and an index on some of its columns."""
    table = dice.choice(list(TABLES))
    columns = dice.sample(TABLES[table], 2 if difficulty < 2 else 3 if difficulty < 5 else 4)
    down = [column for column in columns if difficulty > 2 and dice.random() < 0.3]
    return table, Index(tuple(columns), frozenset(down))


def drawn_condition(dice: Random, column: str, difficulty: int) -> Condition:
    signs = ["=", "=", "=", ">", "<", "BETWEEN"]
    signs += ["IN", "<>", "IS NULL"] if difficulty > 1 else []
    signs += ["+", "abs"] if difficulty > 2 else []
    return condition(dice, column, dice.choice(signs))


def condition(dice: Random, column: str, sign: str) -> Condition:
    """A condition of that kind with numbers of its own."""
    number = dice.randint(2, 60)
    forms = {
        "IN": f"{column} IN ({number}, {number + dice.randint(1, 9)})",
        "BETWEEN": f"{column} BETWEEN {number} AND {number + dice.randint(2, 9)}",
        "IS NULL": f"{column} IS NULL",
        "+": f"{column} + 1 = {number}",
        "abs": f"abs({column}) = {number}",
    }
    return Condition(column, sign, forms.get(sign, f"{column} {sign} {number}"))
