"""Vector clocks against the graph of happened before: an entry is the number of a process's events in the past."""

import re
from itertools import pairwise

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Pasts = dict[str, set[str]]  # event -> itself and all that happened before it


def test_vector_clocks() -> None:
    check_skill("vector-clocks", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "What is the clock of event" in prompt:
        processes = drawn_rows(listing)
        return entries(processes, pasts(processes)[found(r"of event (\w)", prompt)])
    if "clocks of other events" in prompt:
        x = numbers(found(r"clock \[([\d ]+)\]", prompt))
        return {option for option in instance.options if asked_for(prompt, numbers(option), x)}
    if "How many events happened before x" in prompt:
        x, *y = [numbers(clock) for clock in re.findall(r"\[[\d ]+\]", prompt)]
        events = {(process, number) for process, entry in enumerate(x) for number in range(entry)}
        after = {(process, number) for process, entry in enumerate(y[0]) for number in range(entry)} if y else set()
        return str(len(events - after) - 1)
    if "of these events" in prompt:
        before = pasts(drawn_rows(listing))
        mine = found(r"(?:before|with|did) (\w)[.? ]", prompt)
        ways = {option: option.split()[1] for option in instance.options}
        if "concurrent" in prompt:
            return {option for option, name in ways.items() if mine not in before[name] and name not in before[mine]}
        if "did" in prompt:
            return {option for option, name in ways.items() if mine in before[name]}
        return {option for option, name in ways.items() if name in before[mine]}
    if "Dynamo-like" in prompt:
        return versions(prompt, listing)
    if "Lamport clocks" in prompt:
        before = pasts(drawn_rows(listing))
        longest = {name: depth(name, before) for name in before}
        pairs = {option: option.split(" and ") for option in instance.options}
        return [
            option
            for option, (one, two) in pairs.items()
            if longest[one] < longest[two] and one not in before[two] and two not in before[one]
        ]
    if "broke the rule" in prompt:
        return broken(listing)
    assert "Causal broadcast" in prompt
    return delivered(listing)


def numbers(text: str) -> list[int]:
    return [int(word) for word in re.findall(r"\d+", text)]


def asked_for(prompt: str, other: list[int], x: list[int]) -> bool:
    signs = {(a > b) - (a < b) for a, b in zip(other, x, strict=True)} - {0}
    if "concurrent" in prompt:
        return signs == {-1, 1}
    return signs == ({1} if "did x happen" in prompt else {-1})


def drawn_rows(listing: str) -> list[list[str]]:
    """The events of each process, as they are written."""
    return [line.split(":  ")[1].split(",  ") for line in listing.splitlines()]


def pasts(processes: list[list[str]]) -> Pasts:
    """Reachability by messages and within processes, until nothing is added."""
    events = [event for row in processes for event in row]
    edges = [(one[0], two[0]) for row in processes for one, two in pairwise(row)]
    sends = {event.split()[2]: event[0] for event in events if "sends" in event}
    edges += [(sends[event.split()[2]], event[0]) for event in events if "receives" in event]
    before = {event[0]: {event[0]} for event in events}
    while True:
        old = {name: len(past) for name, past in before.items()}
        for one, two in edges:
            before[two] |= before[one]
        if old == {name: len(past) for name, past in before.items()}:
            return before


def entries(processes: list[list[str]], past: set[str]) -> list[str]:
    return [str(sum(event[0] in past for event in row)) for row in processes]


def depth(name: str, before: Pasts) -> int:
    """The longest chain that ends here."""
    return 1 + max((depth(earlier, before) for earlier in before[name] - {name}), default=0)


def versions(prompt: str, listing: str) -> Right:
    clocks = {line.split()[0]: dict(re.findall(r"([A-C]): (\d)", line)) for line in listing.splitlines()}
    if "What is the new version's clock" in prompt:
        node, nodes = found(r"through node ([A-C])", prompt), found(r"Give ([A-C, ]+)", prompt).split(", ")
        largest = {at: max(int(clock.get(at, "0")) for clock in clocks.values()) for at in nodes}
        return [str(largest[at] + (at == node)) for at in nodes]
    # A version is the set of writes it has seen: the first, second, ... of each node.
    seen = {
        name: {(node, turn) for node, entry in clock.items() for turn in range(int(entry))}
        for name, clock in clocks.items()
    }
    return {name for name, writes in seen.items() if not any(writes < other for other in seen.values())}


def broken(listing: str) -> str:
    """The one event whose clock does not follow from the clocks logged before it."""
    logged: list[tuple[int, str, list[int]]] = []
    for line in listing.splitlines():
        event, clock = found(r"P\d  (.*?) +\[", line), numbers(found(r"\[([\d ]+)\]", line))
        process = int(line[1]) - 1
        sources = [[0, 0, 0]]
        sources += [earlier for other, _, earlier in logged if other == process][-1:]
        if "receives" in event:
            sources += [earlier for _, other, earlier in logged if other.endswith(f"sends {event.split()[2]}")]
        due = [max(column) for column in zip(*sources, strict=True)]
        due[process] += 1
        if due != clock:
            return event[0]
        logged.append((process, event, clock))
    raise AssertionError(listing)


def delivered(listing: str) -> list[str]:
    """A message may be delivered once all that its clock counts, itself aside, have been: by sets of broadcasts."""
    arrived: list[tuple[str, set[tuple[int, int]]]] = []
    done: set[tuple[int, int]] = set()
    order: list[str] = []
    for line in listing.splitlines():
        clock = numbers(found(r"\[([\d ]+)\]", line))
        own = int(found(r"from P(\d)", line)) - 1
        past = {(process, number) for process, entry in enumerate(clock) for number in range(entry)}
        arrived.append((line.split()[0], past))
        again = True
        while again:
            again = False
            for name, needs in arrived:
                if name not in order and len(needs - done) == 1:
                    order.append(name)
                    done |= needs
                    again = True
        assert (own, clock[own] - 1) in past
    return order
