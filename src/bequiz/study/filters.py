"""Filters on cards, as people give them and as SQL wants them."""

import sqlite3
from collections.abc import Sequence

from bequiz.model.cards import LEVELS
from bequiz.model.errors import BequizError
from bequiz.store import catalogue
from bequiz.store.today import Where


def where(
    db: sqlite3.Connection,
    deck: Sequence[str] = (),
    stage: Sequence[int] = (),
    topic: Sequence[str] = (),
    level: Sequence[str] = (),
    tag: Sequence[str] = (),
) -> Where:
    """A condition on the card `c`: one of the values of each filter given.

    Raises BequizError for a deck or topic that is not there, and for a short topic that several decks have.
    """
    parts: list[str] = []
    values: list[object] = []
    for column, wanted in (
        ("c.deck", [known(name, "deck", [row.id for row in catalogue.decks(db)]) for name in deck]),
        ("c.stage", stage),
        ("c.topic", [full_topic(db, name) for name in topic]),
        ("c.level", [LEVELS.index(known(name, "level", LEVELS)) for name in level]),
    ):
        if wanted:
            parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    if tag:
        parts.append("(" + " OR ".join(["instr(c.tags, ?)"] * len(tag)) + ")")
        values.extend(f" {name} " for name in tag)
    return (" AND ".join(parts), tuple(values)) if parts else ("1", ())


def full_topic(db: sqlite3.Connection, name: str) -> str:
    """A topic's full id; a short one is enough while it is unique."""
    topics = catalogue.topic_ids(db)
    if name in topics:
        return name
    meant = [topic for topic in topics if topic.split("/")[1] == name]
    if len(meant) > 1:
        raise BequizError(f'The topic "{name}" is in several decks: {" and ".join(meant)}.', "Give the full name.")
    return meant[0] if meant else known(name, "topic", [*topics, *(topic.split("/")[1] for topic in topics)])


def known(name: str, what: str, names: Sequence[str]) -> str:
    """`name` if it is one of `names`; raises a BequizError with the nearest one otherwise."""
    if name in names:
        return name
    import difflib

    near = difflib.get_close_matches(name, names, n=1)
    hint = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(names)}." if len(names) < 15 else ""
    raise BequizError(f'There is no {what} "{name}".', hint)
