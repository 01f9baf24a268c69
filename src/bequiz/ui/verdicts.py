"""After an answer: the verdict on the screen, the grade, and the second try that SQL gets."""

from functools import partial

from rich.console import RenderableType
from rich.text import Text

from bequiz.grading.judging import expected, grade_points
from bequiz.model.cards import Flip, Sql, Tune
from bequiz.model.errors import NotRun
from bequiz.model.question import Verdict
from bequiz.study import answering
from bequiz.study.answering import Asked
from bequiz.ui import faces
from bequiz.ui.commands import command
from bequiz.ui.keys import Draft
from bequiz.ui.lines import GRADES
from bequiz.ui.plain import plain
from bequiz.ui.table import COMMANDS, LEAVING, Quit, Table, head, leave


def judge(table: Table, asked: Asked, response: str, ms: int) -> str:
    """Show the verdict and record the grade; `again` if the learner takes the answer back."""
    card = asked.card
    if isinstance(card, Flip):
        verdict = Verdict(outcome="self", quality=4, expected=expected(card, asked.question), why=card.why)
    else:
        try:
            verdict = answering.check(table.session.collection, asked, response, hinted=table.hinted)
        except NotRun as error:
            table.message, table.draft = str(error), Draft(response, len(response) if error.at is None else error.at)
            return "again"
    if isinstance(card, Sql | Tune) and verdict.outcome == "wrong" and not table.retried:
        table.retried = True
        if _tries_again(table, asked, verdict, response, ms):
            return "again"
    quality = min(verdict.quality, 3) if table.retried else verdict.quality
    ticks: list[bool] = []
    while True:
        try:
            key = table.read(partial(_draw_verdict, table, asked, verdict, response, quality, ticks))
        except KeyboardInterrupt:
            key = "ctrl-c"
        points = card.points if isinstance(card, Flip) else ()
        if key in ("y", "n") and len(ticks) < len(points):
            ticks.append(key == "y")
            quality = grade_points(sum(ticks), len(points))
            continue
        if key == "backspace" and ticks:
            ticks.pop()
            quality = grade_points(sum(ticks), len(points)) if ticks else verdict.quality
            continue
        if key in ("enter", " ") or key in LEAVING:
            if key in LEAVING and isinstance(card, Flip) and not ticks:
                raise Quit  # the learner has looked, but said nothing about it: no answer was given
            _record(table, asked, quality, verdict, response, ms)
            leave(key)
            return "done"
        if key.isdecimal() and int(key) in GRADES:
            _record(table, asked, GRADES[int(key)][0], verdict, response, ms)
            return "done"
        if key == "=" and verdict.outcome in ("wrong", "near"):
            _record(table, asked, 4, verdict, response, ms)
            if asked.question.mode == "text" and asked.question.drawn is None and response.strip():
                _offer_to_remember(table, asked, response)
            return "done"
        if key == "u":
            return "again"
        if key in ("e", "f", "?", "q"):
            if key == "q":
                _record(table, asked, quality, verdict, response, ms)
                raise Quit
            left = command(table, asked, COMMANDS[key])
            if key == "e":
                return "again" if left else "done"


def _tries_again(table: Table, asked: Asked, verdict: Verdict, response: str, ms: int) -> bool:
    """Show what is wrong with SQL, not what would be right: whether the learner tries once more."""
    from bequiz.ui import sheets

    body = [Text.assemble(("Wrong. ", "bold red"), verdict.feedback), Text(""), *sheets.verdict_face(verdict, response)]
    foot = Text("Enter try once more (worth hard at most) · a show the answer · q quit", "dim")
    top = head(table, asked)
    table.screen.at = 0
    while (key := table.read(lambda: table.screen.draw(top, body, foot))) not in ("enter", "a"):
        if key == "q" or key in LEAVING:
            _record(table, asked, verdict.quality, verdict, response, ms)
            raise Quit
    return key == "enter"


def _record(table: Table, asked: Asked, quality: int, verdict: Verdict, response: str, ms: int) -> None:
    table.session.answer(asked, quality, verdict, response or None, ms, table.hinted)


def _draw_verdict(table: Table, asked: Asked, verdict: Verdict, response: str, quality: int, ticks: list[bool]) -> None:
    session = table.session
    body = faces.answer_face(asked, verdict, response)
    if isinstance(asked.card, Flip) and asked.card.points:
        body += _points(asked.card.points, ticks)
    today = session.collection.env.day
    days = answering.futures(asked, today.toordinal()) if not session.cram else dict.fromkeys(answering.GRADES)
    body += faces.grades_face(quality, days, today)
    if table.message:
        body += [Text(""), Text(plain(table.message), "yellow")]
    name = next(name for value, name in GRADES.values() if value == quality)
    mine = "= I was right · " if verdict.outcome in ("wrong", "near") else ""
    foot = f"Enter {name} · 1–4 grade · {mine}u take back · ? all keys · q quit"
    table.screen.draw(head(table, asked), body, Text(foot, "dim"))


def _points(points: tuple[str, ...], ticks: list[bool]) -> list[RenderableType]:
    """The points of a flip, ticked one by one."""
    lines: list[RenderableType] = [Text("")]
    for place, point in enumerate(points):
        sign = ("✓" if ticks[place] else "✗") if place < len(ticks) else "·"
        ask = "   did you have this? y n" if place == len(ticks) else ""
        lines.append(Text.assemble((f"  {sign} ", "bold"), plain(point), (ask, "bold cyan")))
    return lines


def _offer_to_remember(table: Table, asked: Asked, response: str) -> None:
    body: list[RenderableType] = [
        Text(f'Accept "{plain(response)}" as right from now on?'),
        Text(""),
        Text("y yes, for me · n no", "bold"),
    ]
    top = head(table, asked)
    foot = Text("y yes · n no", "dim")
    while (key := table.read(lambda: table.screen.draw(top, body, foot))) not in ("y", "n", "enter", "escape"):
        leave(key)
    if key == "y":
        answering.note(table.session.collection, asked.question.card, "accept", text=response)
