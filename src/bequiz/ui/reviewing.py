"""The review on a terminal: one screen a card, one key or one line an answer."""

import time
from collections.abc import Sequence

from rich.console import Console

from bequiz.study import answering
from bequiz.study.answering import Asked
from bequiz.study.session import Session
from bequiz.ui.commands import command
from bequiz.ui.keys import Draft, Keys
from bequiz.ui.responses import ask
from bequiz.ui.table import COMMANDS, Quit, Table
from bequiz.ui.verdicts import judge


def review(session: Session, keys: Keys, console: Console, notices: Sequence[str] = ()) -> None:
    """Review until nothing is left or the learner leaves. Every answer is on disk before the next card is drawn."""
    table = Table(session, keys, console)
    table.message = " ".join(notices)
    try:
        while asked := session.next():
            _turn(table, asked)
    except (Quit, KeyboardInterrupt):
        pass


def _turn(table: Table, asked: Asked) -> None:
    """One card, from question to grade, or to whatever else the learner does with it."""
    table.hinted = table.retried = False
    table.draft = Draft()
    table.picked = []
    table.started = time.monotonic()
    while True:
        table.screen.at = 0
        response = ask(table, asked)
        if response in COMMANDS.values():
            fresh = command(table, asked, response)
            if fresh is None:
                return
            asked = fresh
            continue
        response = response.removeprefix(":")
        ms = int((time.monotonic() - table.started) * 1000)
        table.screen.at = None
        outcome = judge(table, asked, response, ms)
        if outcome == "again":
            asked = answering.put(table.session.collection, asked.question.card)
            continue
        return
