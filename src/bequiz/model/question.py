"""What the learner is shown and what came of it. The terminal knows answer modes, not card types."""

from typing import Literal

from msgspec import Struct

from bequiz.model.instance import Drawn, Step
from bequiz.model.tables import Difference, Plans

Mode = Literal["reveal", "text", "pick", "pick-many", "arrange", "line", "edit"]
Outcome = Literal["right", "near", "wrong", "empty", "self"]


class Question(Struct, frozen=True, kw_only=True):
    """A card as it is asked. `options` are in the order shown; `order` gives their places in the deck.

    `drawn` is the problem that a generator made for a skill, `setup` the SQL of the tables that a query is about.
    """

    card: str
    type: str
    mode: Mode
    prompt: str
    lang: str = ""
    listing: str = ""
    setup: str = ""
    options: tuple[str, ...] = ()
    order: tuple[int, ...] = ()
    blanks: int = 0
    unit: str = ""
    hint: str = ""
    drawn: Drawn | None = None


class Verdict(Struct, frozen=True, kw_only=True):
    """`quality` is the proposed SM-2 quality, `expected` the right answer as text, `why` what the learner should read.

    `feedback` answers this very response: why the chosen option is wrong, which blank was missed. `steps` is the worked
    solution of a skill, `departs` the place in it at which the response went astray, where that can be told. `detail`
    is what came of running SQL: where its rows were others, how the plan changed.
    """

    outcome: Outcome
    quality: int
    expected: str
    why: str = ""
    feedback: str = ""
    steps: tuple[Step, ...] = ()
    departs: int | None = None
    detail: Difference | Plans | None = None
