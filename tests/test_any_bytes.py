"""Whatever a deck file holds, it is read or told, at once, and no card is dropped without a word."""

import time
from pathlib import Path

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bequiz.decks.loading import load_deck
from bequiz.decks.yamltext import read
from bequiz.model.cards import CARD_TYPES
from tests.conftest import SMALL_DECK

SECONDS = 2
LINE_ENDS = ("\r\n", "\n", "\r", "\x85", "\u2028", "\u2029")
DECK = SMALL_DECK.encode()
# Pieces with a meaning in YAML or in decks, and some without any.
BITS = [
    b"{", b"}", b"[", b"]", b"- ", b": ", b"? ", b"&a ", b"*a", b"!!str ", b"!x ", b"<<: ", b"'", b'"', b"|\n", b">\n",
    b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xc2\x85", b"\xe2\x80\xa8", b"---\n", b"...\n", b"%YAML 1.1\n", b"#",
    b'"\\u0000"', b'"\\ud800"', b'"\\N"', b"no", b"~", b"null", b"id: ", b"type: ", b"cards: ", b"topics: ", b"cloze",
    b"{{", b"}}", b"@", b"`", b"9" * 400, b"-1", b"1e999", b"5%", b"\x1b[31m", b"\xe2\x80\xae",
]  # fmt: skip
FIELDS = [
    "prompt", "answer", "points", "accept", "reject", "tolerance", "unit", "options", "multi", "pin_last", "steps",
    "lang", "code", "expect", "artefact", "lines", "fix", "level", "asks", "asof", "url", "tags", "requires", "was",
    "x", "",
]  # fmt: skip
KEYS = ["id", "type", "topic", "deck", "title", "topics", "cards", "concepts", "text", "correct", *FIELDS]

fuzzing = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
edits = st.tuples(st.integers(0, len(DECK)), st.integers(0, 12), st.sampled_from(BITS) | st.binary(max_size=6))
values = st.recursive(
    st.text(max_size=8) | st.sampled_from(["flip", "1", "yes", "no", "", "5%", "{{a}}", "2026-11"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


def check_reading(data: bytes, folder: Path) -> None:
    file = folder / "fuzzed.yaml"
    file.write_bytes(data)
    started = time.process_time()
    deck = load_deck(file)
    assert time.process_time() - started < SECONDS

    text = data.decode(errors="replace")
    lines = 1 + sum(text.count(end) for end in LINE_ENDS)
    for problem in deck.problems:
        assert 1 <= problem.line <= lines + 1
        assert problem.column >= 1
        assert "\n" not in str(problem)

    kept = {card.card.id for card in deck.cards}
    told = {problem.card for problem in deck.problems}
    if "" not in told:
        for number, card in enumerate(cards_in(data), 1):
            name = card.get("id") if isinstance(card, dict) else None
            assert {name if isinstance(name, str) else None, f"number {number}"} & (kept | told)


def cards_in(data: bytes) -> list[object]:
    """The cards of a deck of one topic, as PyYAML sees them; none where it sees no such thing."""
    try:
        raw = yaml.load(data, yaml.CBaseLoader)
        topics, cards = raw["topics"], raw["topics"][0]["cards"]
    except (yaml.YAMLError, ValueError, TypeError, KeyError, IndexError):
        return []
    return cards if isinstance(cards, list) and len(topics) == 1 else []


def dump(deck: object) -> bytes:
    return yaml.safe_dump(deck, allow_unicode=True, width=10**6).encode(errors="replace")


@fuzzing
@given(st.lists(edits, min_size=1, max_size=6))
@example([])
def test_any_damage_to_a_good_deck(tmp_path, changes):
    data = DECK
    for at, dropped, put in changes:
        data = data[:at] + put + data[at + dropped :]
    check_reading(data, tmp_path)


@fuzzing
@given(st.binary(max_size=400) | st.lists(st.sampled_from(BITS), max_size=60).map(b"".join))
def test_any_bytes(tmp_path, data):
    check_reading(data, tmp_path)


@fuzzing
@given(st.sampled_from(list(CARD_TYPES)), st.dictionaries(st.sampled_from(FIELDS), values, min_size=2))
def test_any_values_in_a_card(tmp_path, kind, fields):
    topic = {"topic": "t", "title": "T", "cards": [{**fields, "id": "a", "type": kind}]}
    check_reading(dump({"deck": "made", "title": "T", "topics": [topic]}), tmp_path)


@fuzzing
@given(values)
def test_any_value_in_place_of_a_deck(tmp_path, value):
    check_reading(dump(value), tmp_path)


@fuzzing
@given(values)
def test_any_values_in_place_of_topics(tmp_path, value):
    check_reading(dump({"deck": "made", "title": "T", "topics": value}), tmp_path)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
trees = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


@fuzzing
@given(trees)
def test_what_stands_between_quotes_is_that_text(value):
    """Also where it looks like a number, a boolean, an alias or nothing at all."""
    assert read(yaml.safe_dump(value, default_style='"').encode()).value == value
