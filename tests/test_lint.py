"""The rules for good cards, topics and decks, each shown by something that keeps it and something that breaks it.

Every row starts from `model_deck.yaml`, which breaks none, and changes one thing.
"""

import copy
import json
import textwrap
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequiz.decks.lint import cards, deck, topics, twins
from bequiz.decks.loading import LoadedCard, LoadedDeck, LoadedTopic
from bequiz.decks.yamltext import read
from bequiz.model.cards import Flip

Card = dict[str, Any]
Deck = dict[str, Any]
Findings = list[tuple[str, str, str]]

MODEL: Deck = read((Path(__file__).parent / "model_deck.yaml").read_bytes()).value
WHY = "Maize was ground to meal long before wheat was, and it needs no yeast at all."
FIELDS: Card = {
    "id": "extra", "level": "working", "asks": "apply", "concepts": ["heat"], "why": WHY, "source": "Corn almanac § 3",
    "asof": "2026-10",
}  # fmt: skip


def card(type: str, **fields: Any) -> Card:
    """One more card for the model deck; a field that is None is left out."""
    return {name: value for name, value in {**FIELDS, "type": type, **fields}.items() if value is not None}


def typed(**fields: Any) -> Card:
    return card("typed", **{"prompt": "Polenta owes its colour to one cereal. Name it.", "accept": ["maize"], **fields})


def choice(prompt: str, *options: str, right: int = 2, **fields: Any) -> Card:
    """A choice whose options say why; `right` counts from 0."""
    written = [{"text": text, "why": "So it is.", "correct": n == right} for n, text in enumerate(options)]
    return card("choice", **{"prompt": prompt, "options": written, **fields})


def cloze(prompt: str) -> Card:
    return card("cloze", prompt=prompt)


def flip(answer: str) -> Card:
    return card("flip", prompt="Polenta sticks to its pot. Advise the cook.", answer=answer)


def bug(lines: int) -> Card:
    artefact = "".join(f"step {n}\n" for n in range(1, lines + 1))
    return card("bug", prompt="Which line spoils polenta?", lang="text", artefact=artefact, lines=[3], fix="stir")


def fenced(lines: int) -> Card:
    code = "".join(f"step {n}\n" for n in range(1, lines + 1))
    return typed(prompt=f"Polenta again; which cereal?\n```\n{code}```")


def running_text(words: int) -> str:
    return ("It is so. " * words)[: words // 3 * 10] + "So. " * (words % 3)


MEALS = ("What goes well with polenta?", "mushrooms", "fresh mint", "black figs")

# rule, severity, cards that keep it, cards that break it
CARD_RULES: list[tuple[str, str, list[Card], list[Card]]] = [
    ("required-fields", "error", [typed(), choice(*MEALS, why=None)],
     [typed(**{field: None}) for field in ("source", "asof", "level", "asks", "concepts", "why")]),
    ("option-why", "error", [choice(*MEALS)],
     [card("choice", prompt=MEALS[0], options=[{"text": "figs", "why": "Sweet."}, {"text": "peas", "why": "Dry."},
                                              {"text": "mint", "correct": True}])]),
    ("long-prompt", "error", [typed(prompt=running_text(45))], [typed(prompt=running_text(61))]),
    ("long-prompt", "warning",
     [typed(prompt=running_text(44) + " `one span is one word`."),
      typed(prompt="```\n" + "word " * 70 + "\n```\nSo what?")],
     [typed(prompt=running_text(46)), typed(prompt=running_text(60))]),
    ("long-answer", "error", [flip(running_text(60))], [flip(running_text(61))]),
    ("why-length", "warning", [typed(why=running_text(12)), typed(why=running_text(80))],
     [typed(why=running_text(11)), typed(why=running_text(81))]),
    ("yes-no-stem", "error",
     [typed(prompt="What makes polenta yellow?"), typed(prompt="`is` polenta yellow?"),
      typed(prompt="Isolate polenta!")],
     [typed(prompt="Is polenta made from rice or what?"), typed(prompt="true or false: polenta is made from rice."),
      typed(prompt="\n  Should polenta be stirred?")]),
    ("which-of-the-following", "warning", [choice(*MEALS)],
     [choice("Which of the following goes with polenta?", *MEALS[1:])]),
    ("of-the-above", "error",
     [choice(*MEALS), choice("Who eats polenta cold?", "some of them", "half of them", "none of us")],
     [choice(MEALS[0], "none of the above", *MEALS[2:]), choice(MEALS[0], "None of these.", *MEALS[2:])]),
    ("one-of-several", "error",
     [card("choice", multi=True, prompt=MEALS[0], options=[
         {"text": "figs", "why": "Sweet.", "correct": True}, {"text": "peas", "why": "Dry."},
         {"text": "mint", "why": "Fresh.", "correct": True}])],
     [choice(*MEALS, multi=True)]),
    ("echoed-stem", "warning",
     [choice("Polenta with mushrooms is bland. What helps?", "more water", "less heat", "some salt"),
      choice("Polenta with mushrooms is bland. What helps?", "hot mushrooms", "less polenta", "mushroom stock")],
     [choice("Polenta with mushrooms is bland. What helps?", "more water", "less heat", "mushroom broth")]),
    ("answer-visible", "error",
     [cloze("Polenta is stirred with a {{spoon}}."), cloze("Polenta wants n {{< 5}} minutes and n > 5 is bad."),
      typed(prompt="Polenta comes from `maize`, or `rice`?"), typed(prompt="Polenta for 100 guests?", accept=["1000"]),
      typed(prompt="A maizena box lies by. Name polenta's cereal.", accept=["maize", "box"])],
     [cloze("Polenta needs {{stirring}}; whoever stirs wins."), cloze("Polenta: `whisk` it with a {{whisk}}."),
      typed(prompt="Polenta comes from maize. Which cereal?")]),
    ("only-a-blog", "error",
     [typed(source="Go blog: Slices"), typed(source="AWS Architecture Blog, Jitter"),
      typed(source="medium.com/x; RFC 9110 § 4"),
      typed(source="Kitchen notes", url="https://example.org/blog")],
     [typed(source="A blog post on polenta"), typed(source="Tina's cooking blog"), typed(source="https://medium.com/@x/y"),
      typed(source="dev.to; Stack Overflow"), typed(source="Polenta in depth", url="https://me.hashnode.dev/polenta")]),
    ("long-listing", "warning", [bug(12), fenced(12)], [bug(13), fenced(13)]),
    ("hard-to-read", "warning",
     [typed(prompt="Internationalization considerably complicates organizational responsibilities."),
      typed(prompt="Polenta can be a meal of its own. Which cereal? Say it now. " * 3)],
     [typed(prompt="Conscientious organizations occasionally reconsider traditional preparations involving nutritious"
                   " yellow polenta.")]),
    ("verify", "error", [typed(verify="ceil(4 * 105 / 60) == 7 and sum(n for n in range(4)) == 6")],
     [typed(verify="2 + 2 == 5"), typed(verify="4"), typed(verify="__import__('os')"), typed(verify="1 +")]),
    ("old-asof", "warning", [typed(asof="2025-05")], [typed(asof="2025-04")]),
]  # fmt: skip


def change(**fields: Any) -> Callable[[Deck], None]:
    """What gives the named cards new values: `change(asks={"rye": "apply"})`."""

    def apply(model: Deck) -> None:
        for field, values in fields.items():
            for name, value in values.items():
                by_id(model)[name][field] = value

    return apply


def every(names: str, value: Any) -> dict[str, Any]:
    return dict.fromkeys(names.split(), value)


def by_id(model: Deck) -> dict[str, Card]:
    return {found["id"]: found for topic in model["topics"] for found in topic["cards"]}


def drop(*names: str) -> Callable[[Deck], None]:
    def apply(model: Deck) -> None:
        model["topics"][0]["cards"] = [card for card in model["topics"][0]["cards"] if card["id"] not in names]

    return apply


def add(*more: Card) -> Callable[[Deck], None]:
    def apply(model: Deck) -> None:
        numbered = [{**card, "id": f"extra{n}" if n else "extra"} for n, card in enumerate(more)]
        model["topics"][0]["cards"] += numbered

    return apply


def concept(level: str) -> Callable[[Deck], None]:
    """One concept more, with a card on it that only asks to recall."""

    def apply(model: Deck) -> None:
        model["topics"][0]["concepts"].append({"id": "crust", "text": "How a crust forms", "level": level})
        by_id(model)["maillard"]["concepts"] = ["heat", "crust"]

    return apply


def uncovered(model: Deck) -> None:
    concept("basic")(model)
    by_id(model)["maillard"]["concepts"] = ["heat"]


def no_concepts(model: Deck) -> None:
    del model["topics"][0]["concepts"]


def retyped(count: int, make: Callable[[Card], Card]) -> Callable[[Deck], None]:
    """The last cards of the deck made anew."""

    def apply(model: Deck) -> None:
        cards = model["topics"][0]["cards"]
        cards[-count:] = [{**{name: old[name] for name in FIELDS}, **make(old)} for old in cards[-count:]]

    return apply


def as_typed(old: Card) -> Card:
    return {"type": "typed", "prompt": old["prompt"].replace("{{", "").replace("}}", ""), "accept": [old["id"]]}


def as_flip(old: Card) -> Card:
    return {"type": "flip", "prompt": old["prompt"], "answer": f"See {old['id']}."}


def as_choice(old: Card) -> Card:
    """Three options of one length; over three such cards the right one stands at each place once."""
    place = {"starter": 0, "week": 1, "altitude": 2}[old["id"]]
    texts = [f"{letter} {old['id']}" for letter in "abc"]
    options = [{"text": text, "why": "So.", "correct": n == place} for n, text in enumerate(texts)]
    return {"type": "choice", "prompt": old["prompt"], "options": options}


def options(**texts: str) -> Callable[[Deck], None]:
    """New texts for options, parted by bars, in the order they are written."""

    def apply(model: Deck) -> None:
        for name, line in texts.items():
            written = by_id(model)[name.replace("_", "-")]["options"]
            for option, text in zip(written, line.split("|"), strict=True):
                option["text"] = text

    return apply


def first_places(*names: str) -> Callable[[Deck], None]:
    """The right option written first."""

    def apply(model: Deck) -> None:
        for name in names:
            by_id(model)[name]["options"].sort(key=lambda option: "correct" not in option)

    return apply


DEFINITIONS = [
    ("crumbs", "What is pith in bakers' slang?"), ("rye", "What is a secale grain called elsewhere?"),
    ("poppy", "What is papaver known as?"), ("maillard", "What is browning without enzymes? {{Maillard}}"),
]  # fmt: skip
CEREALS = [typed(prompt=text, accept=["maize"], level="basic", asks="recall") for text in (
    "Tortillas?", "Whence come grits?", "Popped in cinemas?", "Cornflakes began with these kernels.")]  # fmt: skip
ORDERS = [card("order", prompt=text, steps=["first", "second", "third"], level="basic", asks="recall") for text in (
    "How are arepas made?", "Whence comes popcorn?", "Masa in three moves.", "Hominy, stage after stage.")]  # fmt: skip
TWIN = "Two thin tortillas of masa harina fall apart when folded warm at noon"

# rule, severity, a change that keeps it, a change that breaks it
DECK_RULES: list[tuple[str, str, Callable[[Deck], None], Callable[[Deck], None]]] = [
    ("few-cards", "error", add(typed()), drop("rye")),
    ("few-apply", "error", change(asks=every("gas steam window", "recall")),
     change(asks=every("gas steam window double", "recall"))),
    ("few-senior", "error", change(level=every("window altitude", "working")),
     change(level=every("window altitude ph", "working"))),
    ("few-types", "error", retyped(1, as_typed), retyped(4, as_typed)),
    ("uncovered-concept", "error", concept("working"), uncovered),
    ("uncovered-concept", "error", concept("working"), concept("senior")),
    ("uncovered-concept", "error", concept("working"), no_concepts),
    ("definitions", "warning",
     change(prompt=dict(DEFINITIONS[:3])), change(prompt=dict(DEFINITIONS))),
    ("same-answer", "warning", add(*CEREALS[:3], *ORDERS), add(*CEREALS)),
    ("one-source", "warning", change(source=every("gas rye steam poppy proof ph week starter window", "One book § 5")),
     change(source=every("gas rye steam poppy proof ph week starter window double", "One book ch. 4"))),
    ("unknown-acronym", "warning",
     add(typed(prompt="Extended release yeast (ERY): which meal?"), typed(prompt="And ERY grits?", accept=["corn"])),
     add(typed(prompt="ERY polenta: which meal?"), typed(prompt="And ERY grits?", accept=["corn"]))),
    ("longest-option", "error",
     options(cold_night="In the fridge and covered up|On the shelf near a heater|At the window in the sun"),
     options(cold_night="In the fridge and covered up|On the shelf near a heater|At the window in the sun",
             torn_side="Resting them in a cupboard|Scoring them with sharp blades|Brushing them with eggs",
             sour_smell="Boil it for about a minute|Feed it with flour soon again|Stir some salt into it")),
    ("option-lengths", "error", options(cold_night="fridge|On the shelf near a heater|At the window in the sunshine"),
     options(cold_night="fridge|On the shelf near a heater|At the window in the sunshine",
             sour_smell="Boil it for about a minute|feed|Stir a pinch of salt into it")),
    ("right-position", "error", first_places("pale-crust"), first_places("torn-side")),
    ("absolutes", "error",
     options(cold_night="Only covered in the fridge|On the shelf near all heaters|At the window in the sunshine"),
     options(cold_night="In the fridge and covered|On the shelf near all heaters|At the window in the sunshine")),
    ("mix", "error", add(choice(*MEALS)), retyped(3, as_choice)),
    ("mix", "error", retyped(1, as_flip), retyped(3, as_flip)),
    ("near-duplicate", "error", add(typed(prompt=TWIN), typed(prompt=TWIN + " in the busy market hall by noon")),
     add(typed(prompt=TWIN), typed(prompt=TWIN + " on busy markets"))),
    ("interference", "warning", add(typed(prompt=TWIN), typed(prompt=TWIN + " in the busy market hall")),
     add(typed(prompt=TWIN), typed(prompt=TWIN + " in the busy market hall", accept=["masa dough"]))),
]  # fmt: skip


@pytest.fixture
def strict(bequiz: Any, only_small: Path, tmp_path: Path) -> Callable[..., Findings]:
    """The findings of `deck check --strict` in these decks: rule, severity and card."""

    def check(*decks: Deck) -> Findings:
        files = []
        for number, found in enumerate(decks):
            files.append(tmp_path / f"deck{number}.yaml")
            files[-1].write_text(json.dumps(found, ensure_ascii=False))
        problems = bequiz("deck", "check", "--strict", "--json", *map(str, files)).json["problems"]
        return [(problem["rule"], problem["severity"], problem["card"]) for problem in problems]

    return check


def changed(*changes: Callable[[Deck], Any], id: str = "kitchen") -> Deck:
    model = copy.deepcopy(MODEL) | {"deck": id}
    for apply in changes:
        apply(model)
    return model


def row_name(value: object) -> str:
    return value if isinstance(value, str) else ""


def test_the_model_deck_breaks_no_rule(strict):
    assert strict(MODEL) == []


@pytest.mark.parametrize(("rule", "severity", "good", "bad"), CARD_RULES, ids=row_name)
def test_a_rule_on_one_card(strict, rule, severity, good, bad):
    for kept in good:
        assert strict(changed(add(kept))) == [], kept
    for broken in bad:
        assert strict(changed(add(broken))) == [(rule, severity, "extra")], broken


@pytest.mark.parametrize(("rule", "severity", "good", "bad"), DECK_RULES, ids=row_name)
def test_a_rule_on_a_topic_or_deck(strict, rule, severity, good, bad):
    assert strict(changed(good)) == []
    assert [found[:2] for found in strict(changed(bad))] == [(rule, severity)]


def test_every_rule_has_its_row():
    rules = [rule.__name__.replace("_", "-") for rule in (*cards.RULES, *topics.RULES, *deck.RULES, *twins.RULES)]
    assert {row[0] for row in (*CARD_RULES, *DECK_RULES)} == {*rules, "old-asof"}


# Pairs of cards

SIMILAR = typed(id="similar", prompt=TWIN + " in the busy market hall", accept=["masa dough"])


def test_cards_that_name_one_another_under_contrast_may_look_alike(strict):
    assert strict(changed(add(typed(prompt=TWIN), SIMILAR))) == [("interference", "warning", "extra1")]
    assert strict(changed(add(typed(prompt=TWIN, contrast=["extra1"]), SIMILAR))) == []
    assert strict(changed(add(typed(prompt=TWIN), SIMILAR | {"contrast": ["kitchen/extra"]}))) == []


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ("", "near-duplicate"),
        (" in the busy market hall", "near-duplicate"),
        (" where farmers sell their greens beside old wells and fields", "interference"),
    ],
    ids=["the same", "two thirds of the words", "more than half of them"],
)
def test_cards_of_two_decks_that_are_alike_are_a_warning(strict, more, rule):
    """However much alike: within one deck the first would be an error."""
    twin = typed(prompt=TWIN + more, accept=["masa dough"])
    other = {"deck": "other", "title": "Other", "topics": [{"topic": "t", "title": "T", "cards": [twin]}]}
    found = strict(changed(add(typed(prompt=TWIN))), other)
    assert [one for one in found if one[0] in ("near-duplicate", "interference")] == [(rule, "warning", "extra")]


def test_the_words_of_code_count_as_well_as_those_of_the_prompt(strict):
    same = {"prompt": "What does it print?", "lang": "python", "expect": "1"}
    one = card("code", **same, code="print(len({1}))")
    other = card("code", **same, code="total = 0\nfor n in range(2):\n    total += n\nprint(total)")
    assert strict(changed(add(one, other))) == []
    assert strict(changed(add(one, one))) == [("near-duplicate", "error", "extra1")]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=7), min_size=2, max_size=12))
def test_no_pair_that_is_alike_is_missed(prompts):
    """The index finds what comparing all with all finds (the limits that keep thousands of copies cheap set aside)."""
    cards = [Flip(id=str(n), prompt=" ".join(words), answer="x") for n, words in enumerate(prompts)]
    loaded = [LoadedCard(f"d/{card.id}", card, "f", ()) for card in cards]
    deck = LoadedDeck("d", "D", None, "f", [LoadedTopic("d/t", "T", (), (), "f", (), loaded)], [], [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twins, "ENOUGH", 100)
        patch.setattr(twins, "SAME", 2)
        found = {(pair.first.id, pair.second.id) for pair in twins.pairs([deck])}
    sets = [set(words) for words in prompts]
    alike = {(m, n) for n in range(len(sets)) for m in range(n) if len(sets[m] & sets[n]) * 2 >= len(sets[m] | sets[n])}
    assert found == {(f"d/{m}", f"d/{n}") for m, n in alike}


@pytest.mark.parametrize("varied", [1, 5], ids=["copies", "cousins"])
def test_a_crowd_of_like_cards_is_told_without_drowning_the_author(strict, varied):
    words = "one loaf weighs less than its dough since water leaves while baking"
    crowd = [typed(prompt=" ".join([words, *(f"w{n}x{m}" for m in range(varied))])) for n in range(200)]
    found = strict(changed(add(*[one | {"accept": [str(n)]} for n, one in enumerate(crowd)])))
    told = Counter(card for rule, _, card in found if rule in ("near-duplicate", "interference"))
    assert len(told) == 199
    assert max(told.values()) <= 5


def test_a_few_choices_are_not_measured_by_shares(strict):
    """One card has its right option somewhere, in all of one card; four cannot be spread over three places evenly."""

    def about_places(*rights: int) -> Findings:
        meals = zip(["soup", "stew", "cake", "bread"], rights, strict=False)
        cards = [choice(f"What goes with {meal}?", "aaa", "bbb", "ccc", right=n, id=meal) for meal, n in meals]
        found = strict({"deck": "few", "title": "Few", "topics": [{"topic": "t", "title": "T", "cards": cards}]})
        return [one for one in found if one[0] == "right-position"]

    assert about_places(1) == about_places(0, 1) == about_places(0, 1, 1, 2) == []
    assert about_places(1, 1) == about_places(0, 1, 1, 1) == [("right-position", "error", "")]


# Where and when


def test_a_finding_stands_at_its_line_and_column(bequiz, only_small, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        textwrap.dedent("""\
        deck: own
        title: Own
        topics:
          - topic: rolls
            title: Rolls
            concepts:
              - {id: shape, text: How to shape, level: basic}
            cards:
              - id: seam
                type: choice
                prompt: Is the seam below?
                options:
                  - {text: below, correct: true, why: So it closes.}
                  - text: none of the above
                    why: No.
    """)
    )
    told = bequiz("deck", "check", "--strict", str(file))
    assert told.code == 1
    lines = [line.removeprefix(f"{file}:") for line in told.out.splitlines()]
    assert '11:17: card "seam": a question that begins with "Is" is half guessed; ask what, why or which' in lines
    assert '14:19: card "seam": "none of the above" means nothing once options are shuffled; drop it' in lines
    assert '9:9: card "seam": the field `source` is missing' in lines
    assert '4:5: the topic "own/rolls" has 1 card; it needs 24' in lines
    assert '7:9: the topic "own/rolls" has no card on its concept "shape" (How to shape)' in lines
    assert '1:1: in the deck "own" 100% of the cards are choices; the most is 27%' in lines


def test_without_strict_a_deck_of_ones_own_may_be_as_it_likes(bequiz, small):
    assert bequiz("deck", "check", str(small)).out == "8 cards, no errors.\n"
    assert bequiz("deck", "check", "--strict", str(small)).code == 1


def test_warnings_alone_fail_nothing(bequiz, only_small, tmp_path):
    file = tmp_path / "deck.json"
    file.write_text(json.dumps(changed(add(typed(asof="2020-01")))))
    told = bequiz("deck", "check", "--strict", str(file))
    assert told.code == 0
    assert 'warning: card "extra": last looked at 82 months ago; compare it with its source again\n' in told.out
    assert told.out.endswith("\n25 cards, no errors.\n")


def test_of_a_lone_topic_file_only_its_own_findings_are_told(bequiz, only_small, tmp_path):
    folder = tmp_path / "kitchen"
    folder.mkdir()
    (folder / "deck.yaml").write_text("{deck: kitchen, title: Kitchen, topics: [bread.yaml, empty.yaml]}")
    (folder / "bread.yaml").write_text(json.dumps(changed(add(typed(why=None)))["topics"][0]))
    (folder / "empty.yaml").write_text("{topic: empty, title: Empty}")
    found = bequiz("deck", "check", "--strict", "--json", str(folder / "bread.yaml")).json
    assert [problem["rule"] for problem in found["problems"]] == ["required-fields"]
    assert found["cards"] == 25
    whole = bequiz("deck", "check", "--strict", "--json", str(folder)).json
    assert "few-cards" in {problem["rule"] for problem in whole["problems"]}


def test_the_shipped_decks_break_no_rule(bequiz):
    problems = bequiz("deck", "check", "--strict", "--json").json["problems"]
    errors = [
        f"{told['path']}:{told['line']}: {told['card']}: {told['rule']}: {told['message']}"
        for told in problems
        if told["severity"] == "error"
    ]
    if errors:
        pytest.fail("\n".join(errors), pytrace=False)
