"""Bring the cached catalogue up to date with the deck files. YAML is read only of decks that were edited."""

import sqlite3
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import msgspec

from bequiz.decks import overrides
from bequiz.decks.loading import LoadedDeck, in_deck, load_deck
from bequiz.decks.references import reference_problems
from bequiz.model.cards import LEVELS, type_of
from bequiz.model.env import Env
from bequiz.model.problems import Problem
from bequiz.store import catalogue, state
from bequiz.store.catalogue import CardRow, DeckRow, TopicRow, Watched
from bequiz.store.freshness import fresh, stamp
from bequiz.store.opening import transaction
from bequiz.study import settings


def sync(db: sqlite3.Connection, env: Env) -> None:
    """Read again what changed: shipped decks, own decks, overrides, configuration."""
    if fresh(db, env.shipped):
        return
    values = settings.read(env.config)
    with transaction(db):
        catalogue.replace_settings(db, values)
        before = {row.path: row for row in catalogue.decks(db)}
        seen = {
            deck: list(files)
            for deck, files in groupby(sorted(catalogue.watched(db), key=attrgetter("deck")), attrgetter("deck"))
        }
        renamed = catalogue.aliases(db)
        wanted = [(path, True) for path in shipped_decks(env.shipped)] + [
            (Path(path), False) for path in catalogue.added(db)
        ]
        for row in before.values():
            if row.path not in {str(path) for path, _ in wanted}:
                catalogue.forget_deck(db, row.id)
                catalogue.watch(db, row.id, [])
        ids: set[str] = set()
        read: list[tuple[LoadedDeck, bool]] = []
        for position, (path, shipped) in enumerate(wanted):
            known = before.get(str(path))
            settled = known and known.position == position and known.id not in ids and known.id != known.path
            if known and settled and _same(db, seen.get(known.id, [])):
                ids.add(known.id)
                continue
            read.append((_reload(db, env, path, position, shipped, ids, known), shipped))
        _tell_references(db, [deck for deck, shipped in read if not shipped], [deck for deck, _ in read])
        catalogue.drop_taken_aliases(db)
        _refold(db, renamed, catalogue.aliases(db))
        roots = (env.shipped, env.overrides, env.config)
        catalogue.watch(db, "", [Watched(root, "", *stamp(root), "") for root in roots])


def shipped_decks(root: str) -> list[Path]:
    """The folders of the shipped decks, stage by stage."""
    return sorted(path.parent for path in Path(root).glob("*/deck.yaml"))


def _same(db: sqlite3.Connection, files: list[Watched]) -> bool:
    """Whether the files of a deck are as they were; ones merely touched are marked as seen."""
    touched = [file for file in files if stamp(file.path) != (file.size, file.mtime)]
    if any(_hash(file.path) != file.hash for file in touched) or not files:
        return False
    rest = [file for file in files if file not in touched]
    if touched:
        marked = [file._replace(size=size, mtime=mtime) for file in touched for size, mtime in [stamp(file.path)]]
        catalogue.watch(db, files[0].deck, rest + marked)
    return True


def _hash(path: str) -> str:
    import hashlib

    try:
        return hashlib.blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


def load(env: Env, path: Path, shipped: bool) -> LoadedDeck:
    """A deck as it is studied: a shipped one with the learner's own copies in it."""
    deck = load_deck(path)
    if shipped:
        own = Path(env.overrides) / f"{deck.id}.yaml"
        if own.exists():
            overrides.apply(deck, load_deck(own))
        else:
            deck.files.append(str(own))
    return deck


def _reload(
    db: sqlite3.Connection, env: Env, path: Path, position: int, shipped: bool, ids: set[str], row: DeckRow | None
) -> LoadedDeck:
    deck = load(env, path, shipped)
    if not deck.id:
        # Without its id, for example because of a slip in its YAML, no card can be told from another's.
        deck.id, deck.topics = str(path), []
        if row and row.id not in ids:
            deck.id, deck.title, deck.stage = row.id, row.title, row.stage
    if row and row.id != deck.id and row.id not in ids:
        catalogue.forget_deck(db, row.id)
        catalogue.watch(db, row.id, [])
    if deck.id in ids:
        message = f'the deck id "{deck.id}" is taken by another deck; give this one an id of its own'
        deck.problems.append(Problem(deck.files[0], 1, 1, "", "repeated-id", "error", message))
        deck.id, deck.topics = str(path), []
    ids.add(deck.id)
    topics_before = catalogue.topics_of_cards(db, deck.id)
    cards = list(_card_rows(deck))
    catalogue.replace_deck(
        db,
        DeckRow(
            deck.id,
            deck.title,
            deck.stage,
            position,
            int(shipped),
            str(path),
            msgspec.json.encode(deck.problems).decode(),
        ),
        _topic_rows(deck, position),
        cards,
        [(card.id, in_deck(deck.id, other)) for card in deck.cards for other in card.card.requires],
        [(in_deck(deck.id, former), card.id) for card in deck.cards for former in card.card.was],
    )
    topics = dict.fromkeys(topics_before, "") | {card.id: card.topic for card in cards}
    catalogue.move_recalls(db, [(id, topic) for id, topic in topics.items() if topics_before.get(id) != topic])
    catalogue.watch(db, deck.id, [Watched(file, deck.id, *stamp(file), _hash(file)) for file in deck.files])
    return deck


def _tell_references(db: sqlite3.Connection, own: list[LoadedDeck], read: list[LoadedDeck]) -> None:
    """Add what leads nowhere or in a circle to the problems of the learner's own decks among those just read."""
    if not own:
        return
    problems = reference_problems(own, read, [*catalogue.card_ids(db), *catalogue.topic_ids(db)])
    for deck in own:
        deck.problems += [problem for problem in problems if problem.path in deck.files]
        catalogue.set_problems(db, deck.id, msgspec.json.encode(deck.problems).decode())


def _topic_rows(deck: LoadedDeck, position: int) -> list[TopicRow]:
    return [
        TopicRow(
            topic.id, deck.id, topic.title, deck.stage, position * 1000 + place,
            msgspec.json.encode(topic.requires).decode(), msgspec.json.encode(topic.concepts).decode(),
        )
        for place, topic in enumerate(deck.topics)
    ]  # fmt: skip


def _card_rows(deck: LoadedDeck) -> list[CardRow]:
    encode = msgspec.json.Encoder().encode
    return [
        CardRow(
            loaded.id, deck.id, topic.id, deck.stage, LEVELS.index(loaded.card.level or "basic"), place,
            type_of(loaded.card), f" {' '.join(loaded.card.tags)} ", encode(loaded.card),
        )
        for topic in deck.topics
        for place, loaded in enumerate(topic.cards)
    ]  # fmt: skip


def _refold(db: sqlite3.Connection, before: dict[str, str], after: dict[str, str]) -> None:
    """Cards renamed, or no longer renamed, take their history along."""
    for former, card in set(before.items()) ^ set(after.items()):
        state.refold(db, card)
        if former in after:
            for statement in state.FORGET_CARD:
                db.execute(statement, (former,))
        else:
            state.refold(db, former)
