"""The learner's collection, open: the database brought up to date with the decks, the settings read."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from bequiz.model.cards import Card
from bequiz.model.env import Env
from bequiz.model.errors import BequizError
from bequiz.store import catalogue, log
from bequiz.store.freshness import fresh
from bequiz.store.opening import open_database, told
from bequiz.store.today import introduced_today

if TYPE_CHECKING:
    from bequiz.sandbox.client import Sandbox

NEW_PER_DAY = 10

_cards = msgspec.json.Decoder(Card)


class Collection:
    """The open database with the outside world as it was made at the edge, and the learner's settings."""

    def __init__(self, db: sqlite3.Connection, env: Env) -> None:
        self.db = db
        self.env = env
        self.settings = catalogue.settings(db)
        hours, _, minutes = self.settings.get("day.rollover", "04:00").partition(":")
        env.rollover = int(hours) * 60 + int(minutes)
        self.new_per_day = int(self.settings.get("new.per_day", NEW_PER_DAY))

    @cached_property
    def sandbox(self) -> "Sandbox":
        """Where SQL is run; started when it is first needed, and kept for the session."""
        from bequiz.sandbox.client import Sandbox

        return Sandbox()

    def close(self) -> None:
        """End what was started on the way."""
        if "sandbox" in self.__dict__:
            self.sandbox.close()

    @property
    def day(self) -> int:
        """The study day as an ordinal."""
        return self.env.day.toordinal()

    def new_allowed(self) -> int:
        """How many new cards today's limit still allows."""
        return max(0, self.new_per_day - introduced_today(self.db, self.day))

    def find(self, id: str) -> catalogue.CardRow:
        """A card by its id; a short one is enough while it is unique. Raises BequizError for one that is not there."""
        row = catalogue.card(self.db, id)
        if row:
            return row
        ids = catalogue.card_ids(self.db)
        meant = [other for other in ids if other.split("/", 1)[1] == id]
        if len(meant) > 1:
            raise BequizError(f'The card "{id}" is in several decks: {" and ".join(meant)}.', "Give the full name.")
        from bequiz.study.filters import known

        found = catalogue.card(self.db, meant[0] if meant else known(id, "card", ids))
        assert found
        return found

    def clock_set_back(self) -> int:
        """By how many days the clock stands before the day of the newest answer; 0 if it does not."""
        return max(0, log.latest_day(self.db) - self.day)


def decode(row: catalogue.CardRow) -> Card:
    card: Card = _cards.decode(row.body)
    return card


@contextmanager
def opened(env: Env) -> Iterator[Collection]:
    """Open the collection and close it again; SQLite's errors leave as sentences."""
    db = open_database(env.database)
    try:
        with told(env.database):
            if not fresh(db, env.shipped):
                from bequiz.study.syncing import sync  # YAML and hashing: only wanted after an edit

                sync(db, env)
            collection = Collection(db, env)
            try:
                yield collection
            finally:
                collection.close()
    finally:
        db.close()
