"""Caches of a few keys, request by request: what is a hit, what is evicted, what the next victim would be and why."""

from collections.abc import Sequence
from typing import NamedTuple

RULES = {
    "FIFO": "FIFO",
    "LRU": "LRU",
    "LFU": "LFU (uses count since the key was loaded; of equals the least recently used goes)",
    "MRU": "MRU (the most recently used goes)",
    "CLOCK": "CLOCK (a hit sets the key's bit, a new key has none; the hand clears bits until it meets a key without "
    "one; "
    "the new key takes that place, the hand moves on)",
}


class Turn(NamedTuple):
    """A request and what it did; `held` is the cache afterwards, in the order of its policy."""

    key: str
    hit: bool
    evicted: str
    held: tuple[str, ...]
    why: str = ""


def run(policy: str, size: int, requests: Sequence[str]) -> list[Turn]:
    """A cache that starts empty; a key that misses is loaded."""
    match policy:
        case "CLOCK":
            return _clock(size, requests)
        case "OPT":
            return _optimal(size, requests)
        case _:
            return _ranked(policy, size, requests)


def _ranked(policy: str, size: int, requests: Sequence[str]) -> list[Turn]:
    """The policies that evict the key with the smallest rank: by the time of loading, of the last use, by uses."""
    loaded: dict[str, int] = {}
    used: dict[str, int] = {}
    uses: dict[str, int] = {}
    turns = []

    def rank(key: str) -> tuple[int, ...]:
        return {"FIFO": (loaded[key],), "LRU": (used[key],), "MRU": (-used[key],), "LFU": (uses[key], used[key])}[
            policy
        ]

    for now, key in enumerate(requests):
        hit, evicted, why = key in loaded, "", ""
        if not hit:
            if len(loaded) == size:
                evicted = min(loaded, key=rank)
                why = _because(policy, evicted, uses[evicted])
                del loaded[evicted], used[evicted], uses[evicted]
            loaded[key], uses[key] = now, 0
        used[key] = now
        uses[key] += 1
        turns.append(Turn(key, hit, evicted, tuple(sorted(loaded, key=rank)), why))
    return turns


def _because(policy: str, key: str, uses: int) -> str:
    return {
        "FIFO": f"{key} has been there longest",
        "LRU": f"{key} was used longest ago",
        "MRU": f"{key} was used last",
        "LFU": f"{key} has the fewest uses, {uses}",
    }[policy]


def _clock(size: int, requests: Sequence[str]) -> list[Turn]:
    places: list[str] = []
    bits: set[str] = set()
    hand = 0
    turns = []
    for key in requests:
        hit, evicted, why = key in places, "", ""
        if hit:
            bits.add(key)
        elif len(places) < size:
            places.append(key)
        else:
            spared = []
            while places[hand] in bits:
                spared.append(places[hand])
                bits.remove(places[hand])
                hand = (hand + 1) % size
            evicted, places[hand] = places[hand], key
            hand = (hand + 1) % size
            why = f"{evicted} has no bit" + (f", {', '.join(spared)} lost the bit" if spared else "")
        turns.append(Turn(key, hit, evicted, tuple(places), why))
    return turns


def _optimal(size: int, requests: Sequence[str]) -> list[Turn]:
    """Belady: the key that is needed last, or never again, goes."""
    held: list[str] = []
    turns = []
    for now, key in enumerate(requests):
        hit, evicted, why = key in held, "", ""
        if not hit:
            if len(held) == size:
                later = {one: requests.index(one, now) if one in requests[now:] else len(requests) for one in held}
                evicted = max(held, key=later.__getitem__)
                never = later[evicted] == len(requests)
                why = f"{evicted} is {'not needed again' if never else 'needed last'}"
                held.remove(evicted)
            held.append(key)
        turns.append(Turn(key, hit, evicted, tuple(held), why))
    return turns


def two_queues(first: int, names: int, main: int, requests: Sequence[str], *, ghosts: bool = True) -> list[Turn]:
    """2Q with parts of fixed size; `held` is Am, the most recently used first. By a mistake nothing comes from "
    "A1out."""
    young: list[str] = []
    ghost: list[str] = []
    old: list[str] = []
    turns = []
    for key in requests:
        evicted, hit = "", key in young or key in old
        if key in old:
            old.remove(key)
            old.insert(0, key)
            why = "in Am, where it moves to the front"
        elif key in young:
            why = "in A1in, where it keeps its place"
        elif key in ghost and ghosts:
            ghost.remove(key)
            old.insert(0, key)
            why = "its name is in A1out, so it goes into Am"
            if len(old) > main:
                evicted = old.pop()
                why += f", which drops {evicted}"
        else:
            young.insert(0, key)
            why = "new, goes into A1in"
            if len(young) > first:
                evicted = young.pop()
                ghost = [evicted, *ghost][:names]
                why += f", which drops {evicted} but keeps its name"
        turns.append(Turn(key, hit, evicted, tuple(old), why))
    return turns
