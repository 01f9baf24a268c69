"""A review from its start to its summary. Without Typer: a plain `bequiz review` has no options to be parsed."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from bequiz.cli import saying
from bequiz.cli.edge import make_env
from bequiz.model.errors import BequizError
from bequiz.store.today import EVERYTHING
from bequiz.study.collection import Collection, opened
from bequiz.study.session import Limits, Session


def sit(
    filters: Mapping[str, Sequence[Any] | None] | None = None,
    limits: Limits | None = None,
    *,
    cram: bool = False,
    linear: bool = False,
    skill: str = "",
) -> None:
    """Review on the terminal, line by line, or from a pipe, whatever standard input and output are.

    `skill` drills the card of that skill instead of going through the queue.
    """
    with opened(make_env()) as collection:
        where = EVERYTHING
        if filters and any(filters.values()):
            from bequiz.study.filters import where as condition

            where = condition(collection.db, **{name: values or () for name, values in filters.items()})
        only = card_of_skill(collection, skill) if skill else ""
        session = Session(collection, where, limits, cram=cram or bool(skill), only=only)
        if cram and session.left() == 0:
            print("There is nothing to cram yet: none of these cards has been introduced. `bequiz review` does that.")
        elif linear and sys.stdin.isatty():
            from bequiz.ui import linear as face

            saying.warn_of_surroundings(collection)
            face.review(session)
        elif sys.stdin.isatty() and sys.stdout.isatty():
            _on_terminal(collection, session)
        else:
            from bequiz.ui import piped

            saying.warn_of_surroundings(collection)
            piped.review(session, sys.stdin)


def _on_terminal(collection: Collection, session: Session) -> None:
    from rich.console import Console

    from bequiz.ui.keys import TerminalKeys
    from bequiz.ui.lines import summary_lines
    from bequiz.ui.reviewing import review
    from bequiz.ui.table import whole_screen

    if os.environ.get("TERM") in (None, "", "dumb", "unknown"):
        raise BequizError("This terminal cannot draw (TERM is not set, or `dumb`).", "Use `bequiz review --linear`.")
    saying.warn_of_surroundings(collection)
    console = Console(highlight=False)
    with TerminalKeys() as keys, whole_screen(console):
        review(session, keys, console, notices=saying.deck_problems(collection))
    for line in summary_lines(session.summary(), cram=session.cram):
        print(line)


def card_of_skill(collection: Collection, name: str) -> str:
    """The id of the card that asks a skill. Raises BequizError for a skill that is not there, or that no deck asks."""
    from bequiz.skills import skill
    from bequiz.store import catalogue

    skill(name)
    found = catalogue.card_of_generator(collection.db, name)
    if found is None:
        raise BequizError(f'No card of your decks asks the skill "{name}".', "Write one: a card of type skill.")
    return found
