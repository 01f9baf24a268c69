"""Caches by what their policies mean, read off the history of requests; MIN by trying every choice of victims."""

import re
from collections import deque
from collections.abc import Callable
from functools import cache

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Requests = tuple[str, ...]


def test_cache_eviction() -> None:
    check_skill("cache-eviction", oracle)


def oracle(instance: Instance) -> Right:
    prompt, requests = instance.prompt, tuple(instance.listing.split())
    if "2Q" in prompt:
        hits, held = two_queues(
            [int(word) for word in re.findall(r"LRU, (\d)|FIFO, (\d)", prompt) for word in word if word], requests
        )
        return str(hits) if "How many" in prompt else held
    if "smallest number of misses" in prompt:
        return str(fewest(requests, frozenset(), int(found(r"for (\d) keys", prompt))))
    if "Which policy" in prompt:
        gone = found(r"evicted ([a-z, ]+), in", prompt).split(", ")
        return [option for option in instance.options if trace(option, 3, requests)[0] == gone]
    policy = found(r"(FIFO|LRU|LFU|MRU|CLOCK)", prompt)
    if "with 3 places" in prompt:
        return [str(sum(trace(policy, size, requests)[1])) for size in (3, 4)]
    gone, missed, held = trace(policy, int(found(r"for (\d) keys", prompt)), requests)
    if "evicted" in prompt:
        return gone
    return str(len(requests) - sum(missed)) if "How many" in prompt else held


def trace(policy: str, size: int, requests: Requests) -> tuple[list[str], list[bool], list[str]]:
    """Evicted keys, for each request whether it misses, and the keys at the end, next victim first."""
    if policy == "CLOCK":
        return *second_chance(size, requests), []
    held: set[str] = set()
    gone, missed = [], []
    for now, key in enumerate(requests):
        missed.append(key not in held)
        if key not in held and len(held) == size:
            victim = min(held, key=rank(policy, requests[:now], missed))
            gone.append(victim)
            held.remove(victim)
        held.add(key)
    return gone, missed, sorted(held, key=rank(policy, requests, missed))


def rank(policy: str, past: Requests, missed: list[bool]) -> Callable[[str], tuple[int, ...]]:
    def of(key: str) -> tuple[int, ...]:
        last = max(at for at, other in enumerate(past) if other == key)
        loaded = max(at for at, other in enumerate(past) if other == key and missed[at])
        uses = past[loaded:].count(key)
        return {"FIFO": (loaded,), "LRU": (last,), "MRU": (-last,), "LFU": (uses, last)}[policy]

    return of


def second_chance(size: int, requests: Requests) -> tuple[list[str], list[bool]]:
    """CLOCK is a queue in which a key with its bit set goes to the end instead of leaving."""
    queue, bits, gone, missed = deque[str](), set[str](), [], []
    for key in requests:
        missed.append(key not in queue)
        if key in queue:
            bits.add(key)
            continue
        while len(queue) == size:
            first = queue.popleft()
            if first in bits:
                bits.remove(first)
                queue.append(first)
            else:
                gone.append(first)
        queue.append(key)
    return gone, missed


@cache
def fewest(requests: Requests, held: frozenset[str], size: int) -> int:
    if not requests:
        return 0
    key, *rest = requests
    if key in held:
        return fewest(tuple(rest), held, size)
    if len(held) < size:
        return 1 + fewest(tuple(rest), held | {key}, size)
    return 1 + min(fewest(tuple(rest), held - {victim} | {key}, size) for victim in held)


def two_queues(parts: list[int], requests: Requests) -> tuple[int, list[str]]:
    """Hits, and Am with the most recently used first; all three queues as one dictionary from key to place."""
    first, names, main = parts
    where: dict[str, tuple[str, int]] = {}
    hits = 0

    def squeeze(part: str, room: int) -> str | None:
        inside = sorted((turn, key) for key, (at, turn) in where.items() if at == part)
        return inside[0][1] if len(inside) > room else None

    for now, key in enumerate(requests):
        at = where.get(key, ("", 0))[0]
        hits += at in ("young", "old")
        if at == "young":
            continue
        where[key] = ("old" if at else "young", now)
        if victim := squeeze("young", first):
            where[victim] = ("name", now)
        for part, room in (("name", names), ("old", main)):
            if victim := squeeze(part, room):
                del where[victim]
    return hits, [
        key for _, key in sorted(((turn, key) for key, (at, turn) in where.items() if at == "old"), reverse=True)
    ]
