"""Asking: a question on the screen, and the learner's response to it or the command they gave instead."""

from functools import partial

from rich.text import Text

from bequiz.model.cards import Sql, Tune
from bequiz.model.errors import BequizError
from bequiz.model.question import Question
from bequiz.study.answering import Asked
from bequiz.ui import faces
from bequiz.ui.keys import Line
from bequiz.ui.lines import how_to_answer
from bequiz.ui.plain import plain
from bequiz.ui.table import ANY_COMMANDS, COMMANDS, CTRL_COMMANDS, Table, asides, head, leave

FOOT = "u undo · s skip · t hint · ? all keys · q quit"
SQL_FOOT = "; Enter or ^R run · ^U undo · ^S skip · ^T hint · ^E edit · ^G keys · ^C quit"
CTRL_FOOT = "Enter answer · ^U undo · ^S skip · ^T hint · ^E edit · ^G all keys · ^C quit"


def ask(table: Table, asked: Asked) -> str:
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
    body = faces.question_face(asked.question, picked or []) + asides(table, asked)
    table.screen.draw(head(table, asked), body, Text(foot, "dim"), _entry(asked.question, entry) if entry else None)


def _entry(question: Question, line: Line) -> Text:
    """The line being typed, with its cursor."""
    at = line.text[line.at : line.at + 1] or " "
    text = Text.assemble(
        ("› ", "bold cyan"), plain(line.text[: line.at]), (plain(at), "reverse"), plain(line.text[line.at + 1 :])
    )
    if not line.text:
        text.append(f"  {how_to_answer(question)}", "dim")
    return text


def _ask_reveal(table: Table, asked: Asked) -> str:
    while True:
        key = table.read(lambda: _drawn(table, asked, f"Enter shows the answer · {FOOT}"))
        if key in ("enter", " "):
            return ":"
        leave(key)
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
        leave(key)
        if key in ANY_COMMANDS:
            return ANY_COMMANDS[key]


def _ask_several(table: Table, asked: Asked) -> str:
    """Numbers toggled (several options) or put one after the other (an order)."""
    question, picked = asked.question, table.picked
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
        leave(key)
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
        leave(key)
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
    notice = asides(table, asked)
    table.message = ""
    key, table.draft = querying.edit(
        table.screen, table.keys, partial(head, table, asked), sheets.question_face(asked.question, exhibit), notice,
        Text(SQL_FOOT, "dim"), table.draft, table.written, CTRL_COMMANDS,
    )  # fmt: skip
    leave(key)
    if key != "enter":
        return CTRL_COMMANDS[key]
    if table.draft.text.strip() and table.draft.text not in table.written[-1:]:
        table.written.append(table.draft.text)
    return f":{table.draft.text}"
