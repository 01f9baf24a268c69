"""A card becomes a question. The shuffle is seeded by card and repetition, so that a session can be replayed."""

import random
import re
from functools import partial
from typing import assert_never

from bequiz.model.cards import Bug, Card, Choice, Cloze, Code, Flip, Order, Typed, type_of
from bequiz.model.question import Question

BLANK = re.compile(r"\{\{((?:(?!\{\{|\}\}).)+)\}\}", re.DOTALL)
GAP = "____"


def blanks(prompt: str) -> list[list[str]]:
    """The accepted answers of each blank, the one to show first."""
    return [[variant.strip() for variant in inner.split("|")] for inner in BLANK.findall(prompt)]


def ask(full_id: str, card: Card, answers: int) -> Question:
    """The question for a card that has been answered `answers` times."""
    question = partial(Question, card=full_id, type=type_of(card), hint=card.hint)
    match card:
        case Flip():
            return question(mode="reveal", prompt=card.prompt)
        case Typed():
            return question(mode="text", prompt=card.prompt, unit=card.unit)
        case Choice():
            order = shuffled(len(card.options), full_id, answers, pinned=card.pin_last)
            return question(
                mode="pick-many" if card.multi else "pick",
                prompt=card.prompt,
                options=tuple(card.options[place].text for place in order),
                order=order,
            )
        case Cloze():
            return question(mode="text", prompt=BLANK.sub(GAP, card.prompt), blanks=len(blanks(card.prompt)))
        case Order():
            order = shuffled(len(card.steps), full_id, answers, sorted_too=False)
            options = tuple(card.steps[place] for place in order)
            return question(mode="arrange", prompt=card.prompt, options=options, order=order)
        case Code():
            return question(mode="text", prompt=card.prompt, lang=card.lang, listing=card.code)
        case Bug():
            return question(mode="line", prompt=card.prompt, lang=card.lang, listing=card.artefact)
        case _:
            assert_never(card)


def shuffled(count: int, card: str, answers: int, *, pinned: bool = False, sorted_too: bool = True) -> tuple[int, ...]:
    """Places 0 to count - 1 in the order in which they are shown this time; unsorted unless `sorted_too`."""
    dice = random.Random(f"{card}:{answers}")  # noqa: S311 - a shuffle that can be repeated, not a secret
    places = list(range(count - pinned))
    dice.shuffle(places)
    if not sorted_too and places == sorted(places):
        places = places[1:] + places[:1]
    return (*places, count - 1) if pinned else tuple(places)
