"""Pools and queues, unit by unit of time, or by solving for what makes the law true."""

import re
from fractions import Fraction

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

FACTOR = {"s": 1000, "min": 60, "h": 60}


def test_littles_law() -> None:
    check_skill("littles-law", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    numbers = [Fraction(word) for word in re.findall(r"\d+(?:\.\d+)?", prompt)]
    if "steady state" in prompt:
        return law(prompt)
    if "each take a database connection" in prompt:
        rate, hold = numbers[0], Fraction(found(r"for (\d+) ms", prompt))
        times = Fraction(found(r"connection (\d) times", prompt)) if "times for" in prompt else Fraction(1)
        percent = Fraction(found(r"(\d+) % of", prompt)) if "%" in prompt else Fraction(100)
        busy = rate * times * hold / 1000
        return str(next(size for size in range(1, 10_000) if busy <= size * percent / 100))
    if "these pools" in prompt:
        rows = {
            re.split("  +", line)[0]: [int(word) for word in re.findall(r"\d+", line)]
            for line in listing.splitlines()[1:]
        }
        capacity = {
            name: Fraction(size * 1000, hold * (uses[0] if uses else 1)) for name, (size, hold, *uses) in rows.items()
        }
        least = min(capacity.values())
        if "How many" in prompt:
            return str(least)
        return [option for option in instance.options if capacity[option] == least]
    if "users" in prompt:
        users, think, known = numbers
        if "do they make" in prompt:
            return str(users / (think + known))
        return f"{float(users / known - think):.10g}"
    if "without a deadlock" in prompt:
        return deadlock(prompt)
    if "PostgreSQL" in prompt:
        limit, kept = numbers[:2]
        jobs = Fraction(found(r"jobs use (\d+)", prompt)) if "jobs" in prompt else 0
        running = Fraction(found(r"(\d+) instances", prompt))
        running += Fraction(found(r"starts (\d) new", prompt)) if "starts" in prompt else 0
        return str(max(pool for pool in range(1000) if pool * running + kept + jobs <= limit))
    if "burst" in prompt or "queue was empty" in prompt:
        return backlog(prompt, *(int(number) for number in numbers[:4]))
    assert "A pool of" in prompt
    return pool(prompt, listing)


def law(prompt: str) -> str:
    unit = found(r"/(s|min|h)\b", prompt) if "arrive at" in prompt else found(r"per (s|min|h)\?", prompt)
    rate = re.search(r"arrive at (\d+)", prompt)
    stay = re.search(r"stays (\d+)", prompt)
    inside = re.search(r"average (\d+) \w+ are inside", prompt)
    a, w, n = (int(known.group(1)) if known else None for known in (rate, stay, inside))
    return next(str(guess) for guess in range(1, 4000) if (n or guess) * FACTOR[unit] == (a or guess) * (w or guess))


def deadlock(prompt: str) -> str:
    """The smallest pool that is not used up when each thread has all but one: one thread after another is served."""
    groups = [tuple(map(int, pair)) for pair in re.findall(r"(\d+) (?:threads need|further ones) up to (\d)", prompt)]
    needs = [need for threads, need in groups for _ in range(threads)]
    for size in range(1, 1000):
        free = size
        for need in needs:  # the worst order: everybody takes what it can without being done
            free -= min(free, need - 1)
        if free > 0:
            return str(size)
    raise AssertionError(prompt)


def backlog(prompt: str, speed: int, lasts: int, burst: int, after: int) -> str:
    queue, second = 0, 0
    while second < lasts or queue > 0:
        queue += (burst if second < lasts else after) - speed
        second += 1
        if second == lasts and "does the last request" in prompt:
            return str(Fraction(queue, speed))
        queue = max(0, queue)
    return str(second - (lasts if "after the end" in prompt else 0))


def pool(prompt: str, listing: str) -> list[str]:
    """Millisecond by millisecond."""
    names, arrivals, holds = (line.split()[1:] for line in listing.splitlines())
    size = int(found(r"pool of (\d)", prompt))
    patience = int(found(r"waited (\d+) ms", prompt)) if "gives up" in prompt else 10**6
    left: list[int] = []  # of the connections in use
    queue: list[int] = []
    starts, lost = {}, []
    for now in range(1000):
        left = [more - 1 for more in left if more > 1]
        queue += [at for at, arrival in enumerate(arrivals) if int(arrival) == now]
        while queue and len(left) < size:
            at = queue.pop(0)
            starts[at] = now
            left.append(int(holds[at]))
        gone = [at for at in queue if now - int(arrivals[at]) >= patience]
        lost += [names[at] for at in gone]
        queue = [at for at in queue if at not in gone]
    return lost if "give up, in order" in prompt else [str(starts[at]) for at in range(len(names))]
