"""`bequiz log`: the history out and in."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bequiz.cli import options, saying
from bequiz.cli.edge import make_env
from bequiz.cli.options import Json
from bequiz.study.collection import opened
from bequiz.ui.plain import plain

log_group = typer.Typer(help="The log of everything you did: export it, merge that of another machine.")


@log_group.command("export")
def export() -> None:
    """Print the whole log, one event as JSON a line."""
    from bequiz.study.merging import export_lines

    with opened(make_env()) as collection:
        for line in export_lines(collection):
            sys.stdout.write(line + "\n")


@log_group.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Exported logs, in any order.")],
    json: Json = False,
) -> None:
    """Merge exported logs into this one. Importing twice changes nothing."""
    from bequiz.study.merging import import_files

    with opened(make_env()) as collection:
        done = import_files(collection, files)
    for sentence in done.bad:
        sys.stderr.write(plain(sentence) + "\n")
    said = f"{done.added} events added, {done.known} known already, {len(done.bad)} lines that are no event."
    if json:
        options.print_json({"read": done.read, "added": done.added, "known": done.known, "bad": len(done.bad)})
    elif done.bad:
        saying.warn(said)
    else:
        print(said)
    if done.bad:
        raise typer.Exit(1)
