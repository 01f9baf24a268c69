"""What `deck check --stats` counts, on a deck small enough to count by hand."""

import pytest

DECK = """\
deck: tiny
title: Tiny deck
topics:
  - topic: one
    title: One
    concepts:
      - {id: a, text: A, level: basic}
      - {id: b, text: B, level: senior}
    cards:
      - id: c1
        type: choice
        level: basic
        asks: apply
        concepts: [a]
        source: RFC 1
        prompt: one two three four
        options: [{text: abcde, correct: true}, {text: abc}, {text: xyz}]
      - id: c2
        type: choice
        level: senior
        asks: recall
        concepts: [a]
        prompt: one two `three four five`
        options: [{text: abc}, {text: vwxyz}, {text: abcde, correct: true}, {text: xyz}]
      - id: c3
        type: choice
        multi: true
        level: working
        asks: apply
        source: RFC 2
        prompt: one two three four five six
        options: [{text: a, correct: true}, {text: abcdefgh, correct: true}, {text: abc}]
      - {id: f1, type: flip, prompt: one, answer: x}
  - topic: two
    title: Two
    cards:
      - {id: t1, type: typed, asks: apply, level: working, source: RFC 3, prompt: one two, accept: [x]}
"""


@pytest.fixture
def tiny(tmp_path):
    file = tmp_path / "tiny.yaml"
    file.write_text(DECK)
    return str(file)


def test_figures_as_json(bequiz, only_small, tiny):
    stats = bequiz("deck", "check", "--stats", "--json", tiny).json["stats"]
    deck = stats["topics"][0]
    one, two = deck["topics"]
    assert (stats["cards"], deck["id"], one["id"], two["id"]) == (5, "tiny", "tiny/one", "tiny/two")

    types = {name: count for name, count in one["types"].items() if count}
    assert (types, one["multi"]) == ({"flip": 1, "choice": 3}, 1)
    assert one["levels"] == {"basic": 1, "working": 1, "senior": 1}
    assert (one["apply"], one["sources"], one["machine_checked"]) == (0.5, 0.5, 0.75)
    assert (one["concepts"], one["covered"]) == (2, 1), "two cards name a, none names b"
    assert one["prompt_words"] == 3.5, "the median of 4, 3, 6 and 1; code in ticks is one word"
    assert (deck["apply"], deck["sources"], deck["machine_checked"]) == (0.6, 0.6, 0.8)
    assert deck["prompt_words"] == 3


def test_figures_of_choices(bequiz, only_small, tiny):
    """The right option is the only longest in the first card, one of two in the second; 1/k is 1/3 and 1/4."""
    one, two = bequiz("deck", "check", "--stats", "--json", tiny).json["stats"]["topics"][0]["topics"]
    even = (1 / 3 + 1 / 4) / 2
    assert one["choices"] == {
        "count": 2,
        "longest": 0.5,
        "longest_most": pytest.approx(even + 0.08),
        "length_ratio": pytest.approx(5 / ((3 + 3 + 3 + 5 + 3) / 5)),
        "positions": [1, 0, 1, 0],
        "position_most": pytest.approx(even + 0.10),
    }
    assert two["choices"] == {
        "count": 0, "longest": None, "longest_most": None, "length_ratio": None, "positions": [], "position_most": None,
    }  # fmt: skip


def test_figures_as_text(bequiz, only_small, tiny):
    out = bequiz("deck", "check", "--stats", tiny).out
    assert out.startswith("""\
Tiny deck (tiny), 5 cards

     cards  basic  working  senior  apply  covered  sourced  words
one      4      1        1       1    50%      1/2      50%    3.5
two      1      0        1       0   100%      0/0     100%      2
all      5      1        2       1    60%      1/2      60%      3

     flip  typed  choice  multi  checked
one     1      0       2      1      75%
two     0      1       0      0     100%
all     1      1       2      1      80%

     choice  longest  at most  length  place 1, 2, ...  at most
one       2      50%      37%    1.47          1 0 1 0      39%
two       0        –        –       –                –        –
all       2      50%      37%    1.47          1 0 1 0      39%

""")
    assert out.endswith("5 cards, no errors.\n")


def test_the_figures_of_all_shipped_decks_fit_eighty_columns(bequiz):
    lines = bequiz("deck", "check", "--stats").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "All decks" in lines


def test_an_empty_topic_has_no_shares(bequiz, only_small, tmp_path):
    file = tmp_path / "empty.yaml"
    file.write_text("{deck: empty, title: Empty, topics: [{topic: t, title: T}]}")
    topic = bequiz("deck", "check", "--stats", "--json", str(file)).json["stats"]["topics"][0]["topics"][0]
    assert [topic[name] for name in ("apply", "sources", "prompt_words", "machine_checked")] == [None] * 4


def test_figures_only_of_the_topic_that_was_asked_for(bequiz, only_small, tmp_path):
    folder = tmp_path / "pair"
    folder.mkdir()
    (folder / "deck.yaml").write_text("{deck: pair, title: Pair, topics: [one.yaml, two.yaml]}")
    for name in ("one", "two"):
        card = f"{{id: {name}, type: flip, prompt: Q, answer: A}}"
        (folder / f"{name}.yaml").write_text(f"{{topic: {name}, title: T, cards: [{card}]}}")
    stats = bequiz("deck", "check", "--stats", "--json", str(folder / "two.yaml")).json["stats"]
    assert [topic["id"] for topic in stats["topics"][0]["topics"]] == ["pair/two"]


def test_without_the_option_there_are_no_figures(bequiz, only_small, tiny):
    assert "stats" not in bequiz("deck", "check", "--json", tiny).json
