"""The review on a terminal: scripts of keys, and what then stands on the screen and in the log."""

import pytest

from bequiz.store import log
from bequiz.study.session import Limits, Session
from tests.playing import play

ONE = {  # card -> a filter that leaves only it
    id: ("c.id = ?", (f"small/{id}",)) for id in ("flip", "typed", "pick", "several", "gap", "steps", "prints", "bug")
}


def answers(collection):
    """(card, quality, verdict) of every answer in the log."""
    return [
        (event.card.removeprefix("small/"), event.quality, event.verdict)
        for event in log.all_events(collection.db)
        if event.quality is not None
    ]


def numbers(collection, card, wanted):
    """The keys that pick these options of a card as it is shuffled now."""
    from bequiz.study.answering import put

    question = put(collection, f"small/{card}").question
    return [str(question.options.index(text) + 1) for text in wanted]


@pytest.mark.parametrize(
    ("card", "script", "quality", "verdict"),
    [
        ("typed", "<42> enter enter", 4, "right"),
        ("typed", "<forty-tow> enter enter", 1, "wrong"),
        ("typed", "<Forty-Two.> enter 4", 5, "right"),
        ("typed", "<21> enter enter", 1, "wrong"),
        ("typed", "<21> enter =", 4, "wrong"),
        ("typed", "enter enter", 1, "empty"),
        ("typed", "ctrl-t <42> enter enter", 3, "right"),
        ("typed", "<43> backspace <2> enter enter", 4, "right"),
        ("typed", "<2> home <4> end enter enter", 4, "right"),
        ("typed", "<wrong> ctrl-w <42> enter enter", 4, "right"),
        ("gap", "<Crimson> enter enter", 4, "right"),
        ("gap", "<crimsom> enter enter", 3, "near"),
        ("prints", "<2> enter 2", 3, "right"),
        ("bug", "2 enter enter", 4, "right"),
        ("bug", "1 enter enter", 1, "wrong"),
        ("flip", "enter y y enter", 4, "self"),
        ("flip", "enter y n enter", 3, "self"),
        ("flip", "enter n n enter", 1, "self"),
        ("flip", "enter 4", 5, "self"),
        ("flip", "enter n n backspace backspace enter", 4, "self"),
        ("typed", "<42> enter ctrl-c", 4, "right"),
    ],
)
def test_an_answer_by_keys(collection, card, script, quality, verdict):
    play(Session(collection, ONE[card], Limits(answers=1)), script)
    assert answers(collection) == [(card, quality, verdict)]


@pytest.mark.parametrize(
    ("card", "picked", "quality", "verdict"),
    [
        ("pick", ["two"], 4, "right"),
        ("pick", ["three"], 1, "wrong"),
        ("several", ["two", "four"], 4, "right"),
        ("several", ["two"], 3, "near"),
        ("several", ["two", "seven", "nine"], 1, "wrong"),
        ("steps", ["alpha", "beta", "gamma", "delta"], 4, "right"),
        ("steps", ["alpha", "beta", "gamma"], 4, "right"),
        ("steps", ["beta", "alpha", "gamma", "delta"], 3, "near"),
        ("steps", ["delta", "gamma", "beta", "alpha"], 1, "wrong"),
    ],
)
def test_options_by_their_numbers(collection, card, picked, quality, verdict):
    enter = "" if card == "pick" else " enter"
    play(
        Session(collection, ONE[card], Limits(answers=1)),
        " ".join(numbers(collection, card, picked)) + enter + " enter",
    )
    assert answers(collection) == [(card, quality, verdict)]


def test_a_question_and_its_verdict(collection):
    right = numbers(collection, "pick", ["two"])[0]
    question, verdict, *_ = play(Session(collection, ONE["pick"]), "1 enter")
    assert "A small deck › First" in question.splitlines()[0]
    assert "1 · 1 left" in question.splitlines()[0]
    assert "Which is even?" in question
    assert "1–3 answer" in question.splitlines()[-1]
    assert f"✓ {right}) two" in verdict
    assert "1 again" in verdict and "tomorrow" in verdict
    assert verdict.splitlines()[-1].startswith("Enter ")


def test_the_reason_belongs_to_the_option_chosen(collection):
    wrong = numbers(collection, "pick", ["five"])[0]
    _, verdict, *_ = play(Session(collection, ONE["pick"]), f"{wrong} enter")
    assert "5 is odd." in verdict
    assert f"›✗ {wrong}) five" in verdict


def test_everything_fits_on_small_and_large_terminals(collection):
    for width, height in ((80, 24), (140, 50), (60, 16)):
        for screen in play(Session(collection), "enter enter enter enter enter enter", width, height):
            assert max(map(len, screen.splitlines())) <= width
            assert len(screen.splitlines()) <= height


def test_a_tall_card_scrolls(collection, only_small):
    before, after, *_ = play(Session(collection, ONE["steps"]), "down down page-down", 80, 8)
    assert "more below" in before
    assert "more above" in after


def test_undo_asks_the_last_card_again(collection):
    screens = play(Session(collection), "enter y y enter ctrl-u enter y y enter")
    undone = next(screen for screen in screens if "Undone" in screen)
    assert "Undone: answer to small/flip." in undone
    assert "Say A." in undone
    assert [event.kind for event in log.all_events(collection.db)] == ["review", "undo", "review"]


def test_undo_reaches_into_an_earlier_session(collection):
    play(Session(collection, ONE["typed"]), "<42> enter enter")
    screens = play(Session(collection), "u")
    assert "Half of 84?" in screens[1]


def test_take_back_an_answer_before_it_is_graded(collection):
    play(Session(collection, ONE["typed"], Limits(answers=1)), "<41> enter u <42> enter enter")
    assert answers(collection) == [("typed", 4, "right")]


def test_i_was_right_and_remember_my_wording(collection):
    play(Session(collection, ONE["typed"], Limits(answers=1)), "<two and forty> enter = y")
    assert log.accepted(collection.db, "small/typed") == ["two and forty"]
    play(Session(collection, ONE["typed"], cram=True), "<Two and Forty> enter enter")
    assert answers(collection)[-1] == ("typed", 4, "right")


@pytest.mark.parametrize(("key", "kind"), [("b", "bury"), ("x", "suspend"), ("s", None)])
def test_put_a_card_away(collection, key, kind):
    first, second, *_ = play(Session(collection), key)
    assert "Say A." in first
    assert "Say A." not in second
    assert [event.kind for event in log.all_events(collection.db)] == ([kind] if kind else [])


def test_flag_with_a_note(collection):
    screens = play(Session(collection, ONE["pick"]), "f <too easy> enter")
    assert "Flagged." in screens[-1]
    (event,) = log.all_events(collection.db)
    assert (event.kind, event.data) == ("flag", {"note": "too easy"})


def test_escape_lets_the_flag_be(collection):
    play(Session(collection, ONE["pick"]), "f <oh> escape")
    assert not list(log.all_events(collection.db))


def test_help_and_back(collection):
    question, helped, again = play(Session(collection, ONE["pick"]), "? z")
    assert "skip for now" in helped
    assert again == question


def test_a_hint_lowers_the_proposed_grade(collection):
    screens = play(Session(collection, ONE["typed"]), "ctrl-t <42> enter enter")
    assert "Hint: Above 40." in screens[1]
    assert screens[-1].splitlines()[-1].startswith("Enter hard") or "Enter hard" in "".join(screens)


def test_same_day_repeats_come_at_the_end_until_they_are_known(collection):
    script = "<no> enter enter " * 2 + "<42> enter enter"
    play(Session(collection, ONE["typed"]), script)
    assert answers(collection) == [("typed", 1, "wrong"), ("typed", 1, "wrong"), ("typed", 4, "right")]
    assert [event.kind for event in log.all_events(collection.db)] == ["review", "drill", "drill"]


def test_cram_leaves_the_schedule_alone(collection):
    from bequiz.store import state

    play(Session(collection, ONE["typed"]), "<42> enter enter")
    before = state.state(collection.db, "small/typed").memory
    play(Session(collection, ONE["typed"], cram=True), "<1> enter enter")
    assert state.state(collection.db, "small/typed").memory == before
    assert answers(collection)[-1] == ("typed", 1, "wrong")


def test_edit_a_card_and_see_it_at_once(collection, tmp_path, monkeypatch):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/Half of 84/Half of eighty-four/' \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    _, edited, *_ = play(Session(collection, ONE["typed"]), "ctrl-e")
    assert "Half of eighty-four?" in edited


def test_keys_that_mean_nothing_change_nothing(collection):
    first, *rest = play(Session(collection, ONE["pick"]), "9 0 tab left z % ctrl-l unknown")
    assert set(rest) == {first}


def test_the_session_ends_by_itself(collection):
    assert len(play(Session(collection, ONE["pick"], Limits(answers=1)), "1 4 z z z")) == 2


def test_minutes_by_the_clock(collection):
    times = iter([0.0, 0.0, 0.0, 0.0] + [61.0] * 50)
    session = Session(collection, limits=Limits(minutes=1), now=lambda: next(times))
    screens = play(session, "enter y y enter")
    assert len(session.done) == 1
    assert "1 min" in screens[0]
