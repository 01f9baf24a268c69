"""Query plans graded: what is still scanned, looked up or sorted, and why an index does not help. Nothing is run here.

Lines of a plan read as SQLite documents them for EXPLAIN QUERY PLAN. What an answer must come to is measured by the
card's own solution, since a join, for example, may have to scan one of its tables whatever the indexes.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bequiz.model.cards import Want
from bequiz.model.tables import Index, Node, Planned

# Steps are counted on generated data: another good index takes about as many as the solution's, a weak one many more.
TIMES, BESIDE = 3, 500

ACCESS = re.compile(r"(SCAN|SEARCH) (?:TABLE )?(?P<name>\S+)(?: AS (?P<alias>\S+))?")
MADE = re.compile(r"(?:MATERIALIZE|CO-ROUTINE) (\S+)")
TERMS = re.compile(r"\((?P<terms>[^()]*(?:\([^()]*\)[^()]*)*)\)(?: LEFT-JOIN)?$")
SORTED = re.compile(r"TEMP B-TREE(?: FOR (?P<what>.+))?")


class Access(NamedTuple):
    """How a plan reaches a table; a table that gets an automatic index is read from end to end for it."""

    name: str
    scans: bool
    automatic: bool
    by: str  # the index, if there is one
    covering: bool
    terms: str


def accesses(nodes: Sequence[Node]) -> list[Access]:
    """The accesses to tables; subqueries, constant rows and table functions are none."""
    made = {found[1] for node in nodes if (found := MADE.match(node.text))}
    return [access for node in nodes if (access := _access(node.text)) and access.name not in made]


def _access(text: str) -> Access | None:
    found = ACCESS.match(text)
    if not found or re.match(r"(SCAN|SEARCH) (\(|SUBQUERY|CONSTANT|\d+ CONSTANT)", text) or "VIRTUAL TABLE" in text:
        return None
    using = text.partition(" USING ")[2]
    automatic = using.startswith("AUTOMATIC")
    index = re.search(r"INDEX (\S+)", using)
    terms = TERMS.search(using)
    return Access(
        name=found["alias"] or found["name"],
        scans=found[1] == "SCAN" or automatic,
        automatic=automatic,
        by=index[1] if index and not automatic else "",
        covering="COVERING INDEX" in using and not automatic,
        terms=terms["terms"] if terms else "",
    )


def unmet(want: Sequence[Want], after: Planned, model: Planned) -> list[str]:
    """What a plan lacks of what is wanted, a sentence each; `model` is the plan of the card's solution."""
    mine, its = accesses(after.nodes), accesses(model.nodes)
    lacks: list[str] = []
    if "search" in want and _count(mine, "scans") > _count(its, "scans"):
        left = Counter(access.name for access in mine if access.scans)
        spared = Counter(access.name for access in its if access.scans)
        fleeting = {access.name for access in mine if access.automatic}
        for name in left - spared or left:
            what = ", to make an index for this one run" if name in fleeting else ""
            lacks.append(f"`{name}` is still read from end to end{what}.")
    if "covering" in want and _count(mine, "reads") > _count(its, "reads"):
        lacks += _looked_up(mine, after)
    if "no-temp-btree" in want and len(_sorts(after)) > len(_sorts(model)):
        lacks += [f"Rows are still sorted in a temporary B-tree{what}." for what in _sorts(after)]
    return lacks


def _count(found: Sequence[Access], what: str) -> int:
    return sum(access.scans if what == "scans" else not access.covering for access in found)


def _sorts(plan: Planned) -> list[str]:
    found = (SORTED.search(node.text) for node in plan.nodes)
    return [f" for {sort['what']}" if sort["what"] else "" for sort in found if sort]


def _looked_up(found: Sequence[Access], plan: Planned) -> Iterator[str]:
    """Which columns a table itself is still read for."""
    known = {index.name: index for index in (*plan.existing, *plan.created)}
    for access in found:
        if not access.covering:
            index = known.get(access.by)
            lacking = [column for table, column in plan.read if index and table == index.table] if index else []
            lacking = [column for column in lacking if index and column not in index.columns]
            columns = f", for {' and '.join(f'`{column}`' for column in lacking)}" if lacking else ""
            yield f"The table `{access.name}` itself is still read{columns}."


def laborious(after: Planned, model: Planned) -> str:
    """A sentence when a plan of the wanted shape takes far more steps than the solution's; empty if it does not."""
    if after.steps <= TIMES * model.steps + BESIDE:
        return ""
    terms = " and ".join(f"`{access.name}` by `{access.terms}`" for access in accesses(after.nodes) if access.terms)
    searched = f" It finds its place in {terms} and reads on from there." if terms else ""
    return f"It takes about {after.steps:,} steps where {max(model.steps, 20):,} are enough.{searched}"


def useless(query: str, after: Planned) -> list[str]:
    """A sentence on each new index that repeats one, or that the plan does not use, with the reason if it shows."""
    used = {access.by for access in accesses(after.nodes)}
    told = []
    for index in after.created:
        twin = next((other for other in after.existing if _repeats(index, other)), None)
        if twin:
            told.append(f"`{index.name}` is redundant: `{twin.name}` begins with the same columns already.")
        elif index.name not in used:
            told.append(f"The planner does not use `{index.name}`: {_reason(index, query, after)}.")
    return told


def _repeats(index: Index, other: Index) -> bool:
    """Whether an index is the beginning of another one, read in the one direction or the other."""
    length = len(index.columns)
    turned = tuple(not down for down in index.descending)
    return (
        (other.table, other.columns[:length], other.collations[:length])
        == (index.table, index.columns, index.collations)
        and other.descending[:length] in (index.descending, turned)
        and "" not in index.columns
        and not other.partial
    )


def _reason(index: Index, query: str, after: Planned) -> str:
    first = index.columns[0] if index.columns else ""
    word = rf"\b{re.escape(first)}\b"
    compared = re.split(r"\b(?:WHERE|ON|USING|GROUP\s+BY|ORDER\s+BY)\b", query, maxsplit=1, flags=re.IGNORECASE)[1:]
    if not first:
        return "the query does not compare the very expression that it holds"
    if (index.table, first) not in after.read:
        return f"its first column, `{first}`, does not occur in the query"
    if compared and not re.search(word, compared[0], re.IGNORECASE):
        return f"its first column, `{first}`, is only returned, neither compared nor sorted by"
    if re.search(rf"{word}\s+(?:NOT\s+)?LIKE\s+'%", query, re.IGNORECASE):
        return f"a pattern that begins with % gives no place in `{first}` to start from"
    if re.search(rf"{word}\s+(?:NOT\s+)?LIKE\b", query, re.IGNORECASE):
        return f"LIKE disregards case, and `{first}` is sorted in it with regard to case"
    if re.search(rf"\w\s*\([^()]*{word}|{word}\s*(?:[-+*/%]|\|\|)", query, re.IGNORECASE):
        return f"the query compares what is made from `{first}`, and the index holds `{first}` itself"
    if index.partial:
        return "its WHERE does not follow from the conditions of the query, or it saves nothing"
    return f"to search by `{first}` first saves nothing over what there is"


def sorts(query: str) -> bool:
    """Whether a query as a whole says in which order its rows come."""
    outer, inner = re.sub(r"'[^']*'", "", query), ""
    while outer != inner:
        outer, inner = re.sub(r"\([^()]*\)", "", outer), outer
    return bool(re.search(r"\bORDER\s+BY\b", outer, re.IGNORECASE))


def alike(one: Planned, other: Planned) -> bool:
    """Whether two answers come to the same, whatever the names: equal plans, indexes, and columns and rows returned."""
    return _essence(one) == _essence(other)


def _essence(plan: Planned) -> tuple[object, ...]:
    names = {index.name: f"{number}" for number, index in enumerate(plan.created)}
    nodes = [
        (node.depth, re.sub(r"(?<=INDEX )\S+", lambda at: names.get(at[0], at[0]), node.text)) for node in plan.nodes
    ]
    made = sorted(
        (index.table, index.columns, index.collations, index.descending, index.partial) for index in plan.created
    )
    return nodes, made, plan.rewritten, plan.read, plan.result.rows
