"""Rules on a deck as a whole: nobody should pass by test-wiseness, and no kind of card should crowd out the others."""

import re
from collections.abc import Iterator
from math import ceil

from bequiz.decks.lint.figures import choices, share
from bequiz.decks.lint.finding import Finding, error
from bequiz.decks.loading import LoadedDeck
from bequiz.model.cards import Choice, Flip

ABSOLUTE = re.compile(r"(?<![\w-])(always|never|only|all)(?![\w-])", re.IGNORECASE)


def longest_option(deck: LoadedDeck) -> Iterator[Finding]:
    """Who picks the longest option should fare no better than by chance."""
    found = choices(card.card for card in deck.cards)
    if found.longest is not None and found.longest_most is not None:
        count = round(found.longest * found.count)
        if count > _allowed(found.longest_most, 0.08, found.count):
            told = f"the right option is the only longest in {count} of {found.count} single choices"
            shares = f"{found.longest:.0%}; the most is {found.longest_most:.0%}"
            yield error(deck, (), f"{told} ({shares}); shorten it or lengthen others")


def option_lengths(deck: LoadedDeck) -> Iterator[Finding]:
    ratio = choices(card.card for card in deck.cards).length_ratio
    if ratio is not None and not 0.85 <= ratio <= 1.15:
        yield error(deck, (), f"right options are {ratio:.2f} times as long as wrong ones; keep it from 0.85 to 1.15")


def right_position(deck: LoadedDeck) -> Iterator[Finding]:
    found = choices(card.card for card in deck.cards)
    if found.position_most is not None:
        for place, count in enumerate(found.positions, 1):
            if count > _allowed(found.position_most, 0.10, found.count):
                told = f"the right option is written at place {place} in {count} of {found.count} single choices"
                shares = f"{count / found.count:.0%}; the most is {found.position_most:.0%}"
                yield error(deck, (), f"{told} ({shares}); vary it")


def _allowed(most: float, beyond_even: float, count: int) -> float:
    """How many cards may be so. What an even spread comes to, in whole cards, always may."""
    return max(most * count, ceil((most - beyond_even) * count - 1e-9))


def absolutes(deck: LoadedDeck) -> Iterator[Finding]:
    """`always`, `never`, `only` and `all` must not give wrong options away."""
    options = [option for card in deck.cards if isinstance(card.card, Choice) for option in card.card.options]
    right = share(bool(ABSOLUTE.search(option.text)) for option in options if option.correct)
    wrong = share(bool(ABSOLUTE.search(option.text)) for option in options if not option.correct)
    if right is not None and wrong is not None and right < wrong / 2:
        shares = f"{wrong:.1%} of the wrong options and {right:.1%} of the right ones"
        told = f"always, never, only or all stand in {shares}, which gives the wrong ones away"
        yield error(deck, (), f"{told}; reword them, or use such words in right ones as well")


def mix(deck: LoadedDeck) -> Iterator[Finding]:
    """With so few flips, more than 85 % of the cards are checked by the machine."""
    for kind, name, most in ((Choice, "choices", 0.27), (Flip, "flips", 0.12)):
        part = share(isinstance(card.card, kind) for card in deck.cards)
        if part is not None and part > most:
            yield error(deck, (), f"{part:.0%} of the cards are {name}; the most is {most:.0%}")


RULES = (longest_option, option_lengths, right_position, absolutes, mix)
