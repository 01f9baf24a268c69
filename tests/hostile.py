"""SQL that means harm, or does it: the test and the benchmark of the sandbox go through the same table."""

from typing import NamedTuple

ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
LONG = "printf('%.*c', 60000, 'a')"
SETUP = "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2), (3, NULL), (5, 6);"


class Hostile(NamedTuple):
    """A statement, the kind of fault that stops it, and who does."""

    name: str
    sql: str
    kind: str
    by: str


def _join(tables: int) -> str:
    return ", ".join(f"t AS t{number}" for number in range(tables))


HOSTILE = [
    Hostile("ATTACH a file", "ATTACH '{file}' AS z", "refused", "authorizer"),
    Hostile("VACUUM INTO a file", "VACUUM INTO '{file}'", "refused", "authorizer"),
    Hostile("PRAGMA", "PRAGMA database_list", "refused", "authorizer"),
    Hostile("PRAGMA as a function", "SELECT * FROM pragma_database_list", "refused", "authorizer"),
    Hostile("writable_schema", "PRAGMA writable_schema = ON", "refused", "authorizer"),
    Hostile("temp_store_directory", "PRAGMA temp_store_directory = '{folder}'", "refused", "authorizer"),
    Hostile("change the schema table", "DELETE FROM sqlite_master", "compile", "SQLite"),
    Hostile("load_extension", "SELECT load_extension('{file}')", "refused", "authorizer"),
    Hostile("readfile", "SELECT readfile('/etc/passwd')", "compile", "not there"),
    Hostile("edit", "SELECT edit('x')", "compile", "not there"),
    Hostile("a virtual table", "CREATE VIRTUAL TABLE f USING fts5(x)", "refused", "authorizer"),
    Hostile("the pages of the file", "SELECT * FROM dbstat", "refused", "authorizer"),
    Hostile("INSERT where none is asked for", "INSERT INTO t VALUES (1, 1)", "refused", "authorizer"),
    Hostile("DROP TABLE", "DROP TABLE t", "refused", "authorizer"),
    Hostile("a second statement", "SELECT 1; DROP TABLE t", "refused", "one statement"),
    Hostile("BEGIN", "BEGIN IMMEDIATE", "refused", "authorizer"),
    Hostile("random()", "SELECT random()", "refused", "authorizer"),
    Hostile("zeroblob bomb", "SELECT zeroblob(2000000000)", "size", "length limit"),
    Hostile("randomblob bomb", "SELECT randomblob(2000000000)", "refused", "authorizer"),
    Hostile("printf bomb", "SELECT printf('%.*c', 2000000000, 'x')", "size|time", "length limit or kill"),
    Hostile("hex of a blob of zeros", "SELECT hex(zeroblob(60000))", "size", "length limit"),
    Hostile("replace bomb", f"SELECT replace({LONG}, 'a', {LONG})", "size", "length limit"),
    Hostile("group_concat of much", f"{ENDLESS} SELECT group_concat(n) FROM (SELECT n FROM c LIMIT 99999)", "size",
            "length limit"),
    Hostile("a statement of 70,000 letters", f"SELECT '{'x' * 70000}'", "size", "length limit"),
    Hostile("endless recursion", f"{ENDLESS} SELECT count(*) FROM c", "time", "progress handler"),
    Hostile("endless rows", f"{ENDLESS} SELECT n FROM c", "rows", "row cap"),
    Hostile("100,000 rows", f"{ENDLESS} SELECT n FROM c LIMIT 100000", "rows", "row cap"),
    Hostile("rows of a megabyte", f"{ENDLESS} SELECT {LONG} FROM c LIMIT 900", "size", "size of the result"),
    Hostile("everything with everything", f"SELECT count(*) FROM {_join(30)}", "time", "progress handler"),
    Hostile("the same, sorted", f"SELECT * FROM {_join(20)} ORDER BY t1.a + t2.a, t3.b DESC", "time|memory",
            "heap limit or clock"),
    Hostile("distinct long texts", f"{ENDLESS} SELECT count(DISTINCT {LONG} || n) FROM c", "memory|time", "heap limit"),
    Hostile("groups of long texts", f"{ENDLESS} SELECT count(*) FROM c GROUP BY {LONG} || n", "memory|time",
            "heap limit"),
    Hostile("a long queue of a recursion", "WITH RECURSIVE c(n, s) AS (SELECT 1, 'x' UNION ALL "
            f"SELECT n + 1, {LONG} FROM c, t LIMIT 99999999) SELECT count(*) FROM c", "memory|time", "heap limit"),
    Hostile("instr on huge texts", f"{ENDLESS} SELECT sum(instr({LONG}, substr({LONG}, 1, 30000) || 'b')) FROM c",
            "time", "progress handler"),
    Hostile("LIKE that looks everywhere", f"{ENDLESS} SELECT sum({LONG} LIKE '%a%a%a%a%a%a_%b%c') FROM c", "time",
            "progress handler or kill"),
    Hostile("a deep expression", f"SELECT {'(' * 3000}1{')' * 3000}", "compile", "parser"),
    Hostile("abs of a deep expression", f"SELECT {'abs(' * 150}1{')' * 150}", "compile", "depth limit"),
    Hostile("3,000 columns", f"SELECT {', '.join('1' * 3000)}", "compile", "column limit"),
    Hostile("500 UNIONs", " UNION ALL ".join(["SELECT 1"] * 500), "compile", "term limit"),
    Hostile("a NUL in the text", "SELECT 1 \0 FROM t", "compile", "not text"),
]  # fmt: skip
