"""Editing a card where it lies: an own deck's file in place, a shipped card as a copy that wins over it."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import msgspec

from bequiz.decks import overrides
from bequiz.decks.loading import LoadedCard, Source, load_deck
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
    file, fresh = Path(original.file), False
    if deck.shipped:
        file = Path(collection.env.overrides) / f"{row.deck}.yaml"
        fresh = row.id not in _cards(file)
        if fresh:
            without = file.read_text() if file.exists() else None
            overrides.append(file, row.deck, row.topic.split("/")[1], original)
    before = file.read_text()
    _run_editor(file, _line(_cards(file)[row.id]) if deck.shipped else _line(original))
    if fresh and file.read_text() == before:
        # Looked at and left alone: no copy is kept, so that later corrections of the shipped card arrive.
        file.unlink() if without is None else file.write_text(without)
    sync(collection.db, collection.env)
    now = catalogue.deck(collection.db, row.deck)
    problems = msgspec.json.decode(now.problems, type=list[Problem]) if now else []
    return [problem for problem in problems if problem.path == str(file)]


def _line(card: LoadedCard) -> int:
    source = Source(Path(card.file))
    source.read()
    return source.place(card.inside)[0]


def _cards(file: Path) -> dict[str, LoadedCard]:
    return {card.id: card for card in load_deck(file).cards} if file.exists() else {}


def _locate(deck_path: str, id: str) -> LoadedCard:
    for card in load_deck(Path(deck_path)).cards:
        if card.id == id:
            return card
    raise BequizError(f'The card "{id}" is no longer in {deck_path}.', "Start bequiz again to read the deck as it is.")


def editor() -> list[str]:
    """The learner's editor as a command: $VISUAL, $EDITOR, or whatever is usual."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        command = [next((name for name in ("nano", "vim", "vi") if shutil.which(name)), "")]
    if not command[0] or not shutil.which(command[0]):
        raise BequizError(
            f"There is no editor {command[0]!r}." if command[0] else "There is no editor to be found.",
            "Set EDITOR to yours, for example `export EDITOR=nano`.",
        )
    return command


def _run_editor(file: Path, line: int) -> None:
    command = editor()
    if Path(command[0]).name in TAKES_LINE:
        command.append(f"+{line}")
    done = subprocess.run([*command, str(file)], check=False)
    if done.returncode:
        raise BequizError(
            f"The editor {command[0]} ended with an error ({done.returncode}).", f"{file} is as it left it."
        )
