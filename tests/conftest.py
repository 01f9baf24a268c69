"""What tests share: a collection for each test, a clock that stands still, and the command line in process."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bequiz.__main__ import main
from bequiz.model.env import Env
from bequiz.study.collection import Collection, opened

ROOT = Path(__file__).parent.parent
DECKS = ROOT / "decks"
MORNING = "2026-11-22T08:00:00+01:00"

SMALL_DECK = """\
deck: small
title: A small deck
topics:
  - topic: first
    title: First
    cards:
      - {id: flip, type: flip, prompt: Say A., answer: A, points: [one, two]}
      - {id: typed, type: typed, prompt: Half of 84?, accept: ['42', forty-two], reject: {'21': 'A quarter.'},
         hint: Above 40.}
      - id: pick
        type: choice
        prompt: Which is even?
        options:
          - {text: two, correct: true, why: 2 = 2 x 1.}
          - {text: three, why: 3 is odd.}
          - {text: five, why: 5 is odd.}
  - topic: second
    title: Second
    cards:
      - id: several
        type: choice
        multi: yes
        prompt: Which are even? Select all.
        options:
          - {text: two, correct: true}
          - {text: four, correct: true}
          - {text: seven, why: odd}
          - {text: nine, why: odd}
      - {id: gap, type: cloze, prompt: 'Roses are {{red|crimson}}.'}
      - {id: steps, type: order, prompt: Order them., steps: [alpha, beta, gamma, delta]}
  - topic: third
    title: Third
    cards:
      - {id: prints, type: code, lang: python, prompt: What does it print?, code: 'print(1 + 1)', expect: '2'}
      - {id: bug, type: bug, lang: text, prompt: Which line is wrong?, artefact: "1 + 1 = 2\\n1 + 2 = 4\\n",
         lines: [2], fix: 1 + 2 = 3}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own, and a clock that stands still on a Sunday morning."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BEQUIZ_HOME", str(folder))
    monkeypatch.setenv("BEQUIZ_NOW", MORNING)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A deck with a card of every type, as a file."""
    file = tmp_path / "small.yaml"
    file.write_text(SMALL_DECK)
    return file


@pytest.fixture
def only_small(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collection whose only deck is the small one, as if it came with bequiz."""
    shipped = tmp_path / "shipped"
    (shipped / "small").mkdir(parents=True)
    (shipped / "small" / "deck.yaml").write_text(SMALL_DECK)
    monkeypatch.setattr("bequiz.cli.edge.shipped_decks", lambda: str(shipped))
    return shipped


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Call it with decks as text: they are the whole collection, in this order, as if they came with bequiz."""

    def put(*decks: str) -> Path:
        shipped = tmp_path / "shipped"
        for place, text in enumerate(decks):
            (shipped / f"{place:02}").mkdir(parents=True, exist_ok=True)
            (shipped / f"{place:02}" / "deck.yaml").write_text(text)
        monkeypatch.setattr("bequiz.cli.edge.shipped_decks", lambda: str(shipped))
        return shipped

    return put


class Result:
    """What a command line did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def bequiz(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run a command line in this process, through the same door as the installed program."""

    def run(*words: str, now: str | None = None, stdin: str = "") -> Result:
        import io
        import sys

        if now:
            monkeypatch.setenv("BEQUIZ_NOW", now)
        monkeypatch.setattr(sys, "argv", ["bequiz", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as leaving:
            main()
        out, err = capsys.readouterr()
        code = leaving.value.code
        return Result(code if isinstance(code, int) else 0, out, err)

    return run


@pytest.fixture
def collection(home: Path, only_small: Path) -> Iterator[Collection]:
    """The small collection, open."""
    with opened(env_at(home, only_small)) as found:
        yield found


def env_at(home: Path, shipped: Path, now: str = MORNING) -> Env:
    return Env(str(home), str(shipped), dt.datetime.fromisoformat(now))


def day(offset: int) -> str:
    """The morning so many days after the first, for BEQUIZ_NOW."""
    return (dt.datetime.fromisoformat(MORNING) + dt.timedelta(days=offset)).isoformat()


def with_home(home: Path) -> dict[str, str]:
    """The environment for a process of its own."""
    return {**os.environ, "BEQUIZ_HOME": str(home), "BEQUIZ_NOW": MORNING}
