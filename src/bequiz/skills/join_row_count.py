"""How many rows a join, a subquery or a set operation returns when keys repeat and are missing. The rules are those of
standard SQL (SQL:1992, 7.5 <joined table>, 8.2 <comparison predicate>, 8.4 <in predicate>, 7.10 <query expression>), as
PostgreSQL 15's documentation has them in 7.2.1 "The FROM Clause", 7.4 "Combining Queries" and 9.23 "Subquery
Expressions": a comparison with NULL is unknown and keeps no row, an outer join gives back what found no partner, and
DISTINCT, GROUP BY and set operations take NULLs for alike.
"""

from collections.abc import Callable
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills import _forms
from bequiz.skills._joins import Filter, Kind, Row, Table, Value, equal, equal_nulls, join, shown, tables

TITLE = "How many rows a join returns"
VERSION = 1
KINDS: tuple[Kind, ...] = ("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
SYSTEM = "Standard SQL, as in PostgreSQL."
NULLS = "NULL is equal to nothing, not even to NULL."
FAN = "Each pair of partners is a row: repeated keys multiply."


def make(seed: int, difficulty: int) -> Instance:
    kinds: dict[_forms.Kind, int] = {
        ask_join: 1,
        ask_which: 1,
        ask_all_four: 2,
        ask_subquery: 2,
        ask_place: 3,
        ask_sum: 3,
        ask_groups: 3,
        ask_set: 3,
        ask_three: 4,
    }
    return _forms.drawn(kinds, seed, difficulty)


def ask_join(dice: Random, difficulty: int) -> Instance | None:
    """count(*) or count of a column of one join."""
    one, two = tables(dice, difficulty)
    kind: Kind = dice.choice(KINDS[: 2 if difficulty < 3 else 4])
    counted = dice.choice(["*", "*", two.key, one.key]) if difficulty > 1 and kind != "JOIN" else "*"
    pairs = join(one.rows, two.rows, kind, equal)
    right = _count(pairs, counted, one)
    others: dict[Kind, str] = {
        "JOIN": "That is the inner join; an outer one gives back rows without a partner, too.",
        "LEFT JOIN": "That is the LEFT JOIN.",
        "FULL JOIN": "That is the FULL JOIN.",
    }
    mistakes = {
        str(_count(join(one.rows, two.rows, kind, equal_nulls), counted, one)): NULLS,
        str(len(pairs)): f"count({counted}) leaves out rows in which {counted} is NULL.",
        **({str(len({pair[0] for pair in pairs})): FAN} if counted == "*" else {}),
        **{str(_count(join(one.rows, two.rows, other, equal), counted, one)): why for other, why in others.items()},
    }
    if right == len(one.rows) or len(pairs) == len({pair[0] for pair in pairs}):
        return None
    steps = _partners(one, two, kind)
    total = f"{_many(len(pairs), 'row')} in all" + (
        "." if counted == "*" else f", {right} of them with {counted} not NULL."
    )
    prompt = f"{SYSTEM} What does the query return?"
    query = f"SELECT count({counted})\n{_from(one, two, kind)}"
    return _forms.text(
        prompt, right, [*steps, Step(total)], listing=_listing([one, two], query), lang="sql", mistakes=mistakes
    )


def ask_which(dice: Random, difficulty: int) -> Instance | None:
    """The query that returns so many rows."""
    one, two = tables(dice, difficulty)
    a, b = f"{one.name} {one.alias}", f"{two.name} {two.alias}"
    counts = {f"{a} {kind} {b} ON {two.key} = {one.key}": len(join(one.rows, two.rows, kind, equal)) for kind in KINDS}
    counts[f"{a} CROSS JOIN {b}"] = len(one.rows) * len(two.rows)
    if difficulty > 2:
        unequal = join(one.rows, two.rows, "JOIN", lambda x, y: None not in (x[0], y[0]) and x[0] != y[0])
        counts[f"{a} JOIN {b} ON {two.key} <> {one.key}"] = len(unequal)
        less = join(one.rows, two.rows, "JOIN", lambda x, y: x[0] is not None and y[0] is not None and y[0] < x[0])
        counts[f"{a} JOIN {b} ON {two.key} < {one.key}"] = len(less)
    right = dice.choice(list(counts))
    if "CROSS" in right and dice.random() < 0.7:
        return None
    if list(counts.values()).count(counts[right]) > 1:
        return None
    names = dice.sample([text for text in counts if text != right], 3)
    steps = [Step(f"{text}: {_many(counts[text], 'row')}.") for text in [*names, right]]
    prompt = f"{SYSTEM} From which of these does SELECT * return {_many(counts[right], 'row')}?"
    mistakes = {text: f"This gives {_many(counts[text], 'row')}." for text in names}
    return _forms.pick(dice, prompt, right, mistakes, steps, listing=_listing([one, two]))


def ask_all_four(dice: Random, difficulty: int) -> Instance | None:
    """The rows of each kind of join."""
    one, two = tables(dice, difficulty)
    counts = [len(join(one.rows, two.rows, kind, equal)) for kind in KINDS]
    if len(set(counts)) < 3:
        return None
    matched, left, right = counts[0], counts[1] - counts[0], counts[2] - counts[0]
    steps = [
        Step(f"Pairs with equal keys: {_pairs(one, two)}; JOIN gives {matched}.", str(matched)),
        Step(f"Without a partner in {one.name}: {left}. LEFT: {matched} + {left} = {counts[1]}.", str(counts[1])),
        Step(f"Without a partner in {two.name}: {right}. RIGHT: {matched} + {right} = {counts[2]}.", str(counts[2])),
        Step(f"FULL: {matched} + {left} + {right} = {counts[3]}.", str(counts[3])),
    ]
    mistakes = {
        _forms.words([len(join(one.rows, two.rows, kind, equal_nulls)) for kind in KINDS]): NULLS,
        _forms.words([matched, len(one.rows), len(two.rows), counts[3]]): FAN,
        _forms.words([*counts[:3], counts[1] + counts[2]]): "FULL holds the pairs once, not twice.",
    }
    prompt = (
        f"{SYSTEM} How many rows does the query return with JOIN, LEFT JOIN, RIGHT JOIN and FULL JOIN in place of `?`, "
        "in this order?"
    )
    query = f"SELECT *\nFROM {one.name} {one.alias} ? {two.name} {two.alias} ON {two.key} = {one.key}"
    return _forms.sequence(
        prompt, counts, steps, "rows", listing=_listing([one, two], query), lang="sql", mistakes=mistakes
    )


def ask_subquery(dice: Random, difficulty: int) -> Instance | None:
    """Rows kept by IN, NOT IN, EXISTS and NOT EXISTS."""
    one, two = tables(dice, difficulty)
    if dice.random() < 0.4:  # NOT IN without a NULL in the list
        two = two._replace(rows=tuple(row for row in two.rows if row[0] is not None))
    keys = {row[0] for row in two.rows}
    form = dice.choice(["IN", "NOT IN", "NOT IN", "EXISTS", "NOT EXISTS"])
    kept = {
        "IN": [row for row in one.rows if row[0] is not None and row[0] in keys],
        "NOT IN": [row for row in one.rows if row[0] is not None and row[0] not in keys and None not in keys],
        "EXISTS": [row for row in one.rows if any(equal(row, other) for other in two.rows)],
        "NOT EXISTS": [row for row in one.rows if not any(equal(row, other) for other in two.rows)],
    }
    right = len(kept[form])
    condition = (
        f"{one.key} {form} (SELECT {two.columns[0]} FROM {two.name})"
        if form.endswith("IN")
        else f"{form} (SELECT 1 FROM {two.name} {two.alias} WHERE {two.key} = {one.key})"
    )
    inverse = {"IN": "NOT IN", "NOT IN": "NOT EXISTS", "EXISTS": "NOT EXISTS", "NOT EXISTS": "NOT IN"}[form]
    plain = [row for row in one.rows if (row[0] in keys) != form.startswith("NOT")]
    mistakes = {
        str(len(kept[inverse])): f"So it is with {inverse}; the two treat NULL differently."
        if {form, inverse} == {"NOT IN", "NOT EXISTS"}
        else f"So it is with {inverse}.",
        str(len(plain)): NULLS,
        str(
            len(join(one.rows, two.rows, "JOIN", equal))
        ): "A subquery in WHERE keeps or drops a row; it never repeats it.",
    }
    if form == "NOT IN" and None in keys:
        steps = [
            Step(f"{two.key} holds a NULL, so NOT IN is never true: it is false for a key in the list, else unknown.")
        ]
    else:
        null = "kept: nothing equals NULL" if form == "NOT EXISTS" else "not kept: the comparison is unknown"
        steps = [
            Step(f"{shown(row)}: {null if row[0] is None else 'kept' if row in kept[form] else 'not kept'}.")
            for row in one.rows
        ]
    prompt = f"{SYSTEM} How many rows does the query return?"
    query = f"SELECT * FROM {one.name} {one.alias}\nWHERE {condition}"
    steps.append(Step(f"So {_many(right, 'row')}."))
    return _forms.text(prompt, right, steps, listing=_listing([one, two], query), lang="sql", mistakes=mistakes)


def ask_place(dice: Random, difficulty: int) -> Instance | None:
    """The same condition in ON and in WHERE."""
    one, two = tables(dice, difficulty)
    table = two if dice.random() < 0.7 else one
    numbers = sorted({row[1] for row in table.rows if row[1] is not None})
    keep = Filter(dice.choice([">", "<", "<>"]), dice.choice(numbers)) if numbers else Filter("IS NULL")
    if difficulty > 3 and dice.random() < 0.3:
        keep = Filter(dice.choice(["IS NULL", "IS NOT NULL"]))

    def on(x: Row, y: Row) -> bool:
        return equal(x, y) and keep.holds((y if table is two else x)[1])

    inside = join(one.rows, two.rows, "LEFT JOIN", on)
    plain = join(one.rows, two.rows, "LEFT JOIN", equal)
    after = [pair for pair in plain if keep.holds(_number(pair, table is two))]
    counts = [len(inside), len(after)]
    condition = keep.written(table.number)
    lonely = sum(y is None for _, y in inside)
    steps = [
        Step(
            f"Query 1: the condition decides which pairs match, and each row of {one.name} is kept: "
            f"{_many(counts[0] - lonely, 'pair')} and {lonely} without a partner, {counts[0]} in all.",
            str(counts[0]),
        ),
        Step(
            f"Query 2: of the {_many(len(plain), 'row')} of the join WHERE keeps those for which {condition} is true, "
            f"{'also' if keep.sign == 'IS NULL' else 'not'} those without a partner: {counts[1]} left.",
            str(counts[1]),
        ),
    ]
    mistakes = {
        _forms.words([counts[1], counts[1]]): "In ON the condition does not drop rows of the left table.",
        _forms.words(
            [counts[0], counts[0]]
        ): "In WHERE the condition sees the NULLs of rows without a partner, and drops them.",
        _forms.words([len(plain), counts[1]]): "In ON the condition does decide which pairs match.",
        _forms.words(counts[::-1]): "It is the other way round.",
    }
    if counts[0] in (counts[1], len(plain)) or (not counts[1] and dice.random() < 0.8):
        return None
    base = f"FROM {one.name} {one.alias} LEFT JOIN {two.name} {two.alias}"
    query = (
        f"1: SELECT * {base}\n     ON {two.key} = {one.key} AND {condition}\n"
        f"2: SELECT * {base}\n     ON {two.key} = {one.key} WHERE {condition}"
    )
    prompt = f"{SYSTEM} How many rows do queries 1 and 2 return?"
    return _forms.sequence(
        prompt, counts, steps, "rows of each query", listing=_listing([one, two], query), mistakes=mistakes
    )


def ask_sum(dice: Random, difficulty: int) -> Instance | None:
    """A sum over a join that repeats rows."""
    one, two = tables(dice, difficulty)
    kind = dice.choice(KINDS[:2])
    pairs = join(one.rows, two.rows, kind, equal)
    numbers = [row[1] for row, _ in pairs if row and row[1] is not None]
    once = [row[1] for row in one.rows if row[1] is not None and any(row is left for left, _ in pairs)]
    if not numbers or sum(numbers) == sum(once):
        return None
    right = sum(numbers)
    other = join(one.rows, two.rows, "LEFT JOIN" if kind == "JOIN" else "JOIN", equal)
    nulls = join(one.rows, two.rows, kind, equal_nulls)
    mistakes = {
        str(sum(once)): "The join repeats a row for each of its partners, and sum adds it each time.",
        str(sum(row[1] or 0 for row, _ in other if row)): f"That is the {'LEFT' if kind == 'JOIN' else 'inner'} JOIN.",
        str(sum(row[1] or 0 for row, _ in nulls if row)): NULLS,
        str(len(numbers)): "That is how many are added.",
    }
    steps = []
    for row in one.rows:
        times = sum(left is row for left, _ in pairs)
        steps.append(
            Step(f"{shown(row)} is in {_many(times, 'row')} of the join{'' if row[1] else ', a NULL to skip'}.")
        )
    steps.append(Step(f"{' + '.join(str(number) for number in numbers)} = {right}."))
    prompt = f"{SYSTEM} What does the query return?"
    query = f"SELECT sum({one.number})\n{_from(one, two, kind)}"
    return _forms.text(prompt, right, steps, listing=_listing([one, two], query), lang="sql", mistakes=mistakes)


def ask_groups(dice: Random, difficulty: int) -> Instance | None:
    """Groups of a join, or distinct values in it."""
    one, two = tables(dice, difficulty)
    kind = dice.choice(KINDS)
    pairs = join(one.rows, two.rows, kind, equal)
    table, place = dice.choice([(one, 0), (two, 1)])
    values = [pair[place][0] if pair[place] else None for pair in pairs]  # type: ignore[index]
    form = dice.choice(["GROUP BY", "DISTINCT", "count(DISTINCT)"])
    known = {value for value in values if value is not None}
    right = len(known) if form == "count(DISTINCT)" else len(set(values))
    if len(known) == len(set(values)) and dice.random() < 0.7:
        return None
    mistakes = {
        str(len(set(values))): "count leaves out NULLs, with DISTINCT too.",
        str(len(known)): "NULLs make one group, as one value does.",
        str(len(known) + values.count(None)): "All NULLs together make one group.",
        str(len(pairs)): "That is the join; equal values count once.",
    }
    query = {
        "GROUP BY": f"SELECT {table.key}, count(*)\n{_from(one, two, kind)}\nGROUP BY {table.key}",
        "DISTINCT": f"SELECT DISTINCT {table.key}\n{_from(one, two, kind)}",
        "count(DISTINCT)": f"SELECT count(DISTINCT {table.key})\n{_from(one, two, kind)}",
    }[form]
    asked = "What does the query return?" if form == "count(DISTINCT)" else "How many rows does the query return?"
    listed = _forms.listed([_text(value) for value in sorted(values, key=lambda value: (value is None, value))])
    ends = "and NULLs are left out" if form == "count(DISTINCT)" else "and all NULLs are one"
    steps = [Step(f"{table.key} in the join: {listed}."), Step(f"Equal ones count once {ends}: {right}.")]
    return _forms.text(
        f"{SYSTEM} {asked}", right, steps, listing=_listing([one, two], query), lang="sql", mistakes=mistakes
    )


def ask_set(dice: Random, difficulty: int) -> Instance | None:
    """UNION, INTERSECT, EXCEPT, with and without ALL."""
    one, two = tables(dice, difficulty)
    left, right = [row[0] for row in one.rows], [row[0] for row in two.rows]
    counts = {
        "UNION": len({*left, *right}),
        "UNION ALL": len(left) + len(right),
        "INTERSECT": len({*left} & {*right}),
        "EXCEPT": len({*left} - {*right}),
    }
    form = dice.choice(["UNION", "INTERSECT", "EXCEPT", "EXCEPT"])
    known = {"UNION": {*left, *right}, "INTERSECT": {*left} & {*right}, "EXCEPT": {*left} - {*right}}[form]
    alike = f"Set operations take NULLs for alike{'' if form == 'UNION' else ', other than a join does'}."
    rows = {
        "UNION": left + right,
        "INTERSECT": [key for key in left if key in right],
        "EXCEPT": [key for key in left if key not in right],
    }
    separate = [key for key in known if key is not None]
    mistakes = {
        str(len(rows[form])): "Without ALL, rows that are alike come once.",
        str(len(separate)): alike,
        str(len(separate) + [*left, *right].count(None)): alike,
        str(
            len(join(one.rows, two.rows, "JOIN", equal))
        ): "That is a join; a set operation puts rows under one another.",
    }
    if None not in [*left, *right]:
        return None
    found = _forms.listed([_text(key) for key in sorted(known, key=lambda key: (key is None, key))]) or "nothing"
    columns = [f"{table.name}: {_forms.listed([_text(row[0]) for row in table.rows])}" for table in (one, two)]
    steps = [
        Step(f"{one.columns[0]} in {' and in '.join(columns)}."),
        Step(f"{form} takes NULLs for alike and leaves each row once: {found}, so {_many(counts[form], 'row')}."),
    ]
    prompt = f"{SYSTEM} How many rows does the query return?"
    query = f"SELECT {one.columns[0]} FROM {one.name}\n{form}\nSELECT {two.columns[0]} FROM {two.name}"
    return _forms.text(prompt, counts[form], steps, listing=_listing([one, two], query), lang="sql", mistakes=mistakes)


def ask_three(dice: Random, difficulty: int) -> Instance | None:
    """Two joins one after the other."""
    one, two, three = tables(dice, difficulty - 1, 3)
    first, second = dice.choice(
        [("LEFT JOIN", "JOIN"), ("LEFT JOIN", "LEFT JOIN"), ("JOIN", "LEFT JOIN"), ("JOIN", "JOIN")]
    )
    through = dice.choice([one, two])

    def count(kinds: tuple[str, str], on: Callable[[Row, Row], bool]) -> tuple[int, int]:
        pairs = join(one.rows, two.rows, kinds[0], on)  # type: ignore[arg-type]
        rows = [(x if through is one else y) or (None, None) for x, y in pairs]
        return len(pairs), len(join(rows, three.rows, kinds[1], on))  # type: ignore[arg-type]

    between, right = count((first, second), equal)
    mistakes = {
        str(count((first, second), equal_nulls)[1]): NULLS,
        str(
            count(("LEFT JOIN", "LEFT JOIN"), equal)[1]
        ): "A later inner JOIN drops rows again that a LEFT JOIN has kept.",
        str(count(("JOIN", "JOIN"), equal)[1]): "A LEFT JOIN keeps rows without a partner.",
        str(between): f"So many come out of the first join; each then has its partners in {three.name}.",
    }
    if right > 16 or between == right:
        return None
    keys = [(x if through is one else y) for x, y in join(one.rows, two.rows, first, equal)]  # type: ignore[arg-type]
    listed = _forms.listed([_text(row[0] if row else None) for row in keys])
    partners = [sum(equal(row or (None, None), other) for other in three.rows) for row in keys]
    each = [str(max(number, 1) if second == "LEFT JOIN" else number) for number in partners]
    ends = "those without one kept once" if second == "LEFT JOIN" else "those without one dropped"
    steps = [
        Step(f"The first join has {_many(between, 'row')}, with {through.key}: {listed}."),
        Step(f"Each with its partners in {three.name}, {ends}: {' + '.join(each)} = {right}."),
    ]
    last = f"{second} {three.name} {three.alias} ON {three.key} = {through.key}"
    query = f"SELECT count(*)\n{_from(one, two, first)}\n  {last}"
    prompt = f"{SYSTEM} What does the query return?"
    return _forms.text(prompt, right, steps, listing=_listing([one, two, three], query), lang="sql", mistakes=mistakes)


def _count(pairs: list[tuple[Row | None, Row | None]], counted: str, one: Table) -> int:
    if counted == "*":
        return len(pairs)
    rows = [pair[0 if counted == one.key else 1] for pair in pairs]
    return sum(row is not None and row[0] is not None for row in rows)


def _number(pair: tuple[Row | None, Row | None], second: bool) -> Value:
    row = pair[1 if second else 0]
    return row[1] if row else None


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _text(value: Value) -> str:
    return "NULL" if value is None else str(value)


def _pairs(one: Table, two: Table) -> str:
    """How many pairs each key makes."""
    left, right = [row[0] for row in one.rows], [row[0] for row in two.rows]
    both = sorted({key for key in left if key is not None and key in right}, key=str)
    return ", ".join(f"key {key}: {left.count(key)} × {right.count(key)}" for key in both) or "no key in common"


def _partners(one: Table, two: Table, kind: Kind) -> list[Step]:
    steps = [Step(f"Pairs with equal keys: {_pairs(one, two)}.")]
    if any(row[0] is None for row in (*one.rows, *two.rows)):
        steps.append(Step(NULLS))
    for table, other, kinds in ((one, two, ("LEFT JOIN", "FULL JOIN")), (two, one, ("RIGHT JOIN", "FULL JOIN"))):
        if kind in kinds:
            lonely = [row for row in table.rows if not any(equal(row, partner) for partner in other.rows)]
            steps.append(Step(f"Of {table.name} without a partner, kept with NULLs: {len(lonely)}."))
    return steps


def _from(one: Table, two: Table, kind: str) -> str:
    return f"FROM {one.name} {one.alias} {kind} {two.name} {two.alias} ON {two.key} = {one.key}"


def _listing(some: list[Table], query: str = "") -> str:
    return "\n".join([*(table.written() for table in some), *(["", query] if query else [])])
