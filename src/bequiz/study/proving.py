"""SQL cards proven by running them: solutions pass, traps fail, and nobody passes by writing down the rows shown."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from bequiz.decks.convert import Misfit
from bequiz.decks.loading import LoadedCard, Source
from bequiz.decks.yamltext import Path as Field
from bequiz.grading import plans, tables
from bequiz.model.cards import Executed, Sql, Tune
from bequiz.model.errors import BequizError
from bequiz.model.problems import Problem
from bequiz.model.tables import Fault, Planned, Result
from bequiz.sandbox.client import Sandbox, SetupFault, Show
from bequiz.study.exercises import graded, planned, results, spots


def unproven(cards: Iterable[LoadedCard], sandbox: Sandbox) -> list[Problem]:
    """What does not hold of the cards that are run, each with its place. Equal cards are run once."""
    sources: dict[str, Source] = {}
    found: dict[Executed, list[tuple[Field, str]]] = {}
    for loaded in cards:
        card = loaded.card
        if isinstance(card, Sql | Tune):
            bare = msgspec.structs.replace(card, id="", prompt="")
            if bare not in found:
                found[bare] = list(_sql(card, sandbox) if isinstance(card, Sql) else _tune(card, sandbox))
            source = sources.setdefault(loaded.file, Source(Path(loaded.file)))
            for field, sentence in found[bare]:
                source.tell(Misfit((*loaded.inside, *field), "proof", sentence), card.id)
    return [problem for source in sources.values() for problem in source.problems]


def _sql(card: Sql, sandbox: Sandbox) -> Iterator[tuple[Field, str]]:
    try:
        ran = list(results(sandbox, card, [trap.query for trap in card.traps]))
    except SetupFault:
        yield from _unmade(card, sandbox)
        return
    for spot, (wanted, *_) in ran:
        if isinstance(wanted, Fault):
            yield ("solution",), f"`solution` does not run on {spot.name}: {wanted.sentence}"
            return
    for n in range(len(card.traps)):
        got = [(spot, wanted, found[n]) for spot, (wanted, *found) in ran]
        stopped = [f"on {spot.name}: {its.sentence}" for spot, _, its in got if isinstance(its, Fault)]
        if stopped:
            yield ("traps", n, "query"), f"this trap does not run {stopped[0]}"
        elif all(_same(card, wanted, its) for _, wanted, its in got):
            yield ("traps", n, "query"), "this trap passes: it comes to the same rows as `solution` on all data"
    first = ran[0][1][0]
    if all(_same(card, first, wanted) for _, (wanted, *_) in ran):
        told = "a constant answer would pass, since the rows asked for are the same on all data; add a fixture"
        yield ("fixtures",) if card.fixtures else ("setup",), told


def _same(card: Sql, one: object, other: object) -> bool:
    assert isinstance(one, Result) and isinstance(other, Result)
    return tables.same(one, other, ordered=card.ordered, columns=card.columns)


def _unmade(card: Sql, sandbox: Sandbox) -> Iterator[tuple[Field, str]]:
    """The setup, or the fixtures, that do not run."""
    for n, spot in enumerate(spots(card)):
        try:
            sandbox.run(spot.setup, [Show(0)])
        except SetupFault as error:
            yield ("fixtures", n - 1) if n else ("setup",), f"this SQL does not run: {error.fault.sentence}"
            if not n:
                return


def _tune(card: Tune, sandbox: Sandbox) -> Iterator[tuple[Field, str]]:
    try:
        before, model, *traps = planned(sandbox, card, [card.solution, *(trap.index for trap in card.traps)])
    except SetupFault as error:
        yield ("setup",), f"this SQL does not run: {error.fault.sentence}"
        return
    for field, plan in (("query", before), ("solution", model)):
        if isinstance(plan, Fault):
            yield (field,), f"`{field}` does not run: {plan.sentence}"
            return
    assert isinstance(before, Planned) and isinstance(model, Planned)
    for n, want in enumerate(card.want):
        if not plans.unmet((want,), before, model):
            yield ("want", n), f"as to `{want}`, `solution` has a plan no better than that of the plain query"
    judged = graded(sandbox, card, before, model, card.solution, model)
    if judged.outcome != "right":
        yield ("solution",), f"`solution` fails: {judged.feedback}"
    for n, (trap, plan) in enumerate(zip(card.traps, traps, strict=True)):
        try:
            if graded(sandbox, card, before, model, trap.index, plan).outcome == "right":
                yield ("traps", n, "index"), "this trap passes: its plan is as good as that of `solution`"
        except BequizError as error:
            yield ("traps", n, "index"), f"this trap does not run: {error.sentence}"
