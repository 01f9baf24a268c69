"""What reports are made of, each a query with a name."""

import sqlite3
from collections.abc import Iterable

SEEN = """
SELECT c.topic, count(*) FROM memory m CROSS JOIN card c ON c.id = m.card
WHERE m.interval IS NOT NULL GROUP BY c.topic
"""
CARDS = "SELECT topic, count(*) FROM card GROUP BY topic"
LAST_RECALLS = "SELECT passed FROM recall WHERE topic = ? AND at < ? ORDER BY at DESC, event DESC LIMIT ?"
ANSWERS_BY_DAY = """
SELECT day, count(*) FROM event WHERE day BETWEEN ? AND ? AND kind IN ('review', 'drill', 'cram') GROUP BY day
"""
UNDONE_BY_DAY = """
SELECT day, count(*) FROM undone JOIN event ON event.id = undone.event
WHERE day BETWEEN ? AND ? AND kind IN ('review', 'drill', 'cram') GROUP BY day
"""
# One pass over all that is known: on which day a card comes (overdue ones today), and whether it is asked today.
STANDING = """
SELECT c.topic, m.suspended, max(m.due, m.buried_until, :day) AS comes,
       m.buried_until <= :day AND (m.due <= :day OR (m.last_day = :day AND m.last_quality < 4)) AS now, count(*)
FROM memory m CROSS JOIN card c ON c.id = m.card WHERE m.interval IS NOT NULL GROUP BY c.topic, m.suspended, comes, now
"""
STUDIED = """
SELECT EXISTS (
    SELECT 1 FROM event
    WHERE day = ? AND kind IN ('review', 'drill', 'cram') AND id NOT IN (SELECT event FROM undone)
)
"""
TOPIC_CARDS = """
SELECT c.id, c.type, c.level, m.interval, m.ease, m.reps, m.lapses, m.due, coalesce(m.suspended, 0),
       coalesce(m.buried_until, 0), coalesce(m.reviews, 0), c.body
FROM card c LEFT JOIN memory m ON m.card = c.id WHERE {where}
ORDER BY m.interval IS NULL, m.interval, m.ease, c.level, c.position
"""
WEAKEST = """
SELECT c.id FROM memory m CROSS JOIN card c ON c.id = m.card
WHERE m.interval IS NOT NULL AND NOT m.suspended AND m.buried_until <= ? AND {where} ORDER BY m.interval, m.ease, m.card
"""


def cards_by_topic(db: sqlite3.Connection) -> dict[str, int]:
    return dict(db.execute(CARDS))


def seen_by_topic(db: sqlite3.Connection) -> dict[str, int]:
    return dict(db.execute(SEEN))


def last_recalls(db: sqlite3.Connection, topic: str, most: int, before: int = 1 << 62) -> list[int]:
    """Outcomes of a topic's last cross-day reviews before a time in milliseconds, the oldest of them first."""
    return [passed for (passed,) in db.execute(LAST_RECALLS, (topic, before, most))][::-1]


def answers_by_day(db: sqlite3.Connection, first: int, last: int) -> dict[int, int]:
    """How many answers stand on each day, those undone left out."""
    counts = dict(db.execute(ANSWERS_BY_DAY, (first, last)))
    for day, undone in db.execute(UNDONE_BY_DAY, (first, last)):
        counts[day] -= undone
    return {day: count for day, count in counts.items() if count}


def standing(db: sqlite3.Connection, day: int) -> tuple[dict[str, int], dict[str, int], dict[int, int]]:
    """Cards seen by topic, cards due today by topic (open repeats included), cards falling due by day."""
    seen: dict[str, int] = {}
    due: dict[str, int] = {}
    ahead: dict[int, int] = {}
    for topic, suspended, comes, now, count in db.execute(STANDING, {"day": day}):
        seen[topic] = seen.get(topic, 0) + count
        if not suspended:
            ahead[comes] = ahead.get(comes, 0) + count
            if now:
                due[topic] = due.get(topic, 0) + count
    return seen, due, ahead


def streak(db: sqlite3.Connection, today: int) -> int:
    """Days in a row with an answer, up to today, or up to yesterday while today has none yet."""

    def studied(day: int) -> bool:
        return bool(db.execute(STUDIED, (day,)).fetchone()[0])

    day = today if studied(today) else today - 1
    length = 0
    while studied(day - length):
        length += 1
    return length


def weakest(db: sqlite3.Connection, day: int, where: tuple[str, tuple[object, ...]]) -> list[str]:
    """Introduced cards, those with the shortest intervals first."""
    return [id for (id,) in db.execute(WEAKEST.format(where=where[0]), (day, *where[1]))]


def cards(db: sqlite3.Connection, where: tuple[str, tuple[object, ...]]) -> Iterable[tuple[object, ...]]:
    """Cards with what is remembered of them, the weakest first, unseen ones last."""
    return db.execute(TOPIC_CARDS.format(where=where[0]), where[1])
