"""Critical paths: a walk back through time, ms by ms, and all chains of steps, one by one."""

from collections import Counter
from collections.abc import Iterator

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Spans = dict[str, tuple[str, int, int]]  # name -> parent, start, end
Steps = dict[str, tuple[int, list[str]]]  # name -> ms, waits for


def test_critical_path() -> None:
    check_skill("critical-path", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "A trace" in prompt:
        spans = {row[0]: (row[1], int(row[2]), int(row[3])) for row in map(str.split, listing.splitlines()[1:])}
        if "self time" in prompt:
            name = found(r"self time of (\w+)", prompt)
            return str(sum(not running(spans, name, at) for at in range(*spans[name][1:])))
        walk = list(backwards(spans))[::-1]
        if "Select all" in prompt:
            return {option for option in instance.options if option in walk}
        if "For how many ms" in prompt:
            return str(Counter(walk)[found(r"through (\w+) itself", prompt)])
        return [name for at, name in enumerate(walk) if at == 0 or walk[at - 1] != name]
    steps = {
        row[0]: (int(row[1]), [name for name in row[2:] if name != "-"])
        for row in map(str.split, listing.splitlines()[1:])
    }
    if "is the last one done" in prompt:
        return str(longest(steps)[0])
    if "What is the critical path" in prompt:
        return longest(steps)[1]
    if "may" in prompt:
        name = found(r"longer may (\w+)", prompt)
        now = longest(steps)[0]
        return str(next(more for more in range(1000) if longest(slower(steps, name, more + 1))[0] > now))
    if "becomes" in prompt:
        name = found(r"(\w+) becomes", prompt)
        assert longest(steps)[0] == int(found(r"take (\d+) ms\.", prompt))
        return str(longest(slower(steps, name, -int(found(r"becomes (\d+)", prompt))))[0])
    assert "twice as fast" in prompt
    return min(steps, key=lambda name: longest(slower(steps, name, -steps[name][0] // 2))[0])


def running(spans: Spans, parent: str, at: int) -> bool:
    return any(of == parent and start <= at < end for of, start, end in spans.values())


def backwards(spans: Spans) -> Iterator[str]:
    """For each ms, from the last one on, the span that the critical path leads through."""
    stack = ["root"]
    for now in range(spans["root"][2], spans["root"][1], -1):
        while len(stack) > 1 and spans[stack[-1]][1] == now:
            stack.pop()
        while ending := [name for name, (of, _, end) in spans.items() if of == stack[-1] and end == now]:
            stack += ending
        yield stack[-1]


def chains(steps: Steps, last: str) -> Iterator[list[str]]:
    if not steps[last][1]:
        yield [last]
    for before in steps[last][1]:
        for chain in chains(steps, before):
            yield [*chain, last]


def longest(steps: Steps) -> tuple[int, list[str]]:
    """The longest of all chains, and how long it is."""
    every = [chain for name in steps for chain in chains(steps, name)]
    return max((sum(steps[name][0] for name in chain), chain) for chain in every)


def slower(steps: Steps, name: str, more: int) -> Steps:
    return steps | {name: (steps[name][0] + more, steps[name][1])}
