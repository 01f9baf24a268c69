"""`bequiz due --short`, answered before Typer is imported: a shell prompt asks for it all the time."""

import os

from bequiz.cli.edge import make_env
from bequiz.store import today
from bequiz.store.freshness import fresh
from bequiz.store.opening import VERSION, connect, told


def due_short() -> str | None:
    """The line, or None where the ordinary command has to bring the collection up to date first."""
    env = make_env()
    if not os.path.exists(env.database):  # noqa: PTH110
        return None
    with told(env.database):
        db = connect(env.database)
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION or not fresh(db, env.shipped):
            return None
        settings = dict(db.execute("SELECT key, value FROM setting"))
        hours, _, minutes = settings.get("day.rollover", "04:00").partition(":")
        env.rollover = int(hours) * 60 + int(minutes or 0)
        day = env.day.toordinal()
        allowed = int(settings.get("new.per_day", 10)) - today.introduced_today(db, day)
        return short(today.count_due(db, day), len(today.new(db, day, allowed)))


def short(due: int, new: int) -> str:
    """One short line for a shell prompt."""
    return f"{due} due, {new} new"
