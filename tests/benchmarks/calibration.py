"""Is what the report says about the learner true? Measured on simulated students, whose memory is known, and on logs.

    python -m tests.benchmarks.calibration simulated [--students 10] [--seed 1] [--scheduler sm2 fsrs.85] [--json FILE]
    python -m tests.benchmarks.calibration log FILE [--rollover HOUR] [--json FILE]

`simulated` takes the students of `study.py` and compares, every 30 days from day 60 on, the number of cards said to be
recalled now with the truth: the mean absolute error in percent of the cards introduced, and how often the 90 % interval
held the number recalled when every card is asked, for the whole collection and for each topic. Without and with a fit.

`log` reads a CSV with a header that names card_id, review_time (ISO 8601, or seconds or milliseconds since 1970) and
review_rating (1 again to 4 easy), in any order. Its study day turns where the least is done, unless --rollover says at
which hour of UTC.

Both foretell each review on a later day than the card's last from what came before it, and print for each predictor:
log loss, RMSE(bins) as srs-benchmark has it (bins by days since, number of reviews and lapses), and AUC. The constant
predictor always says the share recalled so far; that of hindsight knows the share of the whole log.
"""

import argparse
import csv
import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from math import floor, log, sqrt
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any, NamedTuple

from bequiz.mastery.controller import Evidence
from bequiz.mastery.fitting import LEAST, Fit, History, evidence, fit
from bequiz.mastery.hindsight import constant, foretold, log_loss
from bequiz.mastery.prediction import mastery, predict
from bequiz.model.errors import BequizError
from bequiz.model.events import Event
from bequiz.model.memory import NEW
from bequiz.scheduling import fsrs
from bequiz.scheduling.fold import step
from tests.benchmarks.study import ATTENDANCE, CARDS, DAYS, FIRST_DAY, REGIMES, TOPICS, Study, plan
from tests.benchmarks.truths import TRUTHS

CHECKS = (60, 90, 120, 150, 180)
REFIT_EVERY = 28  # days


class Reviewed(NamedTuple):
    """A cross-day review, with what the bins go by: the how manieth review it is, and the lapses before it."""

    card: str
    day: int
    passed: int
    elapsed: int
    reviews: int
    lapses: int


def reviewed(histories: dict[str, list[tuple[int, int]]]) -> list[Reviewed]:
    """The cross-day reviews of these cards, in the order in which `evidence` gives them."""
    found = []
    for card, history in histories.items():
        last, reviews, lapses = history[0][0], 1, 0
        for day, quality in history:
            if day > last:
                reviews += 1
                found.append(Reviewed(card, day, int(quality >= 3), day - last, reviews, lapses))
                lapses += quality < 3
            last = day
    return sorted(found, key=lambda seen: seen.day)


def rmse_bins(predicted: Sequence[float], seen: Sequence[Reviewed]) -> float:
    """The root of the mean squared difference between predicted and observed recall in srs-benchmark's bins."""
    inside: dict[tuple[float, ...], list[tuple[float, int]]] = defaultdict(list)
    for share, one in zip(predicted, seen, strict=True):
        inside[_bin(one)].append((share, one.passed))
    total = sum(
        len(pairs) * (mean(share for share, _ in pairs) - mean(came for _, came in pairs)) ** 2
        for pairs in inside.values()
    )
    return sqrt(total / len(seen))


def _bin(one: Reviewed) -> tuple[float, ...]:
    days = round(2.48 * 3.62 ** floor(log(one.elapsed) / log(3.62)), 2)
    number = round(1.99 * 1.89 ** floor(log(one.reviews) / log(1.89)), 0)
    lapses = round(1.65 * 1.73 ** floor(log(one.lapses) / log(1.73)), 0) if one.lapses else 0
    return days, number, lapses


def auc(predicted: Sequence[float], passed: Sequence[int]) -> float | None:
    """The probability that a passed review was given more than a failed one; None if all came out alike."""
    ranks: dict[float, float] = {}
    counts = Counter(predicted)
    below = 0
    for share in sorted(counts):
        ranks[share] = below + (counts[share] + 1) / 2
        below += counts[share]
    good = sum(passed)
    bad = len(passed) - good
    if not good or not bad:
        return None
    return (
        sum(ranks[share] for share, came in zip(predicted, passed, strict=True) if came) - good * (good + 1) / 2
    ) / (good * bad)


def predictors(histories: dict[str, list[tuple[int, int]]]) -> dict[str, list[float]]:
    """What each predictor said of each cross-day review."""
    cards = list(histories.values())
    seen = evidence(cards)
    passed = [one.passed for one in seen]
    found = {
        "constant": constant(passed),
        "constant, hindsight": [mean(passed)] * len(passed),
        "FSRS-6 default": [fsrs.retrievability(one.elapsed, one.stability) for one in seen],
        "bequiz": foretold(seen),
    }
    fitted = refitted(cards, seen)
    return found | ({"bequiz, fitted": fitted} if fitted else {})


def refitted(histories: Sequence[History], seen: Sequence[Evidence]) -> list[float] | None:
    """What bequiz says if `bequiz fit` is called every four weeks; None without the package or the reviews for it."""
    found: list[float] = []
    used = fsrs.DEFAULT
    start, last = seen[0].day, seen[-1].day
    for begin in range(start, last + 1, REFIT_EVERY):
        if sum(one.day < begin for one in seen) >= LEAST:
            past = [[answer for answer in history if answer[0] < begin] for history in histories]
            try:
                tried: Fit = fit(past, used)
            except BequizError:
                return None
            used = tried.new if tried.better else used
        now = evidence(histories, used)
        period = [share for one, share in zip(now, foretold(now, used), strict=True)]
        found += [share for one, share in zip(now, period, strict=True) if begin <= one.day < begin + REFIT_EVERY]
    return found


def measured(histories: dict[str, list[tuple[int, int]]]) -> dict[str, dict[str, float | None]]:
    seen = reviewed(histories)
    passed = [one.passed for one in seen]
    return {
        name: {
            "log_loss": log_loss(predicted, passed),
            "rmse_bins": rmse_bins(predicted, seen),
            "auc": auc(predicted, passed),
        }
        for name, predicted in predictors(histories).items()
    }


def table(measures: dict[str, dict[str, float | None]]) -> Iterator[str]:
    yield f"{'':22} {'log loss':>9} {'RMSE(bins)':>11} {'AUC':>7}"
    for name, row in measures.items():
        cells = ["–" if value is None else f"{value:.4f}" for value in row.values()]
        yield f"{name:22} {cells[0]:>9} {cells[1]:>11} {cells[2]:>7}"


# A real log.


def read(file: Path, rollover: float | None) -> dict[str, list[tuple[int, int]]]:
    """The answers of a CSV by card: (study day, quality) of those that leave a trace."""
    answers = []
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines, skipinitialspace=True)
        missing = {"card_id", "review_time", "review_rating"} - {name.strip() for name in rows.fieldnames or ()}
        if missing:
            raise SystemExit(f"{file} has no column {', '.join(sorted(missing))}.")
        for row in rows:
            named = {str(key).strip(): value for key, value in row.items()}
            rating = int(float(named["review_rating"]))
            if 1 <= rating <= 4:
                answers.append((moment(named["review_time"]), named["card_id"], (1, 3, 4, 5)[rating - 1]))
    answers.sort(key=lambda answer: answer[0])
    turn = dt.timedelta(hours=quietest([at for at, _, _ in answers]) if rollover is None else rollover)
    states = defaultdict(lambda: NEW)
    histories: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, card, quality in answers:
        day, before = (at - turn).date().toordinal(), states[card]
        again = before.trace is not None and before.trace.day == day
        after = step(
            before,
            Event(id="", card=card, at=0, day=day, kind="drill" if again else "review", quality=quality),
        )
        if after.trace is not before.trace:
            histories[card].append((day, quality))
        states[card] = after
    return histories


def moment(text: str) -> dt.datetime:
    """A time from ISO 8601, or from seconds or milliseconds since 1970; UTC where no offset is given."""
    try:
        number = float(text)
    except ValueError:
        at = dt.datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    return dt.datetime.fromtimestamp(number / 1000 if number > 1e11 else number, dt.UTC)


def quietest(times: Sequence[dt.datetime]) -> float:
    """The hour of UTC in the middle of the four in which the least is done: there the learner's day turns."""
    done = Counter(at.hour for at in times)
    start = min(range(24), key=lambda hour: (sum(done[(hour + more) % 24] for more in range(4)), hour))
    return (start + 2) % 24


def on_log(file: Path, rollover: float | None) -> dict[str, Any]:
    histories = read(file, rollover)
    seen = reviewed(histories)
    return {
        "cards": len(histories), "reviews": len(seen), "recalled": mean(one.passed for one in seen),
        "predictors": measured(histories),
    }  # fmt: skip


# Simulated students.


class Watched(Study):
    """A study that is looked at every 30 days, and keeps the answers of each card."""

    histories: dict[str, list[tuple[int, int]]]

    def watch(self, seed: int) -> dict[str, Any]:
        self.histories = defaultdict(list)
        chance = Random(f"asked {seed}")
        looks = []
        for day in range(FIRST_DAY, FIRST_DAY + DAYS):
            if self.attends.random() < ATTENDANCE:
                self.sit(day)
            if day + 1 - FIRST_DAY in CHECKS:
                used = [("default", fsrs.DEFAULT)]
                try:
                    tried = fit(self.histories.values())
                    used.append(("fitted", tried.new if tried.better else tried.old))
                except BequizError:
                    pass
                known = {card: chance.random() < self.student.recall(int(card[1:]), day + 1) for card in self.states}
                looks += [self.look(day + 1, name, params, known) for name, params in used]
        return {"looks": looks, "predictors": measured(self.histories)}

    def answer(self, card: str, day: int) -> float:
        before = self.states.get(card, NEW)
        seconds = super().answer(card, day)
        if self.states[card].trace is not before.trace:
            self.histories[card].append((day, self.states[card].last_quality))
        return seconds

    def look(self, day: int, name: str, params: tuple[float, ...], known: dict[str, bool]) -> dict[str, Any]:
        """The report beside the truth: the whole collection's error in points, and what the intervals held."""
        traces = {}
        for card, history in self.histories.items():
            trace = None
            for at, quality in history:
                trace = fsrs.advance(trace, quality, at, params)
            if trace:
                traces[card] = (day - trace.day, trace.stability, trace.difficulty)
        self.evidence = evidence(self.histories.values(), params)
        estimated = self.estimate(day)
        topics: dict[int, list[str]] = defaultdict(list)
        for card in traces:
            topics[int(card[1:]) % TOPICS].append(card)
        said = predict(traces.values(), estimated.correction, params)
        truth = sum(self.student.recall(int(card[1:]), day) for card in traces)

        def held(cards: Sequence[str]) -> bool:
            found = predict([traces[card] for card in cards], estimated.correction, params)
            shown = mastery(len(cards), found, estimated.covariance, len(self.evidence))
            assert shown.low is not None and shown.high is not None
            number = sum(known[card] for card in cards)
            return shown.low * len(cards) - 1e-9 <= number <= shown.high * len(cards) + 1e-9

        return {
            "params": name, "error": 100 * (said.recall - truth) / said.cards, "whole": held(list(traces)),
            "topics": mean(held(cards) for cards in topics.values()),
        }  # fmt: skip


def watch(task: tuple[str, str, str, int]) -> tuple[tuple[str, str, str, int], dict[str, Any]]:
    scheduler, truth, regime, seed = task
    return task, Watched(TRUTHS[truth](seed, CARDS), plan(scheduler), REGIMES[regime], seed).watch(seed)


def simulated(schedulers: Sequence[str], students: int, seed: int) -> list[dict[str, Any]]:
    tasks = [
        (scheduler, truth, regime, number)
        for scheduler in schedulers for truth in TRUTHS for regime in REGIMES
        for number in range(seed, seed + students)
    ]  # fmt: skip
    with ProcessPoolExecutor() as pool:
        found = dict(pool.map(watch, tasks, chunksize=2))
    rows = []
    for scheduler in schedulers:
        for truth in TRUTHS:
            mine = [result for task, result in found.items() if task[:2] == (scheduler, truth)]
            row: dict[str, Any] = {"scheduler": scheduler, "truth": truth}
            for name in ("default", "fitted"):
                looks = [look for result in mine for look in result["looks"] if look["params"] == name]
                if looks:
                    row[name] = {
                        "error": mean(abs(look["error"]) for look in looks),
                        "bias": mean(look["error"] for look in looks),
                        "whole": mean(look["whole"] for look in looks),
                        "topics": mean(look["topics"] for look in looks),
                    }
            row["predictors"] = {
                name: {key: mean(result["predictors"][name][key] for result in mine) for key in measures}
                for name, measures in mine[0]["predictors"].items()
            }
            rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    students = commands.add_parser("simulated")
    students.add_argument("--students", type=int, default=10)
    students.add_argument("--seed", type=int, default=1)
    students.add_argument("--scheduler", nargs="*", default=["sm2", "fsrs.85"])
    real = commands.add_parser("log")
    real.add_argument("file", type=Path)
    real.add_argument("--rollover", type=float)
    for command in (students, real):
        command.add_argument("--json", type=Path)
    given = parser.parse_args()
    document: Any
    if given.what == "log":
        document = on_log(given.file, given.rollover)
        print(
            f"{document['cards']} cards, {document['reviews']} cross-day reviews, {document['recalled']:.3f} recalled"
        )
        print("\n".join(table(document["predictors"])))
    else:
        document = simulated(given.scheduler, given.students, given.seed)
        print(
            f"{given.students} students a cell from seed {given.seed}; error in points, bias, then how often the 90 %"
        )
        print("interval held: whole collection, topics")
        for row in document:
            print(f"\n{row['scheduler']} {row['truth']}")
            for name in ("default", "fitted"):
                if found := row.get(name):
                    held = f"{found['whole']:.0%} {found['topics']:.0%}"
                    print(f"{name:12} {found['error']:.1f} ({found['bias']:+.1f})  {held}")
            print("\n".join(table(row["predictors"])))
    if given.json:
        given.json.write_text(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
