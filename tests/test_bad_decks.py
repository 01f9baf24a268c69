"""Decks with something wrong in them. Each file of bad_decks/ lies beside the lines that `bequiz deck check` prints for
it. Cards that are meant to survive in them have ids that begin with `good`."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bequiz.decks.loading import load_deck
from bequiz.model.cards import CARD_TYPES
from tests.conftest import DECKS

BAD = Path(__file__).parent / "bad_decks"
NAMES = sorted(file.stem for file in BAD.glob("*.expected"))
SECONDS = 2
HEAD = "deck: made\ntitle: Made by the test\ntopics:\n- topic: t\n  title: T\n  cards:\n"
GOOD = "  - {id: good, type: flip, prompt: A good card?, answer: It is kept.}\n"


def path_of(name: str) -> str:
    return name if (BAD / name).is_dir() else f"{name}.yaml"


def expected(name: str) -> str:
    return (BAD / f"{name}.expected").read_text().replace("{types}", ", ".join(CARD_TYPES))


def good_cards(name: str) -> set[str]:
    """The ids of the cards of a bad deck that are to be kept."""
    files = (BAD / name).rglob("*.yaml") if (BAD / name).is_dir() else [BAD / path_of(name)]
    return {id for file in files for id in re.findall(r"id: (good[\w-]*)", file.read_text())}


@pytest.fixture
def in_bad_decks(monkeypatch: pytest.MonkeyPatch, only_small: Path) -> None:
    """The working directory is that of the bad decks, so that paths are short; `small` is the one shipped deck."""
    monkeypatch.chdir(BAD)


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_is_told_with_its_place(name, in_bad_decks, bequiz, home):
    started = time.process_time()
    told = bequiz("deck", "check", path_of(name))
    assert time.process_time() - started < SECONDS
    assert told.out == expected(name)
    assert (told.code, told.err) == (1, "")
    assert not home.exists(), "a check has no business with the collection"
    assert not (BAD / "owned").exists(), "nothing in a deck is ever run"


@pytest.mark.parametrize("name", NAMES)
def test_problems_never_hide_good_cards(name, in_bad_decks, bequiz):
    found = bequiz("deck", "check", path_of(name), "--json").json
    assert found["ok"] is False
    assert {card.card.id for card in load_deck(Path(path_of(name))).cards} == good_cards(name)
    assert found["cards"] == len(good_cards(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_problems_as_json(name, in_bad_decks, bequiz):
    for problem in bequiz("deck", "check", path_of(name), "--json").json["problems"]:
        assert set(problem) == {"path", "line", "column", "card", "rule", "severity", "message"}
        assert problem["severity"] == "error"
        assert problem["line"] >= 1
        assert problem["column"] >= 1
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem["rule"])


def test_several_bad_decks_are_checked_in_one_run(in_bad_decks, bequiz):
    alone = ["tags", "twins", "unanswerable"]
    together = bequiz("deck", "check", *map(path_of, alone)).out
    assert together == "".join(map(expected, alone))


@pytest.mark.parametrize("name", ["twins", "references", "circles", "folder", "no-deck", "topic-alone", "empty", "tab"])
def test_a_bad_deck_is_not_added(name, in_bad_decks, bequiz):
    answer = bequiz("answer", "small/flip", "--quality", "4", "--json").json
    refused = bequiz("deck", "add", path_of(name))
    assert (refused.code, refused.out) == (1, "")
    assert f"{path_of(name)} was not added" in refused.err
    assert [deck["id"] for deck in bequiz("deck", "list", "--json").json["decks"]] == ["small"]
    assert bequiz("card", "show", "small/flip", "--json").json["memory"]["due"] == answer["due"]


def many(line: str, count: int) -> str:
    """So many lines, with their number and the next one put in."""
    return "".join(line.format(n, n + 1) for n in range(count))


BLOCKS = "".join(" " * (n + 6) + "a:\n" for n in range(1000))
MARK = "the file begins with a byte order mark; save it as UTF-8 without one"
NO_TYPE = "the field `type` is missing; it is one of " + ", ".join(CARD_TYPES)
TOO_DEEP = "lists and mappings lie more than 30 deep here"

# What is better made than stored: (bytes, what is told of it).
MADE: dict[str, tuple[str | bytes, list[str]]] = {
    "NUL": ("deck: made\ntitle: 'a\0b'\n", ["2:10: a NUL byte stands here; remove it"]),
    "byte order mark": ("\ufeffdeck: made\n", [f"1:1: {MARK}"]),
    "UTF-16": ("deck: made\n".encode("utf-16"), [f"1:1: {MARK}"]),
    "Latin-1": (
        "deck: made\ntitle: café\n".encode("latin-1"),
        ["2:11: the byte 0xe9 is not UTF-8; save the file as UTF-8"],
    ),
    "half a letter": (b"deck: made\ntitle: \xe2\x82", ["2:8: the byte 0xe2 is not UTF-8; save the file as UTF-8"]),
    "a text of 10 MB": (
        HEAD + "  - {id: long, type: flip, prompt: P, answer: '" + "x" * 10_000_000 + "'}\n" + GOOD,
        ['7:47: card "long": this text has 10,000,000 characters; the most is 65,536'],
    ),
    "a block of 10 MB": (
        HEAD + "  - id: long\n    type: flip\n    prompt: P\n    answer: |\n" + "      x\n" * 1_500_000 + GOOD,
        ['10:13: card "long": this text has 3,000,000 characters; the most is 65,536'],
    ),
    "100,000 brackets": (
        HEAD + GOOD + "  - " + "[" * 100_000,
        [
            '8:5: card "number 2": a card is a mapping with id, type and prompt',
            f'8:31: card "number 2": {TOO_DEEP}',
        ],
    ),
    "100,000 braces": (
        HEAD + GOOD + "  - " + "{a: " * 100_000,
        [f'8:5: card "number 2": {NO_TYPE}', f'8:109: card "number 2": {TOO_DEEP}'],
    ),
    "1,000 blocks in one another": (
        HEAD + GOOD + "  - deep:\n" + BLOCKS,
        [f'8:5: card "number 2": {NO_TYPE}', f'34:32: card "number 2": {TOO_DEEP}'],
    ),
}


@pytest.mark.parametrize("case", MADE)
def test_files_made_by_the_test(case, tmp_path, only_small, bequiz):
    data, lines = MADE[case]
    file = tmp_path / "made.yaml"
    data = data.encode() if isinstance(data, str) else data
    file.write_bytes(data)
    started = time.process_time()
    told = bequiz("deck", "check", str(file))
    assert time.process_time() - started < SECONDS
    assert told.out.splitlines() == [f"{file}:{line}" for line in lines]
    assert (told.code, told.err) == (1, "")
    assert len(load_deck(file).cards) == data.count(b"id: good")


# Decks that take many seconds if anything in their check is compared pair by pair.
LARGE = {
    "options": "  - id: a\n    type: choice\n    prompt: P\n    options:\n" + many("    - text: o{}\n", 5000),
    "steps": "  - id: a\n    type: order\n    prompt: P\n    steps:\n" + many("    - s{}\n", 20000),
    "accepted and rejected": "  - id: a\n    type: typed\n    prompt: P\n    accept:\n"
    + many("    - a{}\n", 5000) + "    reject:\n" + many("      r{}: x\n", 5000),
    "blanks that stay open": f"  - {{id: a, type: cloze, prompt: '{'{{' * 32_000}'}}\n",
    "lines of a bug": "  - id: a\n    type: bug\n    lang: text\n    prompt: P\n    fix: F\n    artefact: |\n"
    + many("      {}\n", 8000) + "    lines:\n" + many("    - {1}\n", 8000),
    "unknown fields": "  - id: a\n    type: flip\n    prompt: P\n    answer: A\n" + many("    promt{}: x\n", 20000),
    "misspelt cards": many("  - {{id: a{}, type: flipp, prompt: P}}\n", 5000),
    "unknown cards": many("  - {{id: card-{}, type: flip, prompt: P, answer: A, requires: [crad-{}]}}\n", 1000),
    "circles": many("  - {{id: c{}, type: flip, prompt: P, answer: A, requires: [c0, c{}]}}\n", 2000)
    + "  - {id: c2000, type: flip, prompt: P, answer: A, requires: [c0]}\n",
    "tags": many("  - {{id: a{}, type: !!str flip, prompt: P, answer: A}}\n", 5000),
    "aliases": many("  - {{id: a{}, type: &a{} flip, prompt: P, answer: *nowhere}}\n", 5000),
}  # fmt: skip


@pytest.mark.parametrize("case", LARGE)
def test_time_does_not_grow_with_the_square(case, tmp_path, only_small, bequiz):
    file = tmp_path / "large.yaml"
    file.write_text(HEAD + LARGE[case])
    started = time.process_time()
    bequiz("deck", "check", str(file))
    assert time.process_time() - started < SECONDS


def test_a_message_is_one_line_of_bearable_length(tmp_path, only_small, bequiz):
    """Whatever a deck puts into the names that a message repeats."""
    file = tmp_path / "long.yaml"
    file.write_text(f'{HEAD}  - {{id: "{"x" * 3000}\\n\\e[31m", type: "{"y" * 3000}\\nz"}}\n')
    told = bequiz("deck", "check", str(file)).out
    assert len(told.splitlines()) == 1
    assert len(told) < 1200
    assert "\x1b" not in told


# Paths that are no deck: (how to make it, what is told).
PATHS: dict[str, tuple[Callable[[Path], object], str]] = {
    "not there": (lambda path: None, "1:1: cannot be read: No such file or directory"),
    "a link to nowhere": (lambda path: path.symlink_to("nowhere"), "1:1: cannot be read: No such file or directory"),
    "a circle of links": (
        lambda path: path.symlink_to(path.name), "1:1: cannot be read: Too many levels of symbolic links",
    ),
    "a device": (lambda path: path.symlink_to("/dev/null"), "1:1: this is no file that can be read"),
    "a folder as deck.yaml": (
        lambda path: (path / "deck.yaml").mkdir(parents=True), "deck.yaml:1:1: this is no file that can be read",
    ),
    "an empty folder": (lambda path: path.mkdir(), "deck.yaml:1:1: there is no deck.yaml in the folder deck/"),
}  # fmt: skip


@pytest.mark.parametrize("case", PATHS)
def test_a_path_that_is_no_deck(case, tmp_path, only_small, bequiz):
    make, line = PATHS[case]
    path = tmp_path / "deck"
    make(path)
    told = bequiz("deck", "check", str(path))
    separator = "/" if line.startswith("deck.yaml") else ":"
    assert (told.code, told.out, told.err) == (1, f"{path}{separator}{line}\n", "")


def test_a_name_that_no_system_takes(only_small, bequiz):
    told = bequiz("deck", "check", "n" * 300)
    assert (told.code, told.out) == (1, f"{'n' * 300}:1:1: cannot be read: File name too long\n")


@pytest.mark.parametrize("name", ["n" * 300, "loop.yaml", "out.yaml", "../home/bequiz.db", "/etc/passwd"])
def test_topic_files_are_found_inside_the_deck_only(name, tmp_path, only_small, bequiz):
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "loop.yaml").symlink_to("loop.yaml")
    (folder / "out.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (tmp_path / "elsewhere.yaml").write_text("topic: t\ntitle: T\ncards: []\n")
    (folder / "deck.yaml").write_text(f"deck: made\ntitle: T\ntopics: [{name}]\n")
    told = bequiz("deck", "check", str(folder))
    assert told.code == 1
    assert re.match(r".*/deck/deck.yaml:3:10: (there is no file .*|.* lies outside of the deck's folder)", told.out)


@pytest.mark.parametrize("name", ["fine", "empty", "broken"])
def test_a_topic_file_is_checked_within_its_deck(name, in_bad_decks, bequiz):
    """Only what concerns the file itself is told, and its references may lead anywhere in the deck."""
    file = f"folder/{name}.yaml"
    told = bequiz("deck", "check", file, "--json").json
    wanted = [line for line in expected("folder").splitlines() if line.startswith(f"{file}:")]
    assert [f"{problem['path']}:{problem['line']}:{problem['column']}" for problem in told["problems"]] == [
        re.match(r"[^:]+:\d+:\d+", line).group() for line in wanted
    ]
    assert told["ok"] is (not wanted)


@pytest.mark.parametrize("text", ["topic: [t", "", None], ids=["syntax", "empty", "not there"])
def test_what_could_not_be_read_is_not_called_missing(text, tmp_path, only_small, bequiz):
    """A slip in one file is one problem, not one for each reference to what stands in it."""
    (tmp_path / "deck.yaml").write_text("deck: made\ntitle: T\ntopics: [a.yaml, b.yaml]\n")
    card = "{id: a, type: flip, prompt: P, answer: A, requires: [b], contrast: [c]}"
    (tmp_path / "a.yaml").write_text(f"topic: a\ntitle: T\nrequires: [b]\ncards: [{card}]\n")
    if text is not None:
        (tmp_path / "b.yaml").write_text(text)
    told = bequiz("deck", "check", str(tmp_path))
    assert (told.code, len(told.out.splitlines())) == (1, 1)
    assert "b.yaml" in told.out


def test_shipped_topic_files_can_be_checked_alone(bequiz):
    assert bequiz("deck", "check", str(DECKS / "3-databases" / "sql.yaml"), "--json").json["ok"]
