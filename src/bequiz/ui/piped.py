"""Review from a pipe: lines in, lines out. Nothing is drawn, nothing blocks, no escape code is printed."""

import sys
import time
from contextlib import suppress
from typing import TextIO

from bequiz.grading.judging import expected
from bequiz.model.errors import NotRun
from bequiz.model.question import Verdict
from bequiz.study import answering
from bequiz.study.answering import Asked
from bequiz.study.session import Session
from bequiz.ui.lines import GRADES, question_lines, summary_lines, verdict_lines


def review(session: Session, stdin: TextIO) -> None:
    """One line is one answer, in the form of `--response`; a flip takes its grade, 1 to 4. `q` or the end ends it."""
    with suppress(KeyboardInterrupt):
        _answer_all(session, stdin)
    for line in summary_lines(session.summary(), cram=session.cram):
        print(line)


def _answer_all(session: Session, stdin: TextIO) -> None:
    while asked := session.next():
        print(f"[{asked.question.card}]")
        for line in question_lines(asked.question):
            print(line)
        sys.stdout.flush()
        started = time.monotonic()
        given = _read(stdin, asked)
        while given is not None and not _answer(session, asked, given, int((time.monotonic() - started) * 1000)):
            given = _read(stdin, asked)
        if given is None:
            break
        print()


def _read(stdin: TextIO, asked: Asked) -> str | None:
    """The next answer; None at the end. A flip's line must be a grade or empty, others are passed over with a word."""
    for text in stdin:
        line = text.rstrip("\n")
        if line == "q":
            return None
        if not answering.needs_quality(asked.card) or not line.strip() or line.strip() in ("1", "2", "3", "4"):
            return line
        print("A flip takes its grade: 1 again, 2 hard, 3 good, 4 easy.")
    return None


def _answer(session: Session, asked: Asked, line: str, ms: int) -> bool:
    """Judge and record an answer; False for SQL that cannot be run, in whose place the next line is taken."""
    if answering.needs_quality(asked.card):
        quality = GRADES[int(line)][0] if line.strip() else 1
        answer = expected(asked.card, asked.question)
        verdict = Verdict(outcome="self", quality=quality, expected=answer, why=asked.card.why)
    else:
        try:
            verdict = answering.check(session.collection, asked, line)
        except NotRun as error:
            print(error)
            return False
        quality = verdict.quality
    session.answer(asked, quality, verdict, line, ms, hinted=False)
    for text in verdict_lines(verdict, asked.card.source, asked.card.url):
        print(text)
    return True
