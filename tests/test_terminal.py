"""The installed program on a real pseudo-terminal."""

import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

import pexpect
import pyte
import pytest

from tests.conftest import with_home

BEQUIZ = str(Path(sys.executable).parent / "bequiz")


class Terminal:
    """`bequiz` on a terminal of the given size, and what its screen shows."""

    def __init__(self, home: Path, *words: str, width: int = 80, height: int = 24, **environment: str) -> None:
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        env = {**with_home(home), "TERM": "xterm-256color", **environment}
        self.process = pexpect.spawn(BEQUIZ, list(words), env=env, dimensions=(height, width), timeout=10)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, wanted: str, seconds: float = 10) -> str:
        """Read until the screen shows `wanted`."""
        until = time.monotonic() + seconds
        while wanted not in self.text():
            assert time.monotonic() < until, f"{wanted!r} did not appear on:\n{self.text()}"
            self._read()
        return self.text()

    def end(self) -> int | None:
        """Read until the program has ended; its exit code."""
        while self._read():
            pass
        self.process.wait()
        return self.process.exitstatus

    def press(self, keys: str) -> None:
        self.process.send(keys)

    def _read(self) -> bool:
        try:
            data = self.process.read_nonblocking(65536, timeout=0.2)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        shown, left, after = data.partition(b"\x1b[?1049l")
        self.stream.feed(shown)
        if left:  # pyte knows no second screen: the first one comes back empty
            self.screen.reset()
            self.stream.feed(after)
        return True


def recorded(home: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(home / "bequiz.db") as db:
        return db.execute("SELECT kind, quality FROM event ORDER BY id").fetchall()


def test_a_short_morning(home):
    terminal = Terminal(home, "review", "--limit", "3")
    screen = terminal.wait("skip")
    assert "Stage 1" in screen.splitlines()[0]
    assert "10 left" in screen.splitlines()[0] or "3 left" in screen.splitlines()[0]
    for _ in range(3):
        terminal.press("\r")
        terminal.wait("again")
        terminal.press("1")
        time.sleep(0.1)
    assert terminal.end() == 0
    assert recorded(home) == [("review", 1)] * 3
    assert "right first time" in terminal.text()
    assert "Tomorrow: 3 cards due" in terminal.text()


@pytest.mark.parametrize("keys", ["\x03", "\x04", "q", "\x11"], ids=["Ctrl-C", "Ctrl-D", "q", "Ctrl-Q"])
def test_leaving_is_no_error_and_gives_the_terminal_back(home, keys):
    terminal = Terminal(home, "review", "--topic", "languages", "--level", "working")
    terminal.wait("skip")
    terminal.press(keys if keys != "q" or "1–" in terminal.text() else "\x03")
    assert terminal.end() == 0
    assert b"\x1b[?1049l" in terminal.raw and b"\x1b[?25h" in terminal.raw
    assert "No answer given." in terminal.text()


def test_ctrl_c_keeps_an_answer_that_was_given(home):
    terminal = Terminal(home, "review")
    terminal.wait("skip")
    terminal.press("nonsense\r")
    terminal.wait("again")
    terminal.press("\x03")
    assert terminal.end() == 0
    assert recorded(home) == [("review", 1)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_polite_kill_is_an_end_too(home, number):
    terminal = Terminal(home, "review")
    terminal.wait("skip")
    os.kill(terminal.process.pid, number)
    assert terminal.end() == 0
    assert b"\x1b[?1049l" in terminal.raw


def test_a_change_of_size_redraws(home):
    terminal = Terminal(home, "review")
    terminal.wait("skip")
    terminal.screen.resize(lines=30, columns=120)
    terminal.process.setwinsize(30, 120)
    terminal.wait("skip")
    time.sleep(0.3)
    terminal.wait("^C quit")
    terminal.press("\x03")
    assert terminal.end() == 0


def test_no_colour_where_none_is_wanted(home):
    terminal = Terminal(home, "review", NO_COLOR="1")
    terminal.wait("skip")
    terminal.press("\r")
    terminal.wait("again")
    terminal.press("\x03")
    terminal.end()
    assert b"\x1b[31m" not in terminal.raw and b"\x1b[1;31m" not in terminal.raw


def test_a_dumb_terminal_is_told_about_linear(home):
    terminal = Terminal(home, "review", TERM="dumb")
    assert terminal.end() == 1
    assert "--linear" in terminal.text()


def test_linear_draws_nothing(home):
    terminal = Terminal(home, "review", "--linear", "--limit", "2", height=60)
    terminal.wait("what it prints")
    terminal.press("whatever\r")
    terminal.wait("Grade, Enter for again")
    terminal.press("\r")
    terminal.wait("Card 2")
    terminal.press(":skip\r")
    terminal.wait("Card 2, ")
    terminal.press(":quit\r")
    assert terminal.end() == 0
    assert b"\x1b" not in terminal.raw.replace(b"\x1b[?2004h", b"").replace(b"\x1b[?2004l", b"")
    assert recorded(home) == [("review", 1)]


def test_the_editor_gets_a_terminal_of_its_own(home, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho EDITING; sleep 0.3\n")
    editor.chmod(0o755)
    terminal = Terminal(home, "review", EDITOR=str(editor))
    terminal.wait("skip")
    terminal.press("\x05")
    terminal.wait("EDITING")
    terminal.wait("skip")
    terminal.press("\x03")
    assert terminal.end() == 0
    assert not list((home / "overrides").glob("*.yaml")), "a card merely looked at is not copied"


def test_keys_typed_ahead_are_not_lost(home):
    terminal = Terminal(home, "review", "--limit", "2")
    terminal.wait("skip")
    terminal.press("abc\r1")
    terminal.wait("2 · ")
    terminal.press("\x03")
    assert terminal.end() == 0
    assert recorded(home) == [("review", 1)]
