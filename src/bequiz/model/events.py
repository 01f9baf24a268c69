"""An event: what the learner did, once, for ever."""

from typing import Any, Literal

from msgspec import Struct, field

Kind = Literal["review", "drill", "cram", "assumed", "undo", "suspend", "unsuspend", "bury", "flag", "accept"]
KINDS: tuple[Kind, ...] = (
    "review",
    "drill",
    "cram",
    "assumed",
    "undo",
    "suspend",
    "unsuspend",
    "bury",
    "flag",
    "accept",
)
ANSWERS: tuple[Kind, ...] = ("review", "drill", "cram")


class Event(Struct, frozen=True, kw_only=True):
    """`id` is a UUIDv7, `at` milliseconds since 1970 in UTC, `day` the study day as an ordinal, fixed when written.

    `kind` is text, since kinds of a newer bequiz are kept and ignored. `ms` is how long the answer took.
    """

    id: str
    card: str
    at: int
    day: int
    kind: str
    quality: int | None = None
    verdict: str | None = None
    ms: int | None = None
    device: str = ""
    data: dict[str, Any] = field(default_factory=dict)
