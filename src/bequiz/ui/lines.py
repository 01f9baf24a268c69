"""Questions, verdicts and summaries as lines of text: for pipes, for `--linear`, and for the screen to build on."""

import datetime as dt
from collections.abc import Iterator

from bequiz.model.question import Question, Verdict
from bequiz.study.session import Summary, TopicChange
from bequiz.ui.plain import plain

OUTCOMES = {"right": "Right.", "near": "Nearly.", "wrong": "Wrong.", "empty": "The answer:", "self": "The answer:"}
GRADES = {1: (1, "again"), 2: (3, "hard"), 3: (4, "good"), 4: (5, "easy")}
GRADE_OF = {quality: (key, name) for key, (quality, name) in GRADES.items()} | {0: (1, "again"), 2: (1, "again")}


def question_lines(question: Question) -> Iterator[str]:
    """The prompt, the listing with line numbers where a line is asked for, the options with their numbers."""
    yield from plain(question.prompt).splitlines()
    if question.setup:
        yield ""
        yield from (f"    {line}" for line in plain(question.setup).rstrip("\n").splitlines())
    if question.listing:
        yield ""
        listing = plain(question.listing).rstrip("\n").splitlines()
        for number, line in enumerate(listing, 1):
            yield f"{number:>4}  {line}" if question.mode == "line" else f"    {line}"
    if question.options:
        yield ""
        for number, option in enumerate(question.options, 1):
            yield f"  {number}) {plain(option)}"


def how_to_answer(question: Question) -> str:
    """What kind of answer is expected, in a few words."""
    match question.mode:
        case "reveal":
            return "Enter shows the answer"
        case "pick":
            return f"one number, 1 to {len(question.options)}"
        case "pick-many":
            return "all numbers that apply, as 1,3"
        case "arrange":
            return "the numbers in the right order, as 3 1 2"
        case "line":
            return "the number of the line"
        case "text" if question.drawn and question.drawn.instance.form == "sequence":
            return f"{plain(question.drawn.instance.each) or 'the elements'}, in order, with blanks between them"
        case "text" if question.drawn and not question.unit:
            return "your answer"
        case "text" if question.blanks > 1:
            return f"{question.blanks} blanks, parted by ;"
        case "text" if question.unit:
            return f"in {plain(question.unit)}"
        case "text" if question.listing:
            return "what it prints"
        case "edit" if question.listing:
            return "CREATE INDEX, or the query in other words, on one line"
        case "edit":
            return "the SQL, on one line"
    return "your answer"


def verdict_lines(verdict: Verdict, source: str, url: str) -> Iterator[str]:
    outcome = OUTCOMES[verdict.outcome]
    answer = plain(verdict.expected)
    if "\n" in answer:
        yield outcome
        yield from (f"    {line}" for line in answer.splitlines())
    elif verdict.outcome in ("wrong", "near"):
        yield f"{outcome} It is {answer}"
    else:
        yield f"{outcome} {answer}"
    if verdict.outcome != "right":
        for number, step in enumerate(verdict.steps):
            yield f"{'here' if number == verdict.departs else '    '} {number + 1:>2}. {plain(step.text)}"
    if verdict.detail:
        from bequiz.ui.rows import detail_lines  # only wanted for SQL

        yield from detail_lines(verdict.detail)
    if verdict.why:
        yield from plain(verdict.why).splitlines()
    if source or url:
        yield "Source: " + " ".join(part for part in (plain(source), plain(url)) if part)


def day_name(day: dt.date | None, today: dt.date) -> str:
    """`tomorrow`, `in 6 days (28 Nov)`, `in 4 months (21 Mar 2027)`; for a schedule that stays: `no change`."""
    if day is None:
        return "no change"
    days = (day - today).days
    if days <= 0:
        return "today"
    if days == 1:
        return "tomorrow"
    month = f"{day.day} {day:%b}"
    if days < 60:
        return f"in {days} days ({month})"
    return (
        f"in {round(days / 30.44)} months ({month} {day.year})"
        if days < 730
        else f"in {days / 365.25:.1f} years ({day.year})"
    )


def moved(change: TopicChange) -> str:
    """How a topic's mastery moved; its coverage while there is not enough evidence yet."""
    before, after = change.before, change.after
    if after.value is None:
        return "covered " + _arrow(before.coverage, after.coverage)
    return "mastery " + (_arrow(before.value, after.value) if before.value is not None else f"now {after.value:.0%}")


def _arrow(before: float | None, after: float | None) -> str:
    then, now = f"{before or 0:.0%}", f"{after or 0:.0%}"
    return now if then == now else f"{then} → {now}"


def summary_lines(summary: Summary, *, cram: bool = False) -> Iterator[str]:
    """How many, right first time, minutes, what changed per topic, what tomorrow holds."""
    if not summary.answers:
        yield "No answer given."
    else:
        cards = count(summary.first, "card")
        answers = f" in {summary.answers} answers" if summary.answers != summary.first else ""
        share = f"{summary.right} right first time ({summary.right / summary.first:.0%})"
        yield f"{cards}{answers}, {share}, {minutes(summary.minutes)}."
        width = max(len(plain(change.title)) for change in summary.topics) if summary.topics else 0
        for change in summary.topics:
            new = f", {change.new} new" if change.new else ""
            yield f"  {plain(change.title):{width}}  {count(change.answers, 'answer')}{new}; {moved(change)}"
    if cram:
        yield "Cramming leaves the schedule as it was."
    if summary.left > 0:
        yield f"Still waiting today: {summary.left}."
    yield f"Tomorrow: {count(summary.tomorrow, 'card')} due, {summary.tomorrow_new} new."


def count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def minutes(value: float) -> str:
    return "under a minute" if value < 1 else count(round(value), "minute")
