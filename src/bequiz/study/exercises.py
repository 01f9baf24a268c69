"""SQL that a learner wrote: run beside the card's own, compared with it, and what came of it told."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bequiz.grading import plans, tables
from bequiz.grading.judging import QUALITY
from bequiz.model.cards import Executed, Sql, Tune
from bequiz.model.errors import BequizError, NotRun
from bequiz.model.question import Outcome, Verdict
from bequiz.model.tables import Difference, Fault, Planned, Plans, Result, Shown, ShownTable
from bequiz.sandbox.client import Drop, Plan, Run, Sandbox, Show, Try
from bequiz.sandbox.client import Outcome as Ran

ROWS_SHOWN, ROWS_TO_TUNE = 14, 3


class Judged(NamedTuple):
    """What a statement is worth, in words and in rows or plans."""

    outcome: Outcome
    feedback: str
    detail: Difference | Plans | None = None


class Exhibit(NamedTuple):
    """What the learner is shown: the tables, and of a query to be tuned its plan."""

    tables: tuple[ShownTable, ...]
    plan: Planned | None


class Spot(NamedTuple):
    """Data on which a query must be right."""

    name: str
    setup: tuple[str, ...]
    drop: Drop = ""


def exhibit(sandbox: Sandbox, card: Executed) -> Exhibit:
    """What there is to see before the answer. Raises BequizError if the card's own SQL does not run."""
    tries: list[Try] = [Show(ROWS_TO_TUNE), Plan(card.query)] if isinstance(card, Tune) else [Show(ROWS_SHOWN)]
    shown, *planned = sandbox.run([card.setup], tries)
    assert isinstance(shown, Shown)
    return Exhibit(shown.tables, _planned(planned[0]) if planned else None)


def check(sandbox: Sandbox, card: Executed, response: str, *, hinted: bool = False) -> Verdict:
    """Judge a response by running it.

    Raises NotRun for one that cannot be run at all, BequizError if the card's own SQL does not run.
    """
    if not response.strip():
        judged = Judged("empty", "")
    elif isinstance(card, Sql):
        judged = judge_sql(sandbox, card, response)
    else:
        judged = judge_tune(sandbox, card, response)
    return Verdict(
        outcome=judged.outcome,
        quality=3 if hinted and judged.outcome == "right" else QUALITY[judged.outcome],
        expected=card.solution.strip(),
        why="\n".join(part for part in (judged.feedback, card.why) if part),
        feedback=judged.feedback,
        detail=judged.detail,
    )


def spots(card: Sql) -> list[Spot]:
    """The data shown, and each fixture; of a card without any, the tables without any row."""
    hidden = [Spot(f"hidden data {n}", (card.setup, fixture)) for n, fixture in enumerate(card.fixtures, 1)]
    return [Spot("the data shown", (card.setup,)), *(hidden or [Spot("empty tables", (card.setup,), "all")])]


def results(sandbox: Sandbox, card: Sql, queries: Sequence[str]) -> Iterator[tuple[Spot, list[Ran]]]:
    """What each query, the card's solution before them all, comes to on each spot.

    Tables emptied by us count only where the solution finds nothing in them: whether a sum over nothing is NULL or 0
    is rarely what a card asks.
    """
    for spot in spots(card):
        tries = [Run(query, card.allow, spot.drop) for query in (card.solution, *queries)]
        wanted, *found = sandbox.run(spot.setup, tries)
        if spot.drop and not (isinstance(wanted, Result) and not any(table.rows for table in wanted.tables)):
            continue
        yield spot, [wanted, *found]


def judge_sql(sandbox: Sandbox, card: Sql, response: str) -> Judged:
    """Run a query on all data of its card and compare."""
    mine: list[Result] = []
    first: Judged | None = None
    for spot, (wanted, got) in results(sandbox, card, [response]):
        if isinstance(got, Fault):
            return Judged("wrong", f"On {spot.name}: {_stopped(got, response)}")
        assert isinstance(got, Result)
        mine.append(got)
        wanted = _own(wanted)
        if first is None and not tables.same(wanted, got, ordered=card.ordered, columns=card.columns):
            data = _data(sandbox, spot) if spot.setup != (card.setup,) else ()
            found = tables.difference(wanted, got, spot.name, data, ordered=card.ordered, columns=card.columns)
            first = Judged("wrong", tables.told(found, ordered=card.ordered), found)
    if first is None:
        return Judged("right", "")
    return first._replace(feedback=_trap_of(sandbox, card, mine) or first.feedback)


def _stopped(fault: Fault, text: str) -> str:
    """What stopped a response; raises NotRun for one that never began."""
    if fault.kind not in ("compile", "refused"):
        return fault.sentence
    sentence = fault.sentence.rstrip(".")
    if fault.at is not None:
        line, column = text.count("\n", 0, fault.at) + 1, fault.at - text.rfind("\n", 0, fault.at)
        sentence += f" (line {line}, column {column})"
    raise NotRun(f"{sentence}.", fault.at)


def _own(ran: Ran) -> Result:
    if isinstance(ran, Fault):
        raise BequizError(f"This card's own solution does not run: {ran.sentence}", "`bequiz deck check` says more.")
    assert isinstance(ran, Result)
    return ran


def _data(sandbox: Sandbox, spot: Spot) -> tuple[ShownTable, ...]:
    shown = sandbox.run(spot.setup, [Show(ROWS_SHOWN)])[0]
    return shown.tables if isinstance(shown, Shown) else ()


def _trap_of(sandbox: Sandbox, card: Sql, mine: Sequence[Result]) -> str:
    """The explanation of the first trap that comes to the same rows on all data."""
    left = list(card.traps)
    if left:
        ran = results(sandbox, card, [trap.query for trap in left])
        for got, (_, (_, *found)) in zip(mine, ran, strict=True):
            its = dict(zip(card.traps, found, strict=True))
            left = [trap for trap in left if _equals(card, its[trap], got)]
    return left[0].why if left else ""


def _equals(card: Sql, ran: Ran, got: Result) -> bool:
    return isinstance(ran, Result) and tables.same(ran, got, ordered=card.ordered, columns=card.columns)


def judge_tune(sandbox: Sandbox, card: Tune, response: str) -> Judged:
    """Plan the card's query with and without an answer, and compare."""
    before, model, after = planned(sandbox, card, [card.solution, response])
    judged = graded(sandbox, card, _planned(before), _planned(model), response, after)
    if judged.outcome == "wrong" and isinstance(after, Planned) and card.traps:
        ran = zip(card.traps, planned(sandbox, card, [trap.index for trap in card.traps])[1:], strict=True)
        met = (trap for trap, plan in ran if isinstance(plan, Planned) and plans.alike(plan, after))
        return judged._replace(feedback=next((trap.why for trap in met), judged.feedback))
    return judged


def planned(sandbox: Sandbox, card: Tune, answers: Sequence[str]) -> list[Ran]:
    """The plan of the card's query as it is, then after each answer."""
    return sandbox.run([card.setup], [Plan(card.query, answer) for answer in ("", *answers)])


def graded(sandbox: Sandbox, card: Tune, before: Planned, model: Planned, response: str, ran: Ran) -> Judged:
    """What an answer is worth whose plan was made; raises NotRun for one that never began."""
    if isinstance(ran, Fault):
        return Judged("wrong", _stopped(ran, response))
    after = _planned(ran)
    if after.rewritten and (found := _changed(sandbox, card, response, before, after)):
        told = tables.told(found, ordered=plans.sorts(card.query))
        return Judged("wrong", f"The query returns other rows now. {told}", found)
    lacks = [*plans.unmet(card.want, after, model), *plans.useless(card.query, after)]
    if not lacks and (laborious := plans.laborious(after, model)):
        lacks = [laborious]
    return Judged("wrong" if lacks else "right", " ".join(lacks), Plans(before, after))


def _planned(ran: Ran) -> Planned:
    if isinstance(ran, Fault):
        raise BequizError(f"This card's own query does not run: {ran.sentence}", "`bequiz deck check` says more.")
    assert isinstance(ran, Planned)
    return ran


def _changed(sandbox: Sandbox, card: Tune, response: str, before: Planned, after: Planned) -> Difference | None:
    """Where a rewritten query returns other rows than the card's: on its data, or without every third row of them."""
    pairs = [("the data shown", before, after)]
    fewer = sandbox.run([card.setup], [Plan(card.query, "", "third"), Plan(card.query, response, "third")])
    if isinstance(fewer[0], Planned) and isinstance(fewer[1], Planned):
        pairs.append(("two thirds of the data", fewer[0], fewer[1]))
    ordered = plans.sorts(card.query)
    for where, its, mine in pairs:
        wanted, got = Result((its.result,)), Result((mine.result,))
        if not tables.same(wanted, got, ordered=ordered):
            return tables.difference(wanted, got, where, ordered=ordered)
    return None
