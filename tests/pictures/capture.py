"""Make the README's pictures: `bequiz` run on a real pseudo-terminal, its screens kept as SVG.

    python -m tests.pictures.capture

Writes question.svg, verdict.svg and report.svg beside this file.
"""

import io
import itertools
import os
import re
import tempfile
import time
from pathlib import Path

import pexpect
import pyte
from rich.console import Console
from rich.text import Text

from tests.test_terminal import BEQUIZ

HERE = Path(__file__).parent
NOW = "2026-11-22T08:00:00+01:00"
COLOURS = {"default": "", "brown": "yellow", "brightbrown": "bright_yellow"}


def colour(name: str) -> str:
    if re.fullmatch("[0-9a-f]{6}", name):
        return f"#{name}"
    return COLOURS.get(name, name.replace("bright", "bright_") if name.startswith("bright") else name)


def style_of(char: pyte.screens.Char) -> str:
    words = (
        "bold" if char.bold else "", "italic" if char.italics else "", "reverse" if char.reverse else "",
        "underline" if char.underscore else "", colour(char.fg),
    )  # fmt: skip
    return " ".join(word for word in words if word)


def as_text(screen: pyte.Screen) -> Text:
    """The screen's characters with their colours, the empty lines at its end left out."""
    lines = []
    for row in range(screen.lines):
        line = Text()
        chars = [screen.buffer[row][column] for column in range(screen.columns)]
        for style, run in itertools.groupby(chars, style_of):
            line.append("".join(char.data for char in run), style)
        line.rstrip()
        lines.append(line)
    while lines and not lines[-1].plain:
        lines.pop()
    return Text("\n").join(lines)


def save(screen: pyte.Screen, name: str, title: str) -> None:
    console = Console(
        record=True, width=screen.columns, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(as_text(screen))
    (HERE / f"{name}.svg").write_text(console.export_svg(title=title, unique_id=f"bequiz-{name}") + "\n")


class Recording:
    """`bequiz` on a terminal, followed by pyte."""

    def __init__(self, home: str, *words: str, height: int = 24, now: str = NOW) -> None:
        self.screen = pyte.Screen(80, height)
        self.stream = pyte.ByteStream(self.screen)
        environment = {**os.environ, "BEQUIZ_HOME": home, "BEQUIZ_NOW": now, "TERM": "xterm-256color", "COLORTERM": ""}
        self.process = pexpect.spawn(BEQUIZ, list(words), env=environment, dimensions=(height, 80))

    def press(self, keys: str) -> None:
        self.process.send(keys)
        self.settle()

    def settle(self, seconds: float = 0.7) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self.stream.feed(self.process.read_nonblocking(65536, timeout=0.1))
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return


def half_a_year(home: str) -> None:
    """A learner who comes most days and is right four times out of five, through the door that scripts use."""
    import datetime as dt
    import random

    from bequiz.cli.edge import shipped_decks
    from bequiz.model.env import Env
    from bequiz.study import answering
    from bequiz.study.collection import opened
    from bequiz.study.queue import next_card

    dice = random.Random(4)
    start = dt.datetime.fromisoformat(NOW) - dt.timedelta(days=150)
    for offset in range(151):
        if dice.random() < 0.15 and offset < 147:
            continue
        with opened(Env(home, shipped_decks(), start + dt.timedelta(days=offset, minutes=-30))) as collection:
            last = ""
            for _ in range(dice.randint(12, 45) if offset < 150 else 6):
                id = next_card(collection.db, collection.day, new=collection.new_allowed(), last_topic=last)
                if id is None:
                    break
                last = collection.find(id).topic
                quality = dice.choices((1, 3, 4, 5), (14, 12, 60, 14))[0]
                answering.record(collection, answering.put(collection, id), quality, ms=dice.randint(5000, 16000))


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        Recording(home, "due").settle(2)
        review = Recording(home, "review", "--topic", "databases/transactions", "--level", "senior")
        review.settle(2)
        for _ in range(12):
            if "1–3 answer" in "\n".join(review.screen.display):
                break
            review.press("\x13" if "^S" in "\n".join(review.screen.display) else "s")
        save(review.screen, "question", "bequiz review")
        review.press("1")
        save(review.screen, "verdict", "bequiz review")
        review.press("\x03")
    with tempfile.TemporaryDirectory() as home:
        half_a_year(home)
        report = Recording(home, "report", height=96)
        report.settle(3)
        save(report.screen, "report", "bequiz report")


if __name__ == "__main__":
    main()
