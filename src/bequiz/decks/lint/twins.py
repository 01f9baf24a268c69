"""Rules on pairs of cards that look alike: copies, and cards that a learner will take for each other.

How alike two cards are is the share of words that they have in common of all words in either (Jaccard). Not every pair
is compared. Let each card's words be ordered, the rarest of all cards' first. Two cards of sizes m and n that share at
least s words share k of them among the first m - s + k of the one and the first n - s + k of the other. So an index of
these first words finds every pair that is alike enough, and few others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from math import ceil
from typing import NamedTuple

from bequiz.decks.lint import reading
from bequiz.decks.lint.finding import Finding, error, warning
from bequiz.decks.lint.texts import answers, listing
from bequiz.decks.loading import LoadedCard, LoadedDeck, in_deck
from bequiz.grading.text import tidy

ALIKE, ACROSS, SAME = 0.5, 0.6, 0.75
ENOUGH = 5  # pairs of one card with earlier ones
RARE = 3  # words that two cards must share among their rarest to be compared


class Pair(NamedTuple):
    """Two cards and how alike they are; `second` is the one that comes later."""

    first: LoadedCard
    second: LoadedCard
    alike: float


def near_duplicate(pair: Pair) -> Iterator[Finding]:
    told = f'asks nearly the same as "{_name(pair)}" ({pair.alike:.0%} of their words)'
    if pair.alike >= SAME and _deck(pair.first) == _deck(pair.second):
        yield error(pair.second, ("prompt",), f"{told}; drop one of them")
    elif pair.alike >= ACROSS and _deck(pair.first) != _deck(pair.second):
        yield warning(pair.second, ("prompt",), told)


def interference(pair: Pair) -> Iterator[Finding]:
    limit = SAME if _deck(pair.first) == _deck(pair.second) else ACROSS
    if pair.alike < limit and not _contrasted(pair) and _answers(pair.first) != _answers(pair.second):
        told = f'looks like "{_name(pair)}" ({pair.alike:.0%} of their words) and has another answer'
        yield warning(pair.second, ("prompt",), f"{told}; name it under `contrast`")


def _deck(loaded: LoadedCard) -> str:
    return loaded.id.split("/")[0]


def _name(pair: Pair) -> str:
    return pair.first.card.id if _deck(pair.first) == _deck(pair.second) else pair.first.id


def _contrasted(pair: Pair) -> bool:
    one, other = pair.first, pair.second
    return any(
        there.id in (in_deck(_deck(here), name) for name in here.card.contrast)
        for here, there in ((one, other), (other, one))
    )


def _answers(loaded: LoadedCard) -> list[str]:
    return [tidy(text) for _, text in answers(loaded.card)]


def pairs(decks: Sequence[LoadedDeck]) -> Iterator[Pair]:
    """All pairs of cards at least ALIKE, but of each card only so many with earlier ones."""
    cards = [card for deck in decks for card in deck.cards]
    sets = [reading.tokens(f"{card.card.prompt} {listing(card.card)[1]}") for card in cards]
    frequency = Counter(token for held in sets for token in held)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    # From the smallest set to the largest, so that the one at hand is never smaller than those in the index.
    for here in sorted(range(len(cards)), key=lambda place: (len(sets[place]), place)):
        mine = sorted(sets[here], key=lambda token: (frequency[token], token))
        size = len(mine)
        least = ceil(ALIKE * size)
        common = min(RARE, least)
        rare = [token for token in mine[: size - least + common] if token in holders]
        met = Counter(chain.from_iterable(holders[token] for token in rare))
        alike = []
        for there, count in met.items():
            if count >= common:
                shared = len(sets[here] & sets[there])
                share = shared / (size + len(sets[there]) - shared)
                if share >= ALIKE and cards[here].id != cards[there].id:
                    alike.append((share, there))
        alike.sort(reverse=True)
        for share, there in alike[:ENOUGH]:
            first, second = sorted((here, there))
            yield Pair(cards[first], cards[second], share)
        # Those it is like stand for a copy, and for the sixth of a kind; or a thousand copies would be a million pairs.
        if len(alike) < ENOUGH and not (alike and alike[0][0] >= SAME):
            for token in mine[: size - ceil(2 * ALIKE / (1 + ALIKE) * size) + RARE]:
                holders[token].append(here)


RULES = (near_duplicate, interference)
