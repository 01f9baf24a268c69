"""A learner's own copies of shipped cards: `overrides/<deck>.yaml`, a deck file appended to and never rewritten."""

import textwrap
from pathlib import Path

from bequiz.decks.loading import LoadedCard, LoadedDeck, Source
from bequiz.model.problems import Problem

HEADER = """\
# Your own copies of cards of the deck "{deck}". A card here wins over the shipped one with the same id;
# delete it here to go back to the shipped one. Your history stays in either case.
deck: {deck}
title: {deck}
topics:
"""


def card_text(card: LoadedCard) -> str:
    """The card as its author wrote it, as a list entry without indentation."""
    source = Source(Path(card.file))
    source.read()
    line, column = source.place(card.inside)
    last, end = source.end(card.inside)
    text = Path(card.file).read_text("utf-8").splitlines()
    if text[last - 1 : last] and text[last - 1][end - 1 :].startswith("}"):
        lines = [*text[line - 1 : last - 1], text[last - 1][:end]]  # a card in braces, others may follow on its line
    else:
        lines = text[line - 1 : last - 1]
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    # The first line carries the dash of the list and perhaps text before it; the rest is indented like its fields.
    first = " " * (column - 1) + lines[0][column - 1 :]
    body = textwrap.dedent("\n".join([first, *lines[1:]]))
    return "- " + textwrap.indent(body, "  ").lstrip() + "\n"


def append(file: Path, deck: str, topic: str, card: LoadedCard) -> None:
    """Put a copy of a shipped card into the override file, which is made if need be."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = file.read_text("utf-8") if file.exists() else ""
    if not text.strip():
        text = HEADER.format(deck=deck)
    if not text.endswith("\n"):
        text += "\n"
    entry = f"- topic: {topic}\n  title: {topic}\n  cards:\n" + textwrap.indent(card_text(card), "    ")
    file.write_text(text + textwrap.indent(entry, "  "), "utf-8")


def apply(deck: LoadedDeck, own: LoadedDeck) -> None:
    """Let the cards of `own` win over those of `deck` with the same id; a card in no deck is a problem."""
    deck.files.extend(own.files)
    mine = {card.id: card for card in own.cards}
    for topic in deck.topics:
        topic.cards = [mine.pop(card.id, card) for card in topic.cards]
    # The same topic may stand in an override file once for each card.
    deck.problems.extend(problem for problem in own.problems if problem.rule != "repeated-id" or problem.card)
    for card in mine.values():
        message = "is in no topic of this deck any more; delete it here or give it the id it has now"
        source = Source(Path(card.file))
        source.read()
        line, column = source.place(card.inside)
        deck.problems.append(Problem(card.file, line, column, card.card.id, "override", "warning", message))
