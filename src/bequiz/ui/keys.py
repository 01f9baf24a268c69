"""Keys from a terminal, one at a time, by name: `a`, `enter`, `backspace`, `left`, `ctrl-u`, `resize`."""

import codecs
import os
import select
import signal
import sys
import termios
import tty
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, Protocol

_SEQUENCES = {
    "[A": "up", "[B": "down", "[C": "right", "[D": "left", "[H": "home", "[F": "end", "OH": "home", "OF": "end",
    "OA": "up", "OB": "down", "OC": "right", "OD": "left", "[1~": "home", "[4~": "end", "[7~": "home", "[8~": "end",
    "[3~": "delete", "[5~": "page-up", "[6~": "page-down",
}  # fmt: skip
_NAMES = {"\r": "enter", "\n": "enter", "\x7f": "backspace", "\x08": "backspace", "\t": "tab", "\x1b": "escape"}
_ESCAPE_PAUSE = 0.05


class Keys(Protocol):
    """Where keys come from: a terminal, or a script in a test."""

    def read(self) -> str:
        """The next key; `ctrl-d` when there are no more."""

    def cooked(self) -> AbstractContextManager[None]:
        """A context in which the terminal is as other programs expect it."""

    def take(self) -> str:
        """What was typed ahead and is not read yet, for another reader."""

    def give(self, text: str) -> None:
        """What another reader leaves unread."""


class TerminalKeys:
    """Keys of the terminal on standard input. To be used as a context: the terminal is put back at its end."""

    def __init__(self) -> None:
        self._fd = sys.stdin.fileno()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting: deque[str] = deque()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)

    def __enter__(self) -> "TerminalKeys":
        self._before = termios.tcgetattr(self._fd)
        self._raw()
        self._handlers = {
            signal.SIGWINCH: signal.signal(signal.SIGWINCH, self._resized),
            # A polite kill or a closed window is an end by Ctrl-C: what was answered is kept.
            signal.SIGTERM: signal.signal(signal.SIGTERM, _interrupt),
            signal.SIGHUP: signal.signal(signal.SIGHUP, _interrupt),
        }
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._restore()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _raw(self) -> None:
        tty.setraw(self._fd, termios.TCSADRAIN)
        mode = termios.tcgetattr(self._fd)
        mode[1] |= termios.OPOST  # output stays as programs write it: a newline returns to the first column
        termios.tcsetattr(self._fd, termios.TCSADRAIN, mode)

    def _restore(self) -> None:
        termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)

    @contextmanager
    def cooked(self) -> Iterator[None]:
        self._restore()
        try:
            yield
        finally:
            self._raw()

    def take(self) -> str:
        text = "".join(self._waiting)
        self._waiting.clear()
        return text

    def give(self, text: str) -> None:
        self._waiting.extend(text)

    def _resized(self, *_signal_and_frame: object) -> None:
        os.write(self._wake_write, b"r")

    def read(self) -> str:
        while True:
            if self._waiting:
                return self._next()
            ready, _, _ = select.select([self._fd, self._wake_read], [], [])
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
                return "resize"
            if not self._fill():
                return "ctrl-d"

    def _fill(self) -> bool:
        data = os.read(self._fd, 4096)
        self._waiting.extend(self._decoder.decode(data))
        return bool(data)

    def _next(self) -> str:
        key = self._waiting.popleft()
        if key == "\x1b":
            return self._sequence()
        if key in _NAMES:
            return _NAMES[key]
        if ord(key) < 32:
            return f"ctrl-{chr(ord(key) + 96)}"
        return key

    def _sequence(self) -> str:
        """What follows an escape: a key of its own, or nothing, when Escape itself was pressed."""
        if not self._waiting and not select.select([self._fd], [], [], _ESCAPE_PAUSE)[0]:
            return "escape"
        if not self._waiting:
            self._fill()
        if not self._waiting or self._waiting[0] not in "[O":
            return "escape"
        text = self._waiting.popleft()
        while self._waiting:
            text += self._waiting.popleft()
            if text[-1].isalpha() or text[-1] == "~":
                break
        return _SEQUENCES.get(text, "unknown")


def _interrupt(*_signal_and_frame: object) -> None:
    raise KeyboardInterrupt


class Draft(NamedTuple):
    """A statement being written, and where the cursor stands in it."""

    text: str = ""
    at: int = 0


class Line:
    """A line being typed, and where the cursor stands in it."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.at = len(text)

    def press(self, key: str) -> bool:
        """Take a key; False if it is none that edits a line."""
        before, after = self.text[: self.at], self.text[self.at :]
        match key:
            case "backspace":
                before = before[:-1]
            case "delete":
                after = after[1:]
            case "left":
                self.at = max(0, self.at - 1)
                return True
            case "right":
                self.at = min(len(self.text), self.at + 1)
                return True
            case "home" | "ctrl-a":
                self.at = 0
                return True
            case "end":
                self.at = len(self.text)
                return True
            case "ctrl-w":
                before = before.rstrip()
                before = before[: before.rfind(" ") + 1]
            case "ctrl-k":
                after = ""
            case _ if len(key) == 1 and key.isprintable():
                before += key
            case _:
                return False
        self.text, self.at = before + after, len(before)
        return True
