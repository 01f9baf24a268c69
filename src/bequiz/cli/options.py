"""What several commands share: the filters on cards, and printing."""

import sys
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
import typer

from bequiz.model.problems import Problem
from bequiz.store.today import Where
from bequiz.study import filters
from bequiz.study.collection import Collection
from bequiz.ui.plain import plain

Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
DeckFilter = Annotated[
    list[str] | None, typer.Option("--deck", help="Only this deck. May be repeated, as all filters.")
]
StageFilter = Annotated[list[int] | None, typer.Option("--stage", help="Only this stage, 1 to 8.")]
TopicFilter = Annotated[list[str] | None, typer.Option("--topic", help="Only this topic: `databases/sql`, or `sql`.")]
LevelFilter = Annotated[list[str] | None, typer.Option("--level", help="Only basic, working or senior cards.")]
TagFilter = Annotated[list[str] | None, typer.Option("--tag", help="Only cards with this tag.")]


def where(
    collection: Collection,
    deck: list[str] | None,
    stage: list[int] | None,
    topic: list[str] | None,
    level: list[str] | None,
    tag: list[str] | None,
) -> Where:
    return filters.where(collection.db, deck or (), stage or (), topic or (), level or (), tag or ())


def print_json(document: Any) -> None:
    sys.stdout.write(msgspec.json.encode(document).decode() + "\n")


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
    from bequiz.store import catalogue

    lines = []
    for deck in catalogue.decks(collection.db):
        if deck.problems != "[]":
            problems = msgspec.json.decode(deck.problems, type=list[Problem])
            number = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
            lines.append(
                f"The deck {deck.id} has {number}, its other cards go on. See `bequiz deck check {deck.path}`."
            )
    return lines
