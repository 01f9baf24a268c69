"""The shipped decks prove themselves: what can be executed in them is, and every listed wrong answer fails."""

import ast
import builtins
import itertools
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bequiz.decks.lint.verify import fault
from bequiz.decks.loading import LoadedCard, LoadedDeck, load_deck
from bequiz.grading.asking import ask, blanks
from bequiz.grading.judging import expected, judge
from bequiz.model.cards import Bug, Choice, Cloze, Code, Order, Typed, type_of
from bequiz.model.question import Verdict
from tests.artefacts import IllFormed, check
from tests.conftest import DECKS
from tests.running import run_all

# The Backend Engineer Roadmap, topic by topic in its own order.
ROADMAP = {
    "fundamentals": ("Programming Fundamentals", {
        "languages": "Programming languages (Java, Go, Python, Node.js)",
        "oop": "Object-oriented programming",
        "errors": "Error handling and debugging",
        "clean-code": "Clean and maintainable code",
        "design": "Software design principles",
    }),
    "algorithms": ("Data Structures & Algorithms", {
        "sequences": "Arrays, lists, stacks, and queues",
        "hashing": "Hash tables and maps",
        "trees-graphs": "Trees and graphs",
        "sorting-searching": "Sorting and searching algorithms",
        "complexity": "Time and space complexity",
    }),
    "databases": ("Databases & Data Management", {
        "sql": "Relational databases (SQL)",
        "nosql": "NoSQL databases",
        "schema": "Database schema design",
        "indexes": "Indexes and query optimization",
        "transactions": "Data consistency and transactions",
    }),
    "apis": ("Web APIs & Backend Frameworks", {
        "rest": "REST APIs",
        "api-design": "API design best practices",
        "auth": "Authentication and authorization",
        "frameworks": "Backend frameworks such as Spring Boot or Node.js",
        "docs-versioning": "API documentation and versioning",
    }),
    "microservices": ("Microservices Architecture", {
        "principles": "Microservices architecture principles",
        "communication": "Service communication patterns",
        "gateways": "API gateways",
        "events": "Event-driven architecture",
        "scalability": "Service scalability",
    }),
    "cloud": ("Containers & Cloud Deployment", {
        "docker": "Docker containers",
        "kubernetes": "Kubernetes basics",
        "deployment": "Cloud deployment strategies",
        "scaling": "Application scaling",
        "iac": "Infrastructure automation",
    }),
    "distributed": ("Distributed Systems & Scalability", {
        "system-design": "Distributed system design",
        "load-balancing": "Load balancing",
        "caching": "Caching strategies",
        "messaging": "Message queues and event streaming",
        "resilience": "System resilience and fault tolerance",
    }),
    "observability": ("Observability & Performance Optimization", {
        "monitoring": "Application monitoring",
        "profiling": "Performance profiling",
        "logging-tracing": "Logging and tracing",
        "reliability": "Reliability engineering",
        "incidents": "Production incident management",
    }),
}  # fmt: skip
BUILTINS = ["abs", "all", "any", "enumerate", "float", "int", "len", "list", "max", "min", "pow", "range", "reversed",
            "round", "set", "sorted", "str", "sum", "tuple", "zip"]  # fmt: skip


@pytest.fixture(scope="module")
def decks() -> dict[str, LoadedDeck]:
    return {deck.id: deck for deck in map(load_deck, sorted(file.parent for file in DECKS.glob("*/deck.yaml")))}


def cards(decks: dict[str, LoadedDeck], kind: type | None = None) -> Iterator[LoadedCard]:
    for deck in decks.values():
        for loaded in deck.cards:
            if kind is None or isinstance(loaded.card, kind):
                yield loaded


def judged(loaded: LoadedCard, response: str) -> Verdict:
    return judge(loaded.card, ask(loaded.id, loaded.card, 0), response)


def shown(loaded: LoadedCard, places: list[int]) -> str:
    """Places in the deck as the numbers under which the options are shown."""
    order = ask(loaded.id, loaded.card, 0).order
    return ",".join(str(order.index(place) + 1) for place in places)


# --- as a whole


def test_there_is_nothing_wrong_with_them(bequiz):
    found = bequiz("deck", "check", "--json").json
    assert found["problems"] == []
    assert found["cards"] >= 40 * 24


def test_the_whole_roadmap_in_its_order(bequiz):
    stages = bequiz("report", "--json").json["stages"]
    assert [(stage["id"], stage["stage"]) for stage in stages] == [(id, n) for n, id in enumerate(ROADMAP, 1)]
    for stage, (deck, (title, topics)) in zip(stages, ROADMAP.items(), strict=True):
        assert stage["title"] == title
        assert [(topic["id"], topic["title"]) for topic in stage["topics"]] == [
            (f"{deck}/{id}", title) for id, title in topics.items()
        ]


def test_a_topic_can_fill_weeks(decks):
    for deck in decks.values():
        for topic in deck.topics:
            assert len(topic.cards) >= 24, topic.id
            assert len({type(loaded.card) for loaded in topic.cards}) >= 4, topic.id


def test_every_card_says_where_it_is_from_and_what_it_is_for(decks):
    lacking = [
        f"{loaded.id} lacks {field}"
        for loaded in cards(decks)
        for field in ("source", "asof", "level", "asks", "concepts")
        if not getattr(loaded.card, field)
    ]
    assert lacking == []


def test_every_concept_is_covered(decks):
    for deck in decks.values():
        for topic in deck.topics:
            covered = {concept for loaded in topic.cards for concept in loaded.card.concepts}
            assert topic.concepts
            assert {concept.id for concept in topic.concepts} <= covered, topic.id


@pytest.mark.parametrize(
    "pattern",
    [
        r"/root/|/work/|/home/(?!user\b|app\b)[a-z]+/|/Users/|[A-Z]:\\Users",
        r"://[^\s/]*(pypi|pythonhosted|npmjs|debian\.org|crates\.io|maven|rubygems|docker\.io|ghcr\.io|quay\.io)",
        r"(?i)\bTODO\b|\bFIXME\b|\blorem ipsum\b|\bXXX\b",
    ],
    ids=["paths of a machine", "hosts of a registry", "unfinished"],
)
def test_what_does_not_belong_into_a_deck(pattern):
    found = [
        f"{file.relative_to(DECKS)}:{number}: {line.strip()}"
        for file in DECKS.glob("*/*.yaml")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == []


# --- what can be executed


@pytest.mark.parametrize("hash_seed", ["0", "4294967295"])
def test_code_prints_what_its_card_says(hash_seed, decks, tmp_path):
    listings = {loaded.id: loaded.card for loaded in cards(decks, Code)}
    assert {card.lang for card in listings.values()} == {"python"}
    done = run_all({id: card.code for id, card in listings.items()}, hash_seed, str(tmp_path))
    wrong = {
        id: (status, out, err)
        for id, (status, out, err) in done.items()
        if (status, out.rstrip(), err) != (0, listings[id].expect.rstrip(), "")
    }
    assert wrong == {}
    assert len(done) == len(listings) > 100
    assert list(tmp_path.iterdir()) == [], "a card leaves no files behind"


def test_running_a_listing_sees_whatever_it_does(tmp_path):
    """A card that prints something else, complains, fails, waits for input or differs by seed would be noticed."""
    listings = {
        "print": "print(1 + 1)",
        "warn": "import warnings; warnings.warn('old')",
        "fail": "print('a'); 1 / 0",
        "exit": "raise SystemExit(3)",
        "read": "print(repr(input()))",
        "main": "print(__name__, 'listings' in globals(), 'found' in globals())",
        "set": "print(list({'a', 'b', 'c', 'd', 'e'}))",
    }
    done = run_all(listings, "0", str(tmp_path))
    assert done["print"] == [0, "2\n", ""]
    assert "UserWarning: old" in done["warn"][2]
    assert done["fail"][1] == "a\n"
    assert "ZeroDivisionError" in done["fail"][2]
    assert done["exit"][0] != 0
    assert "EOFError" in done["read"][2]
    assert done["main"] == [0, "__main__ False False\n", ""]
    assert done["set"] != run_all(listings, "4294967295", str(tmp_path))["set"]


def test_computed_numbers_are_true(decks):
    """By the program's own evaluator and by Python's."""
    names = {**vars(math), "__builtins__": {name: getattr(builtins, name) for name in BUILTINS}}
    checked = 0
    for loaded in cards(decks):
        if loaded.card.verify:
            checked += 1
            assert fault(loaded.card.verify) == "", loaded.id
            assert eval(loaded.card.verify, dict(names)) is True, loaded.id
            assert any(isinstance(node, ast.Compare) for node in ast.walk(ast.parse(loaded.card.verify))), loaded.id
    assert checked > 200


def test_listings_are_well_formed(decks):
    faults, parsed = [], 0
    for loaded in cards(decks, Bug):
        try:
            parsed += check(loaded.card.lang, loaded.card.artefact)
        except IllFormed as fault:
            faults.append(f"{loaded.id}: {fault}")
    assert faults == []
    assert parsed > 100


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "def f(:\n    pass\n"),
        ("yaml", "a: b: c\n"),
        ("yaml", "just a text"),
        ("json", '{"a": 1,}'),
        ("toml", "a = \n"),
        ("http", "HTTP/1.1 two-hundred OK\nA: b\n"),
        ("http", "GET /x HTTP/1.1\nno header\n\n"),
        ("dockerfile", "FROM a\nCOPPY . .\n"),
        ("dockerfile", 'FROM a\nCMD ["a", b]\n'),
        ("sql", "SELECT FROM (WHERE"),
        ("hcl", 'resource "a" {\n  name = \n}\n'),
        ("nginx", "server {\n  listen 80;\n"),
        ("go", "func f( {}\n"),
        ("java", "class A { void f( {} }\n"),
        ("javascript", "function f( {}\n"),
    ],
)
def test_a_listing_that_is_not_well_formed_would_be_noticed(language, text):
    with pytest.raises(IllFormed):
        check(language, text)


# --- what the machine judges


def test_every_accepted_answer_is_right(decks):
    for loaded in cards(decks, Typed):
        for text in loaded.card.accept:
            assert judged(loaded, text).outcome == "right", f"{loaded.id}: {text}"
            assert judged(loaded, f" {text.upper()} ").outcome == "right", f"{loaded.id}: {text} in capitals"
        assert judged(loaded, expected(loaded.card, ask(loaded.id, loaded.card, 0))).outcome == "right", loaded.id


def test_every_rejected_answer_is_wrong_for_the_reason_given(decks):
    count = 0
    for loaded in cards(decks, Typed):
        for text, feedback in loaded.card.reject.items():
            verdict = judged(loaded, text)
            assert (verdict.outcome, verdict.feedback) == ("wrong", feedback), f"{loaded.id}: {text}"
            count += 1
    assert count > 400


def test_no_rejected_answer_lies_within_the_tolerance(decks):
    """Or else the answers around it would be right."""
    for loaded in cards(decks, Typed):
        if loaded.card.tolerance:
            bare = replace(loaded.card, reject={})
            for text in loaded.card.reject:
                assert judge(bare, ask(loaded.id, bare, 0), text).outcome == "wrong", f"{loaded.id}: {text}"


def test_every_variant_of_a_cloze_is_right(decks):
    for loaded in cards(decks, Cloze):
        for answers in itertools.islice(itertools.product(*blanks(loaded.card.prompt)), 50):
            assert judged(loaded, "; ".join(answers)).outcome == "right", f"{loaded.id}: {answers}"
        assert judged(loaded, "something else").outcome == "wrong", loaded.id


def test_only_the_right_options_are_right(decks):
    for loaded in cards(decks, Choice):
        options = range(len(loaded.card.options))
        right = [place for place in options if loaded.card.options[place].correct]
        for count in range(1, len(options) + 1):
            for chosen in itertools.combinations(options, count):
                outcome = judged(loaded, shown(loaded, list(chosen))).outcome
                assert (outcome == "right") is (list(chosen) == right), f"{loaded.id}: {chosen}"
        if not loaded.card.multi:
            for place in options:
                outcome = judged(loaded, loaded.card.options[place].text).outcome
                assert (outcome == "right") is (place in right), f"{loaded.id}: {loaded.card.options[place].text}"


def test_only_the_right_order_is_right(decks):
    for loaded in cards(decks, Order):
        places = list(range(len(loaded.card.steps)))
        assert judged(loaded, shown(loaded, places)).outcome == "right", loaded.id
        for first in places[:-1]:
            swapped = [*places[:first], first + 1, first, *places[first + 2 :]]
            assert judged(loaded, shown(loaded, swapped)).outcome == "near", loaded.id
        assert judged(loaded, shown(loaded, places[::-1])).outcome == "wrong", loaded.id


def test_what_a_listing_prints_is_the_right_answer(decks):
    for loaded in cards(decks, Code):
        assert judged(loaded, loaded.card.expect).outcome == "right", loaded.id
        assert judged(loaded, loaded.card.expect + " and more").outcome == "wrong", loaded.id


def test_only_the_lines_at_fault_are_right(decks):
    for loaded in cards(decks, Bug):
        for line in range(1, len(loaded.card.artefact.splitlines()) + 1):
            right = judged(loaded, str(line)).outcome == "right"
            assert right is (line in loaded.card.lines), f"{loaded.id}: {line}"


def test_nothing_is_given_away_by_next(decks, bequiz):
    """The answer appears nowhere in what a script is shown, options aside."""
    for loaded in cards(decks):
        question = ask(loaded.id, loaded.card, 0)
        match loaded.card:
            case Cloze():
                assert "{{" not in question.prompt
                assert "|" not in question.prompt or "|" in re.sub(r"\{\{.*?\}\}", "", loaded.card.prompt), loaded.id
            case Code():
                assert question.options == ()
            case Order():
                assert question.options != loaded.card.steps, f"{loaded.id} is shown in the right order"
        assert question.type == type_of(loaded.card)


def test_every_deck_is_a_folder_of_its_stage():
    assert [path.name for path in sorted(DECKS.iterdir()) if path.is_dir()] == [
        f"{stage}-{id}" for stage, id in enumerate(ROADMAP, 1)
    ]
    for path in DECKS.glob("*/*.yaml"):
        assert isinstance(path, Path)
        assert path.stem in {"deck", *ROADMAP[path.parent.name[2:]][1]}
