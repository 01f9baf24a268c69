"""By which rules this collection is folded, and the weekly corrections FSRS schedules with, kept once estimated."""

import sqlite3

from bequiz.mastery.controller import MOST, WINDOW, Estimate, Evidence, estimate
from bequiz.scheduling.correction import Correction
from bequiz.scheduling.fsrs import DEFAULT
from bequiz.scheduling.rules import Rules, monday, week

SETTINGS = "SELECT key, value FROM setting WHERE key IN ('scheduler', 'retention', 'fsrs.parameters')"
EVIDENCE = """
SELECT day, elapsed, stability, difficulty, passed FROM recall
WHERE day < ? AND day >= ? ORDER BY day DESC, event DESC LIMIT ?
"""
CORRECTIONS = "SELECT week, multiplier, elapsed, stability, difficulty FROM control"
REVIEWED_DAYS = "SELECT DISTINCT day FROM event WHERE kind = 'review'"


def rules(db: sqlite3.Connection) -> Rules:
    """The rules by the learner's settings, with the corrections estimated so far."""
    values = dict(db.execute(SETTINGS))
    fitted = values.get("fsrs.parameters", "")
    params = tuple(map(float, fitted.split())) if fitted else DEFAULT
    if values.get("scheduler", "sm2") != "fsrs":
        return Rules(params=params)
    known = {number: Correction(*kept) for number, *kept in db.execute(CORRECTIONS)}
    return Rules("fsrs", params, float(values.get("retention", 0.9)), known)


def rules_of_day(db: sqlite3.Connection, day: int) -> Rules:
    """The rules for an answer on `day`; the correction of a week that begins is estimated. Inside a transaction."""
    known = rules(db)
    if known.scheduler == "fsrs" and week(day) not in known.corrections:
        estimate_weeks(db, [week(day)], known)
        return rules(db)
    return known


def estimate_weeks(db: sqlite3.Connection, weeks: list[int], known: Rules) -> None:
    """Estimate the corrections of weeks, each from what came before its Monday. Inside a transaction."""
    for number in weeks:
        found = estimate_of(db, number, known).correction
        values = (number, found.multiplier, found.elapsed, found.stability, found.difficulty)
        db.execute("INSERT OR REPLACE INTO control VALUES (?, ?, ?, ?, ?)", values)


def estimate_of(db: sqlite3.Connection, week: int, known: Rules) -> Estimate:
    """What the controller makes of the cross-day reviews before the Monday of a week."""
    day = monday(week)
    rows = db.execute(EVIDENCE, (day, day - WINDOW, MOST))
    return estimate(map(Evidence._make, rows), day, known.params)


def reviewed_weeks(db: sqlite3.Connection) -> list[int]:
    return sorted({week(day) for (day,) in db.execute(REVIEWED_DAYS)})


def settled(db: sqlite3.Connection, day: int) -> bool:
    """Whether a correction rests on what was known of `day`, so that a change of it changes later due days."""
    latest = db.execute("SELECT max(week) FROM control").fetchone()[0]
    return latest is not None and day < monday(latest)
