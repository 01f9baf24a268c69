"""What stands on the screens of a review: questions and verdicts drawn with rich."""

import datetime as dt
from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bequiz.model.cards import Bug, Choice, Cloze, Code, Flip, Order, Skill, Sql, Tune, Typed
from bequiz.model.question import Question, Verdict
from bequiz.study.answering import Asked
from bequiz.ui.lines import GRADES, OUTCOMES
from bequiz.ui.markup import styled
from bequiz.ui.plain import plain

COLOURS = {"right": "bold green", "near": "bold yellow", "wrong": "bold red", "empty": "bold", "self": "bold"}
LEXERS = {"proto": "protobuf", "hcl": "terraform", "dockerfile": "docker"}


def head(stage: int | None, deck: str, topic: str, place: str, width: int) -> Text:
    """Where we are, on one line: stage, deck and topic on the left, count and time on the right."""
    left = f"Stage {stage} · {plain(deck)} › {plain(topic)}" if stage else f"{plain(deck)} › {plain(topic)}"
    room = max(10, width - len(place) - 2)
    if len(left) > room:
        left = left[: room - 1] + "…"
    return Text.assemble((left, "bold"), " " * max(2, width - len(left) - len(place)), (place, "dim"))


def question_face(question: Question, picked: Sequence[int] = ()) -> list[RenderableType]:
    """The prompt, the listing, the options; `picked` are the numbers chosen so far, in order."""
    face: list[RenderableType] = [styled(question.prompt)]
    if question.listing:
        face += [Text(""), listing(question.listing, question.lang, numbers=question.mode == "line")]
    if question.options:
        face.append(Text(""))
    for number, option in enumerate(question.options, 1):
        if question.mode == "arrange":
            mark = f"{picked.index(number) + 1:>2}. " if number in picked else "    "
        elif question.mode == "pick-many":
            mark = "[x] " if number in picked else "[ ] "
        else:
            mark = ""
        style = "bold green" if number in picked else ""
        face.append(_item(Text(f"{mark}{number}) ", style or "bold"), styled(option), style))
    return face


def listing(code: str, lang: str, *, numbers: bool, marked: Sequence[int] = ()) -> RenderableType:
    """Highlighted code; line numbers where a line is asked for."""
    from rich.syntax import Syntax  # Pygments: only wanted when there is code

    syntax = Syntax(
        plain(code).rstrip("\n"), LEXERS.get(lang, lang), theme="ansi_dark", background_color="default",
        line_numbers=numbers, highlight_lines=set(marked), word_wrap=True,
    )  # fmt: skip
    return Padding(syntax, (0, 0, 0, 0 if numbers else 4))


def _item(mark: Text, text: Text, style: str = "") -> RenderableType:
    """A list entry whose further lines are indented like its first."""
    from rich.table import Table

    row = Table.grid()
    row.add_column(width=len(mark.plain))
    row.add_column()
    if style:
        text.stylize(style)
    row.add_row(mark, text)
    return row


def answer_face(asked: Asked, verdict: Verdict, response: str) -> list[RenderableType]:
    """The question again, with what was right, what was chosen, and why."""
    card, question = asked.card, asked.question
    face: list[RenderableType] = []
    given = plain(response).strip()
    match card:
        case Choice():
            face += [styled(card.prompt), Text("")]
            chosen = _chosen(question, response)
            for number, place in enumerate(question.order, 1):
                option = card.options[place]
                sign = "✓" if option.correct else "✗" if place in chosen else " "
                style = "green" if option.correct else "red" if place in chosen else "dim"
                hand = "›" if place in chosen else " "
                face.append(_item(Text(f"{hand}{sign} {number}) ", style), styled(option.text), style))
        case Cloze():
            face.append(_filled(card.prompt))
        case Order():
            face += [styled(card.prompt), Text("")]
            for number, step in enumerate(card.steps, 1):
                face.append(_item(Text(f"{number:>2}. ", "green"), styled(step)))
        case Bug():
            face += [styled(card.prompt), Text(""), listing(card.artefact, card.lang, numbers=True, marked=card.lines)]
        case Code():
            face += [styled(card.prompt), Text(""), listing(card.code, card.lang, numbers=False)]
        case Flip() | Typed() | Sql() | Tune():
            face.append(styled(card.prompt))
        case Skill():
            face += question_face(question)
    face += [Text(""), _verdict_line(asked, verdict, given)]
    if isinstance(card, Sql | Tune):
        from bequiz.ui import sheets  # only wanted for SQL

        face += [*sheets.verdict_face(verdict, response), Text(""), Text("An answer:", "bold")]
        face.append(listing(card.solution, "sql", numbers=False))
    if isinstance(card, Code) and "\n" in card.expect.rstrip("\n"):
        face.append(Padding(Text(plain(verdict.expected), "green"), (0, 0, 0, 4)))
    if verdict.steps and verdict.outcome != "right":
        face += [Text(""), *_worked(verdict)]
    if verdict.why:
        face += [Text(""), styled(verdict.why)]
    if card.source or card.url:
        link = Style(link=plain(card.url)) if card.url else Style()
        face += [
            Text(""),
            Text.assemble(("Source: ", "dim"), (plain(card.source) or plain(card.url), Style(dim=True) + link)),
        ]
    return face


def _worked(verdict: Verdict) -> list[RenderableType]:
    """The worked solution, step by step; the one at which the response went astray is marked."""
    lines: list[RenderableType] = []
    for place, step in enumerate(verdict.steps):
        here = place == verdict.departs
        mark = Text(f"{'›' if here else ' '}{place + 1:>2}. ", "bold red" if here else "dim")
        lines.append(_item(mark, styled(step.text), "bold" if here else ""))
    return lines


def _verdict_line(asked: Asked, verdict: Verdict, given: str) -> RenderableType:
    if isinstance(asked.card, Code) and verdict.outcome == "empty":
        return (
            Text("It prints:", "bold")
            if "\n" in verdict.expected
            else Text.assemble(("It prints: ", "bold"), (plain(verdict.expected), "green"))
        )
    line = Text.assemble((OUTCOMES[verdict.outcome], COLOURS[verdict.outcome]))
    match asked.card:
        case Flip():
            line.append(" ").append_text(styled(verdict.expected))
        case Bug():
            line.append(f" Line {verdict.expected}.")
            if verdict.outcome == "wrong":
                line.append(f" You said {given}.", "dim")
        case Choice() | Order() | Sql() | Tune():
            if verdict.outcome == "empty":
                return Text("No answer given.", "bold")
            if isinstance(asked.card, Order) and verdict.outcome in ("wrong", "near"):
                line.append(f" You said {_told_order(asked.question, given)}.", "dim")
        case Code() if "\n" in verdict.expected:
            line.append(" It prints:")
        case _:
            missed = verdict.outcome in ("wrong", "near")
            line.append(" It is " if missed else " ").append(plain(verdict.expected), "green")
            if missed:
                line.append(f"   You: {given}", "dim")
    return line


def _told_order(question: Question, given: str) -> str:
    """The places in the right order of the steps as they were given: 2 1 3 for the first two swapped."""
    numbers = [int(part) - 1 for part in given.split() if part.isdigit()]
    return " ".join(str(question.order[number] + 1) for number in numbers if 0 <= number < len(question.order))


def _chosen(question: Question, response: str) -> set[int]:
    numbers = [int(part) for part in response.replace(",", " ").split() if part.isdigit()]
    return {question.order[number - 1] for number in numbers if 0 < number <= len(question.order)}


def _filled(prompt: str) -> Text:
    from bequiz.grading.asking import BLANK

    text = Text()
    at = 0
    for blank in BLANK.finditer(prompt):
        text.append_text(styled(prompt[at : blank.start()]) if prompt[at : blank.start()].strip() else Text(" "))
        if prompt[: blank.start()].endswith(" "):
            text.append(" ")
        text.append(plain(blank.group(1).split("|")[0].strip()), "bold green underline")
        at = blank.end()
        if prompt[at:].startswith(" "):
            text.append(" ")
    text.append_text(styled(prompt[at:].lstrip(" ")))
    return text


def grades_face(proposed: int, days: Mapping[int, dt.date | None], today: dt.date) -> list[RenderableType]:
    """The four grades with the day each leads to, the proposed one marked."""
    names, when = Text("  "), Text("  ")
    for key, (quality, name) in GRADES.items():
        mine = quality == proposed
        label = f"{'›' if mine else ' '}{key} {name}"
        style = "bold reverse" if mine else "bold"
        names.append(label, style).append(" " * (18 - len(label)))
        when.append(f"   {short_day(days[quality], today)}"[:18].ljust(18), "" if mine else "dim")
    return [Text(""), names, when]


def short_day(day: dt.date | None, today: dt.date) -> str:
    if day is None:
        return "no change"
    if (day - today).days == 1:
        return "tomorrow"
    return f"{day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")
