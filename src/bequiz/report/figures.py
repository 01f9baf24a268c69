"""The figures of decks as lines of text: three tables a deck, a row a topic, in 80 columns."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bequiz.decks.lint.figures import Figures

WIDTH = 80
Column = tuple[str, Callable[[Figures], str]]

CONTENTS: Sequence[Column] = (
    ("cards", lambda row: str(row.cards)),
    ("basic", lambda row: str(row.levels["basic"])),
    ("working", lambda row: str(row.levels["working"])),
    ("senior", lambda row: str(row.levels["senior"])),
    ("apply", lambda row: _share(row.apply)),
    ("covered", lambda row: f"{row.covered}/{row.concepts}"),
    ("sourced", lambda row: _share(row.sources)),
    ("words", lambda row: "–" if row.prompt_words is None else f"{row.prompt_words:g}"),
)
CHOICES: Sequence[Column] = (
    ("choice", lambda row: str(row.choices.count)),
    ("longest", lambda row: _share(row.choices.longest)),
    ("at most", lambda row: _share(row.choices.longest_most)),
    ("length", lambda row: "–" if row.choices.length_ratio is None else f"{row.choices.length_ratio:.2f}"),
    ("place 1, 2, ...", lambda row: " ".join(map(str, row.choices.positions)) or "–"),
    ("at most", lambda row: _share(row.choices.position_most)),
)
LEGEND = """\
apply    share of cards that ask to apply knowledge, not to recall it
covered  concepts that a card names, of all concepts
sourced  share of cards that name their source
words    median length of a prompt
checked  share of cards that the machine checks, not the learner
choice   cards with one right option, about which the last table is
longest  share whose right option is the only longest, and what it may be
length   mean length of right options over that of wrong ones: 0.85 to 1.15
place    where right options are written, and the share one place may have\
"""


def figure_lines(total: Figures) -> Iterator[str]:
    """The tables of each deck, then, if there are several, a row for each."""
    for block in [*total.topics, *([total] if len(total.topics) > 1 else [])]:
        yield f"{block.title} ({block.id}), {block.cards} cards" if block is not total else block.title
        for columns in (CONTENTS, list(_types(block)), CHOICES):
            yield ""
            yield from _table(block, columns)
        yield ""
        yield ""
    yield from LEGEND.splitlines()


def _types(block: Figures) -> Iterator[Column]:
    """A column for each type of card that occurs, choices with one right option and with several apart."""
    for name, count in block.types.items():
        if name == "choice" and count:
            yield "choice", lambda row: str(row.types["choice"] - row.multi)
            yield "multi", lambda row: str(row.multi)
        elif count:
            yield name, partial(_count, name)
    yield "checked", lambda row: _share(row.machine_checked)


def _table(block: Figures, columns: Sequence[Column]) -> Iterator[str]:
    """A row for each part of the block, then one for all of it, under the titles of the columns."""
    parts = [*block.topics, block]
    cells = [[title, *map(show, parts)] for title, show in columns]
    widths = [max(map(len, column)) for column in cells]
    names = ["", *(part.id.split("/")[-1] for part in block.topics), "all"]
    gap = "  " if sum(widths) + 2 * len(widths) + max(map(len, names)) <= WIDTH else " "
    room = min(max(map(len, names)), WIDTH - sum(widths) - len(gap) * len(widths))
    for name, *row in zip(names, *cells, strict=True):
        shown = name if len(name) <= room else name[: room - 1] + "…"
        yield gap.join([shown.ljust(room), *(cell.rjust(width) for cell, width in zip(row, widths, strict=True))])


def _count(type: str, row: Figures) -> str:
    return str(row.types[type])


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
