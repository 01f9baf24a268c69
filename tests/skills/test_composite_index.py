"""The use of an index against SQLite's planner, which follows the same rules and tells what it does."""

import re
import sqlite3
from contextlib import closing

from tests.skills.common import check_skill

WORDS = {
    "AND",
    "OR",
    "IN",
    "BETWEEN",
    "IS",
    "NULL",
    "ORDER",
    "BY",
    "DESC",
    "SELECT",
    "FROM",
    "WHERE",
    "LIMIT",
    "count",
    "max",
    "abs",
}


def test_composite_index() -> None:
    check_skill("composite-index", oracle)


def oracle(instance):
    prompt = instance.prompt
    table = re.search(r"`(\w+)`", prompt)[1]
    listing = " ".join(instance.listing.split())
    given = re.search(r"B-tree index `(.*?)`", prompt)
    index = given[1] if given else ""
    if "Which conditions of this query limit" in prompt:
        used = bounds(plan(table, index, listing))
        return {option for option in instance.options if set(names(option)) & used}
    if "only a part of the index" in prompt:
        queries = {option: f"SELECT * FROM {table} WHERE {option}" for option in instance.options}
        return {option for option, query in queries.items() if plan(table, index, query).startswith("SEARCH")}
    if "without any sort" in prompt:
        asked = listing.removesuffix("ORDER BY ...")
        return {option for option in instance.options if in_order(plan(table, index, f"{asked} {option}"))}
    if "These are all its entries" in prompt:
        return str(scanned(table, index, instance.listing, re.search(r"scanned for (.*)\?$", prompt)[1]))
    if "do all conditions of this query limit" in prompt:
        wanted = set(names(listing.partition(" WHERE ")[2]))
        return {option for option in instance.options if bounds(plan(table, option, listing)) == wanted}
    if "go without being missed" in prompt:
        return {option for option in instance.options if any(replaces(other, option) for other in instance.options)}
    if "index-only scans" in prompt:
        return {option for option in instance.options if "COVERING INDEX" in plan(table, index, option)}
    leading = re.search(r"only entries with its `(\w+)`", prompt)[1]
    plans = {option: plan(table, option, listing) for option in instance.options}
    return {option for option, seen in plans.items() if in_order(seen) and leading in bounds(seen)}


def names(text: str) -> list[str]:
    """The columns that are named."""
    return [word for word in re.findall(r"[A-Za-z_]+", text) if word not in WORDS]


def plan(table: str, index: str, query: str) -> str:
    """SQLite's plan when it has to use the index; empty if it cannot. INCLUDEd columns are put at the end."""
    unique, columns, more = re.fullmatch(r"(UNIQUE )?\(([^)]*)\)(?: INCLUDE \((.*)\))?", index).groups()
    assert not (unique and more)
    named = dict.fromkeys(name for name in names(f"{columns} {more or ''} {query} other") if name != table)
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE {table} ({', '.join(f'{name} INTEGER' for name in named)})")
        database.execute(f"CREATE INDEX i ON {table} ({columns}{f', {more}' if more else ''})")
        try:
            rows = database.execute(
                f"EXPLAIN QUERY PLAN {query.replace(f'FROM {table}', f'FROM {table} INDEXED BY i')}"
            )
            return "; ".join(row[3] for row in rows)
        except sqlite3.OperationalError as error:
            assert "no query solution" in str(error), (query, error)
            return ""


def bounds(seen: str) -> set[str]:
    """The columns by which a plan limits the part of the index that it looks at."""
    limits = re.search(r"USING (?:COVERING )?INDEX i \((.*?)\)(?:;|$)", seen)
    return set(re.findall(r"(\w+)[=<>]", limits[1])) if limits else set()


def in_order(seen: str) -> bool:
    return bool(seen) and "TEMP B-TREE" not in seen


def replaces(other: str, index: str) -> bool:
    """Whether a table with the other index alone answers the same searches and orders, and no constraint is lost."""
    if other == index or index.startswith("UNIQUE"):
        return False
    columns = index.strip("()").split(", ")
    plain = [column.removesuffix(" DESC") for column in columns]
    reverse = [column.removesuffix(" DESC") if "DESC" in column else f"{column} DESC" for column in columns]
    search = f"SELECT * FROM t WHERE {' AND '.join(f'{column} = 1' for column in plain)}"
    orders = [f"SELECT * FROM t ORDER BY {', '.join(order)}" for order in (columns, reverse)]
    return bounds(plan("t", other, search)) == set(plain) and all(in_order(plan("t", other, order)) for order in orders)


def scanned(table: str, index: str, listing: str, conditions: str) -> int:
    """How many entries meet the conditions by which SQLite limits its scan."""
    header, *lines = listing.splitlines()
    columns = [name.strip() for name in header.split("|")]
    entries = [tuple(int(cell) for cell in line.split("|")) for line in lines]
    assert entries == sorted(entries) and index == f"({', '.join(columns)})"
    used = bounds(plan(table, index, f"SELECT * FROM {table} WHERE {conditions}"))
    limits = [condition for condition in conditions.split(" AND ") if set(names(condition)) & used]
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", entries)
        return database.execute(f"SELECT count(*) FROM {table} WHERE {' AND '.join(limits)}").fetchone()[0]
