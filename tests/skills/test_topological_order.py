"""Orders against graphlib, against the sets of tasks that can be done first, and against trying all orders."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Needs = dict[str, set[str]]


def test_topological_order() -> None:
    check_skill("topological-order", oracle)


def oracle(instance: Instance) -> Right:
    prompt, needs = instance.prompt, read(instance.listing)
    if "Which of these orders" in prompt:
        return [option for option in instance.options if respects(needs, option.split(", "))]
    if "alphabetically first is taken" in prompt:
        return next(all_orders(needs))  # the first of all valid ones in the order of a dictionary
    if "first in, first out" in prompt:
        return by_queue(needs)
    if "can start now" in prompt:
        done = set(found("(.*) are done", prompt).split(", "))
        possible_sets = downsets(needs)
        return {task for task in instance.options if done | {task} in possible_sets}
    if "Which are left over" in prompt:
        return sorted(set(needs).difference(*downsets(needs)))
    if "every order impossible" in prompt:
        return [option for option in instance.options if not possible(needs, *option.split(" needs "))]
    if "In how many different orders" in prompt:
        return str(sum(respects(needs, order) for order in all_orders(needs)))
    if "What is the" in prompt:
        task = found(r"place for (\S+)\?", prompt)
        possible_sets = downsets(needs)
        places = [len(done) + 1 for done in possible_sets if task not in done and done | {task} in possible_sets]
        return str(min(places) if "earliest" in prompt else max(places))
    if "Each task takes one minute" in prompt:
        return str(longest(needs))
    return depth_first(needs)


def read(listing: str) -> Needs:
    needs: Needs = {}
    for line in listing.splitlines():
        left, right = re.split(r" +(?:needs|->) ", line)
        others = set() if right == "nothing" else set(right.split(", "))
        if "->" in line:
            for other in others:
                needs.setdefault(other, set()).add(left)
            needs.setdefault(left, set())
        else:
            needs[left] = others
    assert all(others <= set(needs) for others in needs.values()), listing
    return needs


def respects(needs: Needs, order: Iterable[str]) -> bool:
    place = {task: at for at, task in enumerate(order)}
    return place.keys() == needs.keys() and all(place[one] < place[task] for task in needs for one in needs[task])


def all_orders(needs: Needs, start: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """All valid orders, by trying every task at every place, alphabetically."""
    if len(start) == len(needs):
        yield start
    for task in sorted(needs):
        if task not in start and needs[task] <= set(start):
            yield from all_orders(needs, (*start, task))


def downsets(needs: Needs) -> list[set[str]]:
    """All sets of tasks that can be the ones done so far."""
    tasks = sorted(needs)
    subsets = ({task for bit, task in enumerate(tasks) if mask >> bit & 1} for mask in range(2 ** len(tasks)))
    closed = [subset for subset in subsets if all(needs[task] <= subset for task in subset)]
    # A cycle is closed as well; it cannot be reached one by one.
    reached: list[set[str]] = [set()]
    for subset in sorted(closed, key=len)[1:]:
        if any(subset - {task} in reached for task in subset):
            reached.append(subset)
    return reached


def by_queue(needs: Needs) -> list[str]:
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    queue, order = deque(sorted(sorter.get_ready())), []
    while queue:
        order.append(queue.popleft())
        sorter.done(order[-1])
        queue.extend(sorted(sorter.get_ready()))
    return order


def possible(needs: Needs, task: str, other: str) -> bool:
    try:
        TopologicalSorter({**needs, task: needs[task] | {other}}).prepare()
    except CycleError:
        return False
    return True


def longest(needs: Needs) -> int:
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    rounds = 0
    while sorter.is_active():
        sorter.done(*sorter.get_ready())
        rounds += 1
    return rounds


def depth_first(needs: Needs) -> list[str]:
    """With a stack of its own, where a task lies twice: to be entered, then to be left."""
    seen: set[str] = set()
    left: list[str] = []
    stack = [(task, False) for task in sorted(needs, reverse=True)]
    while stack:
        task, entered = stack.pop()
        if entered:
            left.append(task)
        elif task not in seen:
            seen.add(task)
            stack.append((task, True))
            stack += [(other, False) for other in sorted(needs, reverse=True) if task in needs[other]]
    return left[::-1]
