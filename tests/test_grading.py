"""When is an answer right? Tables of what is typed, what is wanted, and the verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequiz.grading.asking import ask, shuffled
from bequiz.grading.judging import grade_points, judge
from bequiz.grading.text import number, one_edit
from bequiz.model.cards import Bug, Choice, Cloze, Code, Option, Order, Typed


def typed(*accept, **more):
    return Typed(id="c", prompt="?", accept=accept, **more)


def verdict(card, response, **more):
    return judge(card, ask("d/c", card, 0), response, **more)


@pytest.mark.parametrize(
    ("accept", "response", "outcome"),
    [
        ("412", "412", "right"),
        ("412", " 412. ", "right"),
        ("412", "`412`", "right"),
        ("412", "421", "wrong"),
        ("412", "4120", "wrong"),
        ("1000", "1,000", "right"),
        ("1000", "1 000", "right"),
        ("1000", "1e3", "right"),
        ("0.5", ".5", "right"),
        ("0.5", "0.50", "right"),
        ("9007199254740993", "9007199254740992", "wrong"),
        ("-1", "1", "wrong"),
        ("-1", "−1", "right"),
        ("idempotent", "Idempotent", "right"),
        ("idempotent", "“idempotent”", "right"),
        ("idempotent", "idempotant", "near"),
        ("idempotent", "idempotnet", "near"),
        ("idempotent", "idempotentt", "near"),
        ("idempotent", "idempoten", "near"),
        ("idempotent", "idempoetnt", "near"),
        ("idempotent", "impotent", "wrong"),
        ("read committed", "READ  COMMITTED", "right"),
        ("read committed", "read-committed", "right"),
        ("read committed", "read_committed", "right"),
        ("read committed", "read comitted", "near"),
        ("read committed", "reed comitted", "wrong"),
        ("heap", "heep", "wrong"),
        ("utf-8", "utf-9", "wrong"),
        ("sha256", "sha265", "wrong"),
        ("C++", "C", "wrong"),
        ("C#", "c#", "right"),
        ("*", "*", "right"),
        ("/", "\\", "wrong"),
        ("café", "cafe\u0301", "right"),
        ("two words", "two", "wrong"),
        ("x", "", "empty"),
        ("x", "   ", "empty"),
    ],
)
def test_typed(accept, response, outcome):
    assert verdict(typed(accept), response).outcome == outcome


@pytest.mark.parametrize(
    ("fields", "response", "outcome"),
    [
        ({"tolerance": "0.5"}, "10.4", "right"),
        ({"tolerance": "0.5"}, "10.6", "wrong"),
        ({"tolerance": "5%"}, "10.5", "right"),
        ({"tolerance": "5 %"}, "9.4", "wrong"),
        ({"unit": "ms"}, "10 ms", "right"),
        ({"unit": "ms"}, "10ms", "right"),
        ({"unit": "ms"}, "10", "right"),
        ({"unit": "ms"}, "10 s", "wrong"),
        ({"unit": "ms", "tolerance": "1"}, "10.9 ms", "right"),
        ({"reject": {"100": "Ten times too much."}}, "100", "wrong"),
    ],
)
def test_numbers_with_tolerance_and_unit(fields, response, outcome):
    assert verdict(typed("10", **fields), response).outcome == outcome


def test_a_rejected_answer_gets_its_feedback_even_if_it_is_nearly_right():
    card = typed("authorization", reject={"authorisation": "Spell it as the header does."}, why="Because.")
    judged = verdict(card, "authorisation")
    assert (judged.outcome, judged.quality) == ("wrong", 1)
    assert judged.why == "Spell it as the header does.\nBecause."


def test_wordings_accepted_before_count():
    assert verdict(typed("A"), "the first letter", accepted=["The First Letter"]).outcome == "right"


def test_a_hint_costs_a_grade():
    assert verdict(typed("A"), "a", hinted=True).quality == 3
    assert verdict(typed("A"), "b", hinted=True).quality == 1


CLOZE = Cloze(id="c", prompt="{{Roses|the roses}} are {{red}}.")


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        ("roses; red", "right"),
        ("the roses;red", "right"),
        ("rosses; red", "near"),
        ("roses", "wrong"),
        ("roses; blue", "wrong"),
    ],
)
def test_several_blanks(response, outcome):
    assert verdict(CLOZE, response).outcome == outcome


CODE = Code(id="c", prompt="?", lang="python", code="...", expect="['a', 'b']\n{1: True}\n")


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        ("['a', 'b']\n{1: True}", "right"),
        ("['a', 'b'] {1: True}", "right"),
        ("['a', 'b']\\n{1: True}", "right"),
        ('["a","b"] {1:True}', "right"),
        ("['a', 'b'] {1: true}", "near"),
        ("['b', 'a'] {1: True}", "wrong"),
        ("['ab'] {1: True}", "wrong"),
    ],
)
def test_printed_output(response, outcome):
    assert verdict(CODE, response).outcome == outcome


def test_words_printed_apart_are_not_one_word():
    card = Code(id="c", prompt="?", lang="python", code="...", expect="a b")
    assert verdict(card, "ab").outcome == "wrong"


SINGLE = Choice(
    id="c",
    prompt="?",
    options=(
        Option(text="one", correct=True, why="R."),
        Option(text="two", why="W2."),
        Option(text="three", why="W3."),
    ),
    why="All.",
)
MULTI = Choice(
    id="c",
    prompt="?",
    multi=True,
    options=tuple(Option(text=text, correct=text in "ab", why=f"why {text}") for text in "abcd"),
)


def pick(card, texts):
    shown = ask("d/c", card, 0).options
    return verdict(card, ",".join(str(shown.index(text) + 1) for text in texts))


@pytest.mark.parametrize(
    ("text", "outcome", "why"), [("one", "right", "R.\nAll."), ("two", "wrong", "W2."), ("three", "wrong", "W3.")]
)
def test_one_option(text, outcome, why):
    judged = pick(SINGLE, [text])
    assert judged.outcome == verdict(SINGLE, text).outcome == outcome
    assert why.split("\n")[0] in judged.why


@pytest.mark.parametrize("response", ["0", "4", "9", "banana", "1,9"])
def test_an_option_that_is_not_there_is_wrong(response):
    assert verdict(SINGLE, response).outcome == "wrong"


@pytest.mark.parametrize(
    ("texts", "outcome"),
    [("ab", "right"), ("ba", "right"), ("a", "near"), ("abc", "near"), ("ac", "wrong"), ("cd", "wrong")],
)
def test_several_options(texts, outcome):
    assert pick(MULTI, texts).outcome == outcome


ORDER = Order(id="c", prompt="?", steps=("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("steps", "outcome"), [("abcd", "right"), ("bacd", "near"), ("abdc", "near"), ("cbad", "wrong"), ("badc", "wrong")]
)
def test_an_order(steps, outcome):
    shown = ask("d/c", ORDER, 0).options
    assert verdict(ORDER, " ".join(str(shown.index(step) + 1) for step in steps)).outcome == outcome


@pytest.mark.parametrize("response", ["1 2 3", "1 1 2 3", "1 2 3 5", "x"])
def test_an_order_names_each_step_once(response):
    assert verdict(ORDER, response).outcome == "wrong"


BUG = Bug(id="c", prompt="?", lang="text", artefact="a\nb\nc\n", lines=(2,), fix="B", why="Because.")


@pytest.mark.parametrize(
    ("response", "outcome"), [("2", "right"), ("line 2", "right"), ("1", "wrong"), ("2,3", "wrong"), ("b2", "wrong")]
)
def test_a_line(response, outcome):
    assert verdict(BUG, response).outcome == outcome


def test_the_fix_is_part_of_the_reason():
    assert verdict(BUG, "2").why == "Because.\nFix: B"


@pytest.mark.parametrize(
    ("ticked", "points", "quality"), [(3, 3, 4), (2, 3, 3), (1, 3, 1), (1, 2, 3), (0, 2, 1), (2, 4, 3), (0, 0, 4)]
)
def test_points_of_a_flip(ticked, points, quality):
    assert grade_points(ticked, points) == quality


@given(st.integers(2, 8), st.integers(0, 50), st.booleans())
def test_a_shuffle_is_a_permutation_that_can_be_repeated(count, answers, pinned):
    order = shuffled(count, "d/c", answers, pinned=pinned)
    assert sorted(order) == list(range(count))
    assert order == shuffled(count, "d/c", answers, pinned=pinned)
    assert not pinned or order[-1] == count - 1


@given(st.integers(2, 8), st.integers(0, 50))
def test_steps_are_never_shown_in_their_order(count, answers):
    assert list(shuffled(count, "d/c", answers, sorted_too=False)) != list(range(count))


def test_the_first_place_is_right_as_often_as_any():
    firsts = [shuffled(3, "d/c", answers)[0] for answers in range(600)]
    assert all(150 < firsts.count(place) < 250 for place in range(3))


@given(st.text(alphabet="abcd", min_size=1, max_size=7), st.data())
def test_one_edit_is_one_letter_or_a_swap(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    assert one_edit(word[:at] + word[at + 1 :], word)
    assert one_edit(word[:at] + "x" + word[at:], word)
    assert one_edit(word[:at] + "x" + word[at + 1 :], word)
    assert not one_edit(word + "xy", word)


@given(st.text(max_size=30))
def test_nothing_typed_is_a_crash(text):
    for card in (typed("10", tolerance="5%", unit="ms"), CLOZE, CODE, SINGLE, MULTI, ORDER, BUG):
        assert verdict(card, text).quality in (1, 3, 4)
    number(text)
