"""`bequiz review`."""

import sys
from typing import Annotated

import typer

from bequiz.cli import options
from bequiz.cli.edge import make_env
from bequiz.cli.options import DeckFilter, LevelFilter, StageFilter, TagFilter, TopicFilter
from bequiz.model.errors import BequizError
from bequiz.study.collection import Collection, opened
from bequiz.study.session import Limits, Session


def review(
    new: Annotated[
        int | None, typer.Option("--new", min=0, help="At most so many new cards, whatever the day's limit.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many answers.")] = None,
    minutes: Annotated[float | None, typer.Option("--minutes", min=0, help="Stop after so many minutes.")] = None,
    cram: Annotated[
        bool, typer.Option("--cram", help="Practise what you have seen, weakest first; the schedule stays.")
    ] = False,
    linear: Annotated[
        bool, typer.Option("--linear", help="Lines of text only, nothing drawn: for screen readers.")
    ] = False,
    deck: DeckFilter = None,
    stage: StageFilter = None,
    topic: TopicFilter = None,
    level: LevelFilter = None,
    tag: TagFilter = None,
) -> None:
    """Review what is due, then learn what is new.

    On a terminal one screen a card; from a pipe one line is one answer.
    """
    with opened(make_env()) as collection:
        chosen = options.where(collection, deck, stage, topic, level, tag)
        session = Session(collection, chosen, Limits(new, limit, minutes), cram=cram)
        terminal = sys.stdin.isatty() and sys.stdout.isatty()
        if cram and session.left() == 0:
            print("There is nothing to cram yet: none of these cards has been introduced. `bequiz review` does that.")
        elif linear and sys.stdin.isatty():
            from bequiz.ui import linear as face

            options.warn_of_surroundings(collection)
            face.review(session)
        elif not terminal:
            from bequiz.ui import piped

            options.warn_of_surroundings(collection)
            piped.review(session)
        else:
            _on_terminal(collection, session)


def _on_terminal(collection: Collection, session: Session) -> None:
    import os

    from rich.console import Console

    from bequiz.ui import reviewing
    from bequiz.ui.keys import TerminalKeys
    from bequiz.ui.lines import summary_lines

    if os.environ.get("TERM") in (None, "", "dumb", "unknown"):
        raise BequizError("This terminal cannot draw (TERM is not set, or `dumb`).", "Use `bequiz review --linear`.")
    options.warn_of_surroundings(collection)
    console = Console(highlight=False)
    with TerminalKeys() as keys, reviewing.whole_screen(console):
        reviewing.review(session, keys, console, notices=options.deck_problems(collection))
    for line in summary_lines(session.summary(), cram=session.cram):
        print(line)
