"""`deck check`: decks read afresh, everything wrong with them collected."""

import gc
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bequiz.decks.loading import LoadedDeck, load_deck
from bequiz.decks.references import reference_problems
from bequiz.model.env import Env
from bequiz.model.problems import Problem
from bequiz.study.syncing import load, shipped_decks


class Checked(msgspec.Struct, frozen=True):
    """What a check found; `ok` if there is no error among the problems."""

    cards: int
    problems: list[Problem]

    @property
    def ok(self) -> bool:
        return all(problem.severity != "error" for problem in self.problems)


def check_decks(env: Env, paths: Sequence[Path], *, shipped: bool = False) -> Checked:
    """Check the decks at these paths, and the shipped ones if wanted; references may lead to any shipped deck."""
    gc.disable()  # tens of thousands of small objects, none of them garbage
    try:
        ours = [load(env, path, shipped=True) for path in shipped_decks(env.shipped)]
        decks = [load_deck(_whole(path)) for path in paths]
        checked = [*ours, *decks] if shipped else decks
        problems = [problem for deck in checked for problem in deck.problems]
        seen: dict[str, LoadedDeck] = {}
        for deck in checked:
            first = seen.setdefault(deck.id, deck)
            if Path(first.files[0]).resolve() != Path(deck.files[0]).resolve():
                message = f'the deck id "{deck.id}" is taken by {first.path}'
                problems.append(Problem(deck.files[0], 1, 1, "", "repeated-id", "error", message))
        problems += reference_problems(checked, among=[deck for deck in ours if deck.id not in seen])
    finally:
        gc.enable()
    alone = {str(path) for path in paths if _whole(path) != path}
    cards = [card for deck in checked for card in deck.cards]
    if alone:
        # A lone topic file is read within its deck, and only what concerns it is told.
        whole = {deck.path for deck in checked} - {str(_whole(path)) for path in paths if str(path) in alone}
        kept = alone | {file for deck in checked if deck.path in whole for file in deck.files}
        cards = [card for card in cards if card.file in kept]
        problems = [problem for problem in problems if problem.path in kept]
    return Checked(len(cards), sorted(set(problems)))


def _whole(path: Path) -> Path:
    """The folder of the deck that a topic file belongs to; other paths as they are."""
    if path.is_file() and path.name != "deck.yaml" and (path.parent / "deck.yaml").is_file():
        return path.parent if str(path) in load_deck(path.parent).files else path
    return path
