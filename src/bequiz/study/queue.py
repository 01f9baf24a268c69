"""Which card comes next: due ones, then new ones, then those to be repeated today."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence

from bequiz.store import today
from bequiz.store.today import EVERYTHING, Row, Where


def choose(rows: Sequence[Row], last_topic: str) -> Row | None:
    """The first row, unless that would put two cards of a topic side by side and it can be helped.

    It can be helped for all that follow too: a topic that has more than half of what is left goes first, for otherwise
    its cards would meet at the end.
    """
    if not rows:
        return None
    topic, count = Counter(row[1] for row in rows).most_common(1)[0]
    if topic != last_topic and count > len(rows) // 2:
        return next(row for row in rows if row[1] == topic)
    return next((row for row in rows if row[1] != last_topic), rows[0])


def pick(
    due: Sequence[Row],
    new: Callable[[], Sequence[Row]],
    repeats: Callable[[], Sequence[Row]],
    last_topic: str = "",
    last_card: str = "",
) -> Row | None:
    """The card to ask now: one that is due, else a new one, else one to be repeated today."""
    waiting = due or new()
    if not waiting:
        again = repeats()
        # A card just answered comes back after the others, if there are any.
        waiting = [row for row in again if row[0] != last_card] or again
    return choose(waiting, last_topic)


def next_card(
    db: sqlite3.Connection,
    day: int,
    *,
    new: int,
    where: Where = EVERYTHING,
    last_topic: str = "",
    last_card: str = "",
    skipped: frozenset[str] = frozenset(),
) -> str | None:
    """The id of the card to ask now, None if nothing is left for today. `new` says how many new ones may come."""
    chosen = pick(
        [row for row in today.due(db, day, where, 200 + len(skipped)) if row[0] not in skipped],
        lambda: today.new(db, day, new, where, skipped),
        lambda: [row for row in today.repeats(db, day, where) if row[0] not in skipped],
        last_topic,
        last_card,
    )
    return chosen[0] if chosen else None
