"""What the command keys do: undo, skip, bury, suspend, flag, edit, hint, help."""

from rich.console import RenderableType
from rich.text import Text

from bequiz.model.errors import BequizError
from bequiz.model.problems import Problem
from bequiz.store import catalogue
from bequiz.study import answering
from bequiz.study.answering import Asked
from bequiz.ui.keys import Line
from bequiz.ui.markup import styled
from bequiz.ui.table import ENTER_SCREEN, LEAVE_SCREEN, Quit, Table, head, leave

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


def command(table: Table, asked: Asked, name: str) -> Asked | None:
    """Do what a key asks for; returns the card to go on with, None if another one is due."""
    collection, card = table.session.collection, asked.question.card
    match name:
        case "quit":
            raise Quit
        case "undo":
            return _undo(table, asked)
        case "skip":
            table.session.skip(card)
            table.message = "Skipped for now."
            return None
        case "bury":
            answering.bury(collection, card)
            table.message = "Buried until tomorrow; u brings it back."
            return None
        case "suspend":
            answering.note(collection, card, "suspend")
            table.message = "Suspended for good; u brings it back."
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
    top, foot = head(table, asked), Text("Enter flags the card · Escape lets it be", "dim")

    def draw() -> None:
        at = line.text[line.at : line.at + 1] or " "
        parts = (("› ", "bold cyan"), line.text[: line.at], (at, "reverse"), line.text[line.at + 1 :])
        table.screen.draw(top, body, foot, Text.assemble(*parts))

    while (key := table.read(draw)) != "enter":
        if key == "escape":
            return None
        leave(key)
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
    top = head(table, asked)
    body: list[RenderableType] = [styled(HELP)]
    table.screen.at = 0
    leave(table.read(lambda: table.screen.draw(top, body, Text("any key goes back", "dim"))))
    table.screen.at = 0
