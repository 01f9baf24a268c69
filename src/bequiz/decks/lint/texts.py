"""The texts of a card: what it shows, what it wants to hear, what it explains."""

from typing import assert_never

from bequiz.decks.lint.reading import FENCE
from bequiz.decks.yamltext import Path
from bequiz.grading.asking import blanks
from bequiz.model.cards import Bug, Card, Choice, Cloze, Code, Flip, Order, Skill, Sql, Tune, Typed


def listing(card: Card) -> tuple[str, str]:
    """The code to read, with the field it stands in: beside the prompt, or fenced within it."""
    match card:
        case Code():
            return "code", card.code
        case Bug():
            return "artefact", card.artefact
        case Sql():
            return "setup", card.setup
        case Tune():
            return "query", card.query
        case _:
            return "prompt", "\n".join(found.group("code") for found in FENCE.finditer(card.prompt))


def answers(card: Card) -> list[tuple[Path, str]]:
    """The right answers with the fields they stand in: of equal ones the first, of an order its steps."""
    match card:
        case Flip():
            return [(("answer",), card.answer)]
        case Typed():
            return [(("accept", 0), card.accept[0])]
        case Choice():
            return [(("options", n, "text"), option.text) for n, option in enumerate(card.options) if option.correct]
        case Cloze():
            return [(("prompt",), variants[0]) for variants in blanks(card.prompt)]
        case Order():
            return [(("steps", n), step) for n, step in enumerate(card.steps)]
        case Code():
            return [(("expect",), card.expect)]
        case Bug():
            lines = card.artefact.splitlines()
            return [(("lines",), lines[line - 1]) for line in card.lines]
        case Sql() | Tune():
            return [(("solution",), card.solution)]
        case Skill():
            return []  # made anew each time
        case _:
            assert_never(card)


def explanations(card: Card) -> list[str]:
    """What a learner reads after the answer."""
    whys = [option.why for option in card.options] if isinstance(card, Choice) else []
    fix = [card.fix] if isinstance(card, Bug) else []
    traps = [trap.why for trap in card.traps] if isinstance(card, Sql | Tune) else []
    return [card.why, *whys, *fix, *traps]
