"""What decks say of each other: cards that require, contrast or once were others; topics that require topics."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from bequiz.decks.convert import Misfit, did_you_mean
from bequiz.decks.loading import LoadedCard, LoadedDeck, LoadedTopic, Source, in_deck
from bequiz.model.problems import Problem


def reference_problems(
    decks: Iterable[LoadedDeck], among: Iterable[LoadedDeck], elsewhere: Collection[str] = ()
) -> list[Problem]:
    """Unknown ids, cycles and misplaced former ids in `decks`.

    The ids of `among` (and `decks`) are known, and the full ids of cards and topics `elsewhere`.
    """
    decks = list(decks)
    known = _Known({deck.path: deck for deck in [*among, *decks]}.values(), elsewhere)
    ours = {deck.id for deck in decks}
    told = _Teller()
    for deck in decks:
        for topic in deck.topics:
            _topic(topic, known, told)
            for card in topic.cards:
                _card(card, known, told)
                _concepts(card, topic, told)
    needs = {card.id: [in_deck(_deck(card), other) for other in card.card.requires] for card in known.cards.values()}
    for cycle in cycles(needs):
        if _deck(known.cards[cycle[0]]) in ours:
            told.of_card(known.cards[cycle[0]], ("requires",), _circle(cycle))
    for cycle in cycles({topic.id: topic.requires for topic in known.topics.values()}):
        if cycle[0].split("/")[0] in ours:
            told.of_topic(known.topics[cycle[0]], ("requires",), _circle(cycle))
    return told.problems


class _Known:
    """What a reference may name. Cards with problems count; of decks that could not be read in full, everything."""

    def __init__(self, decks: Collection[LoadedDeck], elsewhere: Collection[str]) -> None:
        self.cards = {card.id: card for deck in decks for card in deck.cards}
        self.topics = {topic.id: topic for deck in decks for topic in deck.topics}
        self.former = {
            in_deck(deck.id, former): card.id for deck in decks for card in deck.cards for former in card.card.was
        }
        self.short = {deck.id: [card.card.id for card in deck.cards] for deck in decks}
        self._more = set(elsewhere).union(*(deck.broken for deck in decks))
        self._unread = {deck.id for deck in decks if deck.partial}

    def __contains__(self, id: str) -> bool:
        return id in self.cards or id in self.topics or id in self._more or id.split("/")[0] in self._unread


def _topic(topic: LoadedTopic, known: _Known, told: "_Teller") -> None:
    for place, other in enumerate(topic.requires):
        if other == topic.id:
            told.of_topic(topic, ("requires", place), "requires itself")
        elif other not in known.topics and other not in known:
            guess = told.guess(other, known.topics)
            told.of_topic(topic, ("requires", place), f'requires the topic "{other}", which is not there{guess}')


def _card(card: LoadedCard, known: _Known, told: "_Teller") -> None:
    deck = _deck(card)
    for field in ("requires", "contrast"):
        for place, short in enumerate(getattr(card.card, field)):
            other = in_deck(deck, short)
            if other == card.id:
                told.of_card(card, (field, place), f"`{field}` names the card itself")
            elif other not in known.cards and other not in known:
                guess = told.guess(short, known.cards if "/" in short else known.short[deck])
                told.of_card(card, (field, place), f'`{field}` names "{short}", which is not there{guess}')
    for place, former in enumerate(card.card.was):
        former = in_deck(deck, former)
        if former in known.cards:
            told.of_card(card, ("was", place), f'`was` names "{former}", which still is a card')
        elif known.former[former] != card.id:
            told.of_card(card, ("was", place), f'`was` names "{former}", and so does "{known.former[former]}"')


def _concepts(card: LoadedCard, topic: LoadedTopic, told: "_Teller") -> None:
    concepts = {concept.id for concept in topic.concepts}
    for place, concept in enumerate(card.card.concepts):
        if concepts and concept not in concepts:
            guess = told.guess(concept, concepts)
            told.of_card(card, ("concepts", place), f'the topic has no concept "{concept}"{guess}')


def _circle(cycle: list[str]) -> str:
    return f"requires itself in a circle: {' → '.join([*cycle, cycle[0]])}"


def _deck(card: LoadedCard) -> str:
    return card.id.split("/")[0]


class _Teller:
    """Collects problems, reading a file again only once something in it has to be pointed at."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._comparisons = 20_000  # what may still be spent on guessing what was meant

    def guess(self, word: str, known: Collection[str]) -> str:
        """What was perhaps meant; nothing once that would take too long."""
        self._comparisons -= len(known)
        return did_you_mean(word, known) if self._comparisons > 0 else ""

    def _source(self, file: str) -> Source:
        if file not in self._sources:
            self._sources[file] = Source(Path(file))
        return self._sources[file]

    def of_card(self, card: LoadedCard, field: tuple[str | int, ...], message: str) -> None:
        self._source(card.file).tell(Misfit((*card.inside, *field), "reference", message), card.card.id)

    def of_topic(self, topic: LoadedTopic, field: tuple[str | int, ...], message: str) -> None:
        self._source(topic.file).tell(Misfit((*topic.inside, *field), "reference", f'the topic "{topic.id}" {message}'))

    @property
    def problems(self) -> list[Problem]:
        return [problem for source in self._sources.values() for problem in source.problems]


def cycles(edges: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """One cycle for each knot of nodes that lead back to themselves, each from its least node. Not recursive."""
    done: set[str] = set()
    tied: set[str] = set()
    found: list[list[str]] = []
    for root in sorted(edges):
        if root in done:
            continue
        path = [root]
        at = {root: 0}
        pending = [iter(edges[root])]
        while path:
            node, other = path[-1], next(pending[-1], None)
            if other is None:
                done.add(path.pop())
                del at[node]
                pending.pop()
            elif other in at and other != node:
                loop = path[at[other] :]
                if tied.isdisjoint(loop):
                    tied.update(loop)
                    first = loop.index(min(loop))
                    found.append(loop[first:] + loop[:first])
            elif other in edges and other not in done and other != node:
                at[other] = len(path)
                path.append(other)
                pending.append(iter(edges[other]))
    return found
