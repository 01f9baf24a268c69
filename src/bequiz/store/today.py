"""What is due today, what is new, what is to be repeated. Plain SQL over memory and catalogue.

On the way to every card and to `due --short`, so that it imports nothing. `where` is a condition on the card `c` with
its values; rows are (card id, topic id).
"""

import sqlite3

Row = tuple[str, str]
Where = tuple[str, tuple[object, ...]]
EVERYTHING: Where = ("1", ())

_AWAKE = "m.interval IS NOT NULL AND NOT m.suspended AND m.buried_until <= :day"
# CROSS JOIN keeps memory outside: however many cards there are, only the few that are known are looked at.
_KNOWN = "FROM memory m CROSS JOIN card c ON c.id = m.card"
DUE = f"{_KNOWN} WHERE m.due <= :day AND {_AWAKE}"
REPEATS = f"{_KNOWN} WHERE m.last_day = :day AND m.last_quality < 4 AND m.due > :day AND {_AWAKE}"
INTRODUCED_TODAY = "SELECT count(*) FROM memory WHERE last_day = ?1 AND first_day = ?1"
INTRODUCED = f"SELECT c.topic, count(*) {_KNOWN} WHERE m.interval IS NOT NULL GROUP BY c.topic"
# A card waits until each card it requires has been passed once; suspended and removed ones do not count.
NEW_OF_TOPIC = """
SELECT c.id, c.topic FROM card c LEFT JOIN memory m ON m.card = c.id
WHERE c.topic = ? AND m.interval IS NULL AND NOT coalesce(m.suspended, 0) AND coalesce(m.buried_until, 0) <= ?
  AND NOT EXISTS (
    SELECT 1 FROM need JOIN card AS other ON other.id = need.needs LEFT JOIN memory AS its ON its.card = other.id
    WHERE need.card = c.id AND NOT coalesce(its.passed OR its.suspended, 0)
  )
  AND {where}
ORDER BY c.level, c.position LIMIT ?
"""


def _bound(sql: str, day: int, where: Where) -> tuple[str, tuple[object, ...]]:
    return sql.replace(":day", str(int(day))) + f" AND {where[0]}", where[1]


def due(db: sqlite3.Connection, day: int, where: Where = EVERYTHING, most: int = 200) -> list[Row]:
    """The longest due cards first."""
    sql, values = _bound(f"SELECT c.id, c.topic {DUE}", day, where)
    return db.execute(f"{sql} ORDER BY m.due, m.card LIMIT {int(most)}", values).fetchall()


def repeats(db: sqlite3.Connection, day: int, where: Where = EVERYTHING) -> list[Row]:
    """Cards answered today below 4, to be asked again; the one answered longest ago first."""
    sql, values = _bound(f"SELECT c.id, c.topic {REPEATS}", day, where)
    return db.execute(f"{sql} ORDER BY m.last_at, m.last_id", values).fetchall()


def due_by_topic(db: sqlite3.Connection, day: int, where: Where = EVERYTHING) -> dict[str, int]:
    """How many cards are due in each topic that has any, open repeats included."""
    counts: dict[str, int] = {}
    for condition in (DUE, REPEATS):
        sql, values = _bound(f"SELECT c.topic, count(*) {condition}", day, where)
        for topic, count in db.execute(f"{sql} GROUP BY c.topic", values):
            counts[topic] = counts.get(topic, 0) + count
    return counts


def count_due(db: sqlite3.Connection, day: int, where: Where = EVERYTHING) -> int:
    """How many cards are due, open repeats included."""
    counted = (_bound(f"SELECT count(*) {condition}", day, where) for condition in (DUE, REPEATS))
    return sum(db.execute(*query).fetchone()[0] for query in counted)


def introduced_today(db: sqlite3.Connection, day: int) -> int:
    return int(db.execute(INTRODUCED_TODAY, (day,)).fetchone()[0])


def new(
    db: sqlite3.Connection, day: int, most: int, where: Where = EVERYTHING, without: frozenset[str] = frozenset()
) -> list[Row]:
    """The next `most` new cards, in the order in which they are introduced.

    The lowest stage that has some, round-robin over its topics, the one with the fewest introduced cards first; decks
    without a stage, a learner's own, take part in every round. Within a topic by level, then in the order of the file.
    """
    if most <= 0:
        return []
    sql = NEW_OF_TOPIC.format(where=where[0])

    def waiting_in(topic: str, most: int) -> list[Row]:
        rows = db.execute(sql, (topic, day, *where[1], most + len(without))).fetchall()
        return [row for row in rows if row[0] not in without][:most]

    own: list[tuple[str, int]] = []
    stages: dict[int, list[tuple[str, int]]] = {}
    for topic, stage, position in db.execute("SELECT id, stage, position FROM topic"):
        (own if stage is None else stages.setdefault(stage, [])).append((topic, position))
    lowest = next((stage for stage in sorted(stages) if any(waiting_in(topic, 1) for topic, _ in stages[stage])), None)
    counts = dict(db.execute(INTRODUCED))
    turn = {topic: (counts.get(topic, 0), position) for topic, position in own + stages.get(lowest or 0, [])}
    waiting: dict[str, list[Row]] = {}
    for topic in sorted(turn, key=turn.__getitem__):
        # So many topics that have something are enough: the others' turn comes after them.
        if len(waiting) < most and (rows := waiting_in(topic, most)):
            waiting[topic] = rows
    chosen: list[Row] = []
    while waiting and len(chosen) < most:
        topic = min(waiting, key=turn.__getitem__)
        chosen.append(waiting[topic].pop(0))
        turn[topic] = (turn[topic][0] + 1, turn[topic][1])
        if not waiting[topic]:
            del waiting[topic]
    return chosen
