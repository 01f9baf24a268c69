"""Deck files -> decks. Bad cards are told and never hide the good ones."""

import os
import re
import stat
from bisect import bisect_left
from pathlib import Path

from msgspec import Struct, field

from bequiz.decks.convert import Misfit, to_card, to_struct
from bequiz.decks.rules import card_faults
from bequiz.decks.yamltext import END, Fault, read
from bequiz.decks.yamltext import Path as Inside
from bequiz.model.cards import NAME, Card, Concept, DeckHead, Topic
from bequiz.model.problems import Problem, Severity

LARGEST = 256 * 1024 * 1024
LONGEST_MESSAGE = 400


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
    """A deck as far as it could be read; `files` are all the files it was, or would have been, read from.

    `id` is empty where the deck has none that can be used.
    `broken` names the cards that stand in it but cannot be studied; `partial` says that a file could not be read at
    all, so that nobody knows what else stands in it.
    """

    id: str
    title: str
    stage: int | None
    path: str
    topics: list[LoadedTopic]
    files: list[str]
    problems: list[Problem]
    broken: set[str] = field(default_factory=set)
    partial: bool = False

    @property
    def cards(self) -> list[LoadedCard]:
        return [card for topic in self.topics for card in topic.cards]


class Source:
    """A file, read or only to be pointed into: where something stands in it is looked up when first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._data = b""
        self._faults: list[Fault] = []  # in the order of their places
        self._places: dict[Inside, tuple[int, int]] | None = None

    def read(self) -> object:
        """The document's value, or None. Its faults wait to be told with `tell_faults`."""
        try:
            found = self.path.stat()
            if not stat.S_ISREG(found.st_mode):
                self._add(1, 1, "", "file", "this is no file that can be read")
                return None
            if found.st_size > LARGEST:
                self._add(1, 1, "", "size", f"the file is larger than {LARGEST // 1024 // 1024} MB; split the deck")
                return None
            self._data = self.path.read_bytes()
        except OSError as error:
            alone = self.path.name == "deck.yaml" and isinstance(error, FileNotFoundError)
            lacking = f"there is no deck.yaml in the folder {self.path.absolute().parent.name}/"
            self._add(1, 1, "", "file", lacking if alone else f"cannot be read: {error.strerror}")
            return None
        document = read(self._data)
        self._faults = document.faults
        if document.value is None and not document.faults:
            self._add(1, 1, "", "empty", "the file is empty")
        return document.value

    def tell_faults(self, inside: Inside = (), card: str = "") -> bool:
        """Tell the faults within a value and no others; with `inside` empty, all that are left. Were there any?"""
        if not self._faults:
            return False
        first, last = 0, len(self._faults)
        if inside:
            line, column = self.place(inside)
            end = self._places.get((*inside, END), (line, column + 1)) if self._places else (line, column)
            first, last = bisect_left(self._faults, (line, column)), bisect_left(self._faults, end)
        for fault in self._faults[first:last]:
            self._add(fault.line, fault.column, card, fault.rule, fault.message)
        del self._faults[first:last]
        return last > first

    def place(self, inside: Inside) -> tuple[int, int]:
        """Line and column of a value; those of the nearest thing around it where it is not there."""
        if self._places is None:
            self._places = read(self._data or self.path.read_bytes(), places=True).places
        while inside not in self._places and inside:
            inside = inside[:-1]
        return self._places.get(inside, (1, 1))

    def end(self, inside: Inside) -> tuple[int, int]:
        """Where a mapping or list ends: at its closing brace, or before whatever comes next."""
        return self.place((*inside, END))

    def tell(self, misfit: Misfit, card: str = "", severity: Severity = "error") -> None:
        self._add(*self.place(misfit.path), card, misfit.rule, misfit.message, severity)

    def _add(self, line: int, column: int, card: str, rule: str, message: str, severity: Severity = "error") -> None:
        if len(message) > LONGEST_MESSAGE:
            message = message[:LONGEST_MESSAGE] + " …"
        card, message = (" ".join(text.split("\n")) for text in (card[:LONGEST_MESSAGE], message))
        self.problems.append(Problem(str(self.path), line, column, card, rule, severity, message))


def load_deck(path: Path) -> LoadedDeck:
    """Read a deck: a folder with a deck.yaml, or one file. Never raises for what is in the files."""
    # Not with pathlib, which raises for a path that the system refuses.
    source = Source(path / "deck.yaml" if os.path.isdir(path) else path)  # noqa: PTH112
    deck = LoadedDeck("", path.name, None, str(path), [], [str(source.path)], source.problems)
    _deck(deck, source, source.read())
    source.tell_faults()
    _once(deck, source)
    return deck


def _deck(deck: LoadedDeck, source: Source, raw: object) -> None:
    if raw is None:
        deck.partial = True
        return
    if not isinstance(raw, dict):
        source.tell(Misfit((), "type", "a deck is a mapping with deck, title and topics"))
        return
    if "topic" in raw and "deck" not in raw:
        source.tell(Misfit((), "missing", "this is a topic file; name its deck's folder or its deck.yaml"))
        return
    head, misfits = to_struct(raw, DeckHead, (), apart="topics")
    for misfit in misfits:
        source.tell(misfit)
    name = raw.get("deck")
    if isinstance(name, str) and re.fullmatch(NAME, name):
        deck.id = deck.title = name
    if head:
        deck.title, deck.stage = head.title, head.stage
    topics = raw.get("topics")
    if not isinstance(topics, list) or not topics:
        source.tell(Misfit(("topics",), "missing", "`topics` must be a list of topics or of the names of their files"))
        return
    files: set[str] = set()
    for place, topic in enumerate(topics):
        inside: Inside = ("topics", place)
        if isinstance(topic, str):
            _topic_file(deck, source, topic, inside, files)
        else:
            _topic(deck, source, topic, inside)


def _topic_file(deck: LoadedDeck, source: Source, name: str, inside: Inside, seen: set[str]) -> None:
    folder = os.path.realpath(os.path.dirname(source.path))  # noqa: PTH120 - pathlib raises on a circle of links
    try:
        real = os.path.realpath(f"{folder}/{name}")
    except ValueError:
        real = f"{folder}/{name}"  # a name with NUL in it: there is no such file
    if real in seen:
        source.tell(Misfit(inside, "repeated-id", f'the file "{name}" stands here twice'))
        return
    seen.add(real)
    if name.startswith("/") or not Path(real).is_relative_to(folder):
        message = f'"{name}" lies outside of the deck\'s folder; keep topic files inside it'
        source.tell(Misfit(inside, "outside", message))
        return
    file = source.path.parent / name
    if not os.path.isfile(file):  # noqa: PTH113 - likewise
        source.tell(Misfit(inside, "file", f'there is no file "{name}" in {os.path.basename(folder)}/'))  # noqa: PTH119
        deck.files.append(str(file))
        deck.partial = True
        return
    topic_source = Source(file)
    deck.files.append(str(file))
    raw = topic_source.read()
    if raw is None:
        deck.partial = True
    else:
        _topic(deck, topic_source, raw, ())
    topic_source.tell_faults()
    deck.problems.extend(topic_source.problems)


def _topic(deck: LoadedDeck, source: Source, raw: object, inside: Inside) -> None:
    if not isinstance(raw, dict):
        source.tell(Misfit(inside, "type", "a topic is a mapping with topic, title and cards, or the name of its file"))
        return
    topic, misfits = to_struct(raw, Topic, inside, apart="cards")
    for misfit in misfits:
        source.tell(misfit)
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
        if card is not None:
            misfits = [Misfit((*path, field), "card", sentence) for field, sentence in card_faults(card)]
        for misfit in misfits:
            source.tell(misfit, shown)
        if source.tell_faults(path, shown) or misfits or card is None:
            deck.broken.add(f"{deck.id}/{shown}")
        else:
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
