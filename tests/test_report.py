"""`report`: how well each topic is mastered, what was done, what is coming; as JSON, and as text that fits."""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.conftest import MORNING, Result, day

START = dt.datetime.fromisoformat(MORNING)


def deck(id: str, topics: dict[str, int], *, stage: int | None = None, title: str = "A deck") -> str:
    """A deck of flips; for each topic how many. Cards are called topic-number."""
    lines = [f"deck: {id}", f"title: {title}", *([f"stage: {stage}"] if stage else []), "topics:"]
    for topic, count in topics.items():
        lines += [f"  - topic: {topic}", f"    title: The topic {topic}", "    cards:"]
        lines += [f"      - {{id: {topic}-{at}, type: flip, prompt: P, answer: A}}" for at in range(count)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def learn(bequiz: Callable[..., Result], tmp_path: Path) -> Callable[..., None]:
    """Put answers into the log: (card, day after the first, quality), or with a kind as the fourth."""
    written = 0

    def write(answers: Iterable[tuple[Any, ...]]) -> None:
        nonlocal written
        lines = []
        for card, at, quality, *kind in answers:
            written += 1
            time = START + dt.timedelta(days=at, seconds=written)
            lines.append(json.dumps({
                "id": f"019a0000-0000-7000-8000-{written:012x}", "card": card, "at": time.isoformat(),
                "day": time.date().isoformat(), "kind": kind[0] if kind else "review", "quality": quality,
            }))  # fmt: skip
        (tmp_path / "learnt.jsonl").write_text("\n".join(lines))
        assert bequiz("log", "import", str(tmp_path / "learnt.jsonl")).code == 0

    return write


def topics(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {topic["id"]: topic for stage in document["stages"] for topic in stage["topics"]}


def recalls(topic: str, outcomes: str) -> list[tuple[str, int, int]]:
    """For each card of a topic a first day, and on the next day a review: passed (+) or not (-)."""
    first = [(f"{topic}-{at}", 0, 4) for at in range(len(outcomes))]
    return first + [(f"{topic}-{at}", 1, 4 if sign == "+" else 1) for at, sign in enumerate(outcomes)]


# The document.


def test_every_field(bequiz, only, learn):
    only(
        deck("roadmap", {"sql": 2, "nosql": 2}, stage=3, title="Databases"),
        deck("mine", {"oncall": 1}, title="My team"),
    )
    learn([("roadmap/sql-0", 0, 4), ("roadmap/sql-1", 0, 2)])
    unseen = {
        "seen": 0,
        "due": 0,
        "coverage": 0.0,
        "recalled": None,
        "recalls": 0,
        "mastery": None,
        "low": None,
        "high": None,
    }
    seen = unseen | {"id": "roadmap/sql", "title": "The topic sql", "cards": 2, "seen": 2, "due": 1, "coverage": 1.0}
    document = bequiz("report", "--json").json
    days, forecast = document.pop("days"), document.pop("forecast")
    assert document == {
        "on": "2026-11-22",
        "total": {
            "cards": 5, "seen": 2, "due": 1, "new": 3, "coverage": 0.4, "mastery": None, "streak": 1,
            "answers_today": 2,
        },
        "stages": [
            {
                "id": "roadmap", "stage": 3, "title": "Databases", "cards": 4, "seen": 2, "due": 1, "coverage": 0.5,
                "mastery": None,
                "topics": [seen, unseen | {"id": "roadmap/nosql", "title": "The topic nosql", "cards": 2}],
            },
            {
                "id": "mine", "stage": None, "title": "My team", "cards": 1, "seen": 0, "due": 0, "coverage": 0.0,
                "mastery": None,
                "topics": [unseen | {"id": "mine/oncall", "title": "The topic oncall", "cards": 1}],
            },
        ],
    }  # fmt: skip
    assert days == {"2026-11-22": 2}
    assert list(forecast.items())[:3] == [("2026-11-22", 0), ("2026-11-23", 2), ("2026-11-24", 0)]


def test_a_topic_without_cards_has_no_share(bequiz, only):
    only(deck("d", {"full": 1}) + "  - {topic: empty, title: Empty, cards: []}\n")
    empty = topics(bequiz("report", "--json").json)["d/empty"]
    assert (empty["cards"], empty["coverage"], empty["mastery"]) == (0, None, None)
    assert bequiz("report").code == 0


# Mastery is coverage times the share recalled.


@pytest.mark.parametrize(
    ("cards", "outcomes", "recalled", "mastery"),
    [
        pytest.param(10, "", None, None, id="never seen"),
        pytest.param(10, "+++++++++", 1.0, None, id="nine reviews are too few"),
        pytest.param(10, "++++++++++", 1.0, 1.0, id="ten are enough"),
        pytest.param(20, "++++++++++", 1.0, 0.5, id="half of the cards, all recalled"),
        pytest.param(40, "+++++-----", 0.5, 0.125, id="a quarter of the cards, half recalled"),
        pytest.param(10, "----------", 0.0, 0.0, id="all forgotten"),
    ],
)
def test_mastery(cards, outcomes, recalled, mastery, bequiz, only, learn):
    only(deck("d", {"t": cards}))
    learn(recalls("d/t", outcomes))
    topic = topics(bequiz("report", "--json", now=day(1)).json)["d/t"]
    assert (topic["recalled"], topic["recalls"], topic["mastery"]) == (recalled, len(outcomes), mastery)
    assert topic["coverage"] == len(outcomes) / cards
    if mastery is None:
        assert (topic["low"], topic["high"]) == (None, None)
    else:
        assert 0 <= topic["low"] <= mastery <= topic["high"] <= topic["coverage"] <= 1
        assert topic["low"] < topic["high"]


def test_only_the_last_fifty_reviews_count(bequiz, only, learn):
    only(deck("d", {"t": 60}))
    learn(recalls("d/t", "-" * 10 + "+" * 50))
    topic = topics(bequiz("report", "--json", now=day(1)).json)["d/t"]
    assert (topic["recalls"], topic["recalled"], topic["mastery"]) == (50, 1.0, 1.0)


def test_only_reviews_on_a_later_day_count(bequiz, only, learn):
    only(deck("d", {"t": 4}))
    learn([
        ("d/t-0", 0, 1), ("d/t-0", 0, 2, "drill"), ("d/t-0", 0, 4, "drill"), ("d/t-1", 0, 4), ("d/t-1", 0, 1, "cram"),
        ("d/t-0", 1, 4), ("d/t-1", 1, 2), ("d/t-1", 1, 4, "drill"), ("d/t-2", 1, 5), ("d/t-1", 5, 3, "cram"),
    ])  # fmt: skip
    topic = topics(bequiz("report", "--json", now=day(5)).json)["d/t"]
    assert (topic["recalls"], topic["recalled"], topic["seen"], topic["coverage"]) == (2, 0.5, 3, 0.75)


def test_a_review_undone_does_not_count(bequiz, only, learn):
    only(deck("d", {"t": 12}))
    learn(recalls("d/t", "+" * 10))
    bequiz("answer", "d/t-10", "--quality", "4", now=day(0))
    bequiz("answer", "d/t-10", "--quality", "1", now=day(2))
    assert topics(bequiz("report", "--json").json)["d/t"]["recalls"] == 11
    bequiz("undo")
    topic = topics(bequiz("report", "--json").json)["d/t"]
    assert (topic["recalls"], topic["recalled"], topic["seen"]) == (10, 1.0, 11)


def test_a_stage_is_known_when_its_topics_are(bequiz, only, learn):
    only(deck("d", {"a": 10, "b": 10, "c": 20}, stage=1))
    learn(recalls("d/a", "+" * 10))
    (stage,) = bequiz("report", "--json", now=day(1)).json["stages"]
    assert stage["mastery"] == 0.25, "what was never seen counts as nothing"
    learn([("d/b-0", 1, 4)])
    (stage,) = bequiz("report", "--json", now=day(1)).json["stages"]
    assert stage["mastery"] is None, "one topic is begun, without enough evidence"


# What was done: days run from four in the morning to four in the morning.


def test_days_count_the_answers_that_stand(bequiz, only):
    only(deck("d", {"t": 9}))
    times = ["2026-11-22T04:00+01:00", "2026-11-22T23:00+01:00", "2026-11-23T03:59+01:00", "2026-11-23T04:00+01:00"]
    for place, time in enumerate(times):
        bequiz("answer", f"d/t-{place}", "--quality", "4", now=time)
    bequiz("answer", "d/t-0", "--quality", "5")
    bequiz("card", "flag", "d/t-0", "no answer")
    assert bequiz("report", "--json").json["days"] == {"2026-11-22": 3, "2026-11-23": 2}
    for left in (
        {"2026-11-22": 3, "2026-11-23": 2},
        {"2026-11-22": 3, "2026-11-23": 1},
        {"2026-11-22": 3},
        {"2026-11-22": 2},
    ):
        bequiz("undo")
        assert bequiz("report", "--json").json["days"] == left
    assert bequiz("report", "--json").json["total"]["answers_today"] == 0


def test_days_go_back_half_a_year(bequiz, only, learn):
    only(deck("d", {"t": 3}))
    learn([("d/t-0", 0, 4), ("d/t-1", 1, 4), ("d/t-2", 182, 4)])
    assert list(bequiz("report", "--json", now=day(182)).json["days"]) == [day(1)[:10], day(182)[:10]]


@pytest.mark.parametrize(
    ("studied", "today", "streak"),
    [
        pytest.param([], 0, 0, id="never"),
        pytest.param([0], 0, 1, id="today"),
        pytest.param([0, 1, 2], 2, 3, id="three days"),
        pytest.param([0, 1, 2], 3, 3, id="not yet today"),
        pytest.param([0, 1, 2], 4, 0, id="a day missed"),
        pytest.param([0, 2, 3], 3, 2, id="since the gap"),
    ],
)
def test_streak(studied, today, streak, bequiz, only, learn):
    only(deck("d", {"t": 5}))
    learn([(f"d/t-{at}", at, 4) for at in studied])
    assert bequiz("report", "--json", now=day(today)).json["total"]["streak"] == streak


def test_a_streak_rests_on_answers_that_stand(bequiz, only):
    only(deck("d", {"t": 5}))
    bequiz("answer", "d/t-0", "--quality", "4", now=day(0))
    bequiz("answer", "d/t-1", "--quality", "4", now="2026-11-24T03:59+01:00")
    assert bequiz("report", "--json").json["total"]["streak"] == 2, "at four in the morning it is still the 23rd"
    assert "2 days in a row" in bequiz("report").out
    assert bequiz("report", "--json", now="2026-11-24T04:00+01:00").json["total"]["streak"] == 2
    bequiz("undo")
    assert bequiz("report", "--json").json["total"]["streak"] == 0


# What is coming.


def test_the_forecast_of_fourteen_days(bequiz, only, learn):
    only(deck("d", {"t": 8}))
    learn([
        ("d/t-0", 0, 4), ("d/t-1", 8, 4), ("d/t-2", 9, 4), ("d/t-3", 4, 4), ("d/t-3", 5, 4), ("d/t-4", 9, 4),
        ("d/t-5", 9, 4), ("d/t-6", 4, 4), ("d/t-6", 5, 4), ("d/t-6", 11, 4),
    ])  # fmt: skip
    bequiz("card", "suspend", "d/t-4", now=day(10))
    bequiz("card", "bury", "d/t-5", "--days", "3")
    document = bequiz("report", "--json").json
    forecast = {place: count for place, count in enumerate(document["forecast"].values()) if count}
    assert forecast == {0: 3, 1: 1, 3: 1}, "overdue ones today, a buried one when it is back, a suspended one never"
    assert list(document["forecast"]) == [day(10 + at)[:10] for at in range(14)]
    assert document["forecast"]["2026-12-02"] == document["total"]["due"] == bequiz("due", "--json").json["due"]


def test_a_buried_card_that_is_overdue_is_expected_when_it_is_back(bequiz, only, learn):
    only(deck("d", {"t": 1}))
    learn([("d/t-0", 0, 4)])
    bequiz("card", "bury", "d/t-0", "--days", "20", now=day(5))
    assert set(bequiz("report", "--json").json["forecast"].values()) == {0}


# One topic.


def test_a_topic_lists_its_cards_weakest_first(bequiz, only, learn):
    only(deck("d", {"t": 5, "other": 1}))
    learn([("d/t-4", 0, 4), ("d/t-2", 0, 4), ("d/t-2", 1, 4), ("d/t-3", 0, 3), ("d/t-0", 0, 1), ("d/other-0", 0, 4)])
    document = bequiz("report", "--topic", "t", "--json", now=day(1)).json
    assert (document["on"], document["topic"]) == ("2026-11-23", "d/t")
    assert [card["id"] for card in document["cards"]] == ["d/t-3", "d/t-0", "d/t-4", "d/t-2", "d/t-1"]
    weakest, unseen = document["cards"][0], document["cards"][-1]
    assert (weakest["ease"], weakest["interval"], weakest["due"], weakest["reps"]) == (2.36, 1, "2026-11-23", 1)
    assert (unseen["ease"], unseen["interval"], unseen["due"]) == (None, None, None)
    lines = bequiz("report", "--topic", "d/t").out.splitlines()
    assert [line.split()[0] for line in lines] == [card["id"] for card in document["cards"]]


@pytest.mark.parametrize(("topic", "said"), [("t", ["a/t", "b/t"]), ("ta", ['Did you mean "t"?'])])
def test_a_topic_that_is_none_or_two(topic, said, bequiz, only):
    only(deck("a", {"t": 1}), deck("b", {"t": 1}))
    done = bequiz("report", "--topic", topic, "--json")
    assert (done.code, done.out) == (1, "")
    assert all(part in done.err for part in said)


# As text.


@pytest.fixture
def printed(bequiz: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The report as it is printed on a terminal so many columns wide."""

    def lines(columns: int, *words: str, **more: str) -> list[str]:
        monkeypatch.setattr("bequiz.cli.reporting._width", lambda: columns)
        done = bequiz("report", *words, **more)
        assert (done.code, done.err) == (0, "")
        return done.out.splitlines()

    return lines


def test_what_the_text_says(bequiz, only, learn, printed):
    only(deck("d", {"known": 20, "begun": 20, "unseen": 5}, stage=3, title="Databases"))
    learn([*recalls("d/known", "+" * 15 + "-" * 5), *recalls("d/begun", "++")])
    text = printed(100, now=day(1))
    known, begun, unseen = (
        next(line for line in text if name in line) for name in ("topic known", "topic begun", "unseen")
    )
    assert [part in known for part in ("20/20", "75% of 20", "███████████████····· 75%")] == [True] * 3
    assert [part in begun for part in ("2/20", " 10% ", "100% of 2", "not enough evidence yet")] == [True] * 4
    assert ("0/5" in unseen, "not enough" in unseen, "█" in unseen) == (True, False, False)
    assert any(line.startswith("Stage 3 · Databases") for line in text)
    assert "Answers a day, the last half year" in text
    assert "Cards due in the next 14 days" in text
    assert "       today    0" in text
    assert text[-1].startswith("22 of 45 cards seen, 5 due,")


def test_the_heat_map_is_darkest_where_most_was_done(bequiz, only, learn, printed):
    only(deck("d", {"t": 30}))
    learn([(f"d/t-{at}", 0, 4) for at in range(20)] + [("d/t-0", 1, 4)])
    text = printed(80, now=day(1))
    top = text.index("Answers a day, the last half year")
    rows = {name: text[top + 2 + place] for place, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))}
    assert rows["Mon"].endswith("··░░"), "Monday the 23rd: one answer"
    assert rows["Sun"].endswith("██"), "Sunday the 22nd: twenty; the Sunday to come is left empty"
    assert len(rows["Mon"]) - len(rows["Sun"]) == 2
    assert text[top + 9].split()[-1] == "20"


LONG = "Ein sehr langer Titel, der auf keinen Bildschirm passt, weil er einfach nicht enden will " * 3
WIDE = "分散システムの設計と運用について知っておくべきことのすべてを学ぶためのデッキです" * 3


@pytest.mark.parametrize("title", ["Short", LONG, WIDE], ids=["short titles", "long titles", "wide titles"])
@pytest.mark.parametrize("columns", [60, 80, 140])
def test_text_is_never_wider_than_the_terminal(title, columns, bequiz, only, learn, printed):
    text = deck("d", {"known": 20, "begun": 2000}, stage=3, title=title).replace("The topic known", title)
    only(text)
    learn([*recalls("d/known", "+" * 20), *recalls("d/begun", "+++")])
    lines = printed(columns, now=day(1))
    assert max(map(cell_len, lines)) <= columns
    assert columns < 80 or any(line.endswith("not enough evidence yet") for line in lines)


@pytest.mark.parametrize("columns", [80, 140])
def test_the_report_on_the_whole_roadmap_fits(columns, bequiz, learn, printed):
    learn([("fundamentals/any", 0, 4)])
    lines = printed(columns)
    assert max(map(cell_len, lines)) <= columns
    assert sum(line.startswith("Stage ") for line in lines) == 8
    assert [len(stage["topics"]) for stage in bequiz("report", "--json").json["stages"]] == [5] * 8


def test_the_width_is_that_of_the_terminal(bequiz, only, monkeypatch, capsys):
    only(deck("d", {"t": 1}, title=LONG))
    widest = {}
    for columns in ("80", "140"):
        monkeypatch.setenv("COLUMNS", columns)
        monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True, raising=False)
        widest[columns] = max(map(cell_len, bequiz("report").out.splitlines()))
    assert widest == {"80": 80, "140": 140}
