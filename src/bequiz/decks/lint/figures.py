"""The figures of a topic and of a deck: what is in it, and what the shape of its choices gives away."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean, median

from msgspec import Struct

from bequiz.decks.lint.reading import words
from bequiz.decks.loading import LoadedCard, LoadedDeck, LoadedTopic
from bequiz.model.cards import CARD_TYPES, LEVELS, Card, Choice, Flip, type_of


class Choices(Struct, frozen=True):
    """What the single choices among some cards look like. Shares are None without any."""

    count: int
    longest: float | None  # share of the cards whose right option is longer than every other
    longest_most: float | None  # what that share may be
    length_ratio: float | None  # mean length of right options / of wrong ones
    positions: list[int]  # how often the right option is written first, second, ...
    position_most: float | None  # what the largest of their shares may be


class Figures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What can be counted in a topic or a deck. Shares are 0..1, or None where there is nothing to share."""

    id: str
    title: str
    cards: int
    types: dict[str, int]
    multi: int
    levels: dict[str, int]
    apply: float | None
    concepts: int
    covered: int
    choices: Choices
    sources: float | None
    prompt_words: float | None
    machine_checked: float | None
    topics: list["Figures"] = []


def deck_figures(deck: LoadedDeck) -> Figures:
    topics = [_figures(topic.id, topic.title, topic.cards, [topic]) for topic in deck.topics]
    return _figures(deck.id, deck.title, deck.cards, deck.topics, topics)


def total_figures(decks: Sequence[LoadedDeck]) -> Figures:
    """All decks together, with those of each deck."""
    cards = [card for deck in decks for card in deck.cards]
    topics = [topic for deck in decks for topic in deck.topics]
    return _figures("all", "All decks", cards, topics, [deck_figures(deck) for deck in decks])


def _figures(
    id: str, title: str, loaded: Sequence[LoadedCard], topics: Sequence[LoadedTopic], parts: Sequence[Figures] = ()
) -> Figures:
    cards = [card.card for card in loaded]
    types, levels = Counter(map(type_of, cards)), Counter(card.level for card in cards)
    return Figures(
        id=id,
        title=title,
        cards=len(cards),
        types={name: types[name] for name in CARD_TYPES},
        multi=sum(isinstance(card, Choice) and card.multi for card in cards),
        levels={level: levels[level] for level in LEVELS},
        apply=share(card.asks == "apply" for card in cards),
        concepts=sum(len(topic.concepts) for topic in topics),
        covered=sum(len(named(topic) & {concept.id for concept in topic.concepts}) for topic in topics),
        choices=choices(cards),
        sources=share(bool(card.source) for card in cards),
        prompt_words=median(words(card.prompt) for card in cards) if cards else None,
        machine_checked=share(not isinstance(card, Flip) for card in cards),
        topics=list(parts),
    )


def share(held: Iterable[bool]) -> float | None:
    """The share of those that hold; None of none."""
    all_of_them = list(held)
    return sum(all_of_them) / len(all_of_them) if all_of_them else None


def named(topic: LoadedTopic, asks: str = "") -> set[str]:
    """The concepts that the topic's cards name; with `asks`, only cards that ask so."""
    return {concept for card in topic.cards if asks in ("", card.card.asks) for concept in card.card.concepts}


def single_choices(cards: Iterable[Card]) -> list[Choice]:
    return [card for card in cards if isinstance(card, Choice) and not card.multi]


def choices(cards: Iterable[Card]) -> Choices:
    """The figures of the single choices among the cards."""
    singles = single_choices(cards)
    if not singles:
        return Choices(0, None, None, None, [], None)
    places = [[option.correct for option in card.options].index(True) for card in singles]
    even = fmean(1 / len(card.options) for card in singles)
    lengths = [(option.correct, len(option.text)) for card in singles for option in card.options]
    right, wrong = (fmean(length for correct, length in lengths if correct is kind) for kind in (True, False))
    return Choices(
        count=len(singles),
        longest=fmean(_longest(card, place) for card, place in zip(singles, places, strict=True)),
        longest_most=even + 0.08,
        length_ratio=right / wrong,
        positions=[places.count(place) for place in range(max(len(card.options) for card in singles))],
        position_most=even + 0.10,
    )


def _longest(card: Choice, place: int) -> bool:
    return all(len(option.text) < len(card.options[place].text) for n, option in enumerate(card.options) if n != place)
