"""Review as lines of text, for screen readers: nothing is drawn, nothing moves, every command is a word."""

import time

import msgspec

from bequiz.grading.judging import expected, grade_points
from bequiz.model.cards import Flip, Sql, Tune
from bequiz.model.errors import BequizError, NotRun
from bequiz.model.question import Verdict
from bequiz.store import catalogue
from bequiz.study import answering
from bequiz.study.answering import Asked
from bequiz.study.session import Session
from bequiz.ui.lines import GRADES, day_name, how_to_answer, question_lines, summary_lines, verdict_lines
from bequiz.ui.plain import plain
from bequiz.ui.rows import detail_lines

HELP = """\
Type your answer and press Enter; an empty line shows the answer.
Commands begin with a colon: :undo :skip :bury :suspend :flag NOTE :edit :hint :help :quit (or q).
After an answer: Enter accepts the proposed grade, 1 again, 2 hard, 3 good, 4 easy, = I was right.
:undo takes the answer back."""


class Quit(Exception):
    """The learner has had enough."""


def review(session: Session) -> None:
    print(HELP)
    try:
        while asked := session.next():
            _turn(session, asked)
    except (Quit, KeyboardInterrupt):
        print()
    for line in summary_lines(session.summary(), cram=session.cram):
        print(line)


def _input(prompt: str) -> str:
    try:
        line = input(prompt)
    except EOFError:
        raise Quit from None
    if line.strip() in ("q", ":q", ":quit"):
        raise Quit
    return line


def _turn(session: Session, asked: Asked) -> None:
    hinted = retried = False
    started = time.monotonic()
    _show(session, asked)
    while True:
        line = _input(f"{how_to_answer(asked.question)}: ")
        if line.startswith(":"):
            if line.strip() == ":hint":
                hinted = hinted or bool(asked.question.hint)
                print(f"Hint: {plain(asked.question.hint)}" if hinted else "This card has no hint.")
            elif not _command(session, asked, line):
                return
            continue
        try:
            verdict = _verdict(session, asked, line, hinted)
        except NotRun as error:
            print(error)
            continue
        if isinstance(asked.card, Sql | Tune) and verdict.outcome == "wrong" and not retried:
            retried = True
            try:
                if _tries_again(verdict):
                    continue
            except (Quit, KeyboardInterrupt):
                # The answer was given; leaving now does not lose it.
                session.answer(asked, verdict.quality, verdict, line, None, hinted)
                raise Quit from None
        verdict = msgspec.structs.replace(verdict, quality=min(verdict.quality, 3)) if retried else verdict
        if _graded(session, asked, line, verdict, int((time.monotonic() - started) * 1000), hinted):
            return
        _show(session, asked)


def _verdict(session: Session, asked: Asked, response: str, hinted: bool) -> Verdict:
    card = asked.card
    if isinstance(card, Flip):
        return Verdict(outcome="self", quality=4, expected=expected(card, asked.question), why=card.why)
    return answering.check(session.collection, asked, response, hinted=hinted)


def _tries_again(verdict: Verdict) -> bool:
    """Say what is wrong with SQL, not what would be right: whether the learner tries once more."""
    print(f"Wrong. {plain(verdict.feedback)}")
    for line in detail_lines(verdict.detail) if verdict.detail else ():
        print(line)
    return _input("Enter to try once more, worth hard at most, or a for the answer: ").strip() != "a"


def _show(session: Session, asked: Asked) -> None:
    deck, topic = catalogue.titles(session.collection.db, asked.question.card)
    print(f"\nCard {len(session.done) + 1}, {session.left()} left. {plain(deck)}, {plain(topic)}.")
    for line in question_lines(asked.question):
        print(line)


def _graded(session: Session, asked: Asked, response: str, verdict: Verdict, ms: int, hinted: bool) -> bool:
    """Show the verdict, ask for the grade, record it; False if the learner takes the answer back."""
    card = asked.card
    for line in verdict_lines(verdict, card.source, card.url):
        print(line)
    quality = verdict.quality
    if isinstance(card, Flip) and card.points:
        had = [_input(f"Did you have this: {plain(point)}? y or n: ").strip() == "y" for point in card.points]
        quality = grade_points(sum(had), len(had))
    grade = _ask_grade(session, asked, quality)
    if grade is None:
        return False
    mine = grade == "=" and verdict.outcome in ("wrong", "near")
    worth = 4 if mine else GRADES[int(grade)][0] if grade.isdecimal() else quality
    session.answer(asked, worth, verdict, response or None, ms, hinted)
    if mine and asked.question.mode == "text" and asked.question.drawn is None and response.strip():  # noqa: SIM102 - asking is not a condition
        if _input(f'Accept "{plain(response)}" as right from now on? y or n: ').strip() == "y":
            answering.note(session.collection, asked.question.card, "accept", text=response)
    return True


def _ask_grade(session: Session, asked: Asked, quality: int) -> str | None:
    """The grade typed, an empty text for the proposed one; None to take the answer back."""
    today = session.collection.env.day
    days = answering.futures(asked, today.toordinal())
    told = [
        f"{key} {name}" + ("" if session.cram else f" {day_name(days[worth], today)}")
        for key, (worth, name) in GRADES.items()
    ]
    name = next(name for worth, name in GRADES.values() if worth == quality)
    print("Grades: " + ", ".join(told) + ".")
    while True:
        try:
            grade = _input(f"Grade, Enter for {name}: ").strip()
        except (Quit, KeyboardInterrupt):
            # The answer was given; leaving now does not lose it.
            if not isinstance(asked.card, Flip):
                session.answer(asked, quality, None, None, None, False)
            raise Quit from None
        if grade in ("", "=", "1", "2", "3", "4"):
            return grade
        if grade == ":undo":
            return None
        if not grade.startswith(":") or not _command(session, asked, grade):
            print("A grade is 1 to 4, = for I was right, or Enter.")


def _command(session: Session, asked: Asked, line: str) -> bool:
    """Do what a command says; False if another card is due then."""
    word, _, rest = line[1:].strip().partition(" ")
    collection, card = session.collection, asked.question.card
    try:
        match word:
            case "undo":
                event = session.undo()
                print(f"Undone: {'answer to' if event.quality is not None else event.kind} {event.card}.")
                return event.quality is None
            case "skip":
                session.skip(card)
            case "bury":
                answering.bury(collection, card)
            case "suspend":
                answering.note(collection, card, "suspend")
            case "flag":
                answering.note(collection, card, "flag", note=rest)
                print("Flagged.")
                return True
            case "edit":
                from bequiz.study import editing

                for problem in editing.edit(collection, card):
                    print(plain(str(problem)))
                if catalogue.card(collection.db, card):
                    session.ask_again(card)
            case _:
                print(HELP)
                return True
    except BequizError as error:
        print(plain(str(error)))
        return True
    return False
