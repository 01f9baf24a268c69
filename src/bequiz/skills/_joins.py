"""Small tables with NULLs and duplicates, and joins of them by nested loops in three-valued logic.

SQL:1992, 7.5 <joined table>, 8.2 <comparison predicate>; so do PostgreSQL and SQLite.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal, NamedTuple

Value = int | None
Row = tuple[Value, ...]
Kind = Literal["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]
THEMES = (
    ("zone", "sensors", "age", "alarms", "level", "guards", "shift"),
    ("team", "players", "goals", "matches", "round", "coaches", "wage"),
    ("depot", "parcels", "weight", "trucks", "seats", "ramps", "size"),
    ("project", "tasks", "hours", "notes", "length", "bills", "amount"),
    ("ward", "beds", "age", "nurses", "rank", "visits", "length"),
)


class Table(NamedTuple):
    """Rows of a key, which may repeat or be NULL, and a number."""

    name: str
    columns: tuple[str, str]
    rows: tuple[Row, ...]

    @property
    def alias(self) -> str:
        return self.name[0]

    @property
    def key(self) -> str:
        return f"{self.alias}.{self.columns[0]}"

    @property
    def number(self) -> str:
        return f"{self.alias}.{self.columns[1]}"

    def written(self) -> str:
        return f"{self.name} ({', '.join(self.columns)}): {' '.join(shown(row) for row in self.rows)}"


class Filter(NamedTuple):
    """A comparison of a table's number with a constant; unknown for NULL."""

    sign: Literal[">", "<", "=", "<>", "IS NULL", "IS NOT NULL"]
    bound: int = 0

    def holds(self, value: Value) -> bool:
        if self.sign in ("IS NULL", "IS NOT NULL"):
            return (value is None) == (self.sign == "IS NULL")
        signs = {">": int.__gt__, "<": int.__lt__, "=": int.__eq__, "<>": int.__ne__}
        return value is not None and bool(signs[self.sign](value, self.bound))

    def written(self, column: str) -> str:
        return f"{column} {self.sign}" + ("" if "NULL" in self.sign else f" {self.bound}")


def shown(row: Row) -> str:
    return f"({', '.join('NULL' if value is None else str(value) for value in row)})"


def tables(dice: Random, difficulty: int, number: int = 2) -> list[Table]:
    """Tables that share a key; the higher the difficulty, the more rows and NULLs."""
    key, *names = dice.choice(THEMES)
    found = []
    for at in range(number):
        keys: list[Value] = [
            dice.randint(1, 3 + (difficulty > 3)) for _ in range(dice.randint(3, 4 + (difficulty > 2)))
        ]
        if difficulty > 1:
            keys[dice.randrange(len(keys))] = None
        if difficulty > 3 and dice.random() < 0.4:
            keys[dice.randrange(len(keys))] = None
        keys.sort(key=lambda value: (value is None, value))
        numbers = [None if difficulty > 2 and dice.random() < 0.2 else dice.randint(1, 9) for _ in keys]
        rows = tuple(zip(keys, numbers, strict=True))
        found.append(Table(names[2 * at], (key, names[2 * at + 1]), rows))
    return found


def equal(left: Row, right: Row) -> bool:
    """Whether the keys are equal; NULL is equal to nothing."""
    return left[0] is not None and left[0] == right[0]


def equal_nulls(left: Row, right: Row) -> bool:
    """The mistake of taking NULL for a value like others."""
    return left[0] == right[0]


def join(
    left: Sequence[Row], right: Sequence[Row], kind: Kind, on: Callable[[Row, Row], bool]
) -> list[tuple[Row | None, Row | None]]:
    """The pairs of rows of a join; None stands for a row of NULLs."""
    pairs: list[tuple[Row | None, Row | None]] = [(one, other) for one in left for other in right if on(one, other)]
    if kind in ("LEFT JOIN", "FULL JOIN"):
        pairs += [(one, None) for one in left if not any(on(one, other) for other in right)]
    if kind in ("RIGHT JOIN", "FULL JOIN"):
        pairs += [(None, other) for other in right if not any(on(one, other) for one in left)]
    return pairs
