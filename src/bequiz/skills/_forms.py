"""What generators share: drawing until a problem is worth asking, and instances of each form with the mistakes sorted.

A mistake is a wrong answer and the sentence that says how one gets there. Those that come to the right answer by chance
are dropped here, so that a generator may simulate every mistake it knows.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from bequiz.model.instance import Instance, Step

Kind = Callable[[Random, int], Instance | None]
Mistakes = Mapping[str, str]


def drawn(kinds: Mapping[Kind, int | range], seed: int, difficulty: int) -> Instance:
    """A problem of a kind that is asked at this difficulty: among its range, or from its lowest one on.

    A kind gives None for a draw that is not worth asking.
    """
    dice = Random(f"{seed}/{difficulty}")  # noqa: S311 - problems that can be made again, no secrets
    levels = {kind: at if isinstance(at, range) else range(at, 6) for kind, at in kinds.items()}
    kind = dice.choice([kind for kind, at in levels.items() if difficulty in at])
    while True:
        if instance := kind(dice, difficulty):
            return instance


def text(
    prompt: str,
    answer: object,
    steps: Sequence[Step],
    *,
    listing: str = "",
    lang: str = "",
    unit: str = "",
    mistakes: Mistakes | None = None,
) -> Instance:
    """A problem answered by one number or word."""
    right = str(answer)
    return Instance(
        prompt=prompt,
        form="text",
        answer=(right,),
        steps=tuple(steps),
        listing=listing,
        lang=lang,
        unit=unit,
        why_not=_wrong(mistakes or {}, right),
    )


def sequence(
    prompt: str,
    answer: Sequence[object],
    steps: Sequence[Step],
    each: str,
    *,
    listing: str = "",
    lang: str = "",
    mistakes: Mistakes | None = None,
) -> Instance:
    """A problem answered by several numbers or words; mistakes are given with blanks between the elements."""
    right = tuple(str(element) for element in answer)
    return Instance(
        prompt=prompt,
        form="sequence",
        answer=right,
        steps=tuple(steps),
        each=each,
        listing=listing,
        lang=lang,
        why_not=_wrong(mistakes or {}, " ".join(right)),
    )


def pick(
    dice: Random,
    prompt: str,
    right: str,
    mistakes: Mistakes,
    steps: Sequence[Step],
    *,
    listing: str = "",
    lang: str = "",
    number: int = 4,
) -> Instance | None:
    """A problem with `number` options, the first mistakes among them; None if there are too few that are wrong."""
    wrong = dict(list(_wrong(mistakes, right).items())[: number - 1])
    if len(wrong) < number - 1:
        return None
    return Instance(
        prompt=prompt,
        form="pick",
        options=tuple(dice.sample([right, *wrong], number)),
        answer=(right,),
        steps=tuple(steps),
        listing=listing,
        lang=lang,
        why_not=wrong,
    )


def pick_many(
    prompt: str, options: Sequence[str], mistakes: Mistakes, steps: Sequence[Step], *, listing: str = "", lang: str = ""
) -> Instance:
    """A problem with options of which those without a mistake are right, in the order given."""
    return Instance(
        prompt=prompt,
        form="pick-many",
        options=tuple(options),
        steps=tuple(steps),
        listing=listing,
        lang=lang,
        answer=tuple(option for option in options if option not in mistakes),
        why_not=dict(mistakes),
    )


def counted(number: int, noun: str) -> str:
    """A number of things: 1 replica, 2 replicas."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def words(elements: Sequence[object]) -> str:
    """Elements as they are typed and as mistakes of a sequence are written."""
    return " ".join(str(element) for element in elements)


def listed(elements: Sequence[object]) -> str:
    """Elements as they stand in a sentence."""
    return ", ".join(str(element) for element in elements)


def table(*rows: Sequence[object]) -> str:
    """Rows, the first cell of each its name, with cells of one column under one another."""
    wide = [max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    lines = (
        [str(cell).ljust(wide[0]) if at == 0 else str(cell).rjust(wide[at]) for at, cell in enumerate(row)]
        for row in rows
    )
    return "\n".join("  ".join(line) for line in lines)


def _wrong(mistakes: Mistakes, right: str) -> dict[str, str]:
    return {wrong: why for wrong, why in mistakes.items() if wrong not in (right, "")}
