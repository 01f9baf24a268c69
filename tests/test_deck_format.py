"""What decks may say: every scalar is its text, an empty value is a missing one, and the JSON Schema says the same."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bequiz.decks.schema import deck_schema
from bequiz.decks.yamltext import read
from tests.conftest import DECKS, SMALL_DECK

BAD = Path(__file__).parent / "bad_decks"
HEAD = "deck: made\ntitle: Made by the test\ntopics:\n- topic: t\n  title: T\n  cards:\n"


# --- scalars

# What YAML takes for a boolean, a number, a time, a date or nothing, and we for what it says.
TEXTS = [
    "no", "yes", "Off", "true", "null", "~", "1.10", "3.0", "0755", "0o17", "0x1F", "1_000", "1e3", ".5", ".inf",
    "12:30", "190:20:30", "2026-11-22", "2026-11-22 08:00:00", "+1", "-0", "=",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_scalar_is_its_text(text, only, bequiz):
    """Wherever text is due, and with or without quotes."""
    fields = f"prompt: {text}, accept: [{text}, '{text}!', x], reject: {{{text} x: {text}}}"
    only(f"{HEAD}  - {{id: a, type: typed, {fields}}}")
    card = bequiz("card", "show", "made/a", "--json").json["card"]
    assert (card["prompt"], card["accept"], card["reject"]) == (text, [text, f"{text}!", "x"], {f"{text} x": text})


@pytest.mark.parametrize("id", ["no", "1.10", "0755", "3.1.01", "null"])
def test_an_id_is_its_text(id, only, bequiz):
    only(
        f"deck: {id}\ntitle: {id}\ntopics:\n- topic: {id}\n  title: {id}\n"
        f"  concepts: [{{id: {id}, text: {id}, level: basic}}]\n"
        f"  cards: [{{id: {id}, type: flip, prompt: P, answer: A, concepts: [{id}], tags: [{id}], asof: 2026-11}}]\n"
    )
    card = bequiz("card", "show", f"{id}/{id}", "--json").json["card"]
    assert (card["id"], card["topic"], card["concepts"], card["tags"]) == (f"{id}/{id}", f"{id}/{id}", [id], [id])
    assert [deck["title"] for deck in bequiz("deck", "list", "--json").json["decks"]] == [id]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", True), ("Yes", True), ("YES", True), ("on", True), ("true", True), ("True", True), ("'true'", True),
        ("no", False), ("No", False), ("off", False), ("OFF", False), ("false", False), ('"no"', False), ("", False),
    ],
)  # fmt: skip
def test_a_boolean_where_one_is_due(written, meant, only, bequiz):
    """`multi: yes` allows two right options; the same word in an option's text stays a word."""
    text = written or "c"
    only(
        f"{HEAD}  - {{id: a, type: choice, prompt: P, multi: {written}, pin_last: {written},\n"
        f"     options: [{{text: a, correct: yes}}, {{text: b, correct: {written}}}, {{text: {text}, correct: no}}]}}\n"
    )
    card = bequiz("card", "show", "made/a", "--json").json["card"]
    assert (card.get("multi", False), card.get("pin_last", False)) == (meant, meant)
    assert [option.get("correct", False) for option in card["options"]] == [True, meant, False]
    assert card["options"][2]["text"] == text.strip("'\"")


@pytest.mark.parametrize("written", ["y", "1", "0", "wahr", "[yes]"])
def test_what_is_no_boolean(written, tmp_path, only_small, bequiz):
    file = tmp_path / "made.yaml"
    options = "[{text: a, correct: yes}, {text: b}]"
    file.write_text(f"{HEAD}  - {{id: a, type: choice, prompt: P, options: {options}, multi: {written}}}\n")
    told = bequiz("deck", "check", str(file), "--json").json["problems"]
    assert [(problem["line"], problem["card"]) for problem in told] == [(7, "a")]
    assert re.fullmatch(r"`multi`( \".*\")? must be true or false", told[0]["message"])


def test_an_empty_value_is_a_missing_one(only, bequiz):
    only(
        f"{HEAD}  - id: a\n    type: choice\n    prompt: P\n    why:\n    tags:\n    level: # later\n    multi:\n"
        "    options:\n    - {text: a, correct: yes, why: }\n    - {text: b, correct: }\n"
    )
    empty = bequiz("card", "show", "made/a", "--json").json["card"]
    only(f"{HEAD}  - id: a\n    type: choice\n    prompt: P\n    options: [{{text: a, correct: yes}}, {{text: b}}]\n")
    assert bequiz("card", "show", "made/a", "--json").json["card"] == empty


def test_an_empty_text_between_quotes_is_no_answer(tmp_path, only_small, bequiz):
    file = tmp_path / "made.yaml"
    file.write_text(f"{HEAD}  - {{id: a, type: typed, prompt: '', accept: ['', ' ', a], why: ''}}\n")
    told = bequiz("deck", "check", str(file)).out
    assert told.splitlines() == [
        f'{file}:7:34: card "a": `prompt` is empty',
        f'{file}:7:47: card "a": `accept` is empty',
        f'{file}:7:51: card "a": `accept` is empty',
    ]


# How text may be written: (YAML, the text).
STYLES = {
    "plain over two lines": ("one\n      two", "one two"),
    "literal": ("|\n      one\n        two\n", "one\n  two\n"),
    "literal, stripped": ("|-\n      one\n", "one"),
    "folded": (">\n      one\n      two\n", "one two\n"),
    "escapes": (r'"tab\t, \u00e9, \x41"', "tab\t, é, A"),
    "single quotes": ("'it''s: # no comment'", "it's: # no comment"),
    "anchor": ("&a anchored", "anchored"),
    "outside of the basic plane": ("🔑 ключ 鍵", "🔑 ключ 鍵"),
}


@pytest.mark.parametrize("style", STYLES)
def test_text_in_every_style_of_yaml(style, only, bequiz):
    written, text = STYLES[style]
    only(f"{HEAD}  - id: a\n    type: flip\n    answer: A\n    prompt: {written}\n")
    assert bequiz("card", "show", "made/a", "--json").json["card"]["prompt"] == text


def test_an_alias_of_a_text_is_that_text(only, bequiz):
    only(f"{HEAD}  - {{id: a, type: flip, prompt: &p P, answer: *p, tags: [&t x], source: *t}}\n")
    card = bequiz("card", "show", "made/a", "--json").json["card"]
    assert (card["answer"], card["source"]) == ("P", "x")


def test_line_ends_of_another_system(only, bequiz):
    only(SMALL_DECK.replace("\n", "\r\n"))
    assert bequiz("deck", "list", "--json").json["decks"][0]["cards"] == 8
    assert bequiz("deck", "list", "--json").json["decks"][0]["problems"] == 0


# --- the JSON Schema


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(json.dumps(deck_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def as_text(text: str) -> Any:
    """The document as we read it: every scalar its text, what is empty nothing."""
    return read(text.encode()).value


def as_values(text: str) -> Any:
    """The document as an editor reads it: with numbers and booleans. JSON knows no dates, and its keys are text."""
    return json.loads(json.dumps(yaml.load(text, yaml.CSafeLoader), default=str))


SHIPPED = sorted(DECKS.glob("*/*.yaml"))


@pytest.mark.parametrize("loaded", [as_text, as_values])
@pytest.mark.parametrize("folder", sorted({file.parent for file in SHIPPED}), ids=lambda folder: folder.name)
def test_shipped_decks_follow_the_schema(folder, loaded, validator):
    for file in folder.glob("*.yaml"):
        error = jsonschema.exceptions.best_match(validator.iter_errors(loaded(file.read_text())))
        assert error is None, f"{file}: {list(error.absolute_path)}: {error.message[:200]}"


@pytest.mark.parametrize("loaded", [as_text, as_values])
def test_a_deck_with_everything_in_it_follows_the_schema(loaded, validator):
    assert validator.is_valid(loaded(SMALL_DECK))
    for card in (
        "type: typed, prompt: 12:30, accept: [1.10, no, 0755], reject: {200: yes}, why: , tags: , level: ",
        "type: typed, prompt: P, accept: [1], reject: , asks: , asof: 2026-11, concepts: [3.1.01, no]",
        "type: choice, prompt: no, multi: Yes, options: [{text: 1, correct: on}, {text: off, correct: }, {text: ~}]",
        "type: bug, prompt: 1, lang: c, artefact: 1, lines: ['1', 2], fix: 2, asof: 2026-11, level: basic",
    ):
        assert validator.is_valid(loaded(f"stage: 3\n{HEAD}  - {{id: 1, {card}}}\n")), card
        assert validator.is_valid(loaded(f"stage: '3'\n{HEAD}  - {{id: 1, {card}}}\n")), card


# Bad decks that are wrong in their shape, which is all that a schema can see.
SHAPELESS = [
    "comment", "concepts", "empty", "head", "list", "misspelt-fields", "missing-fields", "mistyped-fields", "no-topics",
    "odd-topics", "stage", "text", "topics-are-text",
]  # fmt: skip


@pytest.mark.parametrize("loaded", [as_text, as_values])
@pytest.mark.parametrize("name", SHAPELESS)
def test_shapeless_decks_are_refused_by_the_schema(name, loaded, validator):
    assert not validator.is_valid(loaded((BAD / f"{name}.yaml").read_text()))


def shapeless_cards() -> list[tuple[str, dict[str, Any]]]:
    """The single cards of those decks in which every card but the good ones is wrong."""
    found = []
    for name in ("misspelt-fields", "mistyped-fields"):
        for number, card in enumerate(as_text((BAD / f"{name}.yaml").read_text())["topics"][0]["cards"], 1):
            found.append((f"{name} {number}", card))
    return found


@pytest.mark.parametrize(("name", "card"), shapeless_cards(), ids=lambda value: value if isinstance(value, str) else "")
def test_schema_and_check_agree_on_a_card(name, card, validator):
    """Each mistake counts by itself, not only in the company of others."""
    deck = {"deck": "made", "title": "T", "topics": [{"topic": "t", "title": "T", "cards": [card]}]}
    good = isinstance(card, dict) and card.get("id") == "good"
    assert validator.is_valid(deck) is good


def test_the_schema_is_printed(bequiz, validator):
    assert bequiz("deck", "schema").json == validator.schema


# --- decks of one's own, through the command line


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def deck_ids(bequiz) -> list[str]:
    return [deck["id"] for deck in bequiz("deck", "list", "--json").json["decks"]]


def test_a_new_deck_is_good_and_explains_itself(here, only_small, bequiz, validator):
    made = bequiz("deck", "new", "my-team")
    text = (here / "my-team.yaml").read_text()
    assert (made.code, made.err) == (0, "")
    assert text.count("#") >= 5, "it is commented"
    assert bequiz("deck", "check", "my-team.yaml", "--json").json == {"ok": True, "cards": 4, "problems": []}
    assert validator.is_valid(as_text(text))
    assert validator.is_valid(as_values(text))
    assert deck_ids(bequiz) == ["small"], "it is not registered"


def test_a_new_deck_names_its_schema(here, only_small, bequiz):
    bequiz("deck", "new", "my-team")
    line = (here / "my-team.yaml").read_text().splitlines()[0]
    schema = re.fullmatch(r"# yaml-language-server: \$schema=file://(/\S+)", line)
    assert json.loads(Path(schema.group(1)).read_text()) == bequiz("deck", "schema").json


def test_a_new_deck_elsewhere(here, only_small, bequiz):
    (here / "folder").mkdir()
    assert bequiz("deck", "new", "one", "--at", "other.yaml").code == 0
    assert bequiz("deck", "new", "two", "--at", "folder").code == 0
    assert sorted(file.name for file in here.rglob("*.yaml")) == ["other.yaml", "two.yaml"]
    assert as_text((here / "other.yaml").read_text())["deck"] == "one"


def test_a_new_deck_never_overwrites(here, only_small, bequiz):
    (here / "mine.yaml").write_text("precious")
    refused = bequiz("deck", "new", "mine")
    assert (refused.code, refused.out) == (1, "")
    assert "mine.yaml is there already" in refused.err
    assert (here / "mine.yaml").read_text() == "precious"


@pytest.mark.parametrize("id", ["My-Team", "my team", "-x", "a/b", "../x", "", "é", "a\n"])
def test_a_new_deck_needs_an_id(id, here, only_small, bequiz):
    refused = bequiz("deck", "new", "--", id)
    assert (refused.code, refused.out) == (1, "")
    assert "is no deck id" in refused.err
    assert list(here.iterdir()) == []


def test_a_new_deck_where_nothing_can_be_written(here, only_small, bequiz):
    refused = bequiz("deck", "new", "mine", "--at", "nowhere/mine.yaml")
    assert (refused.code, refused.out) == (1, "")
    assert "nowhere/mine.yaml cannot be written: No such file or directory." in refused.err


def test_a_deck_is_added_listed_shown_and_removed(here, small, only, bequiz):
    only("deck: other\ntitle: Another deck\nstage: 3\ntopics: [{topic: t, title: T}]\n")
    added = bequiz("deck", "add", str(small))
    assert (added.code, added.err) == (0, "")
    assert "small added: 8 cards" in added.out

    listed = bequiz("deck", "list", "--json").json["decks"]
    assert [(deck["id"], deck["stage"], deck["shipped"], deck["cards"]) for deck in listed] == [
        ("other", 3, True, 0),
        ("small", None, False, 8),
    ]
    lines = bequiz("deck", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["other", "small"]
    assert lines[1].split()[1:] == ["own", "8", "cards", "A", "small", "deck"]

    shown = bequiz("deck", "show", "small", "--json").json
    assert (shown["title"], shown["path"], shown["problems"]) == ("A small deck", str(small), [])
    assert [(topic["id"], topic["cards"]) for topic in shown["topics"]] == [
        ("small/first", 3),
        ("small/second", 3),
        ("small/third", 2),
    ]
    assert "small/second: Second, 3 cards, 0 seen" in bequiz("deck", "show", "small").out

    removed = bequiz("deck", "remove", "small")
    assert (removed.code, removed.err) == (0, "")
    assert deck_ids(bequiz) == ["other"]
    assert small.exists(), "a deck's files are its owner's"


def test_a_deck_lies_where_it_lies(here, only_small, bequiz):
    """It is added by reference, as a folder, as its deck.yaml or as a file, from wherever one stands."""
    (here / "folder").mkdir()
    (here / "folder" / "deck.yaml").write_text("deck: in-files\ntitle: T\ntopics: [t.yaml]\n")
    (here / "folder" / "t.yaml").write_text("topic: t\ntitle: T\ncards: [{id: a, type: flip, prompt: P, answer: A}]\n")
    assert "in-files added: 1 card." in bequiz("deck", "add", "folder").out
    assert "already" in bequiz("deck", "add", "folder/deck.yaml").out
    assert bequiz("deck", "show", "in-files", "--json").json["path"] == str(here / "folder")
    assert sorted(file.name for file in here.rglob("*")) == ["deck.yaml", "folder", "t.yaml"], "nothing is copied"


def test_an_id_that_is_taken(here, small, only_small, bequiz):
    refused = bequiz("deck", "add", str(small))
    assert (refused.code, refused.out) == (1, "")
    assert 'There is a deck "small" already' in refused.err
    assert deck_ids(bequiz) == ["small"]


@pytest.mark.parametrize("command", ["show", "remove"])
def test_a_deck_that_is_not_there(command, only_small, bequiz):
    refused = bequiz("deck", command, "smal")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == 'bequiz: There is no deck "smal". Did you mean "small"?\n'


def test_a_shipped_deck_stays(only_small, bequiz):
    refused = bequiz("deck", "remove", "small")
    assert (refused.code, refused.out) == (1, "")
    assert "comes with bequiz" in refused.err
    assert deck_ids(bequiz) == ["small"]


def test_check_without_a_path_looks_at_all_decks_one_studies(here, only_small, bequiz):
    (here / "mine.yaml").write_text(HEAD + "  - {id: a, type: flip, prompt: P, answer: A}\n")
    bequiz("deck", "add", "mine.yaml")
    assert bequiz("deck", "check", "--json").json == {"ok": True, "cards": 9, "problems": []}
    assert bequiz("deck", "check").out == "9 cards, no errors.\n"
    (here / "mine.yaml").write_text(HEAD + "  - {id: a, type: flip, prompt: P, anwser: A}\n")
    (only_small / "small" / "deck.yaml").write_text(SMALL_DECK.replace("id: gap", "id: gap, gap: x"))
    told = bequiz("deck", "check")
    assert told.code == 1
    line_of_gap = SMALL_DECK[: SMALL_DECK.index("id: gap")].count("\n") + 1
    assert [line.split(": ")[0].rpartition("/")[2] for line in told.out.splitlines()] == [
        "mine.yaml:7:5",
        "mine.yaml:7:36",
        f"deck.yaml:{line_of_gap}:19",
    ]


def test_a_shipped_card_may_be_named_by_a_deck_of_ones_own(here, only_small, bequiz):
    """By `deck/card`; what cannot be found there is an error with a guess."""
    (here / "mine.yaml").write_text(
        HEAD + "  - {id: a, type: flip, prompt: P, answer: A, requires: [small/flip], contrast: [small/stops]}\n"
    )
    assert bequiz("deck", "check", "mine.yaml").out == (
        'mine.yaml:7:82: card "a": `contrast` names "small/stops", which is not there (did you mean "small/steps"?)\n'
    )
