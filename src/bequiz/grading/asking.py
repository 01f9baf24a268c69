"""A card becomes a question. The shuffle is seeded by card and repetition, so that a session can be replayed."""

import random
import re
import zlib
from functools import partial
from typing import assert_never

from bequiz.model.cards import Bug, Card, Choice, Cloze, Code, Flip, Order, Skill, Sql, Tune, Typed, type_of
from bequiz.model.instance import Drawn
from bequiz.model.question import Mode, Question

BLANK = re.compile(r"\{\{((?:(?!\{\{|\}\}).)+)\}\}", re.DOTALL)
GAP = "____"


def blanks(prompt: str) -> list[list[str]]:
    """The accepted answers of each blank, the one to show first."""
    return [[variant.strip() for variant in inner.split("|")] for inner in BLANK.findall(prompt)]


def ask(full_id: str, card: Card, answers: int, reps: int = 0) -> Question:
    """The question for a card that has been answered `answers` times, `reps` times in a row with success.

    A skill grows harder with the repetitions.
    """
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
        case Sql():
            return question(mode="edit", prompt=card.prompt, lang="sql", setup=card.setup)
        case Tune():
            return question(mode="edit", prompt=card.prompt, lang="sql", listing=card.query, setup=card.setup)
        case Skill():
            return drawn_question(full_id, draw(card.generator, full_id, answers, card.difficulty + reps), card.hint)
        case _:
            assert_never(card)


def draw(generator: str, card: str, answers: int, difficulty: int) -> Drawn:
    """The problem that a skill's card asks after so many answers, at a difficulty of at most 5."""
    return draw_again(generator, zlib.crc32(f"{card}:{answers}".encode()), min(5, difficulty))


def draw_again(generator: str, seed: int, difficulty: int) -> Drawn:
    """The problem that a seed stands for. Raises BequizError for a generator that is not there."""
    from bequiz.skills import skill  # only wanted for these cards

    made = skill(generator)
    return Drawn(generator, made.VERSION, seed, difficulty, made.make(seed, difficulty))


def drawn_question(full_id: str, drawn: Drawn, hint: str = "") -> Question:
    """The question of an instance, which says all that one needs; the card's own prompt only names the skill."""
    instance = drawn.instance
    mode: Mode = "text" if instance.form == "text" or instance.form == "sequence" else instance.form
    return Question(
        card=full_id, type="skill", mode=mode, prompt=instance.prompt, lang=instance.lang, listing=instance.listing,
        options=instance.options, order=tuple(range(len(instance.options))), unit=instance.unit, hint=hint, drawn=drawn,
    )  # fmt: skip


def shuffled(count: int, card: str, answers: int, *, pinned: bool = False, sorted_too: bool = True) -> tuple[int, ...]:
    """Places 0 to count - 1 in the order in which they are shown this time; unsorted unless `sorted_too`."""
    dice = random.Random(f"{card}:{answers}")  # noqa: S311 - a shuffle that can be repeated, not a secret
    places = list(range(count - pinned))
    dice.shuffle(places)
    if not sorted_too and places == sorted(places):
        places = places[1:] + places[:1]
    return (*places, count - 1) if pinned else tuple(places)
