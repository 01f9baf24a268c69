"""`deck check`: decks read afresh, everything wrong with them collected; if wanted, by the rules for good cards too."""

import gc
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from bequiz.decks.lint.figures import Figures, total_figures
from bequiz.decks.lint.running import lint
from bequiz.decks.loading import LoadedDeck, load_deck
from bequiz.decks.references import reference_problems
from bequiz.model.env import Env
from bequiz.model.problems import Problem
from bequiz.sandbox.client import Sandbox
from bequiz.study.proving import unproven
from bequiz.study.syncing import load, shipped_decks


class Checked(msgspec.Struct, frozen=True):
    """What a check found, and in what; `ok` if there is no error among the problems."""

    decks: list[LoadedDeck]
    problems: list[Problem]

    @property
    def cards(self) -> int:
        return sum(len(deck.cards) for deck in self.decks)

    @property
    def ok(self) -> bool:
        return all(problem.severity != "error" for problem in self.problems)

    def figures(self) -> Figures:
        """What can be counted in the decks, in all, deck by deck and topic by topic."""
        return total_figures(self.decks)


def check_decks(env: Env, paths: Sequence[Path], *, shipped: bool = False, strict: bool = False) -> Checked:
    """Check the decks at these paths, and the shipped ones if wanted; references may lead to any shipped deck.

    Cards with SQL are proven by running it. With `strict`, the decks are also held to the rules for good cards.
    """
    gc.disable()  # tens of thousands of small objects, none of them garbage
    try:
        ours = [load(env, path, shipped=True) for path in shipped_decks(env.shipped)]
        decks = [load_deck(path) for path in dict.fromkeys(map(_whole, paths))]
        checked = [*ours, *decks] if shipped else decks
        problems = [problem for deck in checked for problem in deck.problems]
        seen: dict[str, LoadedDeck] = {}
        for deck in checked:
            first = seen.setdefault(deck.id or deck.path, deck)
            if os.path.realpath(first.files[0]) != os.path.realpath(deck.files[0]):
                message = f'the deck id "{deck.id}" is taken by {first.path}'
                problems.append(Problem(deck.files[0], 1, 1, "", "repeated-id", "error", message))
        problems += reference_problems(checked, among=[deck for deck in ours if deck.id not in seen])
        if strict:
            problems += lint(checked, env.day)
        with closing(Sandbox()) as sandbox:
            problems += unproven((card for deck in checked for card in deck.cards), sandbox)
    finally:
        gc.enable()
    alone = {str(path) for path in paths if _whole(path) != path}
    if alone:
        # A lone topic file is read within its deck, and only what concerns it is told.
        whole = {deck.path for deck in checked} - {str(_whole(path)) for path in paths if str(path) in alone}
        kept = alone | {file for deck in checked if deck.path in whole for file in deck.files}
        for deck in checked:
            deck.topics = [topic for topic in deck.topics if topic.file in kept]
        problems = [problem for problem in problems if problem.path in kept]
    return Checked(checked, sorted(set(problems)))


def _whole(path: Path) -> Path:
    """The folder of the deck that a topic file belongs to; other paths as they are."""
    if path.name != "deck.yaml" and os.path.isfile(path) and (path.parent / "deck.yaml").is_file():  # noqa: PTH113
        return path.parent if str(path) in load_deck(path.parent).files else path
    return path
