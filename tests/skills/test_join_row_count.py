"""Joins, subqueries and set operations against SQLite, which runs the query as shown on the tables as shown."""

import re
import sqlite3
from contextlib import closing

import pytest

from tests.skills.common import check_skill

OLD = sqlite3.sqlite_version_info < (3, 39)


@pytest.mark.skipif(OLD, reason="RIGHT and FULL JOIN came to SQLite with 3.39")
def test_join_row_count() -> None:
    check_skill("join-row-count", oracle)


def oracle(instance):
    shown, _, query = instance.listing.partition("\n\n")
    with closing(sqlite3.connect(":memory:")) as database:
        for line in shown.splitlines():
            name, columns, rows = re.fullmatch(r"(\w+) \((\w+, \w+)\): (.*)", line).groups()
            database.execute(f"CREATE TABLE {name} ({columns})")
            database.execute(f"INSERT INTO {name} VALUES {rows.replace(') (', '), (')}")
        if "return with JOIN, LEFT JOIN" in instance.prompt:
            kinds = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]
            return [str(rows_of(database, query.replace("?", kind))) for kind in kinds]
        if "do queries 1 and 2" in instance.prompt:
            return [str(rows_of(database, one)) for one in re.split(r"^[12]: ", query, flags=re.MULTILINE)[1:]]
        if wanted := re.search(r"From which of these does SELECT \* return (\d+) row", instance.prompt):
            counts = {option: rows_of(database, f"SELECT * FROM {option}") for option in instance.options}
            return {option for option, count in counts.items() if count == int(wanted[1])}
        if "What does the query return" in instance.prompt:
            [[value]] = database.execute(query).fetchall()
            return str(value)
        assert "How many rows does the query return" in instance.prompt
        return str(rows_of(database, query))


def rows_of(database: sqlite3.Connection, query: str) -> int:
    return len(database.execute(query).fetchall())
