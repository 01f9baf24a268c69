"""Rules on pairs of cards that look alike: copies, and cards that a learner will take for each other.

How alike two cards are is the share of words that they have in common of all words in either (Jaccard). Not every pair
is compared: a pair that is alike enough shares one of its rarer words, so an index of these finds all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from bequiz.decks.lint import reading
from bequiz.decks.lint.finding import Finding, error, warning
from bequiz.decks.lint.texts import answers, listing
from bequiz.decks.loading import LoadedCard, LoadedDeck, in_deck
from bequiz.grading.text import tidy

ALIKE, ACROSS, SAME = 0.5, 0.6, 0.75
ENOUGH = 5  # pairs told for one card


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
    """All pairs of cards at least ALIKE, of each card the first ENOUGH."""
    cards = [card for deck in decks for card in deck.cards]
    sets = [reading.tokens(f"{card.card.prompt} {listing(card.card)[1]}") for card in cards]
    frequency = Counter(token for held in sets for token in held)
    # The tokens of a card, the rarest first: cards that are alike agree on one early in this order.
    ordered = [sorted(held, key=lambda token: (frequency[token], token)) for held in sets]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for here in sorted(range(len(cards)), key=lambda n: (len(sets[n]), n)):
        size = len(sets[here])
        if not size:
            continue
        found = 0
        compared: set[int] = set()
        copy = False
        for token in ordered[here][: size - ceil(ALIKE * size) + 1]:
            for there in holders[token]:
                if there in compared or len(sets[there]) < ALIKE * size:
                    continue
                compared.add(there)
                common = len(sets[here] & sets[there])
                alike = common / (size + len(sets[there]) - common)
                if alike >= ALIKE and cards[here].id != cards[there].id:
                    first, second = sorted((here, there))
                    yield Pair(cards[first], cards[second], alike)
                    found += 1
                    copy = copy or alike >= SAME
                    if found >= ENOUGH:
                        break
            if found >= ENOUGH:
                break
        # A copy is stood for by the card it copies, or a thousand copies would be a million pairs.
        if not copy:
            for token in ordered[here][: size - ceil(2 * ALIKE / (1 + ALIKE) * size) + 1]:
                holders[token].append(here)


RULES = (near_duplicate, interference)
