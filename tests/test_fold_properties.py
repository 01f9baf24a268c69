"""Events are the truth, memory is derived: whatever happens in whatever order, the tables say what the log says."""

import datetime as dt
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bequiz.model.errors import BequizError
from bequiz.model.events import Event
from bequiz.store import log, state
from bequiz.store.opening import transaction
from bequiz.study import answering, upkeep
from bequiz.study.collection import Collection, opened
from bequiz.study.merging import export_lines, from_line, import_files
from tests.conftest import MORNING, SMALL_DECK, env_at

CARDS = ("small/flip", "small/typed", "small/gap")
START = dt.datetime.fromisoformat(MORNING)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """The small collection in memory, to be copied: no disk, thousands of events a second."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "shipped" / "small").mkdir(parents=True)
    (folder / "shipped" / "small" / "deck.yaml").write_text(SMALL_DECK)
    copy = sqlite3.connect(":memory:")
    with opened(env_at(folder / "home", folder / "shipped")) as collection:
        collection.db.backup(copy)
    return copy


@contextmanager
def machine(template: sqlite3.Connection, name: str = "here") -> Iterator[Collection]:
    db = sqlite3.connect(":memory:", isolation_level=None)
    template.backup(db)
    db.execute("UPDATE device SET id = ?", (name,))
    try:
        yield Collection(db, env_at(Path("nowhere"), Path("nowhere")))
    finally:
        db.close()


class Step(NamedTuple):
    """Something done, so many hours after (or, with a clock set back, before) what was done last."""

    what: str
    card: str
    quality: int
    hours: float


# Mostly minutes and days pass; now and then the clock is set back.
HOURS = st.sampled_from(
    [0.0, 0.0, 0.01, 1.0, 20.0, 24.0, 24.0, 26.0, 24.0 * 6, 24.0 * 7, 24.0 * 40, -1.0, -30.0, -500.0]
)
DOING = ["answer"] * 6 + ["cram", "suspend", "unsuspend", "bury", "flag", "accept"]


def steps(*doing: str, most: int = 30) -> st.SearchStrategy[list[Step]]:
    return st.lists(
        st.builds(Step, st.sampled_from(doing or DOING), st.sampled_from(CARDS), st.integers(0, 5), HOURS),
        max_size=most,
    )


def do(collection: Collection, step: Step) -> None:
    match step.what:
        case "answer" | "cram":
            asked = answering.put(collection, step.card)
            answering.record(collection, asked, step.quality, cram=step.what == "cram")
        case "bury":
            answering.bury(collection, step.card, 1 + step.quality)
        case "undo":
            with suppress(BequizError):  # nothing left to undo
                answering.undo(collection)
        case "accept":
            answering.note(collection, step.card, "accept", text="so")
        case kind:
            answering.note(collection, step.card, kind)


def live(collection: Collection, done: list[Step]) -> None:
    now = START
    for step in done:
        now = max(now + dt.timedelta(hours=step.hours), dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        collection.env.given = now
        do(collection, step)


def tables(db: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All that is derived from the log, row for row."""
    return {
        table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4").fetchall() for table in ("memory", "recall")
    } | {"undone": db.execute("SELECT event FROM undone ORDER BY event").fetchall()}


def meaning(db: sqlite3.Connection) -> tuple[object, ...]:
    """What is remembered, leaving aside which event said so last."""
    known = {card: state.state(db, card) for card in CARDS}
    recalls = db.execute("SELECT topic, at, card, passed FROM recall ORDER BY 1, 2, 3").fetchall()
    return known, recalls, [log.accepted(db, card) for card in CARDS]


slow_start = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@slow_start
@given(done=steps(*DOING, "undo", "undo"))
def test_replay_equals_what_was_kept_step_by_step(template, done):
    with machine(template) as collection:
        live(collection, done)
        kept = tables(collection.db)
        assert list(upkeep.stale_cards(collection)) == []
        upkeep.rebuild(collection)
        assert tables(collection.db) == kept


@slow_start
@given(done=steps(*DOING, "undo", "undo"))
def test_undo_equals_never_happened(template, done):
    """A life with undos, beside one in which neither the undone nor the undo took place."""
    spared: list[tuple[Step, dt.datetime]] = []
    with machine(template) as collection, machine(template) as other:
        now = START
        for step in done:
            now = max(now + dt.timedelta(hours=step.hours), dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
            collection.env.given = now
            do(collection, step)
            if step.what != "undo":
                spared.append((step, now))
            elif spared:
                spared.pop()
        for step, at in spared:
            other.env.given = at
            do(other, step)
        assert meaning(collection.db) == meaning(other.db)


@slow_start
@given(done=steps())
def test_undoing_everything_leaves_nothing(template, done):
    with machine(template) as collection:
        before = meaning(collection.db)
        live(collection, done)
        for _ in done:
            answering.undo(collection)
        assert meaning(collection.db) == before
        with pytest.raises(BequizError, match="nothing to undo"):
            answering.undo(collection)


@slow_start
@given(
    lives=st.lists(steps(*DOING, "undo", most=12), min_size=2, max_size=3),
    dice=st.randoms(use_true_random=False),
    parts=st.integers(1, 5),
)
def test_merging_in_any_order_and_any_pieces_gives_one_result(template, tmp_path_factory, lives, dice, parts):
    lines: list[str] = []
    for name, done in enumerate(lives):
        with machine(template, f"machine {name}") as collection:
            live(collection, done)
            lines += export_lines(collection)
    with machine(template) as collection:
        whole = merged(collection, [lines], tmp_path_factory)
    dice.shuffle(lines)
    pieces = [lines[part::parts] for part in range(parts)]
    with machine(template) as collection:
        assert merged(collection, [*pieces, *pieces[:2]], tmp_path_factory) == whole
    with machine(template, "machine 9") as collection:
        live(collection, lives[0])
        merged(collection, pieces, tmp_path_factory)
        assert list(upkeep.stale_cards(collection)) == [], "merged into a log that has events of its own"


def merged(collection: Collection, pieces: list[list[str]], folders: pytest.TempPathFactory) -> tuple[object, ...]:
    file = folders.getbasetemp() / "piece.jsonl"
    for piece in pieces:
        file.write_text("\n".join(piece))
        assert import_files(collection, [file]).bad == []
    return tables(collection.db), list(export_lines(collection))


# Events as another program might write them: any day, any quality, any kind, undos of anything.

EPOCH = dt.date(1970, 1, 1).toordinal()
DAYS = st.integers(EPOCH + 20_000, EPOCH + 20_060)
IDS = (
    st.integers(0, 1 << 74)
    .map(lambda bits: (bits >> 62, bits & (1 << 62) - 1))
    .map(
        lambda parts: (
            f"019a0000-0000-7{parts[0] & 0xFFF:03x}-8{parts[1] >> 48 & 0xFFF:03x}-{parts[1] & (1 << 48) - 1:012x}"
        )
    )
)


@st.composite
def foreign(draw: st.DrawFn) -> list[Event]:
    ids = draw(st.lists(IDS, unique=True, max_size=20))
    found = []
    for id in ids:
        kind = draw(
            st.sampled_from(["review"] * 4 + ["drill", "cram", "undo", "bury", "suspend", "unsuspend", "later"])
        )
        day = draw(DAYS)
        data = {
            "undo": {"event": draw(st.sampled_from(ids))},
            "bury": {"until": draw(st.sampled_from(["2022-01-01", "soon", None]))},
        }.get(kind, {})
        found.append(
            Event(
                id=id, card=draw(st.sampled_from(CARDS)), at=(day - EPOCH) * 86_400_000 + draw(st.integers(0, 10**6)),
                day=day, kind=kind, quality=draw(st.integers(0, 5)), device="elsewhere", data=data,
            )
        )  # fmt: skip
    return found


@slow_start
@given(written=foreign(), dice=st.randoms(use_true_random=False), cut=st.integers(0, 20))
def test_events_from_anywhere_fold_to_one_result(template, written, dice, cut):
    with machine(template) as collection:
        with transaction(collection.db):
            state.merge(collection.db, written)
        kept = tables(collection.db)
        upkeep.rebuild(collection)
        assert tables(collection.db) == kept
    shuffled = random.Random(dice.random()).sample(written, len(written))
    with machine(template) as collection:
        for piece in (shuffled[:cut], shuffled[cut:]):
            with transaction(collection.db):
                state.merge(collection.db, piece)
        assert tables(collection.db) == kept


@slow_start
@given(written=foreign())
def test_what_is_written_as_a_line_is_read_back(template, written):
    with machine(template) as collection:
        with transaction(collection.db):
            state.merge(collection.db, written)
        lines = list(export_lines(collection))
        assert [from_line(line.encode()) for line in lines] == list(log.all_events(collection.db))
    assert [msgspec.json.decode(line)["id"] for line in lines] == sorted(event.id for event in written)
