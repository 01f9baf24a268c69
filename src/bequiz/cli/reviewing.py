"""`bequiz review` and its options."""

from typing import Annotated

import typer

from bequiz.cli.options import DeckFilter, LevelFilter, StageFilter, TagFilter, TopicFilter
from bequiz.cli.sitting import sit
from bequiz.study.session import Limits


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
    filters = {"deck": deck, "stage": stage, "topic": topic, "level": level, "tag": tag}
    sit(filters, Limits(new, limit, minutes), cram=cram, linear=linear)


def practice(
    skill: Annotated[str | None, typer.Argument(help="The skill's name; without it, all of them are listed.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many problems.")] = None,
    linear: Annotated[bool, typer.Option("--linear", help="Lines of text only, nothing drawn.")] = False,
) -> None:
    """Drill one skill, a fresh problem each time; the schedule stays as it is."""
    if skill is None:
        from bequiz.skills import names
        from bequiz.skills import skill as find

        for name in names():
            print(f"{name:24} {find(name).TITLE}")
    else:
        sit(limits=Limits(answers=limit), linear=linear, skill=skill)
