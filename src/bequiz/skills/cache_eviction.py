"""Traces of caches: hits, evictions and what is left under FIFO, LRU, LFU, CLOCK and 2Q; the fewest misses possible.

LRU, FIFO, LFU and CLOCK are as in Tanenbaum and Bos, Modern Operating Systems, §3.4 (CLOCK after Corbató, 1968; bits
start unset); the fewest misses are those of MIN, and more room may cost FIFO misses (Belady, IBM Systems Journal 5(2),
1966, and CACM 12(6), 1969); 2Q is that of Johnson and Shasha (VLDB 1994, "full version"), with parts of fixed size.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._caches import RULES, Turn, run, two_queues
from bequiz.skills._forms import Kind, counted, drawn, listed, pick, sequence, text, words

TITLE = "What does this cache evict?"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _requests(dice: Random, difficulty: int, count: int) -> list[str]:
    """Requests with favourites; sometimes a scan of keys that are asked for once runs through them."""
    keys = dice.sample("abcdefgh", 4 + (difficulty >= 3))
    weights = dict(zip(keys, range(len(keys) + 1, 1, -1), strict=True))
    scan = range(at := dice.randrange(3, count - 4), at + 3) if difficulty >= 3 and dice.random() < 0.4 else range(0)
    strangers = dice.sample([key for key in "stuvwxyz" if key not in keys], 3)
    requests: list[str] = []
    for place in range(count):
        others = [key for key in keys if key not in requests[-1:]]
        known = dice.choices(others, [weights[key] for key in others])[0]
        requests.append(strangers[place - scan.start] if place in scan else known)
    return requests


def _policy(dice: Random, difficulty: int) -> str:
    return dice.choice(["LRU", "FIFO", "LRU", *["LFU"] * (difficulty >= 2), *["CLOCK"] * (difficulty >= 3)])


def _told(turns: list[Turn]) -> list[Step]:
    """A step for each eviction, with the requests before it in one sentence."""
    steps: list[Step] = []
    before: list[str] = []
    for turn in turns:
        if turn.evicted:
            done = f"{', '.join(before)}. " if before else ""
            steps.append(Step(f"{done}{turn.key} misses: {turn.why}, so {turn.evicted} goes.", turn.evicted))
            before = []
        else:
            before.append(f"{turn.key} {'hits' if turn.hit else 'is loaded'}")
    return [*steps, Step(f"{', '.join(before)}.")] if before else steps


def _evicted(dice: Random, difficulty: int) -> Instance | None:
    policy, size = _policy(dice, difficulty), 3
    requests = _requests(dice, difficulty, 6 + difficulty)
    turns = run(policy, size, requests)
    gone = [turn.evicted for turn in turns if turn.evicted]
    others = {other: _gone(other, size, requests) for other in ("FIFO", "LRU", "LFU", "MRU") if other != policy}
    if not 2 <= len(gone) <= 3 + difficulty // 3 or gone == others.get("FIFO") or gone == others.get("LRU"):
        return None
    mistakes = {words(other): f"That is {name}." for name, other in others.items()}
    prompt = (
        f"A cache for {size} keys starts empty: {RULES[policy]}. A key that misses is loaded. Which keys are "
        "evicted, in order?"
    )
    return sequence(prompt, gone, _told(turns), "keys in order", listing=words(requests), mistakes=mistakes)


def _gone(policy: str, size: int, requests: list[str]) -> list[str]:
    return [turn.evicted for turn in run(policy, size, requests) if turn.evicted]


def _hits(dice: Random, difficulty: int) -> Instance | None:
    policy, size = _policy(dice, difficulty), 3
    requests = _requests(dice, difficulty, 7 + difficulty)
    turns = run(policy, size, requests)
    hits = sum(turn.hit for turn in turns)
    others = {other: sum(turn.hit for turn in run(other, size, requests)) for other in ("FIFO", "LRU", "LFU", "OPT")}
    if hits < 2 or not any(turn.evicted for turn in turns) or hits in (others["FIFO" if policy == "LRU" else "LRU"], 0):
        return None
    steps = [*_told(turns), Step(f"Hits: {listed([turn.key for turn in turns if turn.hit])}, that is {hits}.")]
    mistakes = {str(len(requests) - hits): "Those are the misses."}
    mistakes |= {
        str(number): f"That is {'the best possible' if name == 'OPT' else name}." for name, number in others.items()
    }
    prompt = (
        f"A cache for {size} keys starts empty: {RULES[policy]}. A key that misses is loaded. How many of these "
        "requests hit?"
    )
    return text(prompt, hits, steps, listing=words(requests), mistakes=mistakes)


def _left(dice: Random, difficulty: int) -> Instance | None:
    policy = dice.choice(["LRU", "FIFO", *["LFU"] * (difficulty >= 2)])
    size = 3 + (difficulty >= 3)
    requests = _requests(dice, difficulty, 6 + difficulty)
    turns = run(policy, size, requests)
    if not any(turn.evicted for turn in turns) or not any(turn.hit for turn in turns[size:]):
        return None
    held = turns[-1].held
    counts = " (uses since loading; the least recently used of equals first)" if policy == "LFU" else ""
    steps = [Step(step.text) for step in _told(turns)]
    for at, key in enumerate(held):
        loaded = max(place for place, turn in enumerate(turns) if turn.key == key and not turn.hit)
        last = max(place for place, turn in enumerate(turns) if turn.key == key)
        uses = f"{counted(requests[loaded:].count(key), 'use')} since its loading, the last as request {last + 1}"
        why = {"FIFO": f"loaded by request {loaded + 1}", "LRU": f"last used by request {last + 1}", "LFU": uses}[
            policy
        ]
        steps.append(Step(f"{key} is {'the first' if at == 0 else 'next'}: {why}.", key))
    mistakes = {words(held[::-1]): "The next victim comes first."}
    mistakes |= {
        words(run(name, size, requests)[-1].held): f"That is {name}."
        for name in ("FIFO", "LRU", "LFU")
        if name != policy
    }
    prompt = (
        f"A cache for {size} keys starts empty: {policy}{counts}. A key that misses is loaded. Which keys does it "
        "hold at the "
        "end? The next victim first, then the one after it, and so on."
    )
    return sequence(prompt, held, steps, "keys, next victim first", listing=words(requests), mistakes=mistakes)


def _which(dice: Random, difficulty: int) -> Instance | None:
    size = 3
    requests = _requests(dice, difficulty, 7 + difficulty)
    ways = {name: _gone(name, size, requests) for name in ("FIFO", "LRU", "LFU", "MRU")}
    right = dice.choice(list(ways))
    gone = ways[right]
    if len({words(way) for way in ways.values()}) < 4 or not 2 <= len(gone) <= 4:
        return None
    wrong = {}
    for name, way in ways.items():
        if name != right:
            at = next(at for at in range(9) if way[at : at + 1] != gone[at : at + 1])
            there = f"evict {way[at]} as number {at + 1}" if at < len(way) else f"evict only {listed(way)}"
            wrong[name] = f"{name} would {there}."
    steps = [*_told(run(right, size, requests)), *(Step(why) for why in wrong.values())]
    prompt = (
        f"A cache for {size} keys started empty; a key that misses is loaded. On these requests it evicted "
        f"{listed(gone)}, in "
        "this order. Which policy is it (LFU: ties go to the least recently used)?"
    )
    return pick(dice, prompt, right, wrong, steps, listing=words(requests))


def _fewest(dice: Random, difficulty: int) -> Instance | None:
    size = 2 + (difficulty >= 4)
    requests = _requests(dice, difficulty, 6 + difficulty)
    turns = run("OPT", size, requests)
    misses = {name: sum(not turn.hit for turn in run(name, size, requests)) for name in ("OPT", "LRU", "FIFO")}
    if misses["OPT"] + 1 >= misses["LRU"] or misses["OPT"] == len(set(requests)):
        return None
    steps = [*(Step(step.text) for step in _told(turns)), Step(f"That makes {misses['OPT']} misses.")]
    mistakes = {
        str(misses["LRU"]): "LRU has as many; knowing the requests to come, one can do better.",
        str(misses["FIFO"]): "FIFO has as many; knowing the requests to come, one can do better.",
        str(len(set(requests))): "Each key misses once at least, but some have to make room and come back.",
        str(len(requests) - misses["OPT"]): "Those are the hits.",
    }
    prompt = (
        f"A cache for {size} keys starts empty; a key that misses must be loaded. What is the smallest number of "
        "misses "
        "possible on these requests, for whichever choice of victims?"
    )
    return text(prompt, misses["OPT"], steps, listing=words(requests), mistakes=mistakes)


def _sizes(dice: Random, difficulty: int) -> Instance | None:
    policy = dice.choice(("FIFO", "FIFO", "LRU"))
    requests = _requests(dice, difficulty, 9 + difficulty // 2)
    runs = [run(policy, size, requests) for size in (3, 4)]
    misses = [sum(not turn.hit for turn in turns) for turns in runs]
    if (misses[0] > misses[1] and policy == "FIFO" and dice.random() < 0.9) or len(set(requests)) < 5:
        return None
    steps = [
        Step(f"With {size} places miss {words([turn.key for turn in turns if not turn.hit])}: {number}.", str(number))
        for size, turns, number in zip((3, 4), runs, misses, strict=True)
    ]
    other = "LRU" if policy == "FIFO" else "FIFO"
    wrong = [sum(not turn.hit for turn in run(other, size, requests)) for size in (3, 4)]
    mistakes = {
        words(wrong): f"That is {other}.",
        words([len(requests) - number for number in misses]): "Those are hits.",
    }
    if misses[0] <= misses[1]:
        steps.append(
            Step(
                "More room need not mean fewer misses under FIFO: Belady's anomaly."
                if misses[0] < misses[1]
                else "One more place gains nothing here."
            )
        )
    prompt = (
        f"A cache with {policy} starts empty; a key that misses is loaded. How many of these requests miss with 3 "
        "places, and "
        "how many with 4? Give both numbers."
    )
    return sequence(prompt, misses, steps, "misses", listing=words(requests), mistakes=mistakes)


def _queues(dice: Random, difficulty: int) -> Instance | None:
    parts = 2, dice.randint(2, 3), 2
    requests = _requests(dice, 3, 7 + difficulty)
    turns = two_queues(*parts, requests)
    held, hits = turns[-1].held, sum(turn.hit for turn in turns)
    young = sum(turn.why.startswith("in A1in") for turn in turns)
    steps = [Step(f"{turn.key}: {turn.why}.") for turn in turns]
    rule = (
        f"2Q: a new key enters A1in (FIFO, {parts[0]} places); one that falls out leaves its name in A1out (FIFO, "
        f"{parts[1]} "
        f"names). A key asked for whose name is there goes into Am (LRU, {parts[2]} places). A hit in A1in moves "
        "nothing."
    )
    plain = run("LRU", parts[0] + parts[2], requests)
    if dice.random() < 0.5:
        if hits < 2 or not held:
            return None
        mistakes = {
            str(sum(turn.hit for turn in plain)): f"That is LRU with {parts[0] + parts[2]} places.",
            str(hits + sum("A1out" in turn.why for turn in turns)): "A name in A1out is no hit: the data are gone.",
            str(hits - young): "A key in A1in is a hit, too.",
        }
        steps.append(Step(f"Hits: {listed([turn.key for turn in turns if turn.hit])}, that is {hits}."))
        return text(f"{rule} How many of these requests hit?", hits, steps, listing=words(requests), mistakes=mistakes)
    if len(held) < 2 or not young:
        return None
    steps += [Step(f"{key} is {'first' if at == 0 else 'next'} in Am.", key) for at, key in enumerate(held)]
    mistakes = {
        words(held[::-1]): "The most recently used comes first.",
        words(plain[-1].held[::-1][: parts[2]]): "A key comes into Am only through A1out.",
    }
    prompt = f"{rule} What does Am hold in the end, most recently used first?"
    return sequence(prompt, held, steps, "keys", listing=words(requests), mistakes=mistakes)


KINDS: dict[Kind, int | range] = {
    _evicted: 1, _hits: range(1, 5), _left: range(1, 5), _which: range(2, 5), _fewest: 3, _sizes: 4, _queues: 4,
}  # fmt: skip
