"""What decks say of each other: cards that require, contrast or once were others; topics that require topics."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from bequiz.decks.convert import Misfit, did_you_mean
from bequiz.decks.loading import LoadedCard, LoadedDeck, LoadedTopic, Source, in_deck
from bequiz.model.problems import Problem


def reference_problems(decks: Iterable[LoadedDeck], among: Iterable[LoadedDeck]) -> list[Problem]:
    """Unknown ids, cycles and misplaced former ids in `decks`, where the ids of `among` (and `decks`) are known."""
    decks = list(decks)
    everything = {deck.path: deck for deck in [*among, *decks]}.values()
    cards = {card.id: card for deck in everything for card in deck.cards}
    topics = {topic.id: topic for deck in everything for topic in deck.topics}
    told = _Teller()
    for deck in decks:
        for topic in deck.topics:
            for place, other in enumerate(topic.requires):
                if other not in topics:
                    guess = did_you_mean(other, topics)
                    told.of_topic(
                        topic, ("requires", place), f'requires the topic "{other}", which is not there{guess}'
                    )
            concepts = {concept.id for concept in topic.concepts}
            for card in topic.cards:
                _card(card, deck.id, cards, concepts, told)
    needs = {card.id: [in_deck(_deck(card), other) for other in card.card.requires] for card in cards.values()}
    for cycle in cycles(needs):
        if _deck(cards[cycle[0]]) in {deck.id for deck in decks}:
            message = f"requires itself in a circle: {' → '.join([*cycle, cycle[0]])}"
            told.of_card(cards[cycle[0]], ("requires",), message)
    for cycle in cycles({topic.id: list(topic.requires) for topic in topics.values()}):
        if cycle[0].split("/")[0] in {deck.id for deck in decks}:
            message = f"requires itself in a circle: {' → '.join([*cycle, cycle[0]])}"
            told.of_topic(topics[cycle[0]], ("requires",), message)
    return told.problems


def _card(card: LoadedCard, deck: str, cards: Mapping[str, LoadedCard], concepts: set[str], told: "_Teller") -> None:
    for field in ("requires", "contrast"):
        for place, short in enumerate(getattr(card.card, field)):
            other = in_deck(deck, short)
            if other == card.id:
                told.of_card(card, (field, place), f"`{field}` names the card itself")
            elif other not in cards:
                known = cards if "/" in short else [name.split("/")[1] for name in cards if name.startswith(f"{deck}/")]
                told.of_card(card, (field, place), f'{field} "{short}", which is not there{did_you_mean(short, known)}')
    for place, former in enumerate(card.card.was):
        if in_deck(deck, former) in cards:
            told.of_card(card, ("was", place), f'`was` names "{former}", which still is a card')
    if concepts:
        for place, concept in enumerate(card.card.concepts):
            if concept not in concepts:
                message = f'the topic has no concept "{concept}"{did_you_mean(concept, concepts)}'
                told.of_card(card, ("concepts", place), message)


def _deck(card: LoadedCard) -> str:
    return card.id.split("/")[0]


class _Teller:
    """Collects problems, reading a file again only once something in it has to be pointed at."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    def _source(self, file: str) -> Source:
        if file not in self._sources:
            source = Source(Path(file))
            source.read()
            source.problems.clear()  # told when the deck was loaded
            self._sources[file] = source
        return self._sources[file]

    def of_card(self, card: LoadedCard, field: tuple[str | int, ...], message: str) -> None:
        self._source(card.file).tell(Misfit((*card.inside, *field), "reference", message), card.card.id)

    def of_topic(self, topic: LoadedTopic, field: tuple[str | int, ...], message: str) -> None:
        self._source(topic.file).tell(Misfit((*topic.inside, *field), "reference", f'the topic "{topic.id}" {message}'))

    @property
    def problems(self) -> list[Problem]:
        return [problem for source in self._sources.values() for problem in source.problems]


def cycles(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """One cycle for each knot of nodes that lead back to themselves, each from its least node. Not recursive."""
    done: set[str] = set()
    found: list[list[str]] = []
    for root in sorted(edges):
        if root in done:
            continue
        path: list[str] = []
        on_path: set[str] = set()
        pending: list[tuple[str, int]] = [(root, 0)]
        while pending:
            node, at = pending.pop()
            if at == 0:
                path.append(node)
                on_path.add(node)
            following = edges.get(node, [])
            if at < len(following):
                pending.append((node, at + 1))
                other = following[at]
                if other in on_path and other != node:
                    loop = path[path.index(other) :]
                    first = loop.index(min(loop))
                    found.append(loop[first:] + loop[:first])
                elif other not in done and other != node and other in edges:
                    pending.append((other, 0))
            else:
                path.pop()
                on_path.discard(node)
                done.add(node)
    return found
