"""`next`, `answer`, `undo`, `due`: the review for scripts and shell prompts."""

from typing import Annotated, Any

import typer

from bequiz.cli import options, saying
from bequiz.cli.edge import make_env
from bequiz.cli.options import DeckFilter, Json, LevelFilter, StageFilter, TagFilter, TopicFilter
from bequiz.grading.judging import expected
from bequiz.model.errors import BequizError
from bequiz.model.question import Question
from bequiz.scheduling.fold import repeat_open
from bequiz.store import catalogue, log, today
from bequiz.study import answering
from bequiz.study.collection import opened
from bequiz.study.queue import next_card
from bequiz.ui.lines import how_to_answer, question_lines, verdict_lines

MOST_MS = 2**53 - 1  # what every program that reads the log can hold


def due(
    json: Json = False,
    short: Annotated[bool, typer.Option("--short", help="One short line, for a shell prompt.")] = False,
    deck: DeckFilter = None,
    stage: StageFilter = None,
    topic: TopicFilter = None,
    level: LevelFilter = None,
    tag: TagFilter = None,
) -> None:
    """What is due today, and how many new cards today's limit allows."""
    with opened(make_env()) as collection:
        chosen = options.where(collection, deck, stage, topic, level, tag)
        waiting = today.due_by_topic(collection.db, collection.day, chosen)
        new: dict[str, int] = {}
        for _, its_topic in today.new(collection.db, collection.day, collection.new_allowed(), chosen):
            new[its_topic] = new.get(its_topic, 0) + 1
        topics = {
            id: {"due": waiting.get(id, 0), "new": new.get(id, 0)}
            for id in catalogue.topic_ids(collection.db)
            if id in waiting or id in new
        }
        totals = {"due": sum(waiting.values()), "new": sum(new.values())}
        if json:
            options.print_json({**totals, "topics": topics})
            return
        from bequiz.cli.short import short as line

        print(line(totals["due"], totals["new"]))
        if not short:
            width = max(map(len, topics), default=0)
            for id, counts in topics.items():
                print(f"  {id:{width}}  {line(counts['due'], counts['new'])}")


def next(
    json: Json = False,
    deck: DeckFilter = None,
    stage: StageFilter = None,
    topic: TopicFilter = None,
    level: LevelFilter = None,
    tag: TagFilter = None,
) -> None:
    """The card to answer now, as a question."""
    with opened(make_env()) as collection:
        chosen = options.where(collection, deck, stage, topic, level, tag)
        saying.warn_of_surroundings(collection)
        db, day, allowed = collection.db, collection.day, collection.new_allowed()
        latest = log.latest_card(db)
        row = catalogue.card(db, latest)
        id = next_card(db, day, new=allowed, where=chosen, last_topic=row.topic if row else "", last_card=latest)
        question = answering.put(collection, id).question if id else None
        if json:
            new = len(today.new(db, day, allowed, chosen))
            shown = _document(question, collection.find(question.card)) if question else None
            options.print_json({"card": shown, "due": today.count_due(db, day, chosen), "new": new})
        elif question is None:
            print("Nothing is due.")
        else:
            print(f"[{question.card}]")
            saying.print_lines(question_lines(question))
            print(f"\nbequiz answer {question.card} --response ...   ({how_to_answer(question)})")


def _document(question: Question, row: catalogue.CardRow) -> dict[str, Any]:
    """The question as CONTRACTS has it: nothing in it gives the answer away."""
    shown: dict[str, Any] = {
        "id": row.id, "deck": row.deck, "topic": row.topic, "stage": row.stage, "type": row.type,
        "prompt": question.prompt,
    }  # fmt: skip
    match question.mode:
        case "pick" | "pick-many" | "arrange":
            shown["options"] = question.options
            if question.mode != "arrange":
                shown["multi"] = question.mode == "pick-many"
        case "line":
            shown |= {"artefact": question.listing, "lang": question.lang}
        case "edit":
            shown |= {"setup": question.setup} | ({"query": question.listing} if question.listing else {})
        case "text" if question.listing and question.drawn is None:
            shown |= {"code": question.listing, "lang": question.lang}
    if question.unit:
        shown["unit"] = question.unit
    if question.drawn:
        shown |= {"listing": question.listing, "lang": question.lang, "form": question.drawn.instance.form}
    return shown


def answer(
    id: Annotated[str, typer.Argument(help="The card's id, `deck/card`.")],
    response: Annotated[str | None, typer.Option("--response", help="The answer, in the form its type takes.")] = None,
    quality: Annotated[int | None, typer.Option("--quality", min=0, max=5, help="SM-2's quality, 0 to 5.")] = None,
    ms: Annotated[
        int | None, typer.Option("--ms", min=0, max=MOST_MS, help="How long the answer took, in milliseconds.")
    ] = None,
    json: Json = False,
) -> None:
    """Answer a card.

    A response is judged and proposes the quality; a quality given overrides it. A flip needs --quality.
    """
    if response is None and quality is None:
        raise BequizError("An answer needs --response or --quality.", exit_code=2)
    with opened(make_env()) as collection:
        saying.warn_of_surroundings(collection)
        asked = answering.put(collection, id)
        if quality is None and answering.needs_quality(asked.card):
            raise BequizError(
                f"{asked.question.card} is a flip: you grade it yourself.", "Give --quality 0 to 5.", exit_code=2
            )
        verdict = answering.check(collection, asked, response) if response is not None else None
        worth = quality if quality is not None else verdict.quality if verdict else 1
        recorded = answering.record(collection, asked, worth, verdict=verdict, response=response, ms=ms)
        memory = recorded.state.memory
        if json:
            options.print_json({
                "id": asked.question.card,
                "verdict": recorded.event.verdict,
                "quality": worth,
                "expected": expected(asked.card, asked.question),
                "why": verdict.why if verdict else asked.card.why,
                "due": memory.due if memory else None,
                "interval": memory.interval if memory else None,
                "ease": memory.ease if memory else None,
                "reps": memory.reps if memory else None,
                "lapses": memory.lapses if memory else None,
                "repeat_today": repeat_open(recorded.state, collection.day),
                "scheduled": recorded.scheduled,
            })  # fmt: skip
            return
        if verdict:
            saying.print_lines(verdict_lines(verdict, asked.card.source, asked.card.url))
        again = " It comes again today." if repeat_open(recorded.state, collection.day) else ""
        kept = "" if recorded.scheduled else " (the schedule stays as it was)"
        print(f"Quality {worth}; due {memory.due if memory else 'today'}{kept}.{again}")


def undo(json: Json = False) -> None:
    """Undo the latest thing done on this machine; again goes one further back."""
    with opened(make_env()) as collection:
        event = answering.undo(collection)
        if json:
            options.print_json({"undone": event.id, "card": event.card})
        else:
            what = (
                f"the answer to {event.card} (quality {event.quality})"
                if event.quality is not None
                else f"{event.kind} of {event.card}"
            )
            print(f"Undone: {what}.")
