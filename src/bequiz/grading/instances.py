"""Response -> verdict for a skill's problem, and the step of the worked solution at which the response went astray."""

import re
from typing import NamedTuple

from bequiz.grading.text import same, slip, without_unit
from bequiz.model.instance import Instance
from bequiz.model.question import Outcome


class Judged(NamedTuple):
    """`departs` is the place of a step, None where it cannot be told."""

    outcome: Outcome
    feedback: str
    departs: int | None


def judge_instance(instance: Instance, response: str) -> Judged:
    """What a response is worth; anything that is no answer is wrong."""
    match instance.form:
        case "text":
            return _text(instance, response)
        case "sequence":
            return _sequence(instance, response)
        case "pick" | "pick-many":
            return _pick(instance, response)
        case "arrange":
            return _arrange(instance, response)


def expected_answer(instance: Instance) -> str:
    """The right answer, as one text."""
    match instance.form:
        case "text":
            return instance.answer[0] + (f" {instance.unit}" if instance.unit else "")
        case "sequence":
            return " ".join(instance.answer)
        case "pick" | "pick-many":
            return "; ".join(instance.answer)
        case "arrange":
            return " → ".join(instance.answer)


def _text(instance: Instance, response: str) -> Judged:
    given = without_unit(response, instance.unit)
    if any(same(given, text) for text in instance.answer):
        return Judged("right", "", None)
    if any(slip(given, text) for text in instance.answer):
        return Judged("near", "A typing slip.", None)
    return Judged("wrong", _why_not(instance, given), None)


def _sequence(instance: Instance, response: str) -> Judged:
    given = [part for part in re.split(r"[\s,;|→>\[\]()]+", response) if part]
    wanted = instance.answer
    wrong = [place for place, text in enumerate(wanted) if place >= len(given) or not same(given[place], text)]
    if not wrong and len(given) == len(wanted):
        return Judged("right", "", None)
    feedback = _why_not(instance, " ".join(given))
    if len(given) != len(wanted):
        feedback = feedback or f"{len(wanted)} elements are due; you gave {len(given)}."
    return Judged("wrong", feedback, _step_of(instance, wrong[0]) if wrong else None)


def _step_of(instance: Instance, element: int) -> int | None:
    """The place of the step that settles an element of the answer: the steps that give anything do so in its order."""
    giving = [place for place, step in enumerate(instance.steps) if step.gives]
    if [instance.steps[place].gives for place in giving] == list(instance.answer):
        return giving[element]
    return None


def _pick(instance: Instance, response: str) -> Judged:
    options = instance.options
    chosen = {options[int(part) - 1] for part in re.findall(r"\d+", response) if 0 < int(part) <= len(options)}
    if not re.fullmatch(r"[\d\s,;]+", response) or not chosen:
        chosen = {option for option in options if same(option, response)}
    if not chosen:
        return Judged("wrong", "That is none of the options.", None)
    different = chosen ^ set(instance.answer)
    if not different:
        return Judged("right", "", None)
    feedback = " ".join(instance.why_not[option] for option in options if option in different & set(instance.why_not))
    if instance.form == "pick-many" and len(different) == 1:
        return Judged("near", feedback, None)
    return Judged("wrong", feedback, None)


def _arrange(instance: Instance, response: str) -> Judged:
    shown = [int(part) - 1 for part in re.findall(r"\d+", response)]
    if sorted(shown) != list(range(len(instance.options))):
        return Judged("wrong", f"Each number from 1 to {len(instance.options)} is due once.", None)
    given = [instance.options[place] for place in shown]
    misplaced = [place for place, text in enumerate(given) if text != instance.answer[place]]
    if not misplaced:
        return Judged("right", "", None)
    first = misplaced[0]
    near = misplaced == [first, first + 1]
    feedback = f"Place {first + 1} is the first that differs."
    return Judged("near" if near else "wrong", feedback, _step_of(instance, first))


def _why_not(instance: Instance, given: str) -> str:
    return next((why for wrong, why in instance.why_not.items() if same(given, wrong)), "")
