"""A problem in a deck, as a value: collected, then printed as text or JSON."""

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Problem(Struct, frozen=True, order=True):
    """`line` and `column` count from 1; `card` is the card's short id, empty where no card is concerned."""

    path: str
    line: int
    column: int
    card: str
    rule: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        card = f'card "{self.card}": ' if self.card else ""
        mild = "warning: " if self.severity == "warning" else ""
        return f"{self.path}:{self.line}:{self.column}: {mild}{card}{self.message}"
