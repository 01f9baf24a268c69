"""Rows compared: as a bag or in order, and what is missing or too many where they differ. Nothing is run here."""

from collections import Counter
from collections.abc import Sequence
from itertools import permutations

from bequiz.model.tables import Difference, Result, Row, Table, Value

DIGITS = 9  # significant digits in which two fractions must agree: sums depend on the order of their terms
WIDEST = 6  # columns up to which another order of columns is looked for


def sense(value: Value) -> Value:
    """What a value counts as: 30 and 30.0 are one number, '30' is a text, fractions agree in nine digits."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def same(expected: Result, got: Result, *, ordered: bool = False, columns: bool = False) -> bool:
    """Whether two results are equal: their rows as a bag unless `ordered`, the names of columns only with `columns`."""
    return len(expected.tables) == len(got.tables) and all(
        _same(left, right, ordered, columns) for left, right in zip(expected.tables, got.tables, strict=True)
    )


def _same(expected: Table, got: Table, ordered: bool, columns: bool) -> bool:
    left, right = _rows(expected), _rows(got)
    if len(left) != len(right) or len(expected.columns) != len(got.columns) or (columns and not _named(expected, got)):
        return False
    return left == right if ordered else Counter(left) == Counter(right)


def _rows(table: Table) -> list[Row]:
    return [tuple(map(sense, row)) for row in table.rows]


def _named(expected: Table, got: Table) -> bool:
    return [name.casefold() for name in expected.columns] == [name.casefold() for name in got.columns]


def difference(
    expected: Result,
    got: Result,
    where: str,
    data: Sequence[Table] = (),
    *,
    ordered: bool = False,
    columns: bool = False,
) -> Difference:
    """The first tables of two results that differ, with the rows that only one of them has."""
    pairs = zip(expected.tables, got.tables, strict=True)
    left, right = next(pair for pair in pairs if not _same(*pair, ordered, columns))
    return Difference(
        where=where,
        data=tuple(data),
        expected=left,
        got=right,
        missing=surplus(right, left),
        surplus=surplus(left, right),
    )


def surplus(expected: Table, got: Table) -> tuple[Row, ...]:
    """The rows that `got` has more often than `expected`, in its order."""
    left = Counter(_rows(expected))
    found = []
    for row, plain in zip(got.rows, _rows(got), strict=True):
        left[plain] -= 1
        if left[plain] < 0:
            found.append(row)
    return tuple(found)


def told(found: Difference, *, ordered: bool = False) -> str:
    """A difference in a sentence, with the likely reason where the rows betray one."""
    expected, got = found.expected, found.got
    place = f"On {found.where}" + (f", in the table {got.name}" if got.name else "")
    if len(expected.columns) != len(got.columns):
        return (
            f"{place}, {_count(len(expected.columns), 'column', 'was', 'were')} expected and {len(got.columns)} came."
        )
    if not found.missing and not found.surplus:
        if ordered and _rows(expected) != _rows(got):
            return f"{place}, the rows are right, their order is not."
        return f"{place}, the rows are right, the names of the columns are not."
    parts = [f"{_count(len(found.missing), 'row', 'is', 'are')} missing"] if found.missing else []
    parts += [f"{_count(len(found.surplus), 'row', 'is', 'are')} too many"] if found.surplus else []
    return f"{place}, {' and '.join(parts)}.{_reason(expected, got)}"


def _reason(expected: Table, got: Table) -> str:
    left, right = Counter(_rows(expected)), Counter(_rows(got))
    if set(left) == set(right):
        return (
            " Each row is right; it only stands there too often." if right > left else " Only duplicates are missing."
        )
    if _texts(left) == _texts(right):
        return " The values read alike: one side is text, the other a number."
    if len(expected.columns) <= WIDEST and any(
        Counter(tuple(row[place] for place in order) for row in right.elements()) == left
        for order in permutations(range(len(expected.columns)))
    ):
        return " The columns are in another order."
    return ""


def _texts(rows: Counter[Row]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(map(str, row)) for row in rows.elements())


def _count(number: int, thing: str, one: str, more: str) -> str:
    return f"{number} {thing} {one}" if number == 1 else f"{number} {thing}s {more}"
