"""Which card comes next: due ones, then new ones stage by stage, then what is to be repeated today."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequiz.study.queue import choose
from tests.conftest import day


def deck(id: str, stage: int | None, **topics: str) -> str:
    """A deck of flips: for each topic its cards' ids, with `:senior` or the like behind them where a level is due."""
    lines = [f"deck: {id}", f"title: {id}", *([f"stage: {stage}"] if stage else []), "topics:"]
    for topic, cards in topics.items():
        lines += [f"  - topic: {topic}", f"    title: {topic}", "    cards:"]
        for card in cards.split():
            name, _, level = card.partition(":")
            lines.append(f"      - {{id: {name}, type: flip, prompt: P, answer: A, level: {level or 'basic'}}}")
    return "\n".join(lines) + "\n"


def study(bequiz, *, most: int = 100, quality: int = 4) -> list[str]:
    """Answer whatever `next` says until nothing is left; the short ids of the cards asked."""
    asked: list[str] = []
    while len(asked) < most and (card := bequiz("next", "--json").json["card"]):
        asked.append(card["id"].split("/")[1])
        bequiz("answer", card["id"], "--quality", str(quality))
    return asked


def test_new_cards_come_stage_by_stage_round_robin_over_topics_the_basic_ones_first(bequiz, only):
    only(
        deck("later", 4, x="x1"),
        deck("first", 2, a="a1:senior a2 a3:working", b="b1 b2", c="c1:working"),
    )
    assert study(bequiz) == ["a2", "b1", "c1", "a3", "b2", "a1", "x1"]


def test_the_topic_with_the_fewest_introduced_cards_comes_first(bequiz, only):
    only(deck("d", 1, a="a1 a2 a3", b="b1 b2 b3", c="c1"))
    bequiz("config", "set", "new.per_day", "4")
    for card in ("a1", "a2", "b1"):
        bequiz("answer", f"d/{card}", "--quality", "4")
    assert study(bequiz) == ["c1"], "the day's limit is reached"
    bequiz("due", now=day(1))
    assert study(bequiz)[4:] == ["b2", "a3", "b3"]


def test_own_decks_take_part_in_every_round(bequiz, only):
    only(deck("roadmap", 1, a="a1 a2", b="b1 b2"), deck("own", None, mine="m1 m2"))
    assert study(bequiz) == ["a1", "b1", "m1", "a2", "b2", "m2"]


def test_the_days_limit(bequiz, only):
    only(deck("d", 1, a="a1 a2 a3", b="b1 b2 b3"))
    bequiz("config", "set", "new.per_day", "4")
    assert len(study(bequiz)) == 4
    assert bequiz("due", "--json").json == {"due": 0, "new": 0, "topics": {}}
    bequiz("undo")
    assert bequiz("due", "--json").json["new"] == 1, "an answer undone was none"
    assert bequiz("due", "--json", now=day(1)).json["new"] == 3


def test_due_cards_come_before_new_ones_the_longest_due_first(bequiz, only):
    only(deck("d", 1, a="a1 a2", b="b1 b2", c="c1 c2"))
    for at, card in ((0, "c1"), (1, "b1"), (2, "a1")):
        bequiz("answer", f"d/{card}", "--quality", "4", now=day(at))
    bequiz("config", "set", "new.per_day", "1")
    bequiz("due", now=day(3))
    assert study(bequiz)[:3] == ["c1", "b1", "a1"]


def test_repeats_come_last_and_until_they_are_known(bequiz, only):
    only(deck("d", 1, a="a1", b="b1", c="c1"))
    assert study(bequiz, most=3, quality=1) == ["a1", "b1", "c1"]
    assert study(bequiz, most=4, quality=3) == ["a1", "b1", "c1", "a1"], "the one answered longest ago first"
    assert study(bequiz, most=10, quality=4) == ["b1", "c1", "a1"]


def test_the_only_card_left_is_asked_again_at_once(bequiz, only):
    only(deck("d", 1, a="a1"))
    assert study(bequiz, most=3, quality=2) == ["a1", "a1", "a1"]


def needing(card: str) -> str:
    return f"""\
deck: d
title: D
topics:
  - topic: t
    title: T
    cards:
      - {{id: after, type: flip, prompt: P, answer: A, requires: [{card}]}}
      - {{id: before, type: flip, prompt: P, answer: A}}
"""


def test_a_card_waits_until_what_it_requires_has_been_passed_once(bequiz, only):
    only(needing("before"))
    assert study(bequiz, most=2, quality=2) == ["before", "before"], "a lapse is no pass"
    assert study(bequiz) == ["before", "after"]


@pytest.mark.parametrize(
    "put_away",
    [pytest.param(["card", "suspend", "d/before"], id="suspended"), pytest.param(None, id="removed")],
)
def test_what_cannot_be_asked_counts_as_passed(put_away, bequiz, only):
    only(needing("before" if put_away else "other/one"))
    if put_away:
        bequiz(*put_away)
    assert study(bequiz)[0] == "after"


def test_a_lapse_later_on_does_not_lock_a_card_again(bequiz, only):
    only(needing("before"))
    bequiz("answer", "d/before", "--quality", "4")
    bequiz("answer", "d/before", "--quality", "1", now=day(1))
    assert bequiz("due", "--json").json["new"] == 1


def test_two_cards_of_a_topic_do_not_meet(bequiz, only):
    only(deck("d", 1, a="a1 a2 a3", b="b1 b2"))
    bequiz("config", "set", "new.per_day", "9")
    for card in ("a1", "a2", "a3", "b1", "b2"):
        bequiz("answer", f"d/{card}", "--quality", "4", now=day(0))
    bequiz("due", now=day(1))
    assert "".join(card[0] for card in study(bequiz)) == "ababa"


@given(st.lists(st.sampled_from("abcde"), max_size=25))
def test_topics_alternate_whenever_that_is_possible(topics):
    """It is possible unless one topic has more cards than all others and one more."""
    waiting, asked = [(f"{place}", topic) for place, topic in enumerate(topics)], [""]
    while waiting:
        row = choose(waiting, asked[-1])
        waiting.remove(row)
        asked.append(row[1])
    meetings = sum(one == other for one, other in pairwise(asked))
    most = max(Counter(topics).values(), default=0)
    assert meetings == max(0, most - (len(topics) - most) - 1)
