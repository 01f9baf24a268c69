"""What the rules for good cards know of a text: words, syllables, stems, acronyms, and the works a source names."""

import pytest

from bequiz.decks.lint import reading
from bequiz.decks.lint.sources import works


@pytest.mark.parametrize(("text", "count"), [
    ("", 0),
    ("One, two – three.", 3),
    ("`a b c` is one", 3),
    ("The gap {{is one|was one}} word", 4),
    ("Before\n```python\nx = 1\n```\nafter", 2),
    ("``a `b` c`` d", 2),
])  # fmt: skip
def test_words_to_read(text, count):
    assert reading.words(text) == count


@pytest.mark.parametrize(("word", "count"), [
    ("a", 1), ("the", 1), ("cache", 1), ("caches", 2), ("cached", 1), ("table", 2), ("routed", 2),
    ("three", 1), ("idempotent", 4), ("HTTP", 1),
])  # fmt: skip
def test_syllables(word, count):
    assert reading.syllables(word) == count


def test_the_grade_of_a_text():
    """12 words of 12 syllables in 2 sentences: 0.39 x 6 + 11.8 x 1 - 15.59."""
    assert reading.grade("The cat sat on the mat. The dog sat on the cat.") == pytest.approx(-1.45)


@pytest.mark.parametrize(("one", "other"), [
    ("cache", "caching"), ("stirs", "stirring"), ("partition", "partitions"), ("retry", "retries"),
    ("consistent", "consistency"),
])  # fmt: skip
def test_words_of_one_stem(one, other):
    assert reading.stem(one) == reading.stem(other)


@pytest.mark.parametrize(("text", "found"), [
    ("An LSM tree over HTTP", ["LSM"]),
    ("`LSM` in ticks, LSM_X and x/LSM", []),
    ("Two JWTs and a README", ["JWT"]),
    ("GOMAXPROCS is a name, I am too", []),
])  # fmt: skip
def test_acronyms(text, found):
    assert reading.acronyms(text) == found


@pytest.mark.parametrize(("text", "spelt"), [
    ("a log-structured merge tree", True), ("Log of structured merges", True), ("merge log structured", False),
])  # fmt: skip
def test_acronyms_spelt_out(text, spelt):
    assert reading.spelt_out("LSM", text) is spelt


@pytest.mark.parametrize(("source", "named"), [
    ("RFC 9110 §13.1.1, §15.5.13", ["RFC 9110"]),
    ("Kleppmann, DDIA 1e ch. 8 (Fencing tokens); RFC 793", ["Kleppmann, DDIA 1e", "RFC 793"]),
    ("Bloch, Effective Java 3e, Item 18", ["Bloch, Effective Java 3e"]),
    ("PostgreSQL 18 docs: SELECT › LIMIT", ["PostgreSQL 18 docs: SELECT"]),
    ("§ 4", ["§ 4"]),
])  # fmt: skip
def test_works_in_a_source(source, named):
    assert works(source) == named
