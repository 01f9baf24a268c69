"""Deck text is text: never markup of ours, never a code that the terminal obeys, wherever it is printed."""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from bequiz.decks.loading import load_deck
from bequiz.decks.schema import deck_schema

# Each is something a terminal, rich or a JSON reader could take for more than text.
HOSTILE = {
    "markup": "[red]red[/red] [/int] [link=http://evil]x[/link] [bold",
    "colour": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "clear": "\x1b[2J\x1b[H",
    "C1": "\x9b31m \x9d0;owned\x9c",
    "backspace": "safe\x08\x08\x08\x08evil\r\x0b\x0c\x7f",
    "bidi": "\u202eevil\u202c \u2066x\u2069 \u200fy \u061cz",
    "NUL": "a\x00b",
    "lines": "one\u2028two\u2029three\x85four",
}
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hostile_deck(text: str) -> str:
    """A deck of one card of each type with the text in every field that may hold one."""
    said = json.dumps(text)  # JSON's escapes are YAML's
    why = f"why: {said}, hint: {said}, source: {said}, versions: {said}"
    return f"""\
deck: hostile
title: {said}
topics:
  - topic: t
    title: {said}
    concepts: [{{id: c, text: {said}, level: basic}}]
    cards:
      - {{id: flip, type: flip, prompt: {said}, answer: {said}, points: [{said}], {why}}}
      - {{id: typed, type: typed, prompt: {said}, accept: [{said}], reject: {{no: {said}}}, unit: {said}, {why}}}
      - {{id: choice, type: choice, prompt: {said}, {why},
         options: [{{text: {said}, correct: true, why: {said}}}, {{text: b, why: {said}}}]}}
      - {{id: cloze, type: cloze, prompt: {json.dumps("{{a}} " + text)}, {why}}}
      - {{id: order, type: order, prompt: {said}, steps: [{said}, b], {why}}}
      - {{id: code, type: code, prompt: {said}, lang: text, code: {said}, expect: {said}, {why}}}
      - {{id: bug, type: bug, prompt: {said}, lang: text, artefact: {said}, lines: [1], fix: {said}, {why}}}
"""


TYPES = ["flip", "typed", "choice", "cloze", "order", "code", "bug"]
COMMANDS = {
    "review": ["review", "--new", "10"],
    "report": ["report"],
    "report of a topic": ["report", "--topic", "t"],
    "glance": [],
    "card show": [["card", "show", f"hostile/{type}"] for type in TYPES],
    "card list": ["card", "list"],
    "card history": ["card", "history", "hostile/flip"],
    "deck list": ["deck", "list"],
    "deck show": ["deck", "show", "hostile"],
    "next": ["next"],
    "due": ["due"],
    "answer": [["answer", f"hostile/{type}", "--response", "x", "--quality", "4"] for type in TYPES],
    "doctor": ["doctor"],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_command_prints_what_a_terminal_obeys(kind, only, bequiz):
    only(hostile_deck(HOSTILE[kind]))
    bequiz("card", "flag", "hostile/flip", HOSTILE[kind].replace("\x00", ""))
    for name, words in COMMANDS.items():
        for line in words if words and isinstance(words[0], list) else [words]:
            told = bequiz(*line, stdin="\n" * 30)
            assert told.code == 0 or name == "doctor", told.err
            found = FORBIDDEN.search(told.out + told.err)
            assert not found, f"{name}: {unicodedata.name(found.group(), repr(found.group()))} in {told.out!r}"


def test_markup_is_shown_as_it_was_written(only, bequiz):
    only(hostile_deck(HOSTILE["markup"]))
    assert bequiz("review", "--new", "10", stdin="\n" * 30).out.count(HOSTILE["markup"]) > 20
    for words in (["deck", "list"], ["deck", "show", "hostile"], ["card", "show", "hostile/flip"]):
        assert HOSTILE["markup"] in bequiz(*words).out
    assert "[red]red[/red]" in bequiz("report").out


@pytest.mark.parametrize("kind", HOSTILE)
def test_json_says_exactly_what_the_deck_says(kind, only, bequiz):
    text = HOSTILE[kind]
    only(hostile_deck(text))
    for words, seen in (
        (["card", "show", "hostile/flip"], lambda document: document["card"]["prompt"]),
        (["next"], lambda document: document["card"]["prompt"]),
        (["deck", "list"], lambda document: document["decks"][0]["title"]),
        (["deck", "show", "hostile"], lambda document: document["topics"][0]["title"]),
        (["report"], lambda document: document["stages"][0]["title"]),
        (["answer", "hostile/flip", "--quality", "4"], lambda document: document["expected"]),
    ):
        told = bequiz(*words, "--json")
        assert seen(told.json) == text
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", told.out)
        assert told.out.endswith("}\n")


@pytest.mark.parametrize("kind", HOSTILE)
def test_nor_do_problems_and_refusals(kind, tmp_path, only_small, bequiz):
    """Names that are wrong are repeated in messages."""
    said = json.dumps(HOSTILE[kind])
    file = tmp_path / "hostile.yaml"
    file.write_text(
        f"deck: {said}\ntitle: T\n? {said}\n: x\ntopics:\n  - {said}\n  - topic: t\n    title: T\n"
        f"    requires: [{said}]\n    cards:\n      - {{id: {said}, type: flip, prompt: P, {said}: x, asof: {said}}}\n"
        f"      - {{id: a, type: {said}}}\n      - {{id: b, type: flip, prompt: P, answer: A, requires: [{said}]}}\n"
    )
    checked, added = bequiz("deck", "check", str(file)), bequiz("deck", "add", str(file))
    assert (checked.code, added.code) == (1, 1)
    assert len(checked.out.split("\n")) > 8
    for told in (checked, added, bequiz("deck", "show", HOSTILE[kind].replace("\x00", ""))):
        assert not FORBIDDEN.search(told.out + told.err)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", bequiz("deck", "check", str(file), "--json").out)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "http://x\x1b]8;;", "http://a b", "http://x\x9c"]
)
def test_a_url_is_a_url(url, tmp_path):
    """It becomes a link of the terminal, so nothing that could end the link early is let in."""
    file = tmp_path / "made.yaml"
    card = f"{{id: a, type: flip, prompt: P, answer: A, url: {json.dumps(url)}}}"
    file.write_text(f"deck: made\ntitle: T\ntopics: [{{topic: t, title: T, cards: [{card}]}}]\n")
    assert [problem.message.split(" ")[0] for problem in load_deck(file).problems] == ["`url`"]
    assert not re.search(deck_schema()["$defs"]["Flip"]["properties"]["url"]["pattern"], url)


def test_a_deck_named_in_a_message_by_its_path(tmp_path, only_small, bequiz):
    folder = tmp_path / "\x1b[31mred"
    folder.mkdir()
    for told in (bequiz("deck", "check", str(folder)), bequiz("deck", "add", str(folder))):
        assert told.code == 1
        assert "\x1b" not in told.out + told.err
    (Path(folder) / "deck.yaml").write_text("deck: red\ntitle: T\ntopics: [{topic: t, title: T}]\n")
    for words in (["deck", "add", str(folder)], ["deck", "show", "red"], ["deck", "remove", "red"]):
        told = bequiz(*words)
        assert told.code == 0
        assert "\x1b" not in told.out + told.err
