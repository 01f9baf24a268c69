"""Deck files -> decks. Bad cards are told and never hide the good ones."""

from pathlib import Path

from msgspec import Struct

from bequiz.decks.convert import Misfit, to_card, to_struct
from bequiz.decks.rules import card_faults
from bequiz.decks.yamltext import END, Document, read
from bequiz.decks.yamltext import Path as Inside
from bequiz.model.cards import Card, Concept, DeckHead, Topic
from bequiz.model.problems import Problem

LARGEST = 256 * 1024 * 1024


class LoadedCard(Struct, frozen=True):
    """A card with its full id and the place it was read from: a path inside the document of `file`."""

    id: str
    card: Card
    file: str
    inside: Inside


class LoadedTopic(Struct):
    """A topic with its full id; `requires` holds full topic ids."""

    id: str
    title: str
    requires: tuple[str, ...]
    concepts: tuple[Concept, ...]
    file: str
    inside: Inside
    cards: list[LoadedCard]


class LoadedDeck(Struct):
    """A deck as far as it could be read; `files` are all the files it was, or would have been, read from."""

    id: str
    title: str
    stage: int | None
    path: str
    topics: list[LoadedTopic]
    files: list[str]
    problems: list[Problem]

    @property
    def cards(self) -> list[LoadedCard]:
        return [card for topic in self.topics for card in topic.cards]


class Source:
    """A file that was read, able to say where something stands in it. Places are looked up only when asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._data = b""
        self._places: dict[Inside, tuple[int, int]] | None = None

    def read(self) -> object:
        """The document's value, or None; what is wrong with it is among the problems."""
        try:
            if self.path.stat().st_size > LARGEST:
                self._add(1, 1, "", "size", f"the file is larger than {LARGEST // 1024 // 1024} MB; split the deck")
                return None
            self._data = self.path.read_bytes()
        except IsADirectoryError:
            self._add(1, 1, "", "file", "this is a folder without a deck.yaml")
            return None
        except OSError as error:
            self._add(1, 1, "", "file", f"cannot be read: {error.strerror}")
            return None
        document: Document = read(self._data)
        for fault in document.faults:
            self._add(fault.line, fault.column, "", fault.rule, fault.message)
        return document.value

    def place(self, inside: Inside) -> tuple[int, int]:
        """Line and column of a value; those of the nearest thing around it where it is not there."""
        if self._places is None:
            self._places = read(self._data, places=True).places
        while inside not in self._places and inside:
            inside = inside[:-1]
        return self._places.get(inside, (1, 1))

    def end(self, inside: Inside) -> int:
        """The line on which a mapping or list ends: that of whatever comes next."""
        return self.place((*inside, END))[0]

    def tell(self, misfit: Misfit, card: str = "") -> None:
        self._add(*self.place(misfit.path), card, misfit.rule, misfit.message)

    def _add(self, line: int, column: int, card: str, rule: str, message: str) -> None:
        self.problems.append(Problem(str(self.path), line, column, card, rule, "error", message))


def load_deck(path: Path) -> LoadedDeck:
    """Read a deck: a folder with a deck.yaml, or one file. Never raises for what is in the files."""
    main = path / "deck.yaml" if path.is_dir() else path
    source = Source(main)
    deck = LoadedDeck(path.name, "", None, str(path), [], [str(main)], source.problems)
    raw = source.read()
    if raw is None:
        if not source.problems:
            source.tell(Misfit((), "empty", "the file is empty"))
        return deck
    if isinstance(raw, dict) and "topic" in raw and "deck" not in raw:
        source.tell(Misfit((), "missing", "this is a topic file; name its deck's folder or its deck.yaml"))
        return deck
    head, misfits = to_struct(raw, DeckHead, (), apart="topics")
    for misfit in misfits:
        source.tell(misfit)
    if not isinstance(raw, dict):
        return deck
    name = raw.get("deck")
    deck.id = head.deck if head else name if isinstance(name, str) else path.name
    deck.title, deck.stage = (head.title, head.stage) if head else (deck.id, None)
    topics = raw.get("topics")
    if not isinstance(topics, list) or not topics:
        source.tell(Misfit(("topics",), "missing", "`topics` must be a list of topics or of the names of their files"))
        return deck
    for place, topic in enumerate(topics):
        inside: Inside = ("topics", place)
        if isinstance(topic, str):
            _topic_file(deck, source, topic, inside)
        else:
            _topic(deck, source, topic, inside)
    _once(deck, source)
    return deck


def _topic_file(deck: LoadedDeck, source: Source, name: str, inside: Inside) -> None:
    folder = Path(deck.files[0]).resolve().parent
    file = folder / name
    if not file.resolve().is_relative_to(folder):
        source.tell(
            Misfit(inside, "outside", f'"{name}" lies outside of the deck\'s folder; keep topic files inside it')
        )
        return
    if not file.is_file():
        source.tell(Misfit(inside, "file", f'there is no file "{name}" in {folder.name}/'))
        deck.files.append(str(file))
        return
    topic_source = Source(Path(deck.files[0]).parent / name)
    deck.files.append(str(topic_source.path))
    raw = topic_source.read()
    if raw is not None:
        _topic(deck, topic_source, raw, ())
    elif not topic_source.problems:
        topic_source.tell(Misfit((), "empty", "the file is empty"))
    deck.problems.extend(topic_source.problems)


def _topic(deck: LoadedDeck, source: Source, raw: object, inside: Inside) -> None:
    topic, misfits = to_struct(raw, Topic, inside, apart="cards")
    for misfit in misfits:
        source.tell(misfit)
    if not isinstance(raw, dict):
        return
    name = topic.topic if topic else raw.get("topic")
    if not isinstance(name, str):
        return
    loaded = LoadedTopic(
        f"{deck.id}/{name}",
        topic.title if topic else name,
        tuple(in_deck(deck.id, other) for other in topic.requires) if topic else (),
        topic.concepts if topic else (),
        str(source.path),
        inside,
        [],
    )
    deck.topics.append(loaded)
    cards = raw.get("cards")
    if cards is None:
        cards = []
    if not isinstance(cards, list):
        source.tell(Misfit((*inside, "cards"), "type", "`cards` must be a list of cards"))
        return
    for place, raw_card in enumerate(cards):
        path: Inside = (*inside, "cards", place)
        card, misfits = to_card(raw_card, path)
        name = raw_card.get("id") if isinstance(raw_card, dict) else None
        shown = name if isinstance(name, str) else f"number {place + 1}"
        for misfit in misfits:
            source.tell(misfit, shown)
        if card is None:
            continue
        faults = [Misfit((*path, field), "card", sentence) for field, sentence in card_faults(card)]
        for misfit in faults:
            source.tell(misfit, shown)
        if not faults:
            loaded.cards.append(LoadedCard(f"{deck.id}/{card.id}", card, str(source.path), path))


def _once(deck: LoadedDeck, source: Source) -> None:
    """Ids stand once in a deck; of twins the first is kept."""
    sources = {str(source.path): source}
    topics: set[str] = set()
    cards: dict[str, LoadedCard] = {}

    def tell(file: str, inside: Inside, message: str, card: str = "") -> None:
        if file not in sources:
            sources[file] = Source(Path(file))
            sources[file].read()
            sources[file].problems = deck.problems
        sources[file].tell(Misfit(inside, "repeated-id", message), card)

    for topic in deck.topics:
        if topic.id in topics:
            tell(topic.file, (*topic.inside, "topic"), f'the topic "{topic.id}" stands in this deck twice')
        topics.add(topic.id)
        kept = []
        for card in topic.cards:
            if card.id in cards:
                other = cards[card.id]
                message = f"the id stands twice in this deck, also in {Path(other.file).name}"
                tell(card.file, (*card.inside, "id"), message, card.card.id)
            else:
                cards[card.id] = card
                kept.append(card)
        topic.cards = kept


def in_deck(deck: str, reference: str) -> str:
    """The full id that a reference inside a deck means."""
    return reference if "/" in reference else f"{deck}/{reference}"
