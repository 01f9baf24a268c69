"""The report as data: what the text report draws, what `report --json` prints."""

import datetime as dt

from msgspec import Struct

from bequiz.mastery.recent import WINDOW, Mastery, mastery
from bequiz.store import catalogue, figures, today
from bequiz.study.collection import Collection

HEAT_DAYS = 182
FORECAST_DAYS = 14


class TopicReport(Struct, frozen=True):
    """`coverage` is the share of cards seen, `recalled` the share of the last `recalls` cross-day reviews that passed;
    `mastery` is their product with its 90 % interval. A share without evidence is null."""

    id: str
    title: str
    cards: int
    seen: int
    due: int
    coverage: float | None
    recalled: float | None
    recalls: int
    mastery: float | None
    low: float | None
    high: float | None


class StageReport(Struct, frozen=True):
    """A deck: of the roadmap (with its stage) or the learner's own. Its mastery is its topics', by their cards."""

    id: str
    stage: int | None
    title: str
    cards: int
    seen: int
    due: int
    coverage: float | None
    mastery: float | None
    topics: list[TopicReport]


class Total(Struct, frozen=True):
    """`new` is what today's limit still allows, `streak` days in a row with an answer."""

    cards: int
    seen: int
    due: int
    new: int
    coverage: float | None
    mastery: float | None
    streak: int
    answers_today: int


class Report(Struct, frozen=True):
    """`days` counts answers on each of the last 182 days that has any, `forecast` cards due on each of the next 14."""

    on: dt.date
    total: Total
    stages: list[StageReport]
    days: dict[str, int]
    forecast: dict[str, int]


def make_report(collection: Collection) -> Report:
    """The whole report, as of the collection's study day."""
    db, day = collection.db, collection.day
    cards = figures.cards_by_topic(db)
    seen, due, ahead = figures.standing(db, day)
    stages = []
    for deck in catalogue.decks(db):
        topics = [
            _topic(
                topic.id, topic.title, cards.get(topic.id, 0), seen.get(topic.id, 0), due.get(topic.id, 0),
                figures.last_recalls(db, topic.id, WINDOW),
            )
            for topic in catalogue.topics(db, deck.id)
        ]  # fmt: skip
        stages.append(
            StageReport(
                id=deck.id, stage=deck.stage, title=deck.title, cards=sum(topic.cards for topic in topics),
                seen=sum(topic.seen for topic in topics), due=sum(topic.due for topic in topics),
                coverage=_coverage(topics), mastery=_together(topics), topics=topics,
            )
        )  # fmt: skip
    every = [topic for stage in stages for topic in stage.topics]
    days = figures.answers_by_day(db, day - HEAT_DAYS + 1, day)
    total = Total(
        cards=sum(topic.cards for topic in every), seen=sum(topic.seen for topic in every), due=sum(due.values()),
        new=len(today.new(db, day, collection.new_allowed())), coverage=_coverage(every), mastery=_together(every),
        streak=figures.streak(db, day), answers_today=days.get(day, 0),
    )  # fmt: skip
    return Report(
        on=collection.env.day,
        total=total,
        stages=stages,
        days={dt.date.fromordinal(at).isoformat(): count for at, count in sorted(days.items())},
        forecast={dt.date.fromordinal(at).isoformat(): ahead.get(at, 0) for at in range(day, day + FORECAST_DAYS)},
    )


def _topic(id: str, title: str, cards: int, seen: int, due: int, recalls: list[int]) -> TopicReport:
    known: Mastery = mastery(cards, seen, recalls)
    return TopicReport(
        id=id, title=title, cards=cards, seen=seen, due=due, coverage=known.coverage, recalled=known.recalled,
        recalls=known.number, mastery=known.value, low=known.low, high=known.high,
    )  # fmt: skip


def _coverage(topics: list[TopicReport]) -> float | None:
    cards = sum(topic.cards for topic in topics)
    return sum(topic.seen for topic in topics) / cards if cards else None


def _together(topics: list[TopicReport]) -> float | None:
    """Mastery of several topics by their cards. Topics never seen count as 0; one without evidence leaves it open."""
    known = [topic for topic in topics if topic.mastery is not None]
    if not known or any(topic.seen and topic.mastery is None for topic in topics):
        return None
    cards = sum(topic.cards for topic in topics)
    return sum((topic.mastery or 0) * topic.cards for topic in known) / cards
