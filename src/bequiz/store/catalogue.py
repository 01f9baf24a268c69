"""The cached catalogue: decks, topics and cards as they were read last, and the files they were read from."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

TITLES = """
SELECT deck.title, topic.title FROM card JOIN deck ON deck.id = card.deck JOIN topic ON topic.id = card.topic
WHERE card.id = ?
"""


class Watched(NamedTuple):
    """A file or folder the catalogue depends on; `size` is -1 where nothing lies there."""

    path: str
    deck: str
    size: int
    mtime: int
    hash: str


class DeckRow(NamedTuple):
    """`problems` is a JSON list of problems, `shipped` 1 for a deck that comes with bequiz."""

    id: str
    title: str
    stage: int | None
    position: int
    shipped: int
    path: str
    problems: str


class TopicRow(NamedTuple):
    """`requires` and `concepts` are JSON lists."""

    id: str
    deck: str
    title: str
    stage: int | None
    position: int
    requires: str
    concepts: str


class CardRow(NamedTuple):
    """`level` counts from 0, `tags` are parted and surrounded by blanks, `body` is the card as JSON."""

    id: str
    deck: str
    topic: str
    stage: int | None
    level: int
    position: int
    type: str
    tags: str
    body: bytes


def watched(db: sqlite3.Connection) -> Iterator[Watched]:
    return map(Watched._make, db.execute("SELECT path, deck, size, mtime, hash FROM watched"))


def replace_deck(
    db: sqlite3.Connection,
    deck: DeckRow,
    topics: Iterable[TopicRow],
    cards: Iterable[CardRow],
    needs: Iterable[tuple[str, str]],
    aliases: Iterable[tuple[str, str]],
) -> None:
    """Put a deck as just read in the place of what was cached of it. Inside a transaction."""
    _drop_deck(db, deck.id)
    db.execute("INSERT INTO deck VALUES (?, ?, ?, ?, ?, ?, ?)", deck)
    db.executemany("INSERT OR REPLACE INTO topic VALUES (?, ?, ?, ?, ?, ?, ?)", topics)
    db.executemany("INSERT INTO card VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", cards)
    db.executemany("INSERT OR IGNORE INTO need VALUES (?, ?)", needs)
    db.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?)", aliases)


def forget_deck(db: sqlite3.Connection, deck: str) -> None:
    """Drop a deck from the catalogue; its cards' history stays. Inside a transaction."""
    move_recalls(db, [(card, "") for card in topics_of_cards(db, deck)])
    _drop_deck(db, deck)


def _drop_deck(db: sqlite3.Connection, deck: str) -> None:
    db.execute("DELETE FROM need WHERE card IN (SELECT id FROM card WHERE deck = ?)", (deck,))
    db.execute("DELETE FROM alias WHERE card IN (SELECT id FROM card WHERE deck = ?)", (deck,))
    for table, column in (("card", "deck"), ("topic", "deck"), ("deck", "id")):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (deck,))


def set_problems(db: sqlite3.Connection, deck: str, problems: str) -> None:
    db.execute("UPDATE deck SET problems = ? WHERE id = ?", (problems, deck))


def watch(db: sqlite3.Connection, deck: str, files: Iterable[Watched]) -> None:
    """Remember what a deck was read from. Inside a transaction."""
    db.execute("DELETE FROM watched WHERE deck = ?", (deck,))
    db.executemany("INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?, ?)", files)


def topics_of_cards(db: sqlite3.Connection, deck: str) -> dict[str, str]:
    return dict(db.execute("SELECT id, topic FROM card WHERE deck = ?", (deck,)))


def aliases(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT former, card FROM alias"))


def drop_taken_aliases(db: sqlite3.Connection) -> None:
    """A former id that a card still has (which is an error in its deck) leads nowhere. Inside a transaction."""
    db.execute("DELETE FROM alias WHERE former IN (SELECT id FROM card)")


def move_recalls(db: sqlite3.Connection, cards: Iterable[tuple[str, str]]) -> None:
    """Move cards' reviews to the (card, topic) they belong to now, an empty one for none. Inside a transaction."""
    db.executemany("UPDATE OR REPLACE recall SET topic = ?2 WHERE card = ?1 AND topic <> ?2", cards)


def settings(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT key, value FROM setting"))


def replace_settings(db: sqlite3.Connection, values: dict[str, str]) -> None:
    db.execute("DELETE FROM setting")
    db.executemany("INSERT INTO setting VALUES (?, ?)", values.items())


def added(db: sqlite3.Connection) -> list[str]:
    """The paths of the learner's own decks, in the order of their names."""
    return [path for (path,) in db.execute("SELECT path FROM added_deck ORDER BY path")]


def add(db: sqlite3.Connection, path: str) -> None:
    db.execute("INSERT OR IGNORE INTO added_deck VALUES (?)", (path,))


def remove(db: sqlite3.Connection, path: str) -> None:
    db.execute("DELETE FROM added_deck WHERE path = ?", (path,))


def decks(db: sqlite3.Connection) -> list[DeckRow]:
    """All decks: stages in order, then the learner's own."""
    rows = db.execute("SELECT id, title, stage, position, shipped, path, problems FROM deck ORDER BY position, id")
    return list(map(DeckRow._make, rows))


def deck(db: sqlite3.Connection, id: str) -> DeckRow | None:
    return next((row for row in decks(db) if row.id == id), None)


def topics(db: sqlite3.Connection, deck: str) -> list[TopicRow]:
    sql = "SELECT id, deck, title, stage, position, requires, concepts FROM topic WHERE deck = ? ORDER BY position"
    return list(map(TopicRow._make, db.execute(sql, (deck,))))


def topic_ids(db: sqlite3.Connection) -> list[str]:
    return [id for (id,) in db.execute("SELECT id FROM topic ORDER BY position")]


def card(db: sqlite3.Connection, id: str) -> CardRow | None:
    row = db.execute("SELECT * FROM card WHERE id = ?", (id,)).fetchone()
    return CardRow._make(row) if row else None


def card_of_generator(db: sqlite3.Connection, generator: str) -> str | None:
    """The first card that asks a skill."""
    sql = "SELECT id FROM card WHERE type = 'skill' AND json_extract(CAST(body AS TEXT), '$.generator') = ? LIMIT 1"
    row = db.execute(sql, (generator,)).fetchone()
    return str(row[0]) if row else None


def card_ids(db: sqlite3.Connection) -> list[str]:
    return [id for (id,) in db.execute("SELECT id FROM card ORDER BY id")]


def titles(db: sqlite3.Connection, card: str) -> tuple[str, str]:
    """The titles of a card's deck and topic."""
    row = db.execute(TITLES, (card,)).fetchone()
    return (row[0], row[1]) if row else ("", "")
