"""The deck format: a closed union of card types, topics and decks.

These structs validate decks, generate the JSON Schema for editors and serialise cached cards.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

NAME = "[a-z0-9][a-z0-9.-]*"
END = r"$(?!\n)"  # Python's `$` alone would let a line end pass behind an id

Id = Annotated[str, Meta(pattern=f"^{NAME}{END}", description="Small letters, digits, dots and dashes.")]
Reference = Annotated[str, Meta(pattern=f"^({NAME}/)?{NAME}{END}", description="An id; `deck/id` for another deck.")]
Text = Annotated[str, Meta(pattern=r"\S")]
Level = Literal["basic", "working", "senior"]
LEVELS: tuple[Level, ...] = ("basic", "working", "senior")
Want = Literal["search", "covering", "no-temp-btree"]
Writing = Literal["insert", "update", "delete"]


class _Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type"):
    """Fields of every card. An empty text means: not given."""

    id: Id
    prompt: Text
    why: str = ""
    hint: str = ""
    source: str = ""
    url: Annotated[str, Meta(pattern=rf"^(https?://[^\s\x00-\x1f\x7f-\x9f]+)?{END}")] = ""
    asof: Annotated[str, Meta(pattern=rf"^([0-9]{{4}}-(0[1-9]|1[0-2]))?{END}", description="YYYY-MM")] = ""
    versions: str = ""
    level: Level | None = None
    asks: Literal["recall", "apply"] | None = None
    concepts: tuple[Id, ...] = ()
    tags: tuple[Id, ...] = ()
    requires: tuple[Reference, ...] = ()
    contrast: tuple[Reference, ...] = ()
    was: tuple[Reference, ...] = ()
    verify: str = ""


class Flip(_Card, tag="flip", frozen=True, kw_only=True):
    """The learner recalls, looks, and grades themselves by `points`."""

    answer: Text
    points: tuple[Text, ...] = ()


class Typed(_Card, tag="typed", frozen=True, kw_only=True):
    """A short answer. `tolerance` is absolute (`0.5`) or relative (`5%`); `reject` maps wrong answers to feedback."""

    accept: Annotated[tuple[Text, ...], Meta(min_length=1)]
    reject: dict[str, str] = {}
    tolerance: Annotated[str, Meta(pattern=rf"^([0-9]+(\.[0-9]+)? *%?)?{END}")] = ""
    unit: str = ""


class Option(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    text: Text
    correct: bool = False
    why: str = ""


class Choice(_Card, tag="choice", frozen=True, kw_only=True):
    """Pick one option, or several with `multi`. `pin_last` keeps the last option last."""

    options: Annotated[tuple[Option, ...], Meta(min_length=2)]
    multi: bool = False
    pin_last: bool = False


class Cloze(_Card, tag="cloze", frozen=True, kw_only=True):
    """The prompt holds blanks: two braces, the answer, variants after a bar, two braces."""


class Order(_Card, tag="order", frozen=True, kw_only=True):
    """Put the steps into the right order; they are written in it."""

    steps: Annotated[tuple[Text, ...], Meta(min_length=2)]


class Code(_Card, tag="code", frozen=True, kw_only=True):
    """What does it print? `expect` is the whole standard output."""

    lang: Id
    code: Text
    expect: Text


class Bug(_Card, tag="bug", frozen=True, kw_only=True):
    """Which line is wrong? `lines` count from 1."""

    lang: Id
    artefact: Text
    lines: Annotated[tuple[Annotated[int, Meta(ge=1)], ...], Meta(min_length=1)]
    fix: Text


class Skill(_Card, tag="skill", frozen=True, kw_only=True):
    """A fresh problem each time, made by a generator of the package; `difficulty` is where it starts."""

    generator: Id
    difficulty: Annotated[int, Meta(ge=1, le=5)] = 1


class SqlTrap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A query that looks right and is not, with what is wrong about it."""

    query: Text
    why: Text


class Sql(_Card, tag="sql", frozen=True, kw_only=True):
    """Write the query. `setup` makes the tables and the rows shown, each of `fixtures` other rows on top of it.

    `allow` names what the statement may do beside reading; what then counts is what the tables hold afterwards.
    """

    setup: Text
    solution: Text
    fixtures: tuple[Text, ...] = ()
    traps: tuple[SqlTrap, ...] = ()
    ordered: bool = False
    columns: bool = False
    allow: tuple[Writing, ...] = ()


class TuneTrap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An index that looks right and is not, with what is wrong about it."""

    index: Text
    why: Text


class Tune(_Card, tag="tune", frozen=True, kw_only=True):
    """Make the query fast: an index, or the query in other words. `want` is what its plan must come to."""

    setup: Text
    query: Text
    want: Annotated[tuple[Want, ...], Meta(min_length=1)]
    solution: Text
    traps: tuple[TuneTrap, ...] = ()


Plain = Flip | Typed | Choice | Cloze | Order | Code | Bug | Skill
Executed = Sql | Tune  # what the learner writes is run, in the sandbox
Card = Plain | Executed
CARD_TYPES: dict[str, type[Card]] = {
    "flip": Flip,
    "typed": Typed,
    "choice": Choice,
    "cloze": Cloze,
    "order": Order,
    "code": Code,
    "bug": Bug,
    "sql": Sql,
    "tune": Tune,
    "skill": Skill,
}


class Concept(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to know; cards name it by its id."""

    id: Id
    text: Text
    level: Level


class Topic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic, in a file of its own or written inline in its deck."""

    topic: Id
    title: Text
    requires: tuple[Reference, ...] = ()
    concepts: tuple[Concept, ...] = ()
    cards: tuple[Card, ...] = ()


class DeckHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A deck without its topics."""

    deck: Id
    title: Text
    stage: Annotated[int, Meta(ge=1, le=8)] | None = None


class Deck(DeckHead, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A deck: its topics inline, or the names of their files in the deck's folder."""

    topics: Annotated[tuple[str | Topic, ...], Meta(min_length=1)]


def type_of(card: Card) -> str:
    """The card's type as decks write it."""
    return type(card).__struct_config__.tag  # type: ignore[return-value]
