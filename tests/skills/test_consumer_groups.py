"""Consumer groups partition by partition and record by record."""

import re
from itertools import cycle, permutations

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found


def test_consumer_groups() -> None:
    check_skill("consumer-groups", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "How many partitions does each get" in prompt:
        consumers, topics = members(prompt), topics_of(prompt)
        got = [sum(runs(size, len(consumers))[at] for size in topics.values()) for at in range(len(consumers))]
        return [str(number) for number in got]
    if "partitions does c" in prompt:
        return mine(prompt)
    if "change their owner" in prompt:
        return moved(prompt)
    if "state shown" in prompt:
        rows = [[int(word) for word in line.split()[1:]] for line in listing.splitlines()[1:]]
        if "lag" in prompt:
            return str(sum(len(range(committed, end)) for committed, _, end in rows))
        return str(sum(len(range(committed, last + 1)) for committed, last, _ in rows))
    if "after its crash" in prompt:
        return crash(prompt, listing)
    if "stays in its group" in prompt:
        work, limit = int(found(r"needs (\d+) ms", prompt)), int(found(r"interval.ms` is (\d+)", prompt))
        pause = re.search(r"and (\d+) s more", prompt)
        free = limit - (int(pause.group(1)) * 1000 if pause else 0)
        return str(max(number for number in range(10_000) if number * work <= free))
    assert "at a commit that fails" in prompt
    return late(prompt)


def members(prompt: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\bc\d\b", prompt.split(" partitions ")[0])))


def topics_of(prompt: str) -> dict[str, int]:
    return {topic: int(size) for topic, size in re.findall(r"`(\w+)` with (\d+) part", prompt)}


def runs(size: int, consumers: int) -> list[int]:
    """The lengths of the runs: partition by partition the consumer with the fewest, the first of them, gets one "
    "more."""
    got = [0] * consumers
    for _ in range(size):
        got[got.index(min(got))] += 1
    return got


def mine(prompt: str) -> list[str]:
    me, topics = found(r"does (c\d) get", prompt), topics_of(prompt)
    names = sorted(re.findall(r"c\d", found(r"group ((?:c\d,? ?)+)", prompt)))
    if "RangeAssignor" in prompt:
        at = names.index(me)
        return [
            f"{topic}-{number}"
            for topic, size in sorted(topics.items())
            for number in range(sum(runs(size, len(names))[:at]), sum(runs(size, len(names))[: at + 1]))
        ]
    apart = re.search(r"; (c\d) only to `(\w+)`", prompt)
    dealer = cycle(names)
    got = []
    for topic, size in sorted(topics.items()):
        for number in range(size):
            name = next(one for one in dealer if not apart or one != apart.group(1) or topic == apart.group(2))
            got += [f"{topic}-{number}"] * (name == me)
    return got


def moved(prompt: str) -> str:
    size, names = int(found(r"of (\d+) partitions", prompt)), re.findall(r"c\d", prompt.split(" share ")[0])
    changed, verb = re.findall(r"Then (c\d) (leaves|joins)", prompt)[0]
    after = [name for name in names if name != changed] if verb == "leaves" else [*names, changed]
    before, then = (
        [name for name, run in zip(group, runs(size, len(group)), strict=True) for _ in range(run)]
        for group in (names, after)
    )
    if "RangeAssignor" in prompt:
        return str(sum(one != two for one, two in zip(before, then, strict=True)))
    # The fewest moves to any even spread, whoever gets the larger parts.
    spreads = set(permutations(runs(size, len(after))))
    return str(
        min(
            sum(max(0, before.count(name) - share) for name, share in zip(after, spread, strict=True))
            + (before.count(changed) if verb == "leaves" else 0)
            for spread in spreads
        )
    )


def crash(prompt: str, listing: str) -> str:
    start = int(found(r"committed offset (\d+)", prompt))
    automatic, position = "no auto-commit" not in prompt, start
    committed, seen = start, set[int]()
    for line in listing.splitlines():
        numbers = [int(word) for word in re.findall(r"\d+", line)]
        if line.startswith("poll"):
            committed = position if automatic else committed
            assert numbers[0] == position
            position = numbers[1] + 1
        elif line.startswith("it processes"):
            seen |= set(range(numbers[0], numbers[-1] + 1))
        elif line.startswith("commitSync"):
            committed = numbers[0] if numbers else position
    if "start?" in prompt:
        return str(committed)
    if "twice" in prompt:
        return str(sum(offset >= committed for offset in seen))
    return str(sum(offset not in seen for offset in range(start, committed)))


def late(prompt: str) -> str:
    """Second by second."""
    size, first, work, every, limit = (
        int(found(pattern, prompt))
        for pattern in (r"polls (\d+)", r"offset (\d+)", r"(\d+) s of work", r"every (\d+)", r"interval.ms` is (\d+)")
    )
    committed = done = 0
    for second in range(1, size * work + 1):
        done += second % work == 0
        if second % (work * every) == 0:
            if second * 1000 > limit:
                break
            committed = done
    return str(first + committed if "With which offset" in prompt else size - committed)
