"""A simulated study: what a learner knows after half a year, by scheduler.

    python -m tests.benchmarks.study [SCHEDULER ...] [--students 30] [--seed 1] [--truth FAH] [--regime tight slack]
                                     [--json FILE]

800 cards, 15 minutes a day for 180 days, at most 10 new cards a day, 90 % attendance. The student's true memory is one
of three (`truths.py`); *tight* doubles the time an answer takes, so that time is the limit. K is the sum of true recall
over all cards on day 180. Students are paired: the same one, with the same chances, meets every scheduler; the table
has the mean of K and its difference from canonical SM-2 in percent, with standard errors.

The product decides everything: `fold.step` makes the memories, `queue.pick` the order, `interview.ranked` that of the
last 30 days, `controller.estimate` the corrections, `spacing.lightest` the day.

Schedulers are written `sm2` or `fsrs`, then, after a plus, what is added: `sm2+interview`, `fsrs.85+interview`. A
number is the retention (.90 without one); `fsrs.85-controller` does without the controller.
"""

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from math import sqrt
from pathlib import Path
from random import Random
from statistics import mean, stdev
from typing import NamedTuple

from bequiz.mastery.controller import MOST, WINDOW, Estimate, Evidence, estimate
from bequiz.model.events import Event
from bequiz.model.memory import NEW, State
from bequiz.scheduling import interview
from bequiz.scheduling.correction import Correction
from bequiz.scheduling.fold import promise, recall, repeat_open, step
from bequiz.scheduling.rules import Rules, monday, week
from bequiz.study.queue import pick
from tests.benchmarks.truths import SECONDS, TRUTHS, Student

CARDS, TOPICS, DAYS = 800, 40, 180
MINUTES, NEW_A_DAY, ATTENDANCE = 15, 10, 0.9
FIRST_DAY = 738_887  # a Monday
REGIMES = {"tight": 2.0, "slack": 1.0}
QUALITY = (1, 3, 4, 5)
SHOWN = ("sm2", "sm2+interview", "fsrs", "fsrs.85+interview", "fsrs.90+interview")


class Plan(NamedTuple):
    """A scheduler by its name on the command line."""

    name: str
    scheduler: str
    retention: float
    controlled: bool
    interview: bool


def plan(name: str) -> Plan:
    found = re.fullmatch(r"(sm2|fsrs)(\.\d+)?(-controller)?(\+interview)?", name)
    if not found:
        raise SystemExit(f"There is no scheduler {name!r}. {__doc__}")
    scheduler, retention, without, last = found.groups()
    return Plan(name, scheduler, float(retention or 0.9), not without, bool(last))


class Study:
    """One student under one scheduler. After `live`, `states` and `evidence` are what the product would have kept."""

    def __init__(self, student: Student, plan: Plan, slowness: float, seed: int) -> None:
        self.student = student
        self.plan = plan
        self.slowness = slowness
        self.attends = Random(f"attendance {seed}")
        self.states: dict[str, State] = {}
        self.evidence: list[Evidence] = []
        self.corrections: dict[int, Correction] = {}
        self.rules = Rules(plan.scheduler, retention=plan.retention, corrections=self.corrections)  # type: ignore[arg-type]
        self.load: Counter[int] = Counter()
        self.seconds = Counter(dict.fromkeys(SECONDS, 0.0))
        self.answers: Counter[str] = Counter()
        self.at_sight = [7, 10]  # known at first sight, of so many

    def live(self) -> float:
        """Study to the end; returns K."""
        for day in range(FIRST_DAY, FIRST_DAY + DAYS):
            if self.attends.random() < ATTENDANCE:
                self.sit(day)
        return sum(self.student.recall(card, FIRST_DAY + DAYS) for card in range(CARDS))

    def estimate(self, day: int) -> Estimate:
        """The week's estimate, from what came before its Monday."""
        start = monday(week(day))
        before = [seen for seen in self.evidence if start - WINDOW <= seen.day < start]
        return estimate(before[-MOST:], start, self.rules.params)

    def sit(self, day: int) -> None:
        """One day's session, until the time is up or nothing is left."""
        if self.plan.controlled and week(day) not in self.corrections:
            self.corrections[week(day)] = self.estimate(day).correction
        if self.plan.interview and day >= FIRST_DAY + DAYS - interview.LEAD:
            ranked = [(card, topic(card)) for _, card in self.ranked(day)]
            waiting, fresh = [], []
        else:
            ranked = []
            due = sorted(
                (state.memory.due_day, card)
                for card, state in self.states.items()
                if state.memory and state.memory.due_day <= day
            )
            waiting = [(card, topic(card)) for _, card in due]
            seen = len(self.states)
            fresh = [(name(card), topic(name(card))) for card in range(seen, min(seen + NEW_A_DAY, CARDS))]
        repeats: list[tuple[str, str]] = []
        left, last_topic, last_card = MINUTES * 60.0, "", ""
        while left > 0:
            row = ranked[0] if ranked else pick(waiting[:200], lambda: fresh, lambda: repeats, last_topic, last_card)
            if row is None:
                break
            card = row[0]
            for rows in (ranked, waiting, fresh, repeats):
                if row in rows:
                    rows.remove(row)
            left -= self.answer(card, day)
            if repeat_open(self.states[card], day):
                repeats.append(row)
            last_topic, last_card = row[1], card

    def ranked(self, day: int) -> list[interview.Ranked]:
        """Interview mode: all cards, by what they gain for the last day a second."""
        states = [self.states.get(name(card), NEW) for card in range(CARDS)]
        candidates = [
            interview.Candidate(name(card), state.trace, self.expected("review" if state.trace else "learning"))
            for card, state in enumerate(states)
        ]
        return interview.ranked(
            candidates, day, FIRST_DAY + DAYS, correction=self.estimate(day).correction, params=self.rules.params,
            at_sight=self.at_sight[0] / self.at_sight[1],
        )  # fmt: skip

    def expected(self, kind: str) -> float:
        """The learner's own seconds for an answer of this kind."""
        return (15 * 10 + self.seconds[kind]) / (10 + self.answers[kind])

    def answer(self, card: str, day: int) -> float:
        """Ask a card and fold the answer in; returns the seconds it took."""
        before = self.states.get(card, NEW)
        number = int(card[1:])
        if before.memory is None:
            kind, clock, rating = "review", "learning", self.student.meet(number, day)
            self.at_sight[0] += rating > 1
            self.at_sight[1] += 1
        elif repeat_open(before, day):
            new = before.first_day == day
            last = 2 if before.last_quality == 3 else 1
            kind, clock, rating = "drill", "relearning", self.student.drill(number, day, last, new)
        else:
            kind, clock, rating = "review", "review", self.student.review(number, day)
        event = Event(id="", card=card, at=0, day=day, kind=kind, quality=QUALITY[rating - 1])
        if self.plan.scheduler == "fsrs":
            event = promise(before, event, self.rules, lambda first, last: self.load)
        after = step(before, event, self.rules)
        if after.recalled is not None:
            seen = recall(before, event, after)
            self.evidence.append(Evidence(day, seen.elapsed, seen.stability, seen.difficulty, seen.passed))
        self.load[before.memory.due_day if before.memory else 0] -= 1
        self.load[after.memory.due_day if after.memory else 0] += 1
        self.states[card] = after
        seconds = SECONDS[clock][rating - 1] * self.slowness
        self.seconds[clock] += seconds
        self.answers[clock] += 1
        return seconds


def name(card: int) -> str:
    return f"c{card:03}"


def topic(card: str) -> str:
    """New cards come from the topics in turn."""
    return f"t{int(card[1:]) % TOPICS}"


def run(task: tuple[str, str, str, int]) -> tuple[tuple[str, str, str, int], float]:
    scheduler, truth, regime, seed = task
    student = TRUTHS[truth](seed, CARDS)
    return task, Study(student, plan(scheduler), REGIMES[regime], seed).live()


def run_all(tasks: Iterable[tuple[str, str, str, int]]) -> Iterator[tuple[tuple[str, str, str, int], float]]:
    with ProcessPoolExecutor() as pool:
        yield from pool.map(run, tasks, chunksize=4)


def average(values: list[float]) -> tuple[float, float]:
    """Mean and its standard error."""
    return mean(values), stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scheduler", nargs="*", default=list(SHOWN))
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1, help="of the first student; the others follow")
    parser.add_argument("--truth", default="FAH")
    parser.add_argument("--regime", nargs="*", default=list(REGIMES), choices=list(REGIMES))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    schedulers = list(dict.fromkeys(["sm2", *given.scheduler]))
    seeds = range(given.seed, given.seed + given.students)
    started = time.perf_counter()
    known = dict(
        run_all(
            (scheduler, truth, regime, seed)
            for scheduler in schedulers for truth in given.truth for regime in given.regime for seed in seeds
        )
    )  # fmt: skip
    cells = [(regime, truth) for regime in given.regime for truth in given.truth]
    print(f"{given.students} students from seed {given.seed}, {time.perf_counter() - started:.0f} s")
    print(f"{'':24}" + "".join(f"{f'{regime} {truth}':>16}" for regime, truth in cells))
    rows = []
    for scheduler in schedulers:
        line = f"{scheduler:24}"
        for regime, truth in cells:
            mine = [known[scheduler, truth, regime, seed] for seed in seeds]
            base = [known["sm2", truth, regime, seed] for seed in seeds]
            value, error = average(mine)
            gain, gain_error = average([100 * (one / other - 1) for one, other in zip(mine, base, strict=True)])
            rows.append({
                "scheduler": scheduler, "regime": regime, "truth": truth, "known": value, "known_error": error,
                "percent": gain, "percent_error": gain_error,
            })  # fmt: skip
            line += f"{f'{value:.0f} ±{error:.0f}' if scheduler == 'sm2' else f'{gain:+.1f} ±{gain_error:.1f}':>16}"
        print(line)
    if given.json:
        given.json.write_text(json.dumps({"students": given.students, "seed": given.seed, "cells": rows}, indent=1))


if __name__ == "__main__":
    main()
