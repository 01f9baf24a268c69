"""Decks change while one studies them: what is taken over when, and what becomes of the history."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bequiz.decks import loading
from tests.conftest import SMALL_DECK, day

OWN = """\
deck: own
title: My own
topics:
  - topic: one
    title: One
    cards:
      - {id: a, type: flip, prompt: What is A?, answer: The first letter.}
      - {id: b, type: flip, prompt: What is B?, answer: The second letter.}
  - topic: two
    title: Two
    cards:
      - {id: c, type: flip, prompt: What is C?, answer: The third letter.}
"""
OTHER = """\
deck: other
title: Another
topics:
  - {topic: t, title: T, cards: [{id: x, type: flip, prompt: X?, answer: X.}]}
"""


@pytest.fixture
def own(tmp_path: Path, only_small: Path, bequiz) -> Path:
    """A deck of one's own, added beside the small one."""
    file = tmp_path / "own.yaml"
    file.write_text(OWN)
    assert bequiz("deck", "add", str(file)).code == 0
    return file


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of bytes of each text that is parsed as YAML from here on."""
    found: list[int] = []
    original = loading.read

    def read(data: bytes, *, places: bool = False):
        found.append(len(data))
        return original(data, places=places)

    monkeypatch.setattr(loading, "read", read)
    return found


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def card(bequiz, id: str) -> dict:
    return bequiz("card", "show", id, "--json").json


def ids(bequiz) -> list[str]:
    return sorted(row["id"] for row in bequiz("card", "list", "--json").json["cards"])


def decks(bequiz) -> dict[str, int]:
    """Deck -> number of its problems."""
    return {deck["id"]: deck["problems"] for deck in bequiz("deck", "list", "--json").json["decks"]}


def learn(bequiz, id: str, *qualities: int) -> dict:
    """Answer a card on its due days; what is remembered of it then."""
    for quality in qualities:
        memory = card(bequiz, id)["memory"]
        due = f"{memory['due']}T08:00:00+01:00" if memory else day(0)
        assert bequiz("answer", id, "--quality", str(quality), "--json", now=due).json["scheduled"]
    return card(bequiz, id)


# --- edits


def test_an_edit_counts_from_the_next_start(own, bequiz):
    assert card(bequiz, "own/a")["card"]["prompt"] == "What is A?"
    rewrite(own, "What is A?", "Which letter is the first?")
    assert card(bequiz, "own/a")["card"]["prompt"] == "Which letter is the first?"
    rewrite(own, "      - {id: b,", "      - {id: new, type: flip, prompt: New?, answer: Yes.}\n      - {id: b,")
    assert [row for row in ids(bequiz) if row.startswith("own")] == ["own/a", "own/b", "own/c", "own/new"]


def test_rewording_a_card_keeps_its_history(own, bequiz):
    before = learn(bequiz, "own/a", 4, 4)
    rewrite(own, "type: flip, prompt: What is A?, answer", "type: typed, prompt: Which is first?, accept: [A], why")
    after = card(bequiz, "own/a")
    assert after["card"]["type"] == "typed"
    assert (after["memory"], after["reviews"]) == (before["memory"], 2)


def test_yaml_is_read_only_after_an_edit(own, only_small, reads, bequiz):
    bequiz("due")
    assert reads == [], "nothing was edited since the deck was added"

    for command in (["next"], ["report"], ["deck", "list"], ["card", "list"], ["review"]):
        assert bequiz(*command).code == 0
    assert reads == []

    os.utime(own)
    assert bequiz("due").code == 0
    assert reads == [], "touched, not changed"

    rewrite(own, "What is A?", "What is an A?")
    assert bequiz("due").code == 0
    assert reads == [own.stat().st_size], "the edited deck alone, once"

    assert bequiz("due").code == 0
    assert len(reads) == 1


def test_an_edit_of_the_same_length_counts(own, bequiz):
    card(bequiz, "own/a")
    rewrite(own, "What is A?", "Which is A")
    assert card(bequiz, "own/a")["card"]["prompt"] == "Which is A"


def test_a_topic_file_that_appears(tmp_path, only_small, bequiz):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "deck.yaml").write_text("deck: own\ntitle: T\ntopics: [one.yaml, two.yaml]\n")
    for name in ("one", "two"):
        text = f"topic: {name}\ntitle: T\ncards: [{{id: {name}, type: flip, prompt: P, answer: A}}]\n"
        (folder / f"{name}.yaml").write_text(text)
    assert bequiz("deck", "add", str(folder)).code == 0
    gone = (folder / "two.yaml").rename(tmp_path / "two.yaml")
    assert (ids(bequiz)[0:1], decks(bequiz)["own"]) == (["own/one"], 1)
    gone.rename(folder / "two.yaml")
    assert (ids(bequiz)[0:2], decks(bequiz)["own"]) == (["own/one", "own/two"], 0)


# --- history


def test_a_card_removed_and_put_back_goes_on_where_it_was(own, bequiz):
    before = learn(bequiz, "own/a", 4, 5, 4)
    rewrite(own, "      - {id: a, type: flip, prompt: What is A?, answer: The first letter.}\n", "")
    assert "own/a" not in ids(bequiz)
    assert bequiz("card", "show", "own/a").code == 1
    kept = [json.loads(line) for line in bequiz("log", "export").out.splitlines()]
    assert [event["quality"] for event in kept if event["card"] == "own/a"] == [4, 5, 4]

    own.write_text(OWN)
    after = card(bequiz, "own/a")
    assert (after["memory"], after["reviews"]) == (before["memory"], 3)


def test_a_deck_removed_and_added_again_goes_on_where_it_was(own, bequiz):
    before = learn(bequiz, "own/c", 4, 4)
    recalled = topic(bequiz, "own/two")
    assert bequiz("deck", "remove", "own").code == 0
    assert bequiz("deck", "add", str(own)).code == 0
    assert card(bequiz, "own/c")["memory"] == before["memory"]
    assert topic(bequiz, "own/two") == recalled


def test_a_rename_takes_the_history_along_and_back_again(own, bequiz):
    before = learn(bequiz, "own/a", 4, 5, 2)
    rewrite(own, "{id: a,", "{id: letter-a, was: [a],")
    renamed = card(bequiz, "own/letter-a")
    assert (renamed["memory"], renamed["reviews"]) == (before["memory"], 3)

    rewrite(own, "{id: letter-a, was: [a],", "{id: first, was: [letter-a, own/a],")
    assert card(bequiz, "own/first")["memory"] == before["memory"]

    rewrite(own, "{id: first, was: [letter-a, own/a],", "{id: a, was: [letter-a, first],")
    assert card(bequiz, "own/a")["memory"] == before["memory"]

    own.write_text(OWN)
    assert card(bequiz, "own/a")["memory"] == before["memory"]


def test_answers_under_the_new_name_join_those_under_the_old(own, bequiz):
    learn(bequiz, "own/a", 4)
    rewrite(own, "{id: a,", "{id: z, was: [a],")
    after = learn(bequiz, "own/z", 4, 4)
    assert (after["reviews"], after["memory"]["reps"]) == (3, 3)

    rewrite(own, "{id: z, was: [a],", "{id: a, was: [z],")
    assert card(bequiz, "own/a")["memory"] == after["memory"]
    assert [event["quality"] for event in bequiz("card", "history", "own/a", "--json").json["events"]] == [4, 4, 4]


def test_a_rename_without_was_is_a_new_card(own, bequiz):
    learn(bequiz, "own/a", 4)
    rewrite(own, "{id: a,", "{id: z,")
    assert card(bequiz, "own/z")["memory"] is None


def test_a_former_name_that_is_given_to_another_card(own, bequiz):
    """`was` naming a card that is there is an error; each of the two goes on as itself."""
    before = learn(bequiz, "own/a", 4, 4)
    rewrite(own, "{id: b,", "{id: b, was: [a],")
    assert card(bequiz, "own/a")["memory"] == before["memory"]
    assert card(bequiz, "own/b")["memory"] is None
    assert '`was` names "own/a", which still is a card' in bequiz("deck", "check").out


def topic(bequiz, id: str) -> tuple[int, int]:
    """(cards seen, reviews counted) of a topic."""
    stages = bequiz("report", "--json").json["stages"]
    row = next(row for stage in stages for row in stage["topics"] if row["id"] == id)
    return row["seen"], row["recalls"]


def test_a_card_that_moves_takes_its_recalls_to_the_other_topic(own, bequiz):
    learn(bequiz, "own/b", 4, 4, 4)
    assert (topic(bequiz, "own/one"), topic(bequiz, "own/two")) == ((1, 2), (0, 0))
    line = "      - {id: b, type: flip, prompt: What is B?, answer: The second letter.}\n"
    rewrite(own, line, "")
    own.write_text(own.read_text() + line)
    assert (topic(bequiz, "own/one"), topic(bequiz, "own/two")) == ((0, 0), (1, 2))
    own.write_text(OWN)
    assert (topic(bequiz, "own/one"), topic(bequiz, "own/two")) == ((1, 2), (0, 0))


# --- decks with problems


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("title: My own", "title: [My own", id="syntax"),
        pytest.param("deck: own", "deck: Own", id="id"),
        pytest.param("deck: own", "dekc: own", id="no id"),
        pytest.param(OWN, "", id="empty"),
        pytest.param(OWN, "\0", id="no text"),
    ],
)
def test_a_broken_own_deck_is_reported_and_the_others_go_on(old, new, own, bequiz):
    before = learn(bequiz, "own/a", 4, 4)
    rewrite(own, old, new)
    told = bequiz("review", stdin="q\n")
    assert told.code == 0
    assert told.err.startswith("bequiz: The deck own has ")
    assert f"`bequiz deck check {own}`" in told.err
    assert told.out.startswith("[small/"), "the other decks are reviewed"
    assert [row for row in ids(bequiz) if not row.startswith("small")] == []
    assert decks(bequiz)["own"] > 0

    own.write_text(OWN)
    assert decks(bequiz) == {"small": 0, "own": 0}
    assert card(bequiz, "own/a")["memory"] == before["memory"]


def test_bad_cards_of_an_own_deck_are_reported_and_its_good_ones_go_on(own, bequiz):
    rewrite(own, "answer: The second letter.", "anwser: The second letter.")
    told = bequiz("review", "--deck", "own", stdin="q\n")
    assert (told.code, told.out.splitlines()[0]) == (0, "[own/a]")
    assert told.err == f"bequiz: The deck own has 2 problems, its other cards go on. See `bequiz deck check {own}`.\n"
    assert [row for row in ids(bequiz) if row.startswith("own")] == ["own/a", "own/c"]


@pytest.mark.parametrize(
    ("needs", "line", "message"),
    [
        ("b]}", 7, "requires itself in a circle: own/a → own/b → own/a"),
        ("gone]}", 7, '`requires` names "gone", which is not there'),
        ("small/gone]}", 7, '`requires` names "small/gone", which is not there'),
        ("small/flip, c]}", None, ""),
    ],
    ids=["circle", "unknown", "unknown elsewhere", "fine"],
)
def test_an_edit_after_which_cards_wait_in_vain_is_reported(needs, line, message, own, bequiz):
    """Cards of a circle never come up; nobody would know why."""
    rewrite(own, "answer: The second letter.}", "answer: The second letter., requires: [a]}")
    rewrite(own, "answer: The first letter.}", f"answer: The first letter., requires: [{needs}")
    problems = bequiz("deck", "show", "own", "--json").json["problems"]
    assert [(problem["line"], problem["message"]) for problem in problems] == ([(line, message)] if line else [])
    assert bool(bequiz("review", stdin="q\n").err) is bool(line)


def test_an_own_deck_whose_file_is_gone(own, tmp_path, bequiz):
    before = learn(bequiz, "own/a", 4)
    own.rename(tmp_path / "elsewhere.yaml")
    assert "The deck own has a problem" in bequiz("review", stdin="q\n").err
    assert bequiz("deck", "show", "own", "--json").json["problems"][0]["message"].startswith("cannot be read")
    (tmp_path / "elsewhere.yaml").rename(own)
    assert card(bequiz, "own/a")["memory"] == before["memory"]


@pytest.fixture
def other(own: Path, tmp_path: Path, bequiz) -> Path:
    file = tmp_path / "zzz.yaml"
    file.write_text(OTHER)
    assert bequiz("deck", "add", str(file)).code == 0
    return file


def studied(bequiz) -> list[str]:
    return [row for row in ids(bequiz) if not row.startswith("small")]


ALL = ["other/x", "own/a", "own/b", "own/c"]


def test_two_decks_that_come_to_have_one_id(own, other, bequiz):
    """The first keeps it, the second is reported; both are as before once they are told apart again."""
    assert studied(bequiz) == ALL
    before = learn(bequiz, "other/x", 4)
    rewrite(own, "deck: own", "deck: other")
    assert studied(bequiz) == ["other/a", "other/b", "other/c"]
    assert list(decks(bequiz).values()) == [0, 0, 1]
    assert 'the deck id "other" is taken' in bequiz("deck", "check").out

    own.write_text(OWN)
    assert (studied(bequiz), list(decks(bequiz).values())) == (ALL, [0, 0, 0])
    assert card(bequiz, "other/x")["memory"] == before["memory"]


def test_a_deck_that_takes_the_id_of_an_earlier_one(own, other, bequiz):
    rewrite(other, "deck: other", "deck: own")
    assert (studied(bequiz), list(decks(bequiz).values())) == (["own/a", "own/b", "own/c"], [0, 0, 1])
    other.write_text(OTHER)
    assert (studied(bequiz), list(decks(bequiz).values())) == (ALL, [0, 0, 0])


def test_an_own_deck_never_takes_the_place_of_a_shipped_one(own, bequiz):
    rewrite(own, "deck: own", "deck: small")
    assert len(ids(bequiz)) == 8
    assert list(decks(bequiz).values()) == [0, 1]


def test_own_decks_may_name_each_other(own, other, bequiz):
    """Whether both are read anew or one of them, the earlier or the later."""
    rewrite(own, "answer: The first letter.}", "answer: It is., requires: [other/x]}")
    rewrite(own, "title: One\n", "title: One\n    requires: [other/t]\n")
    rewrite(other, "answer: X.}", "answer: X., contrast: [own/a]}")
    assert decks(bequiz) == {"small": 0, "own": 0, "other": 0}
    rewrite(own, "It is.", "So it is.")
    assert decks(bequiz) == {"small": 0, "own": 0, "other": 0}
    rewrite(other, "answer: X.", "answer: An X.")
    assert decks(bequiz) == {"small": 0, "own": 0, "other": 0}


def test_two_decks_that_swap_their_ids(own, other, bequiz):
    own.write_text(OWN.replace("deck: own", "deck: other"))
    other.write_text(OTHER.replace("deck: other", "deck: own"))
    assert studied(bequiz) == ["other/a", "other/b", "other/c", "own/x"]


# --- overrides: the learner's own copy wins


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """An editor that replaces a text in the file, as `sed` does; returns the note of what it was called with."""

    def put(old: str = "", new: str = "", *, name: str = "editor", code: int = 0) -> Path:
        program, calls = tmp_path / name, tmp_path / "calls"
        program.write_text(
            f"#!{sys.executable} -IS\n"
            "import sys\n"
            f"open({str(calls)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
            f"data = open(sys.argv[-1], 'rb').read().replace({old.encode()!r}, {new.encode()!r})\n"
            f"{'' if old else '# '}open(sys.argv[-1], 'wb').write(data)\n"
            f"sys.exit({code})\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("EDITOR", str(program))
        return calls

    return put


@pytest.fixture
def overrides(home: Path) -> Path:
    return home / "overrides" / "small.yaml"


def test_an_edited_shipped_card_becomes_an_own_copy(only_small, overrides, editor, bequiz):
    before = learn(bequiz, "small/flip", 4, 4)
    editor("Say A.", "Say the first letter.")
    edited = bequiz("card", "edit", "small/flip")
    assert (edited.code, edited.out, edited.err) == (0, "", "")
    after = card(bequiz, "small/flip")
    assert (after["card"]["prompt"], after["memory"]) == ("Say the first letter.", before["memory"])
    assert (only_small / "small" / "deck.yaml").read_text() == SMALL_DECK, "shipped files are read-only"
    assert overrides.read_text().count("- topic: first") == 1
    assert bequiz("deck", "check").out == "8 cards, no errors.\n"


@pytest.mark.parametrize("id", ["flip", "typed", "pick", "several", "gap", "steps", "prints", "bug"])
def test_a_copy_says_what_the_shipped_card_says(id, only_small, overrides, editor, bequiz):
    """However the card was written: in braces, over several lines, first or last of its topic."""
    shipped = card(bequiz, f"small/{id}")
    in_braces = f"- {{id: {id}," in SMALL_DECK
    editor("type: ", "asof: 2026-11, type: " if in_braces else "asof: 2026-11\n        type: ")
    assert bequiz("card", "edit", f"small/{id}").code == 0
    assert card(bequiz, f"small/{id}")["card"] == {**shipped["card"], "asof": "2026-11"}
    assert bequiz("deck", "check").out == "8 cards, no errors.\n"


@pytest.mark.parametrize("id", ["a", "b", "c"])
def test_a_copy_of_one_of_several_cards_on_a_line(id, only, editor, bequiz):
    card_of = "{{id: {0}, type: flip,\n prompt: '{0}, }}?', answer: A}}".format
    only(f"deck: tight\ntitle: T\ntopics: [{{topic: t, title: T, cards: [{', '.join(map(card_of, 'abc'))}]}}]\n")
    editor("answer: A", "answer: B")
    assert bequiz("card", "edit", f"tight/{id}").code == 0
    assert [card(bequiz, f"tight/{other}")["card"]["answer"] for other in "abc"] == [
        "B" if other == id else "A" for other in "abc"
    ]
    assert bequiz("deck", "check").out == "3 cards, no errors.\n"


def test_a_card_looked_at_and_left_alone_leaves_no_copy(only_small, overrides, editor, bequiz):
    editor()
    assert bequiz("card", "edit", "small/flip").code == 0
    assert not overrides.exists()
    editor("Say A.", "Say B.")
    bequiz("card", "edit", "small/flip")
    copy = overrides.read_text()
    editor()
    assert bequiz("card", "edit", "small/gap").code == 0
    assert overrides.read_text() == copy, "copies that were made before stay as they are"
    rewrite(only_small / "small" / "deck.yaml", "Roses", "Tulips")
    assert "Tulips" in card(bequiz, "small/gap")["card"]["prompt"], "corrections of the shipped card arrive"


def test_several_copies_live_in_one_file(only_small, overrides, editor, bequiz):
    for id, old, new in (("flip", "A.", "B."), ("typed", "Half of 84", "Half of 42 x 2"), ("gap", "Roses", "Tulips")):
        editor(old, new)
        assert bequiz("card", "edit", f"small/{id}").code == 0
    assert [card(bequiz, f"small/{id}")["card"]["prompt"] for id in ("flip", "typed", "gap")] == [
        "Say B.",
        "Half of 42 x 2?",
        "Tulips are {{red|crimson}}.",
    ]
    assert bequiz("deck", "check").out == "8 cards, no errors.\n"


def test_a_copy_is_edited_again_where_it_lies(only_small, overrides, editor, bequiz):
    editor("Say A.", "Say B.")
    bequiz("card", "edit", "small/flip")
    calls = editor("Say B.", "Say C.", name="vim")
    bequiz("card", "edit", "small/flip")
    assert card(bequiz, "small/flip")["card"]["prompt"] == "Say C."
    line = next(number for number, text in enumerate(overrides.read_text().splitlines(), 1) if "id: flip" in text)
    assert calls.read_text().splitlines()[-1] == f"+{line} {overrides}", "vim is told the line"


def test_a_copy_deleted_gives_way_to_the_shipped_card(only_small, overrides, editor, bequiz):
    editor("Say A.", "Say B.")
    bequiz("card", "edit", "small/flip")
    overrides.unlink()
    assert card(bequiz, "small/flip")["card"]["prompt"] == "Say A."


def test_a_copy_of_a_card_that_is_gone_is_a_warning(only_small, overrides, editor, bequiz):
    editor("Say A.", "Say B.")
    bequiz("card", "edit", "small/flip")
    rewrite(only_small / "small" / "deck.yaml", "{id: flip,", "{id: flap,")
    told = bequiz("deck", "check")
    assert told.code == 0
    assert told.out.splitlines()[0].endswith(
        'warning: card "flip": is in no topic of this deck any more; delete it here or give it the id it has now'
    )


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("id: flip, promt", 'card "flip": unknown field `promt` (did you mean "prompt"?)'),
        ("id: [flip, prompt", "not YAML: "),
    ],
    ids=["field", "syntax"],
)
def test_a_broken_edit_is_told_with_its_place_and_can_be_mended(new, expected, only_small, overrides, editor, bequiz):
    editor("id: flip, type: flip, prompt", f"type: flip, {new}")
    told = bequiz("card", "edit", "small/flip")
    place = next(line for line in told.err.splitlines() if expected in line)
    line, column = map(int, place.partition(f"{overrides}:")[2].split(":")[:2])
    assert (told.code, told.out) == (1, "")
    assert card(bequiz, "small/flip")["card"]["prompt"] == "Say A.", "until it is mended, the shipped card goes on"

    calls = editor(f"type: flip, {new}", "id: flip, type: flip, level: basic, prompt", name="nano")
    assert bequiz("card", "edit", "small/flip").code == 0
    assert calls.read_text().splitlines()[-1].split()[0].startswith("+")
    assert 1 <= line <= len(overrides.read_text().splitlines())
    assert column > 1
    assert card(bequiz, "small/flip")["card"]["level"] == "basic"
    assert overrides.read_text().count("id: flip") == 1, "the broken copy was mended, not copied once more"


def test_an_own_card_is_edited_in_place(own, home, editor, bequiz):
    calls = editor("What is B?", "Which letter follows A?", name="vi")
    edited = bequiz("card", "edit", "own/b")
    assert (edited.code, edited.out, edited.err) == (0, "", "")
    assert card(bequiz, "own/b")["card"]["prompt"] == "Which letter follows A?"
    assert own.read_text() == OWN.replace("What is B?", "Which letter follows A?")
    assert calls.read_text() == f"+8 {own}\n"
    assert not (home / "overrides").exists()


def test_a_broken_edit_of_an_own_card(own, editor, bequiz):
    editor("What is B?", "What: is B?")
    told = bequiz("card", "edit", "own/b")
    assert (told.code, told.out) == (1, "")
    assert f"{own}:8:" in told.err
    assert "small/flip" in ids(bequiz)


def test_without_an_editor_nothing_is_copied(only_small, home, tmp_path, monkeypatch, bequiz):
    monkeypatch.setenv("PATH", str(tmp_path))
    told = bequiz("card", "edit", "small/flip")
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith("bequiz: There is no editor to be found. Set EDITOR to yours")
    assert not (home / "overrides").exists()


@pytest.mark.parametrize("command", ["no-such-editor", "'half a quote"])
def test_an_editor_that_is_not_there(command, only_small, home, monkeypatch, bequiz):
    monkeypatch.setenv("EDITOR", command)
    told = bequiz("card", "edit", "small/flip")
    assert (told.code, told.out) == (1, "")
    assert "There is no editor" in told.err
    assert not (home / "overrides").exists()


def test_an_editor_that_fails_leaves_no_copy(only_small, overrides, editor, bequiz):
    editor(code=3)
    told = bequiz("card", "edit", "small/flip")
    assert (told.code, told.out) == (1, "")
    assert "ended with an error (3)" in told.err
    assert not overrides.exists()


def test_an_editor_with_words_behind_it(only_small, editor, monkeypatch, bequiz):
    calls = editor("Say A.", "Say B.", name="my editor")
    monkeypatch.setenv("VISUAL", f"'{os.environ['EDITOR']}' --wait")
    assert bequiz("card", "edit", "small/flip").code == 0
    assert calls.read_text().startswith("--wait ")


def test_bytes_that_are_no_text_in_an_edit(only_small, overrides, editor, bequiz):
    editor("Say A.", "Say A.")
    (overrides.parent).mkdir(parents=True)
    overrides.write_bytes(b"# caf\xe9\n")
    told = bequiz("card", "edit", "small/flip")
    assert (told.code, told.out) == (1, "")
    assert "is not UTF-8" in told.err
    assert overrides.read_bytes() == b"# caf\xe9\n"
