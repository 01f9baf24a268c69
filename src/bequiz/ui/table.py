"""What a review on a terminal goes round: the session, the keys, the screen, and what each key means."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.text import Text

from bequiz.store import catalogue
from bequiz.study.answering import Asked
from bequiz.study.session import Session
from bequiz.ui import faces
from bequiz.ui.keys import Draft, Keys
from bequiz.ui.plain import plain
from bequiz.ui.screen import WIDEST, Screen

COMMANDS = {
    "u": "undo", "s": "skip", "b": "bury", "x": "suspend", "f": "flag", "e": "edit", "t": "hint",
    "?": "help", "q": "quit",
}  # fmt: skip
# Where text is typed: the same letters with Ctrl.
CTRL_COMMANDS = {f"ctrl-{key}": command for key, command in COMMANDS.items() if key != "?"} | {"ctrl-g": "help"}
ANY_COMMANDS = COMMANDS | CTRL_COMMANDS
ENTER_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[2J"
LEAVE_SCREEN = "\x1b[?25h\x1b[?1049l"
LEAVING = ("ctrl-c", "ctrl-d")


class Quit(Exception):
    """The learner has had enough; what they answered is on disk."""


class Table:
    """What a review on a terminal needs: the session, the keys, the screen, and a message for the next screen."""

    def __init__(self, session: Session, keys: Keys, console: Console) -> None:
        self.session = session
        self.keys = keys
        self.screen = Screen(console)
        self.message = ""
        self.hinted = False
        self.picked: list[int] = []
        self.started = time.monotonic()
        self.draft = Draft()
        self.written: list[str] = []
        self.retried = False

    def read(self, draw: Callable[[], None]) -> str:
        """Draw, then return the next key that is neither for scrolling nor a change of size."""
        while True:
            draw()
            key = self.keys.read()
            if key == "resize":
                self.screen.console.file.write("\x1b[2J")
            elif not self.screen.scroll(key):
                self.message = ""
                return key


@contextmanager
def whole_screen(console: Console) -> Iterator[None]:
    """The terminal's other screen, without its cursor; what was there before comes back."""
    console.file.write(ENTER_SCREEN)
    try:
        yield
    finally:
        console.file.write(LEAVE_SCREEN)
        console.file.flush()


def leave(key: str) -> None:
    """Raise Quit if the key is one of those that end the review."""
    if key in LEAVING:
        raise Quit


def head(table: Table, asked: Asked) -> Text:
    """The head line: where we are, how much is left."""
    session = table.session
    row = catalogue.card(session.collection.db, asked.question.card)
    deck, topic = catalogue.titles(session.collection.db, asked.question.card)
    left = session.left()
    clock = session.minutes_left()
    minutes = session.minutes_needed(left) if clock is None else clock
    place = f"{len(session.done) + 1} · {left} left · {'~' if clock is None else ''}{max(1, round(minutes))} min"
    width = min(table.screen.console.width, WIDEST)
    return faces.head(row.stage if row else None, deck, topic, ("cram · " if session.cram else "") + place, width)


def asides(table: Table, asked: Asked) -> list[RenderableType]:
    """The hint, if it was asked for, and what there is to be told."""
    said: list[RenderableType] = []
    if table.hinted and asked.question.hint:
        said += [Text(""), Text.assemble(("Hint: ", "bold"), plain(asked.question.hint))]
    if table.message:
        said += [Text(""), Text(plain(table.message), "yellow")]
    return said
