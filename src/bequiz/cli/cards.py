"""`bequiz card`: one card, or a list of them."""

import datetime as dt
from typing import Annotated, Any

import msgspec
import typer

from bequiz.cli import options, saying
from bequiz.cli.edge import make_env
from bequiz.cli.options import DeckFilter, Json, LevelFilter, StageFilter, TagFilter, TopicFilter
from bequiz.grading.judging import expected
from bequiz.model.errors import BequizError
from bequiz.model.events import Kind
from bequiz.store import figures, log, state
from bequiz.study import answering
from bequiz.study.collection import Collection, decode, opened

card_group = typer.Typer(help="Look at cards, edit them, put them away.")
Id = Annotated[str, typer.Argument(help="The card's id, `deck/card`.")]


def day(ordinal: int | None) -> str | None:
    return dt.date.fromordinal(ordinal).isoformat() if ordinal else None


@card_group.command("list")
def list_(
    json: Json = False,
    deck: DeckFilter = None,
    stage: StageFilter = None,
    topic: TopicFilter = None,
    level: LevelFilter = None,
    tag: TagFilter = None,
) -> None:
    """List cards, the weakest first, unseen ones last."""
    with opened(make_env()) as collection:
        chosen = options.where(collection, deck, stage, topic, level, tag)
        rows = card_rows(collection, chosen)
        if json:
            options.print_json({"cards": rows})
        else:
            saying.print_lines(card_line(row) for row in rows)


def card_rows(collection: Collection, where: tuple[str, tuple[object, ...]]) -> list[dict[str, Any]]:
    """Cards with what is remembered of them, as `card list --json` and `report --topic --json` print them."""
    keys = (
        "id",
        "type",
        "level",
        "interval",
        "ease",
        "reps",
        "lapses",
        "due",
        "suspended",
        "buried_until",
        "reviews",
        "prompt",
    )
    rows = []
    for values in figures.cards(collection.db, where):
        row: dict[str, Any] = dict(zip(keys, values, strict=True))
        prompt = msgspec.json.decode(row["prompt"])["prompt"]
        ease = row["ease"]
        rows.append(
            row
            | {
                "level": ("basic", "working", "senior")[row["level"]],
                "ease": ease / 100 if ease else None,
                "due": day(row["due"]),
                "suspended": bool(row["suspended"]),
                "buried_until": day(row["buried_until"]),
                "prompt": prompt,
            }
        )
    return rows


def card_line(row: dict[str, Any]) -> str:
    line = f"{row['id']}  {row['type']}, {row['level']}  "
    if row["due"]:
        line += f"due {row['due']}, every {row['interval']} d, ease {row['ease']:.2f}, {row['lapses']} lapses"
    else:
        line += "new"
    return line + (", suspended" if row["suspended"] else "")


@card_group.command("show")
def show(id: Id, json: Json = False) -> None:
    """Show a card with its answer and what is remembered of it."""
    with opened(make_env()) as collection:
        row = collection.find(id)
        card, known = decode(row), state.state(collection.db, row.id)
        memory = known.memory
        if json:
            options.print_json({
                "card": msgspec.to_builtins(card)
                | {"id": row.id, "deck": row.deck, "topic": row.topic, "stage": row.stage},
                "memory": {
                    "interval": memory.interval, "ease": memory.ease, "reps": memory.reps, "lapses": memory.lapses,
                    "due": memory.due,
                } if memory else None,
                "reviews": known.reviews,
                "suspended": known.suspended,
                "buried_until": day(known.buried_until) if known.buried_until > collection.day else None,
            })  # fmt: skip
            return
        from bequiz.grading.asking import ask
        from bequiz.ui.lines import question_lines

        print(f"[{row.id}] {row.topic}, {row.type}")
        question = ask(row.id, card, known.answers, memory.reps if memory else 0)
        saying.print_lines(question_lines(question))
        saying.print_lines(["", f"Answer: {expected(card, question)}", *([card.why] if card.why else [])])
        if card.source or card.url:
            saying.print_lines([f"Source: {card.source} {card.url}".rstrip()])
        if memory:
            print(f"Due {memory.due}, interval {memory.interval} days, ease {memory.ease:.2f},", end=" ")
            print(f"{memory.reps} repetitions, {memory.lapses} lapses.")
        else:
            print("Not seen yet.")
        if known.suspended:
            print("Suspended.")


@card_group.command("history")
def history(id: Id, json: Json = False) -> None:
    """Everything that happened to a card, oldest first."""
    from bequiz.study.merging import to_line

    with opened(make_env()) as collection:
        row = collection.find(id)
        lines = [to_line(event) for event in log.events_of_card(collection.db, row.id)]
        if json:
            options.print_json({"id": row.id, "events": lines})
        elif not lines:
            print("Nothing has happened to this card yet.")
        else:
            for line in lines:
                worth = "" if line.quality is None else f" quality {line.quality} ({line.verdict})"
                said = (
                    line.data.get("response")
                    or line.data.get("note")
                    or line.data.get("text")
                    or line.data.get("until")
                    or ""
                )
                saying.print_lines([f"{line.day}  {line.kind}{worth}  {said}".rstrip()])


@card_group.command("replay")
def replay(
    event: Annotated[str, typer.Argument(help="The event's id; `card history --json` lists them.")], json: Json = False
) -> None:
    """Show again the very problem that a skill asked, your answer to it, and how it is solved."""
    from bequiz.ui.lines import question_lines, verdict_lines

    with opened(make_env()) as collection:
        found = log.event(collection.db, event)
        if found is None:
            raise BequizError(f'There is no event "{event}".', "`bequiz card history ID --json` lists them.")
        asked = answering.replay(collection, found)
        response = str(found.data.get("response") or "")
        verdict = answering.check(collection, asked, response)
        if json:
            options.print_json({
                "event": found.id, "card": asked.question.card, "seed": found.data["seed"],
                "difficulty": found.data["difficulty"], "prompt": asked.question.prompt,
                "listing": asked.question.listing, "options": asked.question.options, "response": response,
                "expected": verdict.expected, "verdict": verdict.outcome,
                "steps": [step.text for step in verdict.steps],
            })  # fmt: skip
            return
        saying.print_lines(question_lines(asked.question))
        saying.print_lines(["", f"You: {response or '(nothing)'}"])
        saying.print_lines(verdict_lines(verdict, asked.card.source, asked.card.url))


@card_group.command("edit")
def edit(id: Id) -> None:
    """Open a card in your editor; a shipped card becomes your own copy, which wins over it."""
    from bequiz.study.editing import edit as open_editor

    with opened(make_env()) as collection:
        problems = open_editor(collection, collection.find(id).id)
    for problem in problems:
        saying.warn(str(problem))
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


@card_group.command("suspend")
def suspend(id: Id) -> None:
    """Put a card away for good."""
    _note(id, "suspended", "suspend")


@card_group.command("unsuspend")
def unsuspend(id: Id) -> None:
    """Bring a suspended card back."""
    _note(id, "back", "unsuspend")


@card_group.command("bury")
def bury(id: Id, days: Annotated[int, typer.Option("--days", min=1, max=3650, help="For how many days.")] = 1) -> None:
    """Put a card away until tomorrow, or for more days."""
    with opened(make_env()) as collection:
        event = answering.bury(collection, collection.find(id).id, days)
        print(f"{event.card} is buried until {event.data['until']}.")


@card_group.command("flag")
def flag(
    id: Id, note: Annotated[str, typer.Argument(help="What is wrong with it, or worth remembering.")] = ""
) -> None:
    """Flag a card with a note; `card history` shows it."""
    _note(id, "flagged", "flag", note=note)


def _note(id: str, done: str, kind: Kind, **data: object) -> None:
    with opened(make_env()) as collection:
        event = answering.note(collection, collection.find(id).id, kind, **data)
        print(f"{event.card} is {done}.")
