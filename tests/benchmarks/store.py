"""Answers, replay and the report on a large collection.

    python -m tests.benchmarks.store [CARDS] [REVIEWS]

Prints: syncs to disk and time for one answer, reviews replayed a second, the report on CARDS cards and REVIEWS
reviews.
"""

import datetime as dt
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bequiz.model.env import Env
from bequiz.model.memory import NEW
from bequiz.report.document import make_report
from bequiz.report.text import report_lines
from bequiz.scheduling.fold import step
from bequiz.store import log, state
from bequiz.store.opening import transaction
from bequiz.study import answering
from bequiz.study.collection import Collection, opened
from bequiz.study.syncing import sync
from tests.benchmarks.startup import large_deck

NOW = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)


def fill(collection: Collection, reviews: int) -> None:
    """Random reviews over the last two years, in the log and folded."""
    dice = random.Random(7)
    ids = [row[0] for row in collection.db.execute("SELECT id FROM card WHERE deck = 'large'")]
    start = NOW - dt.timedelta(days=730)
    rows = []
    for place in range(reviews):
        at = start + dt.timedelta(seconds=place * 730 * 86400 / reviews)
        id = log._spread(int(at.timestamp() * 1000) << 74 | place)
        data = '{"response":"an answer as long as they usually are"}'
        rows.append(
            (
                id,
                dice.choice(ids),
                int(at.timestamp() * 1000),
                at.toordinal(),
                "review",
                dice.choice((1, 3, 4, 4, 4, 5)),
                "right",
                9000,
                "bench",
                data,
            )
        )
    with transaction(collection.db):
        collection.db.executemany(log.INSERT, rows)


def replay_speed(collection: Collection) -> tuple[float, float]:
    """Reviews a second through `step` alone, and through everything from the log to the tables."""
    events = [event for event, _ in zip(log.all_events(collection.db), range(200_000), strict=False)]
    started = time.perf_counter()
    known = NEW
    for event in events:
        known = step(known, event)
    alone = len(events) / (time.perf_counter() - started)
    started = time.perf_counter()
    with transaction(collection.db):
        count = state.rebuild(collection.db)
    return alone, count / (time.perf_counter() - started)


def answer_time(collection: Collection) -> float:
    """Median milliseconds of one answer, from the call to its being on disk."""
    times = []
    for (id,) in collection.db.execute("SELECT id FROM card WHERE deck = 'fundamentals' LIMIT 60").fetchall():
        asked = answering.put(collection, id)
        started = time.perf_counter()
        answering.record(collection, asked, 4, response="x", ms=1000)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def raw_time(file: Path) -> float:
    """Median milliseconds of a bare transaction of one row under the same settings."""
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a, b)")
    times = []
    for number in range(60):
        started = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO t VALUES (?, ?)", (number, "x" * 200))
        db.execute("COMMIT")
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


SYNCS = """
import sys
from tests.benchmarks.store import *
with opened(Env(sys.argv[1], sys.argv[2], NOW)) as collection:
    answer_time(collection)
"""


def syncs_per_answer(home: Path, decks: Path) -> str:
    """Counted by strace, where there is one: syncs of sixty answers, less those of opening and closing."""
    try:
        found = subprocess.run(
            ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", sys.executable, "-c", SYNCS, str(home), str(decks)],
            capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
    except FileNotFoundError:
        return "not counted (no strace)"
    calls = [line.split()[3] for line in found.stderr.splitlines() if line.strip().endswith(("fsync", "fdatasync"))]
    return f"{sum(map(int, calls))} for 60 answers, opening and closing included"


def main() -> None:
    cards = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    reviews = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    decks = Path(__file__).parents[2] / "decks"
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        print(f"syncs: {syncs_per_answer(Path(folder, 'syncs'), decks)}")
        home = Path(folder, "home")
        deck = Path(folder, "large.yaml")
        large_deck(deck, cards)
        with opened(Env(str(home), str(decks), NOW)) as collection:
            print(
                f"one answer: {answer_time(collection):.2f} ms; "
                f"a raw transaction: {raw_time(Path(folder, 'raw.db')):.2f} ms"
            )
            collection.db.execute("INSERT INTO added_deck VALUES (?)", (str(deck),))
            collection.db.execute("DELETE FROM watched WHERE deck = ''")
            started = time.perf_counter()
            sync(collection.db, collection.env)
            print(f"reading a deck of {cards:,} cards: {time.perf_counter() - started:.2f} s")
            fill(collection, reviews)
            alone, whole = replay_speed(collection)
            print(f"replay: {alone:,.0f} reviews a second through the fold, {whole:,.0f} from the log into the tables")
            times = []
            for _ in range(5):
                started = time.perf_counter()
                list(report_lines(make_report(collection)))
                times.append(time.perf_counter() - started)
            print(f"report on {cards:,} cards and {reviews:,} reviews: {statistics.median(times):.3f} s")
            print(f"one answer there: {answer_time(collection):.2f} ms")
        print(f"database: {(home / 'bequiz.db').stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
