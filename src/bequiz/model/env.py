"""What comes from outside: where data lie and what time it is. Made once at the edge, handed down as a value."""

import datetime as dt


class Env:
    """`home` is the data directory, `shipped` the folder of the shipped decks, `now` the time with its offset.

    A time given stands still; without one the clock of the system is asked whenever the time is wanted.
    `rollover` is the minute of the day at which the study day changes (04:00 unless configured).
    A plain class, since it is made on the way to `due --short`, where every import counts.
    """

    __slots__ = ("given", "home", "rollover", "shipped")

    def __init__(self, home: str, shipped: str, now: dt.datetime | None, rollover: int = 240) -> None:
        self.home = home
        self.shipped = shipped
        self.given = now
        self.rollover = rollover

    @property
    def now(self) -> dt.datetime:
        return self.given or dt.datetime.now().astimezone()

    @property
    def day(self) -> dt.date:
        """The study day: the local date, until `rollover` still that of the evening before."""
        return (self.now - dt.timedelta(minutes=self.rollover)).date()

    @property
    def database(self) -> str:
        return f"{self.home}/bequiz.db"

    @property
    def config(self) -> str:
        return f"{self.home}/config.toml"

    @property
    def overrides(self) -> str:
        return f"{self.home}/overrides"
