"""Heaps against heapq (keys negated for a max-heap), against sorting, and against trying all places by sets of keys."""

import heapq
import re
from bisect import bisect

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

RANKS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}


def test_heap_operations() -> None:
    check_skill("heap-operations", oracle)


def oracle(instance: Instance) -> Right:
    prompt = instance.prompt
    order = found("(min|max)-heap", prompt)
    arity = int(found(r"(\d)-ary", prompt)) if "-ary" in prompt else 2
    sign = 1 if order == "min" else -1
    keys = [sign * int(word) for line in instance.listing.splitlines()[1:] for word in line.split()[1:]]

    def written(heap: list[int]) -> list[str]:
        return [str(sign * key) for key in heap]

    if "in array order after" in prompt:
        calls = re.findall(r"`(pop|push \d+|replace \d+)`", prompt)
        return written((carried_out if arity == 2 else slowly_carried_out)(keys, calls, sign, arity))
    if "Which of these arrays" in prompt:
        return [option for option in instance.options if is_heap([sign * int(w) for w in option.split(", ")], arity)]
    if "at which indexes" in prompt:
        return [str(at) for at in ancestors(int(found(r"of (\d+) keys", prompt)), arity)]
    if "a stream" in prompt:
        stream = [sign * int(word) for word in found(r"stream is ([\d, ]+)\.", prompt).split(", ")]
        keep = int(found(r"holds (\d+)", prompt))
        seen = [sorted(stream[:end])[end - keep :] for end in range(keep, len(stream) + 1)]
        went = [
            ({*early, new} - {*late}).pop() for early, late, new in zip(seen, seen[1:], stream[keep:], strict=False)
        ]
        return written(went)
    if "in linear time" in prompt:
        heap = list(keys)
        if "How many swaps" in prompt:
            return str(swaps(keys))
        heapq.heapify(heap)
        return written(heap)
    if "a priority changes" in prompt:
        at, key = int(found(r"index (\d+) becomes", prompt)), sign * int(found(r"becomes (\d+)", prompt))
        above = [place for place in ancestors(at, arity) if keys[place] > key]
        if above:
            return str(above[-1])
        return str(sunk([*keys[:at], key, *keys[at + 1 :]], at, arity).index(key))
    if "Heapsort" in prompt:
        heap, end = list(keys), []
        for _ in range(int(found(r"after (\d) rounds", prompt))):
            end.insert(0, heapq.heappop(heap))
        return written(heap + end)
    size = int(found(r"holds (\d+) different", prompt))
    name = found(r"can the (.*) key stand", prompt)
    rank = RANKS.get(name.split()[0], 1)
    if name.endswith("smallest") == (order == "min"):
        return str(len(next_after(size, rank - 1)))
    return str(len(last_but(size, rank - 1)))


def carried_out(keys: list[int], calls: list[str], sign: int, arity: int) -> list[int]:
    heap = list(keys)
    for call in calls:
        match call.split():
            case ["pop"]:
                heapq.heappop(heap)
            case ["push", key]:
                heapq.heappush(heap, sign * int(key))
            case [_, key]:
                heapq.heapreplace(heap, sign * int(key))
    return heap


def slowly_carried_out(keys: list[int], calls: list[str], sign: int, arity: int) -> list[int]:
    """The same with any number of children: a pushed key goes before the first larger one on the way from the root."""
    heap = list(keys)
    for call in calls:
        if call.startswith("push"):
            key = sign * int(call.split()[1])
            way = [len(heap), *ancestors(len(heap), arity)][::-1]
            chain = [heap[at] for at in way[:-1]]  # from the root on, so sorted
            place = bisect(chain, key)
            heap.append(key)
            for at, one in zip(way, [*chain[:place], key, *chain[place:]], strict=True):
                heap[at] = one
        else:
            heap[0] = sign * int(call.split()[1]) if " " in call else heap.pop()
            heap = sunk(heap, 0, arity)
    return heap


def sunk(heap: list[int], at: int, arity: int) -> list[int]:
    """The way of the least children is sorted anew with the key: all of it that is less moves up by one."""
    way = [at]
    while below := range(arity * way[-1] + 1, min(arity * way[-1] + arity + 1, len(heap))):
        way.append(min(below, key=lambda child: heap[child]))
    less = [place for place in way[1:] if heap[place] < heap[at]]
    new = list(heap)
    for to, come in zip([at, *less], [*less, at], strict=True):
        new[to] = heap[come]
    return new


def swaps(keys: list[int]) -> int:
    """Building bottom-up by recursion over subtrees: how far each root sinks into its two heaps."""
    heap = list(keys)

    def settle(at: int) -> int:
        if at >= len(heap):
            return 0
        below = settle(2 * at + 1) + settle(2 * at + 2)
        key = heap[at]
        heap[:] = sunk(heap, at, 2)
        return below + (heap.index(key) + 1).bit_length() - (at + 1).bit_length()

    return settle(0)


def is_heap(keys: list[int], arity: int) -> bool:
    return all(keys[at] > max(keys[place] for place in ancestors(at, arity)) for at in range(1, len(keys)))


def ancestors(at: int, arity: int) -> list[int]:
    """By walking down from the root and noting whose children are whose."""
    parents = {child: one for one in range(at + 1) for child in range(arity * one + 1, arity * one + arity + 1)}
    way = []
    while at:
        at = parents[at]
        way.append(at)
    return way


def next_after(size: int, before: int) -> set[int]:
    """Where a key may stand when so many stand in order before it: next to each such set that has all parents in it."""
    tops: set[frozenset[int]] = {frozenset()}
    for _ in range(before):
        tops = {top | {at} for top in tops for at in frontier(size, top)}
    return {at for top in tops for at in frontier(size, top)}


def frontier(size: int, top: frozenset[int]) -> set[int]:
    return {at for at in range(size) if at not in top and (at == 0 or (at - 1) // 2 in top)}


def last_but(size: int, after: int) -> set[int]:
    """Where a key may stand when only so many come after it: where leaves are, once those are taken off."""
    left: set[frozenset[int]] = {frozenset(range(size))}
    for _ in range(after):
        left = {rest - {at} for rest in left for at in leaves(rest)}
    return {at for rest in left for at in leaves(rest)}


def leaves(rest: frozenset[int]) -> set[int]:
    return {at for at in rest if 2 * at + 1 not in rest and 2 * at + 2 not in rest}
