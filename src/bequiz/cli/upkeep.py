"""`backup`, `doctor`, `config`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bequiz.cli import options, saying
from bequiz.cli.edge import make_env
from bequiz.cli.options import Json
from bequiz.study.collection import opened

config_group = typer.Typer(help="Settings, kept in config.toml in the data directory.")


def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; a new file in this folder without it.")] = None,
) -> None:
    """Write a verified copy of the collection."""
    from bequiz.study.upkeep import backup as write_backup

    env = make_env()
    target = file or Path(f"bequiz-{env.now:%Y-%m-%d}.db")
    if target.is_dir():
        target = target / f"bequiz-{env.now:%Y-%m-%d}.db"
    with opened(env) as collection:
        events = write_backup(collection, target)
    print(f"{target} written and verified: {events} events. To go back to it, copy it to {env.database}.")


def doctor(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Fold the log anew.")] = False,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Put a damaged database aside and save what can be read.")
    ] = False,
    json: Json = False,
) -> None:
    """Check the log, the tables, the decks and the terminal. Exits with 1 if something is wrong."""
    from bequiz.study import upkeep

    env = make_env()
    done = []
    if set_aside:
        aside, saved = upkeep.set_aside(env)
        done.append(f"The old file lies at {aside}. {saved} events were saved into the new {env.database}.")
    with opened(env) as collection:
        if rebuild:
            done.append(f"{upkeep.rebuild(collection)} events folded anew.")
        findings = list(upkeep.examine(collection))
    ok = all(finding.ok for finding in findings)
    if json:
        options.print_json({"ok": ok, "done": done, "findings": findings})
    else:
        saying.print_lines(done)
        for finding in findings:
            advice = "" if finding.ok else f" {finding.hint}"
            saying.print_lines([f"{'ok   ' if finding.ok else 'WRONG'}  {finding.what}: {finding.seen}.{advice}"])
    if not ok:
        raise typer.Exit(1)


@config_group.command("show")
def show(json: Json = False) -> None:
    """Show all settings."""
    from bequiz.study.settings import SETTINGS

    with opened(make_env()) as collection:
        values = {key: collection.settings.get(key, setting.default) for key, setting in SETTINGS.items()}
    if json:
        options.print_json(values)
    else:
        saying.print_lines(f"{key} = {value}   {SETTINGS[key].meaning}" for key, value in values.items())


@config_group.command("set")
def set_(
    key: Annotated[str, typer.Argument(help="For example new.per_day.")],
    value: Annotated[str, typer.Argument(help="Its new value.")],
) -> None:
    """Change a setting."""
    from bequiz.study.settings import write

    env = make_env()
    os.makedirs(env.home, exist_ok=True)  # noqa: PTH103
    write(env.config, key, value)
    with opened(env):
        print(f"{key} = {value}")
