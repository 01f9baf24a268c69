"""The command line, put together. Only the module of the command that was asked for is imported."""

from importlib import import_module

import typer

# Command -> its module here. A group's module has a Typer named `group`, a command's a function of its name.
COMMANDS = {
    "review": "reviewing",
    "practice": "reviewing",
    "due": "scripting",
    "next": "scripting",
    "answer": "scripting",
    "undo": "scripting",
    "report": "reporting",
    "card": "cards",
    "deck": "decks",
    "log": "logs",
    "config": "upkeep",
    "backup": "upkeep",
    "doctor": "upkeep",
}
GROUPS = ("card", "deck", "log", "config")


def build(words: list[str]) -> typer.Typer:
    """The command line as far as these words need it; all of it for help, a bare call or a word that is no command."""
    app = typer.Typer(
        name="bequiz",
        help="Spaced repetition for the Backend Engineer Roadmap. A day begins with `bequiz review`.",
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        invoke_without_command=True,
        callback=_alone,
    )
    wanted = [words[0]] if words and words[0] in COMMANDS else list(COMMANDS)
    for name in wanted:
        module = import_module(f"bequiz.cli.{COMMANDS[name]}")
        if name in GROUPS:
            app.add_typer(getattr(module, f"{name}_group"), name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def run(words: list[str]) -> int:
    """Run the command line; returns the exit code."""
    try:
        build(words)(args=words, prog_name="bequiz")
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):
            raise leaving.__context__ from None  # Typer makes a failure of it; whoever runs us knows better
        return leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    return 0


def _alone(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True),
) -> None:
    if version:
        from bequiz import __version__

        typer.echo(f"bequiz {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from bequiz.cli.reporting import glance

        glance()
