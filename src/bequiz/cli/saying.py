"""Printing lines and warnings. Without Typer, since the plain `bequiz review` does without it."""

import sys
from collections.abc import Iterable

import msgspec

from bequiz.model.problems import Problem
from bequiz.store import catalogue
from bequiz.study.collection import Collection
from bequiz.ui.plain import plain


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(plain(line) + "\n")


def warn(text: str) -> None:
    """Something the learner should know that stops nothing."""
    sys.stderr.write(f"bequiz: {plain(text)}\n")


def warn_of_surroundings(collection: Collection) -> None:
    """A word about a clock that was set back, and about decks with problems."""
    back = collection.clock_set_back()
    if back:
        warn(
            f"The clock stands {back} {'day' if back == 1 else 'days'} before your last answer. "
            "Set it right; what you answer meanwhile is kept under the day it shows."
        )
    for line in deck_problems(collection):
        warn(line)


def deck_problems(collection: Collection) -> list[str]:
    """A line for each deck that could not be read in full."""
    lines = []
    for deck in catalogue.decks(collection.db):
        if deck.problems != "[]":
            problems = msgspec.json.decode(deck.problems, type=list[Problem])
            number = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
            # Of a shipped deck it is the learner's own copies that are wrong; the check of everything reads them too.
            where = "" if deck.shipped else f" {deck.path}"
            lines.append(f"The deck {deck.id} has {number}, its other cards go on. See `bequiz deck check{where}`.")
    return lines
