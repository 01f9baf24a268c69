"""`bequiz report`, and `bequiz` alone."""

import shutil
import sys
from typing import Annotated

import typer

from bequiz.cli import options, saying
from bequiz.cli.edge import make_env
from bequiz.cli.options import Json
from bequiz.report.document import make_report
from bequiz.report.text import glance_line, report_lines
from bequiz.study import filters
from bequiz.study.collection import opened


def report(
    topic: Annotated[str | None, typer.Option("--topic", help="List this topic's cards, weakest first.")] = None,
    json: Json = False,
) -> None:
    """How well you master each topic, what you did, what is coming."""
    with opened(make_env()) as collection:
        if topic:
            from bequiz.cli.cards import card_line, card_rows

            id = filters.full_topic(collection.db, topic)
            rows = card_rows(collection, ("c.topic = ?", (id,)))
            if json:
                options.print_json({"on": collection.env.day, "topic": id, "cards": rows})
            else:
                saying.print_lines(card_line(row) for row in rows)
            return
        made = make_report(collection)
        if json:
            options.print_json(made)
            return
        saying.print_lines(report_lines(made, _width()))


def glance() -> None:
    """Today in a few lines, and what to do now."""
    with opened(make_env()) as collection:
        made = make_report(collection)
        saying.warn_of_surroundings(collection)
        saying.print_lines([glance_line(made)])
        waiting = [f"{stage.title}: {stage.due} due" for stage in made.stages if stage.due]
        saying.print_lines(f"  {line}" for line in waiting)
        if made.total.due or made.total.new:
            print("Now: `bequiz review`.")
        else:
            print("Nothing left for today. `bequiz report` shows how you stand, `bequiz review --cram` practises.")


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
