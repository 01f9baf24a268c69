"""Response -> verdict, for every card type the machine can check without running anything.

Proposed quality: right 4, near or after a hint 3, wrong or empty 1. A flip is graded by the learner.
"""

import re
from collections.abc import Iterable
from typing import assert_never

from bequiz.grading.asking import blanks
from bequiz.grading.instances import expected_answer, judge_instance
from bequiz.grading.text import output, same, slip, tidy, within, without_unit
from bequiz.model.cards import Bug, Card, Choice, Cloze, Code, Flip, Order, Plain, Skill, Sql, Tune, Typed
from bequiz.model.question import Outcome, Question, Verdict

QUALITY: dict[Outcome, int] = {"right": 4, "near": 3, "wrong": 1, "empty": 1, "self": 1}


def judge(
    card: Plain, question: Question, response: str, *, accepted: Iterable[str] = (), hinted: bool = False
) -> Verdict:
    """What the response to `question` is worth. `accepted` holds wordings the learner had accepted before.

    A response that is no answer at all (an option that is not there) is wrong, an empty one is empty; nothing raises.
    """
    departs: int | None = None
    if not response.strip():
        outcome: Outcome = "empty"
        feedback = _reasons(card) if isinstance(card, Choice) else ""
    elif question.drawn:
        outcome, feedback, departs = judge_instance(question.drawn.instance, response)
    elif any(tidy(response) == tidy(wording) for wording in accepted):
        outcome, feedback = "right", ""
    else:
        outcome, feedback = _compare(card, question, response)
    quality = QUALITY[outcome]
    if hinted and outcome == "right":
        quality = 3
    fix = f"Fix: {card.fix.strip()}" if isinstance(card, Bug) else ""
    why = "\n".join(part for part in (feedback, card.why, fix) if part)
    return Verdict(
        outcome=outcome, quality=quality, expected=expected(card, question), why=why, feedback=feedback,
        steps=question.drawn.instance.steps if question.drawn else (), departs=departs,
    )  # fmt: skip


def _reasons(card: Choice) -> str:
    """Why the right options are right."""
    return " ".join(option.why for option in card.options if option.correct and option.why)


def grade_points(ticked: int, points: int) -> int:
    """The quality of a flip of which the learner ticked so many points: all 4, half of them 3, else 1."""
    if ticked >= points:
        return 4
    return 3 if ticked * 2 >= points else 1


def expected(card: Card, question: Question) -> str:
    """The right answer to a question, as one text."""
    match card:
        case Flip():
            return card.answer
        case Typed():
            unit = f" {card.unit}" if card.unit and not tidy(card.accept[0]).endswith(tidy(card.unit)) else ""
            return card.accept[0] + unit
        case Choice():
            return "; ".join(option.text for option in card.options if option.correct)
        case Cloze():
            return "; ".join(variants[0] for variants in blanks(card.prompt))
        case Order():
            return " → ".join(card.steps)
        case Code():
            return card.expect.rstrip("\n")
        case Bug():
            return ", ".join(str(line) for line in card.lines)
        case Sql() | Tune():
            return card.solution.strip()
        case Skill():
            return expected_answer(question.drawn.instance) if question.drawn else ""
        case _:
            assert_never(card)


def _compare(card: Plain, question: Question, response: str) -> tuple[Outcome, str]:
    match card:
        case Flip():
            return "self", ""
        case Typed():
            return _typed(card, response)
        case Choice():
            return _choice(card, question, response)
        case Cloze():
            return _cloze(card, response)
        case Order():
            return _order(question, response)
        case Code():
            return _code(card, response)
        case Bug():
            return _bug(card, response)
        case Skill():
            return "wrong", ""  # a skill without its problem; `judge` handles the others
        case _:
            assert_never(card)


def _typed(card: Typed, response: str) -> tuple[Outcome, str]:
    for wrong, feedback in card.reject.items():
        if same(response, wrong):
            return "wrong", feedback
    given = without_unit(response, card.unit)
    wanted = [without_unit(text, card.unit) for text in card.accept]
    if any(same(given, text) or within(given, text, card.tolerance) for text in wanted):
        return "right", ""
    if any(slip(given, text) for text in wanted):
        return "near", "A typing slip."
    return "wrong", ""


def _choice(card: Choice, question: Question, response: str) -> tuple[Outcome, str]:
    chosen = _picked(question, response)
    if chosen is None:
        return "wrong", "That is none of the options."
    right = {place for place, option in enumerate(card.options) if option.correct}
    feedback = " ".join(card.options[place].why for place in sorted(chosen ^ right) if card.options[place].why)
    if chosen == right:
        return "right", " ".join(card.options[place].why for place in sorted(right) if card.options[place].why)
    if card.multi and len(chosen ^ right) == 1:
        return "near", feedback
    if not card.multi and len(chosen) > 1:
        return "wrong", "One option was asked for."
    return "wrong", feedback


def _picked(question: Question, response: str) -> set[int] | None:
    """The places in the deck of the options named by number as shown, or by their text; None if one is not there."""
    texts = [text for text, option in enumerate(question.options) if same(response, option)]
    shown = [number - 1 for number in _numbers(response)] if re.fullmatch(r"[\d\s,;]+", response) else []
    if shown and all(0 <= place < len(question.options) for place in shown):
        return {question.order[place] for place in shown}
    return {question.order[texts[0]]} if texts else None


def _cloze(card: Cloze, response: str) -> tuple[Outcome, str]:
    wanted = blanks(card.prompt)
    given = response.split(";") if len(wanted) > 1 else [response]
    if len(given) != len(wanted):
        return "wrong", f"There are {len(wanted)} blanks; part the answers with semicolons."
    marks: list[Outcome] = []
    for text, variants in zip(given, wanted, strict=True):
        if any(same(text, variant) for variant in variants):
            marks.append("right")
        else:
            marks.append("near" if any(slip(text, variant) for variant in variants) else "wrong")
    if "wrong" in marks:
        missed = [str(place) for place, mark in enumerate(marks, 1) if mark == "wrong"]
        return "wrong", f"Blank {' and '.join(missed)}." if len(marks) > 1 else ""
    return ("near", "A typing slip.") if "near" in marks else ("right", "")


def _order(question: Question, response: str) -> tuple[Outcome, str]:
    shown = [number - 1 for number in _numbers(response)]
    if sorted(shown) != list(range(len(question.options))):
        return "wrong", f"Each number from 1 to {len(question.options)} is due once."
    places = [question.order[place] for place in shown]
    misplaced = [at for at, place in enumerate(places) if at != place]
    if not misplaced:
        return "right", ""
    first = misplaced[0]
    if len(misplaced) == 2 and misplaced[1] == first + 1:
        return "near", f"Steps {first + 1} and {first + 2} are swapped."
    return "wrong", f"The first step out of place is number {first + 1}."


def _code(card: Code, response: str) -> tuple[Outcome, str]:
    given, wanted = output(response), output(card.expect)
    if given == wanted:
        return "right", ""
    if given.casefold() == wanted.casefold():
        return "near", "Mind upper and lower case."
    if slip(response, card.expect):
        return "near", "A typing slip."
    return "wrong", ""


def _bug(card: Bug, response: str) -> tuple[Outcome, str]:
    lines = set(_numbers(response))
    if not lines or not re.fullmatch(r"(lines?)?[\d\s,;]+", response.strip().casefold()):
        return "wrong", "The answer is the number of a line."
    return ("right", "") if lines <= set(card.lines) else ("wrong", "")


def _numbers(response: str) -> list[int]:
    """The numbers in a response; one of absurd length counts as 0, which is never shown."""
    return [int(digits) if len(digits) < 10 else 0 for digits in re.findall(r"\d+", response)]
