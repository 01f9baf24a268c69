"""Quorums against all sets of replicas that can be written and read, one by one."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found


def test_quorum_staleness() -> None:
    check_skill("quorum-staleness", oracle)


def oracle(instance: Instance) -> Right:
    prompt = instance.prompt
    if "With which settings" in prompt:
        n = int(found(r"N = (\d+)", prompt))
        pairs = {option: re.findall(r"\d+", option) for option in instance.options}
        missing = {option for option, (w, r) in pairs.items() if disjoint(n, int(w), int(r))}
        return missing if "may a read" in prompt else set(instance.options) - missing
    if "each on a disk" in prompt:
        n, w, r = numbers(prompt)[:3]
        if "disks" in prompt:
            return str(next(lost for lost in range(n) if lost + 1 >= w))
        needed = [w] * ("writes still" in prompt or "and writes" in prompt) + [r] * ("that reads" in prompt)
        return str(max(down for down in range(n + 1) if all(n - down >= need for need in needed)))
    if "What is the smallest" in prompt and "sloppy" not in prompt:
        n, down = numbers(prompt)[:2]
        return str(min(x for x in range(1, n + 1) for y in range(1, n - down + 1) if x + y > n))
    if "Which values can it return" in prompt:
        return may_return(instance.listing, int(found(r"R = (\d+)", prompt)))
    if "stale answer" in prompt:
        every, fresh = letters(found(r"replicas ([A-M, ]+)\.", prompt)), letters(found(r"stored by ([A-M, ]+)", prompt))
        down = letters(found(r"only\.((?: [A-M, ]+ (?:is|are) down\.)?)", prompt))
        sets = combinations([name for name in every if name not in down], int(found(r"set of (\d)", prompt)))
        return str(sum(not set(asked) & set(fresh) for asked in sets))
    if "What do the reads return" in prompt:
        return reads(prompt, instance.listing)
    if "Cassandra" in prompt:
        size = {name: int(copies) for copies, name in re.findall(r"(\d) in (dc\d)", prompt)}
        here, there = found(r"write in (dc\d)", prompt), found(r"read in (dc\d)", prompt)
        pairs = {option: re.findall(r"[A-Z_]+", option) for option in instance.options}
        return {
            option
            for option, (write, read) in pairs.items()
            if not any(
                enough(size, write, here, done) and enough(size, read, there, rest) for done, rest in halves(size)
            )
        }
    if "sloppy" in prompt:
        return sloppy(prompt)
    assert "reads twice" in prompt
    return two_reads(prompt)


def numbers(text: str) -> list[int]:
    return [int(word) for word in re.findall(r"\d+", text)]


def letters(text: str) -> list[str]:
    return re.findall(r"\b[A-M]\b", text)


@cache
def disjoint(n: int, w: int, r: int) -> bool:
    """Whether some r replicas have nothing in common with the first w."""
    return any(min(asked) >= w for asked in combinations(range(n), r))


def may_return(listing: str, r: int) -> set[str]:
    rows = {line.split()[0]: line.split()[1:] for line in listing.splitlines()}
    states = rows.get("state", ["up"] * len(rows["value"]))
    up = [
        (int(time), value)
        for time, value, state in zip(rows["time"], rows["value"], states, strict=True)
        if state == "up"
    ]
    return {max(asked)[1] for asked in combinations(up, r)}


def reads(prompt: str, listing: str) -> list[str]:
    """Each replica is all it was ever sent; what it holds is looked up afresh."""
    start = (10, found(r"hold (\w+)", prompt))
    sent = {name: [start] for name in letters(found(r"Replicas ([A-E, ]+) of", prompt))}
    returned = []
    for line in listing.splitlines():
        places = letters(line)
        if line.startswith("write"):
            for name in places:
                sent[name].append((int(found(r"time (\d+)", line)), line.split()[1].strip(",")))
            continue
        newest = max(cell for name in places for cell in sent[name])
        returned.append(newest[1])
        if "writes it back" in prompt:
            for name in places:
                sent[name].append(newest)
    return returned


def halves(size: dict[str, int]) -> Iterator[tuple[Counter[str], Counter[str]]]:
    """All ways to divide the replicas in two, each half as copies a datacentre."""
    every = Counter(size)
    for counts in product(*(range(copies + 1) for copies in size.values())):
        one = Counter(dict(zip(size, counts, strict=True)))
        yield one, every - one


def enough(size: dict[str, int], level: str, home: str, at: Counter[str]) -> bool:
    match level:
        case "ONE" | "TWO":
            return at.total() > ("ONE", "TWO").index(level)
        case "ALL":
            return at.total() == sum(size.values())
        case "QUORUM":
            return at.total() > sum(size.values()) / 2
        case "LOCAL_QUORUM":
            return at[home] > size[home] / 2
        case _:
            return all(at[name] > size[name] / 2 for name in size)


def sloppy(prompt: str) -> str:
    ring = found(r"Ring ([A-M ]+),", prompt).split()
    n, first = int(found(r"N = (\d)", prompt)), found(r"starts at ([A-M])", prompt)
    down = letters(found(r"With ([A-M, ]+) down", prompt))
    walk = [ring[(ring.index(first) + step) % len(ring)] for step in range(len(ring))]
    up = [node for node in walk if node not in down]
    told = re.search(r"all are up\. ([A-M, ]+) ha", prompt)
    delivered = letters(told.group(1)) if told else []
    assert all(node in up[:n] and node not in walk[:n] for node in delivered)
    copies = sum(node in up[:n] for node in walk[:n]) + len(delivered)
    without = range(copies, n)
    return str(next(r for r in range(1, n + 1) if not any(set(a) <= set(without) for a in combinations(range(n), r))))


def two_reads(prompt: str) -> set[str]:
    names, new = letters(found(r"Replicas ([A-M, ]+)", prompt)), letters(found(r"reached ([A-M, ]+)", prompt))
    r, repairs = int(found(r"any (\d)", prompt)), "writes it back" in prompt
    seen = set()
    for one in combinations(names, r):
        first = bool(set(one) & set(new))
        have = set(new) | (set(one) if first and repairs else set())
        for two in combinations(names, r):
            second = bool(set(two) & have)
            seen.add(f"{'new' if first else 'old'}, then {'new' if second else 'old'}")
    return seen
