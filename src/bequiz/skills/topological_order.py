"""Orders that respect what needs what: which are valid, how Kahn's algorithm and depth-first search make one, cycles.

The algorithm that repeatedly takes a task without open needs is Kahn's (Topological sorting of large networks, CACM
5(11), 1962); the one by finishing times of a depth-first search is CLRS 4e §20.4. Where several tasks are ready, the
problem says which comes first, so that the answer is unique. Tasks left over are those on a cycle or behind one.
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, listed, pick, pick_many, sequence, text, words

TITLE = "Orders that respect dependencies"
VERSION = 1

Needs = dict[str, frozenset[str]]  # a task and the tasks that must come before it
SERVICES = ("api", "auth", "billing", "cache", "db", "gateway", "mail", "queue", "search", "web")


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _graph(dice: Random, size: int, most: int = 2) -> Needs:
    """Tasks that need up to so many others, none of them alone, and not in alphabetical order."""
    names = sorted(dice.sample(SERVICES, size)) if dice.random() < 0.4 else list("ABCDEFGH"[:size])
    while True:
        order = dice.sample(names, size)
        needs = {
            name: frozenset(dice.sample(order[:at], min(at, dice.randint(0, most)))) for at, name in enumerate(order)
        }
        linked = {name for name in names if needs[name] or any(name in needs[other] for other in names)}
        if len(linked) == size and sum(not needs[name] for name in names) <= 3 and _early(needs, names):
            return {name: needs[name] for name in names}


def _early(needs: Needs, order: list[str]) -> str | None:
    """The first task of an order that stands before one it needs."""
    return next((task for at, task in enumerate(order) if not needs[task] <= {*order[:at]}), None)


def _shown(needs: Needs) -> str:
    wide = max(map(len, needs))
    return "\n".join(f"{task:{wide}} needs {listed(sorted(needs[task])) or 'nothing'}" for task in needs)


def _arrows(needs: Needs) -> str:
    rows = {task: sorted(other for other in needs if task in needs[other]) for task in needs}
    wide = max(map(len, needs))
    return "\n".join(f"{task:{wide}} -> {listed(others)}" for task, others in rows.items() if others)


def _ready(needs: Needs, done: list[str]) -> list[str]:
    return sorted(task for task in needs if task not in done and needs[task] <= {*done})


def _random_order(dice: Random, needs: Needs) -> list[str]:
    done: list[str] = []
    while len(done) < len(needs):
        done.append(dice.choice(_ready(needs, done)))
    return done


def _above(needs: Needs, task: str) -> set[str]:
    """All tasks that must come before, directly or not."""
    return {*needs[task]}.union(*(_above(needs, one) for one in needs[task]))


def _path(needs: Needs, low: str, high: str) -> list[str]:
    """From a task through its needs to one it needs, directly or not."""
    if low == high:
        return [low]
    return [
        low,
        *next(_path(needs, one, high) for one in sorted(needs[low]) if one == high or high in _above(needs, one)),
    ]


def _orders(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(4 + difficulty, 8))
    orders = [_random_order(dice, needs) for _ in range(4)]
    wrong = dice.randint(1, 3)
    for order in orders[:wrong]:
        while not _early(needs, order):
            at = dice.randrange(len(order) - 1)
            order[at], order[at + 1] = order[at + 1], order[at]
    texts = [listed(order) for order in orders]
    early = [_early(needs, order) for order in orders]
    if len({*texts}) < 4:
        return None
    mistakes, steps = {}, []
    for order, shown, task in sorted(zip(orders, texts, early, strict=True), key=lambda one: one[1]):
        if task:
            lacks = sorted(needs[task] - {*order[: order.index(task)]})[0]
            mistakes[shown] = f"{task} stands before {lacks}, which it needs."
        steps.append(Step(f"{shown}: {mistakes.get(shown, 'all needs stand before.')}"))
    prompt = "Which of these orders respect all needs? Select all."
    return pick_many(prompt, sorted(texts), mistakes, steps, listing=_shown(needs))


def _kahn(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(4 + difficulty, 8))
    by_queue = difficulty >= 2 and dice.random() < 0.5
    order, steps = _taken(needs, by_queue)
    other, _ = _taken(needs, not by_queue)
    if order == other:
        return None
    if by_queue:
        rule = "Ready tasks wait in a queue, first in, first out; those that get ready at once enter it alphabetically."
        why = "The task that has waited longest comes next, not the first by name."
    else:
        rule = "Of all tasks that are ready, the alphabetically first is taken."
        why = "That is a queue: here the first by name comes next, however short it has waited."
    mistakes = {words(other): why, words(sorted(needs)): "The alphabet decides only among tasks that are ready."}
    prompt = f"Kahn's algorithm takes tasks that are ready, all their needs being done. {rule} Which order comes out?"
    return sequence(prompt, order, steps, "tasks in order", listing=_shown(needs), mistakes=mistakes)


def _taken(needs: Needs, by_queue: bool) -> tuple[list[str], list[Step]]:
    waiting, done, steps = deque(_ready(needs, [])), [], []
    while waiting:
        was = listed(waiting)
        done.append(task := waiting.popleft())
        new = [one for one in _ready(needs, done) if one not in waiting]
        waiting = deque([*waiting, *new] if by_queue else sorted([*waiting, *new]))
        then = f", which makes {listed(new)} ready" if new else ""
        steps.append(Step(f"Ready: {was}. {task} is taken{then}.", task))
    return done, steps


def _now(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(5 + difficulty, 8), 3 if difficulty > 3 else 2)
    done = _random_order(dice, needs)[: dice.randint(2, 3)]
    left = [task for task in needs if task not in done]
    ready = _ready(needs, done)
    if not 1 <= len(ready) < len(left) or not any(needs[task] & {*done} for task in left if task not in ready):
        return None
    mistakes = {
        task: f"{task} still needs {listed(sorted(needs[task] - {*done}))}." for task in left if task not in ready
    }
    steps = [Step(mistakes.get(task, f"{task}: nothing it needs is open.")) for task in left]
    prompt = f"{listed(sorted(done))} are done. Which tasks can start now, at the same time? Select all."
    return pick_many(prompt, left, mistakes, steps, listing=_shown(needs))


def _cyclic(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(5 + difficulty, 8))
    low = dice.choice(list(needs))
    if not (above := sorted(_above(needs, low))):
        return None
    high = dice.choice(above)
    circle = _path(needs, low, high)
    needs[high] |= {low}
    done: list[str] = []
    while ready := _ready(needs, done):
        done += ready
    left = sorted({*needs} - {*done})
    if not done or len(left) == len(circle) or len(left) < 3:
        return None
    steps = [Step(f"Taken are {listed(done)}; then nothing is ready.")]
    steps.append(Step(f"{' needs '.join([*circle, low])}: a cycle."))
    behind = sorted({*left} - {*circle})
    steps.append(Step(f"{listed(behind)} come{'s' * (len(behind) == 1)} after it. Left over: {words(left)}."))
    mistakes = {words(sorted(circle)): f"What needs a task on the cycle can never start either: {listed(behind)}."}
    prompt = (
        "Kahn's algorithm takes tasks whose needs are done until none is ready. Which are left over, alphabetically?"
    )
    return sequence(prompt, left, steps, "tasks in alphabetical order", listing=_shown(needs), mistakes=mistakes)


def _closing(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(4 + difficulty, 8))
    far = [(high, low) for low in needs for high in _above(needs, low) if high not in needs[low]]
    fine = [
        (one, other) for one in needs for other in needs
        if one != other and one not in _above(needs, other) and other not in needs[one]
    ]  # fmt: skip
    if not far or len(fine) < 3:
        return None
    high, low = dice.choice(sorted(far))
    mistakes = {
        f"{one} needs {other}": f"{other} does not need {one}, not even indirectly."
        for one, other in dice.sample(fine, 3)
    }
    way = " needs ".join(_path(needs, low, high))
    steps = [Step(f"{way} already."), Step(f"With {high} needs {low} that is a cycle, and no order is left.")]
    prompt = "One more dependency is to be added. Which of these makes every order impossible?"
    return pick(dice, prompt, f"{high} needs {low}", mistakes, steps, listing=_shown(needs))


def _all(needs: Needs, done: list[str]) -> Iterator[list[str]]:
    if len(done) == len(needs):
        yield done
    for task in _ready(needs, done):
        yield from _all(needs, [*done, task])


def _count(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(3 + difficulty, 7), 3)
    most = 4 + difficulty
    orders = list(islice(_all(needs, []), most + 1))
    if not 2 <= len(orders) <= most:
        return None
    fork = next(at for at in range(len(needs)) if len({order[at] for order in orders}) > 1)
    steps = [Step(f"First must come {listed(orders[0][:fork])}.")] * (fork > 0)
    choices = sorted({order[fork] for order in orders})
    for task in choices:
        ways = [words(order[fork:]) for order in orders if order[fork] == task]
        steps.append(Step(f"Then {task}: {'; '.join(ways)}."))
    steps.append(Step(f"Together {len(orders)}."))
    mistakes = {str(len(choices)): "After the first choice there are more."}
    prompt = "In how many different orders can these tasks be done one after another?"
    return text(prompt, len(orders), steps, listing=_shown(needs), mistakes=mistakes)


def _place(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(4 + difficulty, 8), 3 if difficulty > 3 else 2)
    task, size = dice.choice(list(needs)), len(needs)
    above = sorted(_above(needs, task))
    below = sorted(other for other in needs if task in _above(needs, other))
    first = dice.random() < 0.5
    if len(above if first else below) <= len(needs[task] if first else [t for t in below if task in needs[t]]):
        return None
    if first:
        answer = len(above) + 1
        steps = [Step(f"Before {task} come {listed(above)}: {len(above)} tasks, so place {answer} at the earliest.")]
        mistakes = {str(len(needs[task]) + 1): "What its needs need comes before it, too."}
    else:
        answer = size - len(below)
        steps = [Step(f"After {task} come {listed(below)}: place {size} - {len(below)} = {answer} at the latest.")]
        near = sum(task in needs[other] for other in needs)
        mistakes = {str(size - near): "What needs those that need it comes after it, too."}
    end = "earliest" if first else "latest"
    prompt = f"The {size} tasks are done one after another, in places 1 to {size}. What is the {end} place for {task}?"
    return text(prompt, answer, steps, listing=_shown(needs), mistakes=mistakes)


def _rounds(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(4 + difficulty, 8), 3)
    done: list[str] = []
    steps: list[Step] = []
    while ready := _ready(needs, done):
        steps.append(Step(f"Minute {len(steps) + 1}: {listed(ready)}."))
        done += ready
    rounds = len(steps)
    steps.append(Step(f"So {rounds} minutes, the tasks on the longest chain."))
    mistakes = {
        str(len(needs)): "Tasks that do not need one another run at the same time.",
        str(rounds - 1): "Tasks on the longest chain count, not the steps between them.",
    }
    if rounds < 3:
        return None
    prompt = "Each task takes one minute, and any number can run at once. How many minutes does it all take at least?"
    return text(prompt, rounds, steps, listing=_shown(needs), mistakes=mistakes)


def _depth_first(dice: Random, difficulty: int) -> Instance | None:
    needs = _graph(dice, min(3 + difficulty, 7))
    steps: list[Step] = []
    finished: list[str] = []

    def visit(task: str) -> None:
        seen.append(task)
        for other in sorted(other for other in needs if task in needs[other]):
            if other not in seen:
                visit(other)
        finished.insert(0, task)
        steps.append(Step(f"{task} is finished: {words(finished)}."))

    seen: list[str] = []
    for task in sorted(needs):
        if task not in seen:
            visit(task)
    mistakes = {
        words(finished[::-1]): "Each finished task goes in front of those finished before.",
        words(seen): "That is the order of the visits; what counts is when a task is finished.",
        words(_taken(needs, by_queue=False)[0]): "That is Kahn's algorithm.",
    }
    if finished in (seen, _taken(needs, by_queue=False)[0]):
        return None
    prompt = (
        "A depth-first search takes tasks to start from, and the targets of each arrow, in alphabetical order. A task "
        "that is finished goes to the front of the list. Which list comes out? (`A -> B`: A before B.)"
    )
    return sequence(prompt, finished, steps, "tasks in order", listing=_arrows(needs), mistakes=mistakes)


KINDS: dict[Kind, int] = {
    _orders: 1, _kahn: 1, _now: 1, _cyclic: 2, _closing: 2, _count: 3, _place: 3, _rounds: 3, _depth_first: 4
}  # fmt: skip
