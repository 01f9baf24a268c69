"""What stands on the screen of a card with SQL: tables, results side by side, plans as trees."""

from collections.abc import Sequence

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bequiz.model.question import Question, Verdict
from bequiz.model.tables import Difference, Index, Planned, Plans, Row, ShownTable, Table
from bequiz.study.exercises import Exhibit
from bequiz.ui.faces import listing
from bequiz.ui.markup import styled
from bequiz.ui.plain import plain
from bequiz.ui.rows import MOST, cell, marks, steps, tree

Face = list[RenderableType]


def question_face(question: Question, exhibit: Exhibit) -> Face:
    """The prompt, the tables with their rows, and a query to be tuned with its plan."""
    face: Face = [styled(question.prompt), Text(""), _beside([_shown(table) for table in exhibit.tables])]
    if question.listing:
        face += [Text(""), listing(question.listing, "sql", numbers=False)]
    if exhibit.plan:
        face += [Text(""), _plan("The plan now", exhibit.plan)]
    return face


def verdict_face(verdict: Verdict, response: str) -> Face:
    """What was answered, and what came of it. What would have been right is not told here."""
    face: Face = [listing(response, "sql", numbers=False), Text("")] if response.strip() else []
    match verdict.detail:
        case Difference() as found:
            if found.data:
                face += [Text(f"{found.where.capitalize()}:", "bold"), _beside([sheet(table) for table in found.data])]
            expected = sheet(found.expected, "expected", found.missing, "−", "green")
            got = sheet(found.got, "got", found.surplus, "+", "red")
            face.append(_beside([expected, got]))
        case Plans(before, after):
            face += [_plan("Before", before), Text(""), _plan("After", after)]
    return face


def sheet(table: Table, title: str = "", marked: Sequence[Row] = (), sign: str = "", style: str = "") -> RenderableType:
    """A table; rows that differ have a sign before them."""
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="", padding=(0, 1, 0, 0))
    if sign:
        grid.add_column("")
    for place, column in enumerate(table.columns):
        numbers = any(isinstance(row[place], int | float) for row in table.rows)
        header = Text(plain(column), "cyan")
        if isinstance(table, ShownTable) and table.types[place]:
            header.append(f"\n{plain(table.types[place]).lower()}", "dim")
        grid.add_column(header, justify="right" if numbers else "left", no_wrap=True)
    for row, differs in marks(table, marked):
        values = [Text(cell(value), "dim" if value is None else "") for value in row]
        grid.add_row(*([Text(sign if differs else "")] if sign else []), *values, style=style if differs else "")
    more = (table.count if isinstance(table, ShownTable) else len(table.rows)) - min(len(table.rows), MOST)
    told = f"… {more:,} rows more" if more else "" if table.rows else "no rows"
    name = Text(" ".join(filter(None, (title, plain(table.name)))), "bold")
    return Group(*([name] if name else []), grid, *([Text(told, "dim")] if told else []))


def _shown(table: ShownTable) -> RenderableType:
    return Group(sheet(table), *map(_index, table.indexes))


def _index(index: Index) -> Text:
    """An index by its name; one that a constraint brought has none worth telling."""
    columns = ", ".join(plain(column) or "expression" for column in index.columns)
    name = f"index {plain(index.name)} " if index.sql else ""
    return Text(f"{'unique ' if index.unique else ''}{name}({columns})", "dim")


def _beside(sheets: Sequence[RenderableType]) -> RenderableType:
    return Padding(Columns(sheets, padding=(0, 4)), (0, 0, 0, 2))


def _plan(title: str, plan: Planned) -> RenderableType:
    lines = [Text(f"    {line}", "red" if "SCAN" in line or "TEMP B-TREE" in line else "") for line in tree(plan.nodes)]
    return Text("\n").join([Text(f"{title}, {steps(plan)}:", "bold"), *lines])
