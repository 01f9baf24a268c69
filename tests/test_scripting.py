"""`next`, `answer`, `undo`, `due` and `card`: what scripts and shell prompts rely on, field by field."""

import json
import re

import pytest

from bequiz.decks.loading import load_deck
from bequiz.grading.asking import draw
from bequiz.model.cards import Bug, Card, Choice, Cloze, Code, Order, Skill, Sql, Tune, Typed, type_of
from bequiz.study import answering
from bequiz.study.collection import opened
from tests.conftest import DECKS, day, env_at

ANSWER_FIELDS = {
    "id", "verdict", "quality", "expected", "why", "due", "interval", "ease", "reps", "lapses", "repeat_today",
    "scheduled",
}  # fmt: skip

# A card, and for each response the verdict with the quality it proposes. `{two}` stands for the number under which the
# option "two" is shown.
RIGHT, NEAR, WRONG, EMPTY = ("right", 4), ("near", 3), ("wrong", 1), ("empty", 1)
RESPONSES = {
    "typed, a number": (
        "type: typed, accept: ['42', forty-two], reject: {'21': A quarter.}",
        {
            "42": RIGHT, " 42. ": RIGHT, "42.0": RIGHT, "forty-two": RIGHT, "Forty Two": RIGHT,
            "43": WRONG, "21": WRONG, "24": WRONG, "4 2": WRONG, "": EMPTY, "  ": EMPTY, "9" * 5000: WRONG,
        },
    ),
    "typed, a word of five letters or more": (
        "type: typed, accept: [latency]",
        {
            "latency": RIGHT, "`Latency`": RIGHT, "latenzy": NEAR, "latncy": NEAR, "latenccy": NEAR, "laetncy": NEAR,
            "laetnzy": WRONG, "throughput": WRONG, "latency2": WRONG, "\U0001f4a5": WRONG,
        },
    ),
    "typed, a short word": ("type: typed, accept: [fifo]", {"FIFO": RIGHT, "fito": WRONG, "fif": WRONG}),
    "typed, digits in a word": ("type: typed, accept: [base64]", {"base64": RIGHT, "base46": WRONG, "bsae64": WRONG}),
    "typed, two words": (
        "type: typed, accept: [consistent hashing]",
        {"consistent  hashing": RIGHT, "consistant hashing": NEAR, "consistant hashin": WRONG, "consistent": WRONG},
    ),
    "typed, an absolute tolerance": (
        "type: typed, accept: ['10'], tolerance: '0.5'",
        {"10.5": RIGHT, "9.5": RIGHT, "10.6": WRONG, "9" * 350: WRONG},
    ),
    "typed, a relative tolerance and a unit": (
        "type: typed, accept: ['200'], tolerance: 5%, unit: ms",
        {"200 ms": RIGHT, "210": RIGHT, "190ms": RIGHT, "211": WRONG, "200 s": WRONG},
    ),
    "choice, one option": (
        "type: choice, options: [{text: two, correct: yes}, {text: three, why: 3 is odd.}, {text: five}]",
        {
            "{two}": RIGHT, " {two} ": RIGHT, "two": RIGHT, "{three}": WRONG, "three": WRONG, "{two},{three}": WRONG,
            "0": WRONG, "4": WRONG, "seven": WRONG, "9" * 5000: WRONG, "": EMPTY,
        },
    ),
    "choice, several options": (
        "type: choice, multi: yes, "
        "options: [{text: two, correct: yes}, {text: four, correct: yes}, {text: five}, {text: seven}]",
        {
            "{two},{four}": RIGHT, "{four} {two}": RIGHT, "{two}, {four}": RIGHT,
            "{two}": NEAR, "four": NEAR, "{two},{four},{seven}": NEAR,
            "{two},{seven}": WRONG, "{seven}": WRONG, "1,2,3,4": WRONG, "": EMPTY,
        },
    ),
    "cloze, one blank": (
        "type: cloze, prompt: 'Replicas agree by a {{quorum|majority}}.'",
        {"quorum": RIGHT, "Majority": RIGHT, "quorem": NEAR, "minority": WRONG, "": EMPTY},
    ),
    "cloze, two blanks": (
        "type: cloze, prompt: '{{Writes}} go to the {{leader|primary}}.'",
        {
            "writes; primary": RIGHT, "writes;leader": RIGHT, "writes;laeder": NEAR, "writes": WRONG,
            "leader;writes": WRONG, "writes;": WRONG, "writes;leader;x": WRONG,
        },
    ),
    "order": (
        "type: order, steps: [alpha, beta, gamma, delta]",
        {
            "{alpha} {beta} {gamma} {delta}": RIGHT, "{alpha},{beta},{gamma},{delta}": RIGHT,
            "{beta} {alpha} {gamma} {delta}": NEAR, "{alpha} {beta} {delta} {gamma}": NEAR,
            "{beta} {alpha} {delta} {gamma}": WRONG, "{gamma} {beta} {alpha} {delta}": WRONG,
            "{delta} {gamma} {beta} {alpha}": WRONG, "{alpha} {beta} {gamma}": WRONG, "1 1 1 1": WRONG,
            "{alpha} {beta} {gamma} {delta} " + "9" * 5000: WRONG, "alpha": WRONG, "": EMPTY,
        },
    ),
    "code": (
        "type: code, lang: python, code: 'print(1); print([2, 3])', expect: \"1\\n[2, 3]\\n\"",
        {"1\n[2, 3]": RIGHT, "1\\n[2,3]": RIGHT, "1 [2, 3]\n": RIGHT, "1": WRONG, "1\n[3, 2]": WRONG, "": EMPTY},
    ),
    "bug": (
        "type: bug, lang: text, artefact: \"a\\nb\\nc\\nd\\n\", lines: [2, 3], fix: Swap them.",
        {"2": RIGHT, "3": RIGHT, "2,3": RIGHT, "line 2": RIGHT, "1": WRONG, "1,2": WRONG, "two": WRONG, "": EMPTY},
    ),
}  # fmt: skip


def one_card(fields: str) -> str:
    prompt = "" if "prompt:" in fields else "prompt: Well?, "
    card = f"{{id: it, {prompt}why: Because., hint: Think., {fields}}}"
    return f"deck: d\ntitle: D\ntopics: [{{topic: t, title: T, cards: [{card}]}}]\n"


@pytest.mark.parametrize("name", RESPONSES)
def test_what_a_response_is_worth(name, bequiz, only):
    fields, table = RESPONSES[name]
    only(one_card(fields))
    judged = {}
    for response in table:
        shown = bequiz("next", "--json").json["card"]
        numbers = {text: number for number, text in enumerate(shown.get("options", ()), 1)}
        answer = bequiz("answer", "d/it", "--response", response.format_map(numbers), "--json").json
        assert set(answer) >= ANSWER_FIELDS
        assert "Because." in answer["why"]
        judged[response] = answer["verdict"], answer["quality"]
        bequiz("undo")  # the next response meets the same question
    assert judged == table


@pytest.mark.parametrize(
    ("response", "why"),
    [
        pytest.param("21", "A quarter.", id="the feedback to a rejected answer"),
        pytest.param("42", "Because.", id="the card's own reason"),
    ],
)
def test_a_verdict_says_why(response, why, bequiz, only):
    only(one_card(RESPONSES["typed, a number"][0]))
    assert why in bequiz("answer", "d/it", "--response", response, "--json").json["why"]


def test_a_wrong_option_is_told_why_it_is_wrong(bequiz, only):
    only(one_card(RESPONSES["choice, one option"][0]))
    assert "3 is odd." in bequiz("answer", "d/it", "--response", "three", "--json").json["why"]


def test_a_bug_shows_its_fix_and_the_expected_line(bequiz, only):
    only(one_card(RESPONSES["bug"][0]))
    answer = bequiz("answer", "d/it", "--response", "1", "--json").json
    assert (answer["expected"], "Swap them." in answer["why"]) == ("2, 3", True)


def test_after_a_hint_right_is_worth_less(collection):
    asked = answering.put(collection, "small/typed")
    qualities = [answering.check(collection, asked, text, hinted=True).quality for text in ("42", "41")]
    assert qualities == [3, 1]


def test_a_wording_accepted_before_is_right_from_then_on(collection):
    def outcome() -> str:
        return answering.check(collection, answering.put(collection, "small/typed"), "6 x 7").outcome

    assert outcome() == "wrong"
    answering.note(collection, "small/typed", "accept", text="6 x 7")
    assert outcome() == "right"
    answering.undo(collection)
    assert outcome() == "wrong"


def test_every_field_of_an_answer(bequiz, only_small):
    answer = bequiz("answer", "small/typed", "--response", "21", "--ms", "1500", "--json").json
    assert answer == {
        "id": "small/typed", "verdict": "wrong", "quality": 1, "expected": "42", "why": "A quarter.",
        "due": "2026-11-23", "interval": 1, "ease": 2.5, "reps": 0, "lapses": 1, "repeat_today": True,
        "scheduled": True,
    }  # fmt: skip
    event = bequiz("card", "history", "small/typed", "--json").json["events"][0]
    assert (event["ms"], event["data"]["response"], event["verdict"]) == (1500, "21", "wrong")


def test_with_both_the_response_is_judged_and_the_quality_overrides(bequiz, only_small):
    answer = bequiz("answer", "small/typed", "--response", "21", "--quality", "5", "--json").json
    assert (answer["verdict"], answer["quality"], answer["lapses"]) == ("wrong", 5, 0)
    assert answer["why"] == "A quarter."


def test_a_quality_alone_is_the_learners_own_verdict(bequiz, only_small):
    answer = bequiz("answer", "small/typed", "--quality", "3", "--json").json
    assert (answer["verdict"], answer["quality"]) == ("self", 3)


def test_the_order_shown_is_recorded(bequiz, only):
    only(one_card(RESPONSES["order"][0]))
    shown = bequiz("next", "--json").json["card"]["options"]
    bequiz("answer", "d/it", "--response", "1 2 3 4")
    order = bequiz("card", "history", "d/it", "--json").json["events"][0]["data"]["order"]
    assert [("alpha", "beta", "gamma", "delta")[place] for place in order] == shown


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["small/typed"], id="neither response nor quality"),
        pytest.param(["small/flip", "--response", "A"], id="a flip without quality"),
        pytest.param(["small/typed", "--quality", "7"], id="quality 7"),
        pytest.param(["small/typed", "--quality", "-1"], id="quality -1"),
        pytest.param(["small/typed", "--quality", "3.5"], id="quality 3.5"),
        pytest.param(["small/typed", "--quality", "4.0"], id="quality 4.0"),
        pytest.param(["small/typed", "--quality", "true"], id="quality true"),
        pytest.param(["small/typed", "--quality", ""], id="quality empty"),
        pytest.param(["small/typed", "--response", "42", "--quality", "7"], id="quality 7 beside a response"),
        pytest.param(["small/typed", "--quality", "4", "--ms", "-1"], id="less than no time"),
        pytest.param(["small/typed", "--quality", "4", "--ms", str(10**20)], id="more time than any log can hold"),
        pytest.param(["--quality", "4"], id="no card"),
    ],
)
def test_wrong_usage_records_nothing_and_leaves_with_2(words, bequiz, only_small):
    done = bequiz("answer", *words, "--json")
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert bequiz("log", "export").out == ""


@pytest.mark.parametrize(
    ("id", "meant"),
    [("small/tpyed", 'Did you mean "small/typed"?'), ("smal/flip", 'Did you mean "small/flip"?'), ("\x1b[31m", "")],
)
@pytest.mark.parametrize("command", [["answer", "--quality", "4"], ["card", "show"], ["card", "suspend"]])
def test_an_unknown_card_is_a_sentence_that_names_the_nearest(command, id, meant, bequiz, only_small):
    done = bequiz(*command, id)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("bequiz: There is no card")
    assert meant in done.err
    assert "\x1b" not in done.err
    assert "Traceback" not in done.err


def test_a_short_card_id_is_enough_while_it_is_unique(bequiz, only):
    one = "deck: {}\ntitle: D\ntopics: [{{topic: t, title: T, cards: [{}]}}]\n"
    card = "{{id: {}, type: flip, prompt: A, answer: B}}"
    only(one.format("a", card.format("same")), one.format("b", card.format("same") + ", " + card.format("other")))
    assert bequiz("card", "show", "other", "--json").json["card"]["id"] == "b/other"
    both = bequiz("card", "show", "same", "--json")
    assert (both.code, "a/same" in both.err, "b/same" in both.err) == (1, True, True)


# What an answer is, and whether the schedule moves, follows from the day and from what was answered before.

STEPS = [  # day, quality -> kind, scheduled, repeat_today, due on
    (0, 1, "review", True, True, 1),
    (0, 3, "drill", False, True, 1),
    (0, 4, "drill", False, False, 1),
    (0, 1, "cram", False, False, 1),
    (1, 4, "review", True, False, 2),
    (1, 5, "cram", False, False, 2),
    (2, 5, "review", True, False, 8),
    (5, 1, "cram", False, False, 8),
    (9, 3, "review", True, True, 25),
    (10, 4, "cram", False, False, 25),
]


def test_review_drill_and_cram(bequiz, only_small):
    seen = []
    for at, quality, *_ in STEPS:
        answer = bequiz("answer", "small/flip", "--quality", str(quality), "--json", now=day(at)).json
        kind = bequiz("card", "history", "small/flip", "--json").json["events"][-1]["kind"]
        due = next(offset for offset in range(100) if day(offset)[:10] == answer["due"])
        seen.append((at, quality, kind, answer["scheduled"], answer["repeat_today"], due))
    assert seen == STEPS


def test_an_answer_that_is_not_due_leaves_the_memory_alone(bequiz, only_small):
    fields = ("due", "interval", "ease", "reps", "lapses")
    first = bequiz("answer", "small/flip", "--quality", "5", "--json").json
    crammed = bequiz("answer", "small/flip", "--quality", "0", "--json").json
    assert [first[name] for name in fields] == [crammed[name] for name in fields]


def test_open_repeats_count_as_due_and_come_at_the_end(bequiz, only_small):
    bequiz("answer", "small/flip", "--quality", "1")
    document = bequiz("next", "--json").json
    assert (document["due"], document["card"]["id"] != "small/flip") == (1, True)
    while (card := bequiz("next", "--json").json["card"])["id"] != "small/flip":
        bequiz("answer", card["id"], "--quality", "4")
    assert bequiz("due", "--json").json["new"] == 0
    bequiz("answer", "small/flip", "--quality", "4")
    assert bequiz("next", "--json").json == {"card": None, "due": 0, "new": 0}


# `next` shows no more than the question.


def question(id: str, card: Card) -> dict[str, object]:
    """All that a question may tell of a card not seen yet, options in the order of the alphabet."""
    told: dict[str, object] = {"type": type_of(card), "prompt": card.prompt}
    match card:
        case Typed() if card.unit:
            told["unit"] = card.unit
        case Choice():
            told |= {"options": sorted(option.text for option in card.options), "multi": card.multi}
        case Cloze():
            told["prompt"] = re.sub(r"\{\{.+?\}\}", "____", card.prompt, flags=re.DOTALL)
        case Order():
            told["options"] = sorted(card.steps)
        case Code():
            told |= {"code": card.code, "lang": card.lang}
        case Bug():
            told |= {"artefact": card.artefact, "lang": card.lang}
        case Sql():
            told["setup"] = card.setup
        case Tune():
            told |= {"setup": card.setup, "query": card.query}
        case Skill():
            instance = draw(card.generator, id, 0, card.difficulty).instance
            told |= {
                "prompt": instance.prompt, "listing": instance.listing, "lang": instance.lang, "form": instance.form,
            }  # fmt: skip
            if instance.options:
                told["options"] = sorted(instance.options)
            if instance.form.startswith("pick"):
                told["multi"] = instance.form == "pick-many"
            if instance.unit:
                told["unit"] = instance.unit
    return told


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in DECKS.glob("*/deck.yaml")))
def test_next_never_contains_the_answer(folder, bequiz, tmp_path, home, monkeypatch):
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / folder).symlink_to(DECKS / folder)
    monkeypatch.setattr("bequiz.cli.edge.shipped_decks", lambda: str(shipped))
    cards = {loaded.id: loaded.card for loaded in load_deck(shipped / folder).cards}
    asked = {}
    with opened(env_at(home, shipped)) as collection:
        while shown := bequiz("next", "--json").json["card"]:
            id = shown["id"]
            for name in ("id", "deck", "topic", "stage"):
                del shown[name]
            if isinstance(cards[id], Order):
                assert shown["options"] != list(cards[id].steps), "in the right order already"
            if "options" in shown:
                shown["options"].sort()
            asked[id] = shown
            answering.note(collection, id, "suspend")  # out of the way, and passed for those that require it
    assert asked == {id: question(id, card) for id, card in cards.items()}


def test_next_in_words_gives_nothing_away_either(bequiz, only):
    only(one_card("type: typed, accept: [secret], reject: {public: No}"))
    shown = bequiz("next").out
    assert "Well?" in shown
    assert not any(word in shown for word in ("secret", "public", "Because.", "Think."))


def test_every_field_of_next(bequiz, only):
    only(one_card(RESPONSES["choice, several options"][0]))
    document = bequiz("next", "--json").json
    card = document["card"]
    assert document == {"card": card, "due": 0, "new": 1}
    assert sorted(card.pop("options")) == ["five", "four", "seven", "two"]
    assert card == {
        "id": "d/it", "deck": "d", "topic": "d/t", "stage": None, "type": "choice", "prompt": "Well?", "multi": True,
    }  # fmt: skip


def test_options_are_shuffled_anew_each_time_and_a_pinned_one_stays_last(bequiz, only):
    letters = ", ".join(f"{{text: {letter}}}" for letter in "abcdefg")
    only(one_card(f"type: choice, pin_last: yes, options: [{{text: z, correct: yes}}, {letters}, {{text: none}}]"))
    orders = []
    for _ in range(3):
        orders.append(tuple(bequiz("next", "--json").json["card"]["options"]))
        assert orders[-1] == tuple(bequiz("next", "--json").json["card"]["options"]), "asking twice changes nothing"
        bequiz("answer", "d/it", "--quality", "1")
    assert len(set(orders)) == 3
    assert {order[-1] for order in orders} == {"none"}


# due, card, undo


def test_every_field_of_due(bequiz, only_small):
    bequiz("answer", "small/flip", "--quality", "4")
    bequiz("answer", "small/gap", "--quality", "2")
    assert bequiz("due", "--json").json == {
        "due": 1, "new": 6,
        "topics": {
            "small/first": {"due": 0, "new": 2},
            "small/second": {"due": 1, "new": 2},
            "small/third": {"due": 0, "new": 2},
        },
    }  # fmt: skip
    assert bequiz("due", "--short").out == "1 due, 6 new\n"
    assert bequiz("due", "--short", now=day(1)).out == "2 due, 6 new\n"


def test_due_short_says_the_same_before_and_after_the_decks_were_read(bequiz, only_small, home):
    assert not home.exists()
    first = bequiz("due", "--short").out
    assert first == bequiz("due", "--short").out == "0 due, 8 new\n"
    assert bequiz("due", "--short", "--topic", "first").out == "0 due, 3 new\n"


def test_every_field_of_card_show(bequiz, only_small):
    before = bequiz("card", "show", "small/typed", "--json").json
    assert (before["memory"], before["reviews"], before["suspended"], before["buried_until"]) == (None, 0, False, None)
    assert before["card"]["id"] == "small/typed"
    assert before["card"]["accept"] == ["42", "forty-two"]
    bequiz("answer", "small/typed", "--response", "42")
    bequiz("card", "suspend", "small/typed")
    bequiz("card", "bury", "small/typed", "--days", "3")
    after = bequiz("card", "show", "small/typed", "--json").json
    assert after["memory"] == {"interval": 1, "ease": 2.5, "reps": 1, "lapses": 0, "due": "2026-11-23"}
    assert (after["reviews"], after["suspended"], after["buried_until"]) == (1, True, "2026-11-25")
    assert bequiz("card", "show", "small/typed", "--json", now=day(3)).json["buried_until"] is None
    bequiz("card", "unsuspend", "small/typed")
    assert bequiz("card", "show", "small/typed", "--json").json["suspended"] is False


def test_a_suspended_or_buried_card_is_not_asked(bequiz, only_small):
    bequiz("answer", "small/flip", "--quality", "4")
    bequiz("answer", "small/pick", "--quality", "4")
    bequiz("card", "suspend", "small/flip")
    bequiz("card", "bury", "small/pick", "--days", "2")
    assert [bequiz("due", "--json", now=day(at)).json["due"] for at in (1, 2, 3)] == [0, 1, 1]
    bequiz("card", "unsuspend", "small/flip", now=day(1))
    assert bequiz("due", "--json").json["due"] == 1


def test_card_list_weakest_first_and_unseen_ones_last(bequiz, only_small):
    bequiz("answer", "small/steps", "--quality", "4", now=day(0))
    bequiz("answer", "small/gap", "--quality", "4")
    bequiz("answer", "small/gap", "--quality", "4", now=day(1))
    ids = [card["id"] for card in bequiz("card", "list", "--json").json["cards"]]
    assert ids[:2] == ["small/steps", "small/gap"]
    assert len(ids) == 8


def test_history_tells_everything_that_happened(bequiz, only_small):
    bequiz("answer", "small/typed", "--response", "41")
    bequiz("card", "flag", "small/typed", "too easy")
    bequiz("undo")
    events = bequiz("card", "history", "small/typed", "--json").json["events"]
    assert [event["kind"] for event in events] == ["review", "flag", "undo"]
    assert events[1]["data"] == {"note": "too easy"}
    assert "too easy" in bequiz("card", "history", "small/typed").out
    assert "Nothing" in bequiz("card", "history", "small/flip").out


def test_undo_names_the_event_and_the_card(bequiz, only_small):
    bequiz("answer", "small/flip", "--quality", "4")
    event = json.loads(bequiz("log", "export").out)
    assert bequiz("undo", "--json").json == {"undone": event["id"], "card": "small/flip"}
    assert bequiz("card", "show", "small/flip", "--json").json["memory"] is None


def test_with_nothing_left_to_undo_it_is_a_sentence(bequiz, only_small):
    bequiz("answer", "small/flip", "--quality", "4")
    bequiz("undo")
    done = bequiz("undo", "--json")
    assert (done.code, done.out) == (1, "")
    assert "nothing to undo" in done.err


# Filters, wherever cards are chosen.

FILTERED = (
    """\
deck: north
title: North
stage: 3
topics:
  - topic: basics
    title: Basics
    cards:
      - {id: a, type: flip, prompt: A, answer: A, level: basic, tags: [easy, sql]}
      - {id: b, type: flip, prompt: B, answer: B, level: senior}
  - topic: winds
    title: Winds
    cards: [{id: c, type: flip, prompt: C, answer: C, level: working, tags: [sql-ish]}]
""",
    """\
deck: south
title: South
stage: 4
topics:
  - {topic: basics, title: Basics, cards: [{id: d, type: flip, prompt: D, answer: D, level: basic, tags: [easy]}]}
""",
)


@pytest.mark.parametrize(
    ("words", "cards"),
    [
        ([], "abcd"),
        (["--deck", "north"], "abc"),
        (["--deck", "north", "--deck", "south"], "abcd"),
        (["--stage", "4"], "d"),
        (["--stage", "1"], ""),
        (["--topic", "winds"], "c"),
        (["--topic", "north/basics"], "ab"),
        (["--topic", "north/basics", "--topic", "winds"], "abc"),
        (["--level", "basic"], "ad"),
        (["--level", "basic", "--level", "senior"], "abd"),
        (["--tag", "easy"], "ad"),
        (["--tag", "sql"], "a"),
        (["--tag", "easy", "--stage", "3"], "a"),
        (["--tag", "' OR 1 --"], ""),
    ],
    ids=lambda value: " ".join(value) or "none" if isinstance(value, list) else None,
)
def test_filters(words, cards, bequiz, only):
    only(*FILTERED)
    assert sorted(card["id"][-1] for card in bequiz("card", "list", "--json", *words).json["cards"]) == list(cards)
    asked = []
    while card := bequiz("next", "--json", *words).json["card"]:
        asked.append(card["id"][-1])
        bequiz("answer", card["id"], "--quality", "4")
    assert sorted(asked) == list(cards)
    assert bequiz("due", "--json", *words, now=day(1)).json["due"] == len(cards)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--topic", "basics"], ["north/basics", "south/basics"]),
        (["--topic", "wind"], ['Did you mean "winds"?']),
        (["--deck", "sout"], ['Did you mean "south"?']),
        (["--level", "basics"], ['Did you mean "basic"?']),
    ],
)
@pytest.mark.parametrize("command", ["next", "due", "review", "card list"])
def test_a_filter_that_fits_nothing_or_too_much_is_a_sentence(command, words, said, bequiz, only):
    only(*FILTERED)
    done = bequiz(*command.split(), *words)
    assert (done.code, done.out) == (1, "")
    assert all(part in done.err for part in said)


@pytest.mark.parametrize("words", [["--stage", "nine"], ["--stage", "9"], ["--stage", "0"]])
def test_a_stage_that_is_none_is_wrong_usage(words, bequiz, only):
    only(*FILTERED)
    done = bequiz("next", *words)
    assert (done.code, done.out) == (2, "")


def test_json_is_one_document_even_where_a_deck_is_broken(bequiz, only):
    only(FILTERED[0], FILTERED[1].replace("type: flip", "type: flap"))
    done = bequiz("next", "--json")
    assert done.json["card"]["id"] == "north/a"
    assert "south" in done.err
