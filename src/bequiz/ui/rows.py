"""Rows and query plans as lines of text: for pipes and `--linear`, and for the screen to build on."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bequiz.model.tables import Difference, Node, Planned, Plans, Row, Table, Value
from bequiz.ui.plain import plain

WIDEST = 40  # characters of a value
MOST = 20  # rows of a result


def cell(value: Value) -> str:
    """A value on one line: NULL by its name, a blob as SQL writes it, a long text cut."""
    match value:
        case None:
            return "NULL"
        case tuple():
            text = f"x'{value[0]}'"
        case float():
            text = f"{value:.10g}"
        case _:
            text = plain(str(value)).replace("\n", "⏎")
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def detail_lines(detail: Difference | Plans) -> Iterator[str]:
    """What came of running SQL: the data if they were hidden, what was expected and what came; or the plans."""
    match detail:
        case Difference():
            for table in detail.data:
                yield from _table(f"{plain(table.name)} in {detail.where}", table)
            name = f" in {plain(detail.got.name)}" if detail.got.name else ""
            yield from _table(f"expected{name}", detail.expected, detail.missing, "missing")
            yield from _table(f"got{name}", detail.got, detail.surplus, "too many")
        case Plans():
            for when, plan in (("before", detail.before), ("after", detail.after)):
                yield f"{when}, {steps(plan)}:"
                yield from (f"  {line}" for line in tree(plan.nodes))


def _table(title: str, table: Table, marked: Sequence[Row] = (), mark: str = "") -> Iterator[str]:
    yield f"{title}: {' | '.join(map(plain, table.columns))}"
    for row, differs in marks(table, marked):
        yield f"    {' | '.join(map(cell, row))}" + (f"   ({mark})" if differs else "")
    if len(table.rows) > MOST:
        yield f"    and {len(table.rows) - MOST} rows more"
    if not table.rows:
        yield "    no rows"


def marks(table: Table, marked: Sequence[Row]) -> Iterator[tuple[Row, bool]]:
    """The first rows of a table, each with whether it is among the marked ones; of equal rows the last are."""
    first = Counter(table.rows) - Counter(marked)
    for row in table.rows[:MOST]:
        first[row] -= 1
        yield row, first[row] < 0


def steps(plan: Planned) -> str:
    return f"about {plan.steps:,} steps" if plan.steps else "hardly any steps"


def tree(nodes: Sequence[Node]) -> Iterator[str]:
    """A plan as a tree: each line hangs from the one above it that is less deep."""
    for place, node in enumerate(nodes):
        bars = []
        for depth in range(1, node.depth + 1):
            more = next((other.depth for other in nodes[place + 1 :] if other.depth <= depth), -1) == depth
            bars.append(("├─ " if more else "└─ ") if depth == node.depth else ("│  " if more else "   "))
        yield "".join(bars) + plain(node.text)
