"""Spans of a trace with their critical path, and steps that wait for one another."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

from bequiz.skills._forms import table

NAMES = ("auth", "cart", "stock", "price", "users", "tax", "fraud", "ship", "mail", "audit", "search", "rank")


class Span(NamedTuple):
    name: str
    parent: str
    start: int
    end: int


class Part(NamedTuple):
    """A stretch of the critical path, spent in a span itself."""

    span: str
    start: int
    end: int


def trace(dice: Random, groups: Sequence[int], nested: int, late: int) -> list[Span]:
    """A root whose children come in groups, side by side, group after group; some have a child, some outlive it."""
    names = iter(dice.sample(NAMES, len(NAMES)))
    spans: list[Span] = []
    now = dice.randint(3, 15)
    for size in groups:
        begun = [now + dice.randint(0, 6) for _ in range(size)]
        spans += [Span(next(names), "root", start, start + dice.randint(20, 90)) for start in begun]
        now = max(span.end for span in spans) + dice.randint(2, 12)
    root = Span("root", "", 0, now)
    for parent in dice.sample(spans, nested):
        start = parent.start + dice.randint(2, 8)
        spans.append(Span(next(names), parent.name, start, dice.randint(start + 8, parent.end - 1)))
    for parent in dice.sample([root, *spans[: sum(groups)]], late):
        start = dice.randint(parent.start + 5, parent.end - 5)
        spans.append(Span(next(names), parent.name, start, parent.end + dice.randint(10, 60)))
    return [root, *sorted(spans, key=lambda span: (span.start, span.end))]


def critical(spans: Sequence[Span]) -> list[Part]:
    """From the end of the root backwards: into the child that ended last, from its start on to the one before it."""

    def within(span: Span) -> list[Part]:
        parts: list[Part] = []
        now = span.end
        children = [child for child in spans if child.parent == span.name]
        for child in sorted(children, key=lambda child: -child.end):
            if child.end > now:
                continue  # it ran beside what came later, or nobody waited for it
            parts += [Part(span.name, child.end, now), *within(child)]
            now = child.start
        return [*parts, Part(span.name, span.start, now)]

    return [part for part in reversed(within(spans[0])) if part.start < part.end]


def shown(spans: Sequence[Span]) -> str:
    rows = ((span.name, span.parent or "-", span.start, span.end) for span in spans)
    return table(("span", "parent", "start", "end"), *rows)


class Task(NamedTuple):
    """A step of a request that starts when all that it waits for are done."""

    name: str
    takes: int
    after: tuple[str, ...] = ()


def tasks(dice: Random, count: int) -> list[Task]:
    """Steps in an order in which they may run; only the last one is waited for by none."""
    names = dice.sample(NAMES, count)
    made = [Task(names[0], dice.randrange(10, 92, 2))]
    for at, name in enumerate(names[1:], 1):
        before = dice.sample(names[:at], min(at, dice.choice((1, 1, 2))))
        made.append(Task(name, dice.randrange(10, 92, 2), tuple(sorted(before))))
    waited = {name for task in made for name in task.after}
    loose = [task.name for task in made[:-1] if task.name not in waited]
    made[-1] = made[-1]._replace(after=tuple(sorted({*made[-1].after, *loose})))
    return made


def ends(steps: Sequence[Task], changed: Mapping[str, int] | None = None) -> dict[str, int]:
    """When each step is done, some of them taking another time."""
    done: dict[str, int] = {}
    for name, takes, after in steps:
        done[name] = max((done[other] for other in after), default=0) + (changed or {}).get(name, takes)
    return done
