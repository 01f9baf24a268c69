"""A problem made by a generator for a skill: what is asked, what is right, and how one gets there."""

from typing import Literal

from msgspec import Struct

Form = Literal["text", "sequence", "pick", "pick-many", "arrange"]


class Step(Struct, frozen=True):
    """A step of the worked solution. `gives` is the part of the answer that this step settles, empty if none."""

    text: str
    gives: str = ""


class Instance(Struct, frozen=True, kw_only=True):
    """One problem. All texts are the small Markdown of cards.

    `form` says how it is answered:

    - text: one short text or number; `answer` lists the accepted forms, the one to show first.
    - sequence: several texts or numbers in a fixed order, typed with blanks or commas between; `answer` holds the
      elements, each a single word or number. `each` names what the elements are ("bucket", "keys in array order").
    - pick, pick-many: `options` in the order shown; `answer` holds the texts of the right ones.
    - arrange: `options` shuffled; `answer` holds all of them in the right order.

    `why_not` explains, for some wrong answers (an option's text or a typed answer), which mistake leads there.
    """

    prompt: str
    form: Form
    answer: tuple[str, ...]
    steps: tuple[Step, ...]
    options: tuple[str, ...] = ()
    listing: str = ""
    lang: str = ""
    unit: str = ""
    each: str = ""
    why_not: dict[str, str] = {}


class Drawn(Struct, frozen=True):
    """An instance and how to draw it again: generator, its version, seed and difficulty."""

    generator: str
    version: int
    seed: int
    difficulty: int
    instance: Instance
