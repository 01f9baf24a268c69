"""A review played by a script of keys on a terminal that exists only in memory."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyte
from rich.console import Console

from bequiz.study.session import Session
from bequiz.ui import reviewing


class Played:
    """Keys from a list; what the screen shows is kept each time a key is read. Then the learner leaves."""

    def __init__(self, keys: Sequence[str], width: int, height: int) -> None:
        self.keys = list(keys)
        self.screens: list[str] = []
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.Stream(self.screen)
        self.file = io.StringIO()
        self.edits = 0

    def look(self) -> str:
        self.stream.feed(self.file.getvalue().replace("\n", "\r\n"))
        self.file.seek(0)
        self.file.truncate()
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def read(self) -> str:
        self.screens.append(self.look())
        return self.keys.pop(0) if self.keys else "ctrl-c"

    @contextmanager
    def cooked(self) -> Iterator[None]:
        self.edits += 1
        yield


def keys(script: str) -> list[str]:
    """`4 2 enter <some text> enter` -> keys; text between angle brackets is typed letter by letter."""
    found: list[str] = []
    for part in script.split("<"):
        text, bracket, rest = part.partition(">")
        found += [*text, *rest.split()] if bracket else text.split()
    return found


def play(session: Session, script: str, width: int = 80, height: int = 24) -> list[str]:
    """Play the script; returns the screen before each key and before leaving."""
    played = Played(keys(script), width, height)
    console = Console(
        file=played.file, width=width, height=height, force_terminal=True, color_system="truecolor", highlight=False
    )
    reviewing.review(session, played, console)
    return played.screens
