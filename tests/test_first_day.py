"""A first morning: nothing set up, one command, an answer, tomorrow's card."""

from tests.conftest import day


def test_next_answer_and_tomorrow(bequiz, only_small):
    first = bequiz("next", "--json").json
    assert first == {"card": first["card"], "due": 0, "new": 8}
    assert first["card"]["id"] == "small/flip"

    answered = bequiz("answer", "small/flip", "--quality", "4", "--json").json
    assert (answered["due"], answered["interval"], answered["scheduled"]) == ("2026-11-23", 1, True)

    second = bequiz("next", "--json").json
    assert second["card"]["topic"] == "small/second", "not two cards of a topic in a row"
    assert bequiz("due", "--json", now=day(1)).json["due"] == 1
