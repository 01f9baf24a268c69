"""Random schedules of two sessions on a table `t (id, v)`, for property tests and for a comparison with a server."""

from random import Random

from bequiz.skills._postgres import Level, Play, Statement, Unplayable, Verb, Where

ROWS = {1: 10, 2: 20, 3: 10}
VERBS: tuple[Verb, ...] = ("value", "sum", "count", "lock", "add", "add", "set", "delete", "insert")


def random_schedule(dice: Random, level: Level) -> list[Statement]:
    """Two transactions of one to four statements, each with its end, put into an order that can be played."""
    sides = {name: [*random_statements(dice, name), ending(dice, name)] for name in "AB"}
    played: list[Statement] = []
    while left := [name for name, side in sides.items() if side]:
        name = dice.choice(left)
        try:
            deadlock = Play(ROWS, [*played, sides[name][0]], level).deadlock
        except Unplayable:
            continue
        played.append(sides[name].pop(0))
        if deadlock:
            break
    return played


def random_statements(dice: Random, name: str) -> list[Statement]:
    return [random_statement(dice, name, dice.choice(VERBS)) for _ in range(dice.randint(1, 4))]


def random_statement(dice: Random, name: str, verb: Verb) -> Statement:
    key = Where("id", "=", dice.choice([1, 2, 3, 4] if verb != "insert" else [3, 4, 4, 5]))
    value = Where("value", dice.choice(["=", ">=", "<"]), dice.choice([5, 10, 15, 20]))
    where = {
        "value": key,
        "lock": key,
        "insert": key,
        "sum": dice.choice([Where(), value]),
        "count": value,
    }.get(verb, dice.choice([key, key, value]))
    return Statement(name, verb, where, dice.choice([5, -5, 10]) if verb == "add" else dice.choice([5, 10, 20]))


def ending(dice: Random, name: str) -> Statement:
    return Statement(name, "rollback" if dice.random() < 0.15 else "commit")


def sql(statement: Statement) -> str:
    """The statement as it is sent to a server."""
    where = statement.where
    condition = f" WHERE {'v' if where.column == 'value' else 'id'} {where.sign} {where.number}" if where.column else ""
    match statement.verb:
        case "value":
            return f"SELECT v FROM t{condition}"
        case "sum" | "count" as verb:
            return f"SELECT {verb}({'v' if verb == 'sum' else '*'}) FROM t{condition}"
        case "lock":
            return f"SELECT v FROM t{condition} FOR UPDATE"
        case "add":
            return f"UPDATE t SET v = v + {statement.number}{condition}"
        case "set":
            return f"UPDATE t SET v = {statement.number}{condition}"
        case "delete":
            return f"DELETE FROM t{condition}"
        case "insert":
            return f"INSERT INTO t VALUES ({where.number}, {statement.number})"
        case verb:
            return verb.upper()
