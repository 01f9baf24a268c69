"""What is due today, what is new, what is to be repeated. Plain SQL over memory and catalogue.

On the way to every card and to `due --short`, so that it imports nothing. `where` is a condition on the card `c` with
its values; rows are (card id, topic id).
"""

import sqlite3

Row = tuple[str, str]
Where = tuple[str, tuple[object, ...]]
EVERYTHING: Where = ("1", ())

_AWAKE = "m.interval IS NOT NULL AND NOT m.suspended AND m.buried_until <= :day"
_KNOWN = "FROM memory m JOIN card c ON c.id = m.card"
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
    waiting: dict[str, list[Row]] = {}
    places: dict[str, int] = {}
    found_stage = None
    sql = NEW_OF_TOPIC.format(where=where[0])
    # Own decks come first in this order (NULL), then stage by stage.
    for topic, stage, position in db.execute(
        "SELECT id, stage, position FROM topic ORDER BY stage, position"
    ).fetchall():
        if stage is not None and found_stage is not None and stage > found_stage:
            break
        rows = db.execute(sql, (topic, day, *where[1], most + len(without))).fetchall()
        rows = [row for row in rows if row[0] not in without]
        if rows:
            waiting[topic], places[topic] = rows, position
            if stage is not None:
                found_stage = stage
    counts = dict(db.execute(INTRODUCED)) if len(waiting) > 1 else {}
    chosen: list[Row] = []
    while waiting and len(chosen) < most:
        topic = min(waiting, key=lambda topic: (counts.get(topic, 0), places[topic]))
        chosen.append(waiting[topic].pop(0))
        counts[topic] = counts.get(topic, 0) + 1
        if not waiting[topic]:
            del waiting[topic]
    return chosen
