"""Editing a card where it lies: an own deck's file in place, a shipped card as a copy that wins over it."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bequiz.decks import overrides
from bequiz.decks.loading import LoadedCard, Source, in_deck, load_deck
from bequiz.model.errors import BequizError
from bequiz.model.problems import Problem
from bequiz.store import catalogue
from bequiz.study.collection import Collection
from bequiz.study.syncing import sync

# Editors that take the line as `+12`, which is all of the old ones.
TAKES_LINE = {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "mg", "ne", "pico", "view"}


def edit(collection: Collection, id: str) -> list[Problem]:
    """Open a card in the learner's editor and take over what they made of it; returns what is now wrong with its file.

    Raises BequizError if there is no editor or it fails.
    """
    row = collection.find(id)
    deck = catalogue.deck(collection.db, row.deck)
    assert deck
    original = _locate(deck.path, row.id)
    command = editor()
    if deck.shipped:
        file = Path(collection.env.overrides) / f"{row.deck}.yaml"
        with _own_copy(file, original, row):
            _run_editor(command, file, _line(file, row.id))
    else:
        file = Path(original.file)
        _run_editor(command, file, _line(Path(deck.path), row.id))
    sync(collection.db, collection.env)
    now = catalogue.deck(collection.db, row.deck)
    problems = msgspec.json.decode(now.problems, type=list[Problem]) if now else []
    return [problem for problem in problems if problem.path == str(file)]


@contextmanager
def _own_copy(file: Path, original: LoadedCard, row: catalogue.CardRow) -> Iterator[None]:
    """The learner's copy of a shipped card stands in their file, for good only if they changed something.

    A copy that was looked at and left alone is taken out again, so that corrections of the shipped card arrive.
    """
    without = file.read_bytes() if file.exists() else None
    own = load_deck(file) if without else None
    if own and (own.partial or row.id in own.broken or any(card.id == row.id for card in own.cards)):
        yield
        return
    overrides.append(file, row.deck, row.topic.split("/")[1], original)
    copied = file.read_bytes()
    try:
        yield
    finally:
        if file.read_bytes() == copied:
            file.unlink() if without is None else file.write_bytes(without)


def _line(path: Path, id: str) -> int:
    """The line on which a card stands in a deck, or on which its first problem does."""
    deck = load_deck(path)
    for card in deck.cards:
        if card.id == id:
            source = Source(Path(card.file))
            source.read()
            return source.place(card.inside)[0]
    problems = sorted(problem for problem in deck.problems if in_deck(deck.id, problem.card) == id)
    return next((problem.line for problem in [*problems, *deck.problems]), 1)


def _locate(deck_path: str, id: str) -> LoadedCard:
    for card in load_deck(Path(deck_path)).cards:
        if card.id == id:
            return card
    raise BequizError(f'The card "{id}" is no longer in {deck_path}.', "Start bequiz again to read the deck as it is.")


def editor() -> list[str]:
    """The learner's editor as a command: $VISUAL, $EDITOR, or whatever is usual."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(wanted)
    except ValueError:
        command = [wanted]  # a quote without its pair
    if not command:
        command = [next((name for name in ("nano", "vim", "vi") if shutil.which(name)), "")]
    if not command[0] or not shutil.which(command[0]):
        raise BequizError(
            f"There is no editor {command[0]!r}." if command[0] else "There is no editor to be found.",
            "Set EDITOR to yours, for example `export EDITOR=nano`.",
        )
    return command


def _run_editor(command: list[str], file: Path, line: int) -> None:
    if Path(command[0]).name in TAKES_LINE:
        command = [*command, f"+{line}"]
    done = subprocess.run([*command, str(file)], check=False)
    if done.returncode:
        raise BequizError(
            f"The editor {command[0]} ended with an error ({done.returncode}).", f"{file} is as it left it."
        )
