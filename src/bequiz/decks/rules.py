"""What holds for a card beyond the types of its fields."""

from collections.abc import Callable, Iterable, Iterator

from bequiz.grading.asking import BLANK, blanks
from bequiz.grading.text import number, sense
from bequiz.model.cards import Bug, Card, Choice, Cloze, Code, Flip, Order, Skill, Sql, Tune, Typed


def card_faults(card: Card) -> Iterator[tuple[str, str]]:
    """(field, sentence) for everything that makes the card impossible to ask or to answer."""
    match card:
        case Choice():
            right = sum(option.correct for option in card.options)
            texts = [option.text for option in card.options]
            if not right:
                yield "options", "no option is marked `correct: true`"
            elif right > 1 and not card.multi:
                yield "options", f"{right} options are correct; write `multi: true` or leave one"
            for text in _repeated(texts, sense):
                yield "options", f'the option "{text}" stands here twice'
        case Cloze():
            found = blanks(card.prompt)
            if not found:
                yield "prompt", "a cloze needs a blank: {{the answer|a variant}}"
            if any(not all(variants) for variants in found) or "{{}}" in card.prompt:
                yield "prompt", "a blank is empty"
            rest = BLANK.sub("", card.prompt)
            if "{{" in rest or "}}" in rest:
                yield "prompt", "the braces of a blank do not pair up: {{answer}}"
        case Order():
            for step in _repeated(card.steps, str):
                yield "steps", f'the step "{step}" stands here twice'
        case Bug():
            lines = card.artefact.splitlines()
            for line in card.lines:
                if line > len(lines):
                    yield "lines", f"there is no line {line}; the artefact has {len(lines)}"
                elif not lines[line - 1].strip():
                    yield "lines", f"line {line} is blank"
        case Typed():
            accepted = set(map(sense, card.accept))
            for wrong in card.reject:
                if sense(wrong) in accepted:
                    yield "reject", f'"{wrong}" is accepted and rejected'
            if card.tolerance and all(number(text) is None for text in card.accept):
                yield "tolerance", "a tolerance needs an accepted number"
        case Skill():
            from bequiz.skills import names

            if card.generator not in names():
                yield "generator", f'there is no skill "{card.generator}"; there are {", ".join(names())}'
        case Flip() | Code() | Sql() | Tune():
            pass  # SQL is proven by running it


def _repeated(texts: Iterable[str], sense: Callable[[str], object]) -> Iterator[str]:
    """The texts with the sense of an earlier one."""
    seen = set()
    for text in texts:
        if sense(text) in seen:
            yield text
        seen.add(sense(text))
