"""Where the outside world is read: environment, clock, the place of the decks. Imports next to nothing."""

import datetime as dt
import os
import sys

from bequiz.model.env import Env
from bequiz.model.errors import BequizError


def make_env() -> Env:
    """The Env of this process: $BEQUIZ_HOME and $BEQUIZ_NOW, or the user's data directory and the local time."""
    home = os.environ.get("BEQUIZ_HOME") or default_home()
    return Env(os.path.abspath(os.path.expanduser(home)), shipped_decks(), now())  # noqa: PTH100, PTH111


def default_home() -> str:
    """The user's data directory, as platformdirs has it (the tests compare); that import alone would cost more than
    everything else on the way to `due --short`."""
    if sys.platform == "darwin":
        return "~/Library/Application Support/bequiz"
    base = os.environ.get("XDG_DATA_HOME", "").strip()
    return (base if base.startswith("/") else "~/.local/share") + "/bequiz"


def shipped_decks() -> str:
    """The shipped decks: inside the installed package, or the checkout's `decks/` for an editable install."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    inside = package + "/shipped"
    if os.path.isdir(inside):  # noqa: PTH112
        return inside
    return os.path.dirname(os.path.dirname(package)) + "/decks"  # noqa: PTH120


def now() -> dt.datetime | None:
    """The time that $BEQUIZ_NOW sets, None without it. Raises BequizError if it sets none."""
    given = os.environ.get("BEQUIZ_NOW")
    if not given:
        return None
    try:
        found = dt.datetime.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1970 <= found.year <= 9000:
        raise BequizError(
            f'BEQUIZ_NOW is "{given}", which is no time with an offset, from 1970 to 9000.',
            "Write it as 2026-11-22T08:00:00+01:00, or unset it to use the clock.",
        )
    return found
