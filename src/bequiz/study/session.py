"""A review session: which card is next, what was done, what came of it. Knows nothing of screens and keys."""

import time
from collections.abc import Callable

from msgspec import Struct

from bequiz.mastery.recent import WINDOW, Mastery, mastery
from bequiz.model.events import Event
from bequiz.model.question import Verdict
from bequiz.store import catalogue, figures, log, today
from bequiz.store.today import EVERYTHING, Where
from bequiz.study import answering
from bequiz.study.answering import Asked, Recorded
from bequiz.study.collection import Collection
from bequiz.study.queue import next_card


class Limits(Struct, frozen=True):
    """What a session may take: new cards (None: what today's limit allows), answers, minutes by the clock."""

    new: int | None = None
    answers: int | None = None
    minutes: float | None = None


class TopicChange(Struct, frozen=True):
    """What a session did to a topic."""

    title: str
    answers: int
    new: int
    before: Mastery
    after: Mastery


class Summary(Struct, frozen=True):
    """How a session went. `first` counts cards, `right` those passed at the first answer; `tomorrow` what falls due."""

    answers: int
    first: int
    right: int
    minutes: float
    topics: list[TopicChange]
    tomorrow: int
    tomorrow_new: int
    left: int


class Session:
    """One sitting. `only` drills one card, over and over; `now` is a monotonic clock in seconds, given by tests."""

    def __init__(
        self,
        collection: Collection,
        where: Where = EVERYTHING,
        limits: Limits | None = None,
        *,
        cram: bool = False,
        only: str = "",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.collection = collection
        self.where = where
        self.limits = limits or Limits()
        self.cram = cram
        self.done: list[Recorded] = []
        self._now = now
        self._started = now()
        self._started_at = int(collection.env.now.timestamp() * 1000)
        self._introduced = today.introduced_today(collection.db, collection.day)
        self._skipped: set[str] = set()
        self._again: str | None = None
        self._only = only
        self._crammed = figures.weakest(collection.db, collection.day, where) if cram else []
        self._last = log.latest_card(collection.db)

    def next(self) -> Asked | None:
        """The card to ask now, or None: nothing is left, or a limit is reached."""
        if self._again:
            again, self._again = self._again, None
            return answering.put(self.collection, again)
        if self.minutes_left() == 0 or (self.limits.answers is not None and len(self.done) >= self.limits.answers):
            return None
        if self._only:
            return answering.put(self.collection, self._only)
        if self.cram:
            waiting = [id for id in self._crammed if id not in self._skipped]
            return answering.put(self.collection, waiting[0]) if waiting else None
        row = catalogue.card(self.collection.db, self._last)
        id = next_card(
            self.collection.db,
            self.collection.day,
            new=self.new_allowed(),
            where=self.where,
            last_topic=row.topic if row else "",
            last_card=self._last,
            skipped=frozenset(self._skipped),
        )
        return answering.put(self.collection, id) if id else None

    def ask_again(self, card: str) -> None:
        """Have this card asked next, whatever the queue says."""
        self._again = card

    def new_allowed(self) -> int:
        if self.limits.new is None:
            return self.collection.new_allowed()
        return self.limits.new - (today.introduced_today(self.collection.db, self.collection.day) - self._introduced)

    def left(self) -> int:
        """How many cards still wait today, the one on the table included."""
        if self._only:
            count = len(self.done) + 1
        elif self.cram:
            count = sum(id not in self._skipped for id in self._crammed)
        else:
            new = today.new(self.collection.db, self.collection.day, self.new_allowed(), self.where)
            count = today.count_due(self.collection.db, self.collection.day, self.where) + len(new)
        if self.limits.answers is not None:
            count = min(count, self.limits.answers - len(self.done))
        return count

    def minutes_left(self) -> float | None:
        """Minutes until the clock ends the session; None without such a limit."""
        if self.limits.minutes is None:
            return None
        return max(0.0, self.limits.minutes - (self._now() - self._started) / 60)

    def minutes_needed(self, cards: int) -> float:
        """How long so many cards usually take this learner."""
        return cards * log.usual_seconds(self.collection.db) / 60

    def answer(
        self, asked: Asked, quality: int, verdict: Verdict | None, response: str | None, ms: int | None, hinted: bool
    ) -> Recorded:
        recorded = answering.record(
            self.collection, asked, quality, verdict=verdict, response=response, ms=ms, hinted=hinted, cram=self.cram
        )
        self.done.append(recorded)
        self._last = asked.question.card
        if self.cram and not self._only:
            self._skipped.add(self._last)
        return recorded

    def skip(self, card: str) -> None:
        """Leave a card for another session."""
        self._skipped.add(card)

    def undo(self) -> Event:
        """Undo the latest event, of an earlier session too; an answer undone is asked again."""
        event = answering.undo(self.collection)
        self.done = [recorded for recorded in self.done if recorded.event.id != event.id]
        self._skipped.discard(event.card)
        if event.quality is not None and catalogue.card(self.collection.db, event.card):
            self.ask_again(event.card)
        return event

    def summary(self) -> Summary:
        db, day = self.collection.db, self.collection.day
        first: dict[str, Recorded] = {}
        for recorded in self.done:
            first.setdefault(recorded.event.card, recorded)
        due_tomorrow = today.count_due(db, day + 1, self.where)
        return Summary(
            answers=len(self.done),
            first=len(first),
            right=sum((recorded.event.quality or 0) >= 3 for recorded in first.values()),
            minutes=(self._now() - self._started) / 60,
            topics=self._changes(first),
            tomorrow=due_tomorrow,
            tomorrow_new=len(today.new(db, day + 1, self.collection.new_per_day, self.where)),
            left=self.left(),
        )

    def _changes(self, first: dict[str, Recorded]) -> list[TopicChange]:
        db = self.collection.db
        cards, seen = figures.cards_by_topic(db), figures.seen_by_topic(db)
        touched: dict[str, list[Recorded]] = {}
        for recorded in self.done:
            row = catalogue.card(db, recorded.event.card)
            if row:
                touched.setdefault(row.topic, []).append(recorded)
        changes = []
        for topic in sorted(touched, key=catalogue.topic_ids(db).index):
            new = sum(
                recorded.scheduled and recorded.state.reviews == 1 and first[recorded.event.card] is recorded
                for recorded in touched[topic]
            )
            recalls = figures.last_recalls(db, topic, WINDOW)
            before = figures.last_recalls(db, topic, WINDOW, before=self._started_at)
            changes.append(
                TopicChange(
                    title=catalogue.titles(db, touched[topic][0].event.card)[1],
                    answers=len(touched[topic]),
                    new=new,
                    before=mastery(cards[topic], seen.get(topic, 0) - new, before),
                    after=mastery(cards[topic], seen.get(topic, 0), recalls),
                )
            )
        return changes
