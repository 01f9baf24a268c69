"""The review on a terminal: one screen a card, one key or one line an answer."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from rich.console import Console, RenderableType
from rich.text import Text

from bequiz.grading.judging import expected, grade_points
from bequiz.model.cards import Flip, Sql, Tune
from bequiz.model.errors import BequizError, NotRun
from bequiz.model.problems import Problem
from bequiz.model.question import Question, Verdict
from bequiz.store import catalogue
from bequiz.study import answering
from bequiz.study.answering import Asked
from bequiz.study.session import Session
from bequiz.ui import faces
from bequiz.ui.keys import Draft, Keys, Line
from bequiz.ui.lines import GRADES, how_to_answer
from bequiz.ui.markup import styled
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

HELP = """\
**Answering**

- one option: its number; several: their numbers, then Enter
- an order: the numbers one after the other; Backspace takes one back
- a line of code: its number, then Enter; text: type it, then Enter
- SQL: Enter begins a new line, and runs the statement once it ends with `;` (`Ctrl-R` runs it as it is)
- SQL that does not compile costs nothing; a wrong result may be mended once, and is then worth hard at most
- Enter on an empty line: show me the answer

**After the answer**: Enter accepts the proposed grade, `1` to `4` choose another
`=` I was right (and remember my wording) · `u` take this answer back

**At any card** (with Ctrl where text is typed; `Ctrl-G` is help there)

- `u` undo the last answer, also of an earlier session
- `s` skip for now · `b` bury until tomorrow · `x` suspend for good
- `f` flag with a note · `e` edit the card in your editor · `t` hint
- arrow keys scroll · `q` or Ctrl-C ends; every answer given is kept
"""


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
    table.started = time.monotonic()
    while True:
        table.screen.at = 0
        response = _ask(table, asked)
        if response in COMMANDS.values():
            fresh = _command(table, asked, response)
            if fresh is None:
                return
            asked = fresh
            continue
        response = response.removeprefix(":")
        ms = int((time.monotonic() - table.started) * 1000)
        table.screen.at = None
        outcome = _judge(table, asked, response, ms)
        if outcome == "again":
            asked = answering.put(table.session.collection, asked.question.card)
            continue
        return


def _head(table: Table, asked: Asked) -> Text:
    session = table.session
    row = catalogue.card(session.collection.db, asked.question.card)
    deck, topic = catalogue.titles(session.collection.db, asked.question.card)
    left = session.left()
    clock = session.minutes_left()
    minutes = session.minutes_needed(left) if clock is None else clock
    place = f"{len(session.done) + 1} · {left} left · {'~' if clock is None else ''}{max(1, round(minutes))} min"
    width = min(table.screen.console.width, WIDEST)
    return faces.head(row.stage if row else None, deck, topic, ("cram · " if session.cram else "") + place, width)


def _ask(table: Table, asked: Asked) -> str:
    """The learner's response behind a colon, or the name of a command."""
    match asked.question.mode:
        case "reveal":
            return _ask_reveal(table, asked)
        case "pick":
            return _ask_pick(table, asked)
        case "pick-many" | "arrange":
            return _ask_several(table, asked)
        case "line" | "text":
            return _ask_line(table, asked)
        case "edit":
            return _ask_sql(table, asked)


def _drawn(table: Table, asked: Asked, foot: str, picked: list[int] | None = None, entry: Line | None = None) -> None:
    body = faces.question_face(asked.question, picked or []) + _asides(table, asked)
    table.screen.draw(_head(table, asked), body, Text(foot, "dim"), _entry(asked.question, entry) if entry else None)


def _asides(table: Table, asked: Asked) -> list[RenderableType]:
    """The hint, if it was asked for, and what there is to be told."""
    said: list[RenderableType] = []
    if table.hinted and asked.question.hint:
        said += [Text(""), Text.assemble(("Hint: ", "bold"), plain(asked.question.hint))]
    if table.message:
        said += [Text(""), Text(plain(table.message), "yellow")]
    return said


def _entry(question: Question, line: Line) -> Text:
    """The line being typed, with its cursor."""
    at = line.text[line.at : line.at + 1] or " "
    text = Text.assemble(
        ("› ", "bold cyan"), plain(line.text[: line.at]), (plain(at), "reverse"), plain(line.text[line.at + 1 :])
    )
    if not line.text:
        text.append(f"  {how_to_answer(question)}", "dim")
    return text


FOOT = "u undo · s skip · t hint · ? all keys · q quit"
SQL_FOOT = "; Enter or ^R run · ^U undo · ^S skip · ^T hint · ^E edit · ^G keys · ^C quit"
CTRL_FOOT = "Enter answer · ^U undo · ^S skip · ^T hint · ^E edit · ^G all keys · ^C quit"


def _ask_reveal(table: Table, asked: Asked) -> str:
    while True:
        key = table.read(lambda: _drawn(table, asked, f"Enter shows the answer · {FOOT}"))
        if key in ("enter", " "):
            return ":"
        _leave(key)
        if key in ANY_COMMANDS:
            return ANY_COMMANDS[key]


def _ask_pick(table: Table, asked: Asked) -> str:
    count = len(asked.question.options)
    while True:
        key = table.read(lambda: _drawn(table, asked, f"1–{count} answer · {FOOT}"))
        if key.isdecimal() and 1 <= int(key) <= count:
            return f":{key}"
        if key == "enter":
            return ":"
        _leave(key)
        if key in ANY_COMMANDS:
            return ANY_COMMANDS[key]


def _ask_several(table: Table, asked: Asked) -> str:
    """Numbers toggled (several options) or put one after the other (an order)."""
    question, picked = asked.question, list[int]()
    arrange = question.mode == "arrange"
    foot = "1–{} in order · Enter answer · {}" if arrange else "1–{} choose · Enter answer · {}"
    while True:
        key = table.read(partial(_drawn, table, asked, foot.format(len(question.options), FOOT), picked))
        if key.isdecimal() and 1 <= int(key) <= len(question.options):
            if int(key) not in picked:
                picked.append(int(key))
            elif not arrange:
                picked.remove(int(key))
            continue
        if key == "backspace" and picked:
            picked.pop()
            continue
        if key == "enter":
            missing = [number for number in range(1, len(question.options) + 1) if number not in picked]
            if arrange and len(missing) == 1:
                picked += missing
            if arrange and picked and len(missing) > 1:
                table.message = f"Still to be placed: {', '.join(map(str, missing))}."
                continue
            return ":" + (" " if arrange else ",").join(map(str, picked))
        _leave(key)
        if key in ANY_COMMANDS:
            return ANY_COMMANDS[key]


def _ask_line(table: Table, asked: Asked) -> str:
    line = Line()
    digits = asked.question.mode == "line"
    while True:
        foot = f"number, then Enter · {FOOT}" if digits else CTRL_FOOT
        key = table.read(partial(_drawn, table, asked, foot, entry=line))
        if key == "enter":
            return f":{line.text}"
        _leave(key)
        if key in CTRL_COMMANDS:
            return CTRL_COMMANDS[key]
        if digits and key in COMMANDS:
            return COMMANDS[key]
        if not digits or not key.isprintable() or len(key) > 1 or key.isdecimal() or key in ", ":
            line.press(key)


def _ask_sql(table: Table, asked: Asked) -> str:
    from bequiz.study import exercises  # the sandbox, the editor and what they draw: only wanted for SQL
    from bequiz.ui import querying, sheets

    card = asked.card
    assert isinstance(card, Sql | Tune)
    try:
        exhibit = exercises.exhibit(table.session.collection.sandbox, card)
    except BequizError as error:
        table.message = str(error)
        return "skip"
    notice = _asides(table, asked)
    table.message = ""
    key, table.draft = querying.edit(
        table.screen, table.keys, partial(_head, table, asked), sheets.question_face(asked.question, exhibit), notice,
        Text(SQL_FOOT, "dim"), table.draft, table.written, CTRL_COMMANDS,
    )  # fmt: skip
    _leave(key)
    if key != "enter":
        return CTRL_COMMANDS[key]
    if table.draft.text.strip() and table.draft.text not in table.written[-1:]:
        table.written.append(table.draft.text)
    return f":{table.draft.text}"


def _leave(key: str) -> None:
    if key in LEAVING:
        raise Quit


def _judge(table: Table, asked: Asked, response: str, ms: int) -> str:
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
            _leave(key)
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
            left = _command(table, asked, COMMANDS[key])
            if key == "e":
                return "again" if left else "done"


def _tries_again(table: Table, asked: Asked, verdict: Verdict, response: str, ms: int) -> bool:
    """Show what is wrong with SQL, not what would be right: whether the learner tries once more."""
    from bequiz.ui import sheets

    body = [Text.assemble(("Wrong. ", "bold red"), verdict.feedback), Text(""), *sheets.verdict_face(verdict, response)]
    foot = Text("Enter try once more (worth hard at most) · a show the answer · q quit", "dim")
    head = _head(table, asked)
    table.screen.at = 0
    while (key := table.read(lambda: table.screen.draw(head, body, foot))) not in ("enter", "a"):
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
    table.screen.draw(_head(table, asked), body, Text(foot, "dim"))


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
    head = _head(table, asked)
    while (key := table.read(lambda: table.screen.draw(head, body, Text("y yes · n no", "dim")))) not in (
        "y",
        "n",
        "enter",
        "escape",
    ):
        _leave(key)
    if key == "y":
        answering.note(table.session.collection, asked.question.card, "accept", text=response)


def _command(table: Table, asked: Asked, command: str) -> Asked | None:
    """Do what a key asks for; returns the card to go on with, None if another one is due."""
    collection, card = table.session.collection, asked.question.card
    match command:
        case "quit":
            raise Quit
        case "undo":
            return _undo(table, asked)
        case "skip":
            table.session.skip(card)
            return None
        case "bury":
            answering.bury(collection, card)
            return None
        case "suspend":
            answering.note(collection, card, "suspend")
            return None
        case "flag":
            note = _type_note(table, asked)
            if note is not None:
                answering.note(collection, card, "flag", note=note)
                table.message = "Flagged."
        case "hint":
            table.hinted = table.hinted or bool(asked.question.hint)
            table.message = "" if asked.question.hint else "This card has no hint."
        case "edit":
            return _edit(table, asked)
        case "help":
            _help(table, asked)
    return asked


def _undo(table: Table, asked: Asked) -> Asked | None:
    try:
        event = table.session.undo()
    except BequizError as error:
        table.message = error.sentence
        return asked
    what = "answer to" if event.quality is not None else event.kind
    table.message = f"Undone: {what} {event.card}."
    return None if event.quality is not None else asked


def _type_note(table: Table, asked: Asked) -> str | None:
    line = Line()
    body: list[RenderableType] = [Text(f"A note on {asked.question.card}:")]
    head, foot = _head(table, asked), Text("Enter flags the card · Escape lets it be", "dim")

    def draw() -> None:
        at = line.text[line.at : line.at + 1] or " "
        parts = (("› ", "bold cyan"), line.text[: line.at], (at, "reverse"), line.text[line.at + 1 :])
        table.screen.draw(head, body, foot, Text.assemble(*parts))

    while (key := table.read(draw)) != "enter":
        if key == "escape":
            return None
        _leave(key)
        line.press(key)
    return line.text


def _edit(table: Table, asked: Asked) -> Asked | None:
    from bequiz.study import editing  # reads YAML: only wanted when a card is edited

    card = asked.question.card
    console = table.screen.console
    try:
        with table.keys.cooked():
            console.file.write(LEAVE_SCREEN)
            console.file.flush()
            problems = editing.edit(table.session.collection, card)
    except BequizError as error:
        table.message = str(error)
        problems = []
    finally:
        console.file.write(ENTER_SCREEN)
        console.file.flush()
    if problems:
        table.message = _told(problems)
    if catalogue.card(table.session.collection.db, card) is None:
        table.message += f" {card} is out of the deck until that is mended."
        return None
    return answering.put(table.session.collection, card)


def _told(problems: list[Problem]) -> str:
    return f"{problems[0]}" + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else "")


def _help(table: Table, asked: Asked) -> None:
    head = _head(table, asked)
    body: list[RenderableType] = [styled(HELP)]
    table.screen.at = 0
    _leave(table.read(lambda: table.screen.draw(head, body, Text("any key goes back", "dim"))))
    table.screen.at = 0
