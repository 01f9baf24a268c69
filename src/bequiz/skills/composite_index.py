"""What a composite B-tree index can do for a query: which conditions narrow the part of it that is read, which orders
come out of it without a sort, which index fits, which is redundant, which query it covers. The rules are those of
PostgreSQL 15's documentation, 11.3 "Multicolumn Indexes" (equality on leading columns, plus any range on the first
column without one, limit the part that is scanned), 11.4 "Indexes and ORDER BY" and 11.9 "Index-Only Scans and Covering
Indexes"; there is no skip scan before version 18.
"""

from collections.abc import Sequence
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills import _forms
from bequiz.skills._btree import (
    TABLES,
    Condition,
    Index,
    condition,
    drawn_condition,
    drawn_index,
    end,
    gives,
    narrowing,
    ordering,
    unfixed,
    walk,
    why_not,
)

TITLE = "What a composite index is good for"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    kinds: dict[_forms.Kind, int] = {
        ask_narrowing: 1,
        ask_searches: 1,
        ask_entries: 1,
        ask_orders: 2,
        ask_best: 2,
        ask_redundant: 3,
        ask_covered: 3,
        ask_limited: 4,
    }
    return _forms.drawn(kinds, seed, difficulty)


def ask_narrowing(dice: Random, difficulty: int) -> Instance | None:
    """The conditions of a query that limit what is read of the index."""
    table, index = drawn_index(dice, difficulty)
    columns = dice.sample(index.columns, min(len(index.columns), dice.randint(2, 4)))
    if len(columns) < 3 or dice.random() < 0.3:
        columns.append(dice.choice([column for column in TABLES[table] if column not in index.columns]))
    conditions = [drawn_condition(dice, column, difficulty) for column in columns]
    used = narrowing(index, conditions)
    if not 0 < len(used) < len(conditions) or len(conditions) < 3:
        return None
    dice.shuffle(conditions)
    prompt = (
        f"{_scene(table, index)} Which conditions of this query limit the part of the index that is scanned, "
        "rather than only filter what is found there? Select all."
    )
    mistakes = {one.text: why_not(index, conditions, one) for one in conditions if one not in used}
    options = [one.text for one in conditions]
    listing = _query(table, conditions)
    return _forms.pick_many(prompt, options, mistakes, walk(index, conditions), listing=listing, lang="sql")


def ask_searches(dice: Random, difficulty: int) -> Instance | None:
    """The conditions for which the index need not be read from end to end."""
    table, index = drawn_index(dice, difficulty)
    first, second, last = index.columns[0], index.columns[1], index.columns[-1]
    number, other = dice.randint(2, 9), dice.randint(12, 90)
    behind = f"`{first}` comes first in the index, and nothing limits it."
    computed = f"The index is sorted by `{first}`, not by what is computed from it."
    good = [
        f"{first} = {number}",
        f"{first} > {other}",
        f"{second} = {number} AND {first} = {other}",
        f"{last} < {other} AND {first} = {number}",
        f"{first} BETWEEN {number} AND {other}",
    ]
    bad = {
        f"{second} = {number}": behind,
        f"{last} = {other}": behind,
        f"{second} BETWEEN {number} AND {other}": behind,
        f"{first} + 1 = {number}": computed,
    }
    if difficulty > 1:
        good += [f"{first} IN ({number}, {other})", f"{first} IS NULL", f"{second} <> {number} AND {first} = {other}"]
        bad |= {
            f"{first} <> {number}": "All values but one are no part to go to.",
            f"abs({first}) = {number}": computed,
        }
    if difficulty > 2:
        good += [f"{first} = {number} OR {first} = {other}", f"({first}, {second}) > ({number}, {other})"]
        bad |= {
            f"{first} = {number} OR {second} = {other}": f"The second half may hold for any `{first}`.",
            f"({second}, {first}) > ({number}, {other})": f"Rows are compared by `{second}` first; the index is not.",
        }
    many = dice.randint(1, 3)
    right, wrong = dice.sample(good, many), dice.sample(list(bad), 4 - many)
    options = dice.sample([*right, *wrong], 4)
    steps = [Step(f"The index is sorted by `{first}` first: only what limits `{first}` leads to a part of it.")]
    steps += [Step(f"{text}: {bad.get(text, f'it limits `{first}`.')}") for text in options]
    prompt = f"{_scene(table, index)} For which conditions need only a part of the index be scanned? Select all."
    return _forms.pick_many(prompt, options, {text: bad[text] for text in wrong}, steps)


def ask_orders(dice: Random, difficulty: int) -> Instance | None:
    """The orders that need no sort."""
    table, index = drawn_index(dice, difficulty)
    conditions = [condition(dice, column, "=") for column in index.columns[: dice.randint(0, len(index.columns) - 1)]]
    if difficulty > 2 and dice.random() < 0.4:
        conditions.append(condition(dice, index.columns[len(conditions)], dice.choice([">", "<"])))
    options: dict[str, bool] = {}
    for _ in range(14):
        order = _drawn_order(dice, index, 2 if difficulty < 4 else 3)
        options.setdefault(f"ORDER BY {ordering(order)}", gives(index, conditions, order))
    right, wrong = ([text for text, fits in options.items() if fits is kind] for kind in (True, False))
    many = dice.randint(1, 3)
    if len(right) < many or len(wrong) < 4 - many:
        return None
    shown = dice.sample([*right[:many], *wrong[: 4 - many]], 4)
    fixed = [one.column for one in conditions if one.sign == "="]
    ways = [ordering(unfixed(way, conditions)) for way in (index.order, index.backwards)]
    both = f"({ways[0]}) forwards or ({ways[1]}) backwards"
    steps = [Step(f"`{one}` has one value, which is of no account in an order.") for one in fixed]
    steps.append(Step(f"The index gives {both}; an order that begins either of them needs no sort."))
    why = f"It does not begin {both}" + (f", {', '.join(fixed)} left out." if fixed else ".")
    query = f"SELECT * FROM {table}" + ("\nWHERE " + " AND ".join(one.text for one in conditions) if conditions else "")
    prompt = f"{_scene(table, index)} Which orders does the index give to this query, without any sort? Select all."
    mistakes = {text: why for text in shown if text in wrong}
    return _forms.pick_many(prompt, shown, mistakes, steps, listing=f"{query}\nORDER BY ...", lang="sql")


def ask_entries(dice: Random, difficulty: int) -> Instance | None:
    """How many entries of a small index are scanned."""
    table = dice.choice(list(TABLES))
    index = Index(tuple(dice.sample(TABLES[table][:4], 2 if difficulty < 3 else 3)))
    drawn = {tuple(dice.randint(1, 4 - at) for at in range(len(index.columns))) for _ in range(30)}
    entries = sorted(dice.sample(sorted(drawn), min(11, len(drawn) - 1)))
    conditions = [
        Condition(column, sign, f"{column} {sign} {dice.randint(1, 3)}")
        for column in index.columns
        if (sign := dice.choice(["=", "=", ">", "<", ""]))
    ]
    used = narrowing(index, conditions)
    if not used or len(conditions) < 2:
        return None
    right, matching = (sum(_holds(index, entry, some) for entry in entries) for some in (used, conditions))
    if right in (0, len(entries)) or (matching in (0, right) and dice.random() < 0.8):
        return None
    mistakes = {
        str(matching): "So many meet all conditions; but some conditions only filter what is scanned.",
        str(sum(_holds(index, entry, used[:1]) for entry in entries)): "The second column limits the scan, too.",
        str(len(entries)): "That is the whole index; the leading column limits the scan.",
    }
    wanted = " AND ".join(one.text for one in conditions)
    prompt = (
        f"{_scene(table, index)} These are all its entries, in order. How many of them are in the part that is scanned "
        f"for {wanted}?"
    )
    steps = [*walk(index, conditions), Step(f"Entries with {' and '.join(one.text for one in used)}: {right}.")]
    return _forms.text(prompt, right, steps, listing=_entries(index.columns, entries), mistakes=mistakes)


def ask_best(dice: Random, difficulty: int) -> Instance | None:
    """The order of columns with which every condition limits the scan."""
    table = dice.choice(list(TABLES))
    columns = dice.sample(TABLES[table], 3 if difficulty < 4 else 4)
    signs = ["=", dice.choice(["=", "IN"] if difficulty > 2 else ["="]), dice.choice([">", "<", "BETWEEN"])]
    conditions = [condition(dice, column, sign) for column, sign in zip(columns, signs, strict=False)]
    drawn = dict.fromkeys(Index(tuple(dice.sample(columns, len(columns)))) for _ in range(20))
    right = [one for one in drawn if len(narrowing(one, conditions)) == len(conditions)]
    if not right:
        return None
    mistakes = {}
    for one in drawn:
        if one not in right:
            used, stop = [each.column for each in narrowing(one, conditions)], end(one, conditions)
            what = "has only a range" if stop in used else "has no condition"
            limits = (
                f"only {' and '.join(used)} {'limits' if len(used) == 1 else 'limit'}" if used else "nothing limits"
            )
            mistakes[str(one)] = f"Here {limits} the scan: `{stop}` {what}, and nothing behind it counts."
    dice.shuffle(conditions)
    steps = [
        Step(f"`{columns[2]}` has a range, behind which nothing limits the scan: columns with equality go before it."),
        Step(f"No column without a condition may stand between them. So {right[0]}."),
    ]
    prompt = (
        f"PostgreSQL 15, table `{table}`. With which B-tree index do all conditions of this query limit the part "
        "of the index that is scanned?"
    )
    return _forms.pick(dice, prompt, str(right[0]), mistakes, steps, listing=_query(table, conditions), lang="sql")


def ask_redundant(dice: Random, difficulty: int) -> Instance | None:
    """The index that another one makes superfluous."""
    table = dice.choice(list(TABLES))
    a, b, c, d = dice.sample(TABLES[table], 4)
    if difficulty > 3 and dice.random() < 0.5:
        long, gone = Index((a, b, c), frozenset([b])), Index((a, b), frozenset([a]))
        begins = f"read backwards, {long} begins with ({a} DESC, {b})"
        mistakes = {str(Index((a, b))): f"{long} has `{b}` the other way round, read forwards or backwards."}
    else:
        long, gone = Index((a, b, c)), Index((a, b) if dice.random() < 0.6 else (a,))
        begins = f"{long} begins with it"
        mistakes = {str(Index((b, a))): f"No other index begins with `{b}`, then `{a}`."}
    more = {
        str(long): f"Nothing else has all of `{a}`, `{b}` and `{c}`.",
        str(Index((b, c))): f"To stand inside {long} is not enough: no other index begins with `{b}`, then `{c}`.",
        str(Index((c, a), unique=True)): "No other index begins so, and a unique one is a constraint besides.",
        str(Index((d,))): f"No other index begins with `{d}`.",
        str(Index((a,), unique=True)): f"It is a constraint: without it `{a}` might repeat.",
    }
    if gone.columns == (a,):
        del more[str(Index((a,), unique=True))]
    mistakes[str(long)] = more.pop(str(long))
    mistakes |= {one: more[one] for one in dice.sample(list(more), 2)}
    steps = [
        Step("An index is redundant if another begins with its columns, all in its directions or all reversed."),
        Step(f"{gone}: {begins}, so it answers the same searches and orders."),
    ]
    prompt = f"PostgreSQL 15. These are the B-tree indexes of `{table}`. Which one can go without being missed?"
    return _forms.pick(dice, prompt, str(gone), mistakes, steps, number=5)


def ask_covered(dice: Random, difficulty: int) -> Instance | None:
    """The queries for which the table need not be looked at."""
    table = dice.choice(list(TABLES))
    names = dice.sample(TABLES[table], 5)
    many = 2 if difficulty < 4 else dice.randint(2, 3)
    index = Index(tuple(names[:many]), more=(names[many],) if difficulty > 3 and dice.random() < 0.6 else ())
    inside = [*index.columns, *index.more]
    outside = [name for name in names if name not in inside]
    first, last, number = names[0], inside[-1], dice.randint(2, 9)
    good = [
        f"SELECT {last} FROM {table} WHERE {first} = {number}",
        f"SELECT count(*) FROM {table} WHERE {first} > {number}",
        f"SELECT max({names[1]}) FROM {table} WHERE {first} = {number}",
        f"SELECT {first} FROM {table} WHERE {first} < {number} AND {last} = {number}",
        f"SELECT {names[1]} FROM {table} WHERE {first} = {number} ORDER BY {last}",
    ]
    bad = {
        f"SELECT * FROM {table} WHERE {first} = {number}": outside[0],
        f"SELECT {outside[0]} FROM {table} WHERE {first} = {number}": outside[0],
        f"SELECT {last} FROM {table} WHERE {first} = {number} AND {outside[-1]} = {number}": outside[-1],
        f"SELECT {first} FROM {table} WHERE {first} > {number} ORDER BY {outside[0]}": outside[0],
        f"SELECT count({outside[-1]}) FROM {table} WHERE {first} = {number}": outside[-1],
    }
    many = dice.randint(1, 3)
    right, wrong = dice.sample(good, many), dice.sample(list(bad), 4 - many)
    shown = dice.sample([*right, *wrong], 4)
    mistakes = {text: f"It needs `{bad[text]}`, which the index does not hold." for text in wrong}
    steps = [Step(f"The index holds {_forms.listed(inside)}; a query that needs more must look into the table.")]
    steps += [Step(f"{text}: {mistakes.get(text, 'everything is in the index.')}") for text in shown]
    prompt = (
        f"{_scene(table, index)} The table's columns are {_forms.listed(sorted(names))}; it has just been vacuumed. "
        "Which queries can be index-only scans? Select all."
    )
    return _forms.pick_many(prompt, shown, mistakes, steps)


def ask_limited(dice: Random, difficulty: int) -> Instance | None:
    """The index with which a query with LIMIT stops after the first rows."""
    table = dice.choice(list(TABLES))
    a, b, c, d = dice.sample(TABLES[table], 4)
    conditions = [condition(dice, a, "="), condition(dice, b, dice.choice([">", "<", "BETWEEN"]))]
    order = [(column, dice.random() < 0.5) for column in ([c, d] if difficulty > 4 else [c])]
    tail = tuple(column for column, _ in order)
    down = frozenset([d] if difficulty > 4 and order[0][1] != order[1][1] else [])
    right = Index((a, *tail, b), down)
    candidates = [
        Index((a, b, *tail), down),
        Index((*tail, a, b), down),
        Index((b, a, *tail), down),
        Index((a, b)),
        Index(tail, down),
        *([Index((a, *tail, b), frozenset([d]) - down)] if difficulty > 4 else []),
    ]
    mistakes = {}
    for one in dice.sample(candidates, len(candidates)):
        used = _forms.listed([each.column for each in narrowing(one, conditions)]) or "nothing"
        sort = (
            "gives the order"
            if gives(one, conditions, order)
            else "leaves the rows to be sorted before the first is known"
        )
        mistakes[str(one)] = f"It limits the scan by {used} and {sort}."
    steps = [
        Step(f"`{a}` has one value, so behind it the index is in the order of its next columns."),
        Step(f"If these are {ordering(right.order[1:-1])}, the scan is in order and ends after ten rows."),
        Step(f"The range on `{b}` filters; before the columns of the order it would spoil the order. So {right}."),
    ]
    prompt = (
        f"PostgreSQL 15, table `{table}`. With which B-tree index does this query read only entries with its `{a}`, in "
        "order, and stop after ten rows, without a sort?"
    )
    listing = f"{_query(table, conditions)}\nORDER BY {ordering(order)} LIMIT 10"
    return _forms.pick(dice, prompt, str(right), mistakes, steps, listing=listing, lang="sql")


def _drawn_order(dice: Random, index: Index, most: int) -> list[tuple[str, bool]]:
    """An order that often, not always, follows the index."""
    many, start = dice.randint(1, min(most, len(index.columns))), dice.randint(0, len(index.columns) - 1)
    columns = index.columns[start : start + many] if dice.random() < 0.6 else dice.sample(index.columns, many)
    turned = dice.random() < 0.4
    return [(one, (one in index.down) != turned if dice.random() < 0.7 else dice.random() < 0.5) for one in columns]


def _holds(index: Index, entry: Sequence[int], conditions: Sequence[Condition]) -> bool:
    for one in conditions:
        value, bound = entry[index.columns.index(one.column)], int(one.text.split()[-1])
        if not {"=": value == bound, "<": value < bound, ">": value > bound}[one.sign]:
            return False
    return True


def _scene(table: str, index: Index) -> str:
    return f"PostgreSQL 15, table `{table}`, B-tree index `{index}`."


def _query(table: str, conditions: Sequence[Condition]) -> str:
    return f"SELECT * FROM {table}\nWHERE " + "\n  AND ".join(one.text for one in conditions)


def _entries(columns: Sequence[str], entries: Sequence[Sequence[int]]) -> str:
    rows = [[str(value).rjust(len(name)) for value, name in zip(entry, columns, strict=True)] for entry in entries]
    return "\n".join(" | ".join(row) for row in [list(columns), *rows])
