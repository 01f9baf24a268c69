"""Which places a binary search looks at and what it returns: bounds, duplicates, faulty loops, a search on the answer.

The loops are those of Bentley, Programming Pearls 2e ch. 4 (closed bounds) and of Python's bisect_left and bisect_right
(half-open bounds, documentation of module bisect); the largest number of looks is floor(log2 n) + 1 (Knuth, TAOCP vol.
3 §6.2.1, theorem B). The values met on the way to a key stay between those met before, as in CLRS 4e exercise 12.2-1.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._bisection import FAULTS, FIND, LAST, LEFT, RIGHT, code, run
from bequiz.skills._forms import Kind, drawn, listed, pick, sequence, text, words

TITLE = "The trace of a binary search"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _array(dice: Random, difficulty: int, *, equal: bool = False) -> list[int]:
    size = dice.randint(6 + difficulty, 8 + difficulty)
    if not equal:
        return sorted(dice.sample(range(10, 100), size))
    values = dice.sample(range(10, 100), size // 3 + 1)
    return sorted(values + dice.choices(values, k=size - len(values)))


def _trace(dice: Random, difficulty: int) -> Instance | None:
    loop = dice.choice([FIND, FIND, LEFT, RIGHT, LAST][: 1 + difficulty])
    a = _array(dice, difficulty, equal=not loop.finds)
    x = dice.choice([*a, dice.randrange(a[0] + 1, a[-1])])
    mids, steps, _ = run(loop, a, x)
    if len(mids) < 3:
        return None
    mistakes = {words([a[mid] for mid in mids]): "Those are the values: the indexes were asked for."}
    if not loop.finds and x in a:
        mistakes[words(run(FIND, a, x).mids)] = "This loop does not end at an equal element."
    if loop.finds:
        mistakes[words(run(loop._replace(up=1), a, x).mids)] = "Here mid is rounded down."
    prompt = f"`x` is {x}. Which values does `mid` take, in order?"
    return sequence(prompt, mids, steps, "indexes in order", listing=code(loop, a), lang="python", mistakes=mistakes)


def _returned(dice: Random, difficulty: int) -> Instance | None:
    a = _array(dice, difficulty, equal=True)
    loop = dice.choice((LEFT, RIGHT, LAST) if difficulty > 2 else (LEFT, RIGHT))
    x = dice.choice([*[value for value in set(a) if a.count(value) > 1], dice.randrange(a[0] + 1, a[-1])])
    _, steps, result = run(loop, a, x)
    mistakes = {
        str(run(LEFT, a, x).result): f"That is the first place with `a[i] >= {x}`.",
        str(run(RIGHT, a, x).result): f"That is the first place with `a[i] > {x}`.",
        str(run(LAST, a, x).result): f"That is the last place with `a[i] <= {x}`.",
        str(run(FIND, a, x).result): "That is what a search returns that stops at the first equal element it meets.",
    }
    prompt = f"`x` is {x}. What does this search return?"
    return text(prompt, result, steps, listing=code(loop, a), lang="python", mistakes=mistakes)


def _faulty(dice: Random, difficulty: int) -> Instance | None:
    loop = dice.choice(FAULTS)
    a = _array(dice, difficulty)
    results = {x: run(loop, a, x).result for x in a}
    bad = [x for x in a if results[x] is None] or [x for x in a if results[x] != a.index(x)]
    good = [x for x in a if results[x] == a.index(x)]
    if not bad or len(good) < 3:
        return None
    x = dice.choice(bad)
    ways = {f"x = {other}": f"It returns {results[other]}, as it should." for other in dice.sample(good, 3)}
    ask = "does it never return" if results[x] is None else "does it not return the index"
    prompt = f"This search has a fault. All of these values are in `a`. With which of them as `x` {ask}?"
    return pick(dice, prompt, f"x = {x}", ways, run(loop, a, x).steps, listing=code(loop, a), lang="python")


def _unsorted(dice: Random, difficulty: int) -> Instance | None:
    a = _array(dice, difficulty)
    one, two = sorted(dice.sample(range(len(a)), 2))
    a[one], a[two] = a[two], a[one]
    results = {x: run(FIND, a, x).result for x in a}
    missed = [x for x in a if results[x] == -1]
    if not missed or two - one < 2:
        return None
    x = dice.choice(missed)
    others = dice.sample([value for value in a if value not in missed], 3)
    ways = {
        f"x = {other}": f"It is found at {results[other]}: each comparison on the way points to it." for other in others
    }
    prompt = "Two elements of `a` have changed places, so it is not sorted. Which of its values is not found?"
    return pick(dice, prompt, f"x = {x}", ways, run(FIND, a, x).steps, listing=code(FIND, a), lang="python")


def _impossible(dice: Random, difficulty: int) -> Instance | None:
    x = dice.randrange(30, 70)
    good = [_met(dice, x, 4 + difficulty // 3) for _ in range(3)]
    bad = _met(dice, x, 4 + difficulty // 3)
    place = dice.randrange(2, len(bad) - 1)
    earlier = dice.choice(bad[: place - 1]) if place > 1 else bad[0]
    # One value further from x than an earlier one on the same side.
    bad[place] = dice.randrange(10, earlier) if earlier < x else dice.randrange(earlier + 1, 100)
    if len({*bad}) < len(bad) or any(bad == other for other in good):
        return None
    steps, low, high = [], 0, 100
    for value in bad:
        if not low < value < high:
            bound = f"above {low}" if value < low else f"below {high}"
            steps.append(Step(f"{value} cannot follow: only values {bound} are left to look at."))
            break
        low, high = (value, high) if value < x else (low, value)
        bounds = " and ".join([f"above {low}"] * (low > 0) + [f"below {high}"] * (high < 100))
        steps.append(Step(f"{value} {'<' if value < x else '>'} {x}: from here on all values lie {bounds}."))
    ways = {listed(other): "Each value lies between the nearest ones met so far on both sides." for other in good}
    prompt = (
        f"A binary search for {x} in a long sorted array compares it with these values, in this order. "
        "Which list is impossible?"
    )
    return pick(dice, prompt, listed(bad), ways, steps)


def _met(dice: Random, x: int, count: int) -> list[int]:
    """Values that a search for x may meet: each between the nearest on both sides so far; x itself comes last."""
    low, high = 10, 99
    met: list[int] = []
    while len(met) < count and high - low > 3:
        value = dice.choice([value for value in range(low + 1, high) if value != x])
        low, high = (value, high) if value < x else (low, value)
        met.append(value)
    return [*met, x] if len(met) == count and low < x < high else _met(dice, x, count)


def _most(dice: Random, difficulty: int) -> Instance | None:
    looks = dice.randint(6, 9 + difficulty)
    n = dice.randrange(2 ** (looks - 1), 2**looks)
    steps = [Step(f"{n >> done} left: one look leaves at most {n >> done + 1}.") for done in range(looks)]
    steps.append(Step(f"That makes {looks} looks, floor(log2 {n}) + 1."))
    if dice.random() < 0.5:
        mistakes = {
            str(looks - 1): "The last element left has to be looked at as well.",
            str(looks + 1): f"{looks} looks are enough for 2^{looks} - 1 = {2**looks - 1} elements.",
            str(n // 2): "Each look halves what is left, not only the first.",
        }
        prompt = f"A sorted array has {n} elements. At how many does a binary search look in the worst case?"
        return text(prompt, looks, steps, mistakes=mistakes)
    room = 2**looks - 1 - n
    steps.append(Step(f"{looks} looks are enough for 2^{looks} - 1 = {2**looks - 1} elements: {room} more than {n}."))
    mistakes = {
        str(room + 1): f"With {2**looks} elements one side has {2 ** (looks - 1)}, which needs {looks} more looks.",
        str(n): f"Doubling adds a look, but so does every size from {2**looks} on.",
    }
    prompt = (
        f"A sorted array has {n} elements. How many can be added at most so that the worst case of a binary search "
        "stays at as many looks as now?"
    )
    return text(prompt, room, steps, mistakes=mistakes)


def _bisected(dice: Random, difficulty: int) -> Instance | None:
    good = dice.randrange(10, 200)
    bad = good + dice.randint(7 + 4 * difficulty, 15 + 12 * difficulty)
    culprit = dice.randint(good + 2, bad - 1)
    tested, steps = _halved(good, bad, culprit)
    mistakes = {words(_halved(good, bad, culprit, up=1)[0]): "The middle is rounded down."}
    if culprit in tested:
        early = tested[: tested.index(culprit) + 1]
        mistakes[words(early)] = f"Build {culprit} is bad, but build {culprit - 1} is not known to be good."
    prompt = (
        f"Build {good} is good, build {bad} is bad, and unknown to us build {culprit} brought the fault. We test "
        "`(good + bad) // 2`, the middle between the last known good and the first known bad build. Which builds are "
        "tested, in order?"
    )
    return sequence(prompt, tested, steps, "builds in order", mistakes=mistakes)


def _halved(good: int, bad: int, culprit: int, up: int = 0) -> tuple[list[int], list[Step]]:
    tested, steps = [], []
    while bad - good > 1:
        tested.append(middle := (good + bad + up) // 2)
        good, bad = (good, middle) if middle >= culprit else (middle, bad)
        found = "bad" if middle >= culprit else "good"
        steps.append(Step(f"{middle} is {found}: good {good}, bad {bad}.", str(middle)))
    return tested, [*steps, Step(f"They are neighbours: build {bad} is the first bad one.")]


def _rotated(dice: Random, difficulty: int) -> Instance | None:
    a = _array(dice, difficulty)
    cut = dice.randrange(1, len(a))
    a = a[cut:] + a[:cut]
    lo, hi, mids, steps = 0, len(a) - 1, [], []
    while lo < hi:
        mid = (lo + hi) // 2
        mids.append(mid)
        state, right = f"lo = {lo}, hi = {hi}: a[{mid}] = {a[mid]}", a[mid] > a[hi]
        state += f" {'>' if right else '<'} a[{hi}] = {a[hi]}"
        lo, hi = (mid + 1, hi) if right else (lo, mid)
        steps.append(Step(f"{state}: {f'lo = {lo}' if right else f'hi = {hi}'}.", str(mid)))
    steps.append(Step(f"lo = hi = {lo}: the smallest is {a[lo]}."))
    shown = code(LEFT._replace(last=-1), a).replace("a[mid] < x", "a[mid] > a[hi]").replace("return lo", "return a[lo]")
    prompt = "`a` was sorted and then rotated; this finds its smallest element. Which values does `mid` take, in order?"
    ends = {words(mids[:-1]): "A single element must be left before the loop ends."}
    return sequence(prompt, mids, steps, "indexes in order", listing=shown, lang="python", mistakes=ends)


def _capacity(dice: Random, difficulty: int) -> Instance | None:
    jobs = [dice.randrange(1, 10) for _ in range(difficulty + 1)]
    runs = dice.randint(2, 3)
    lo, hi, tried, steps = max(jobs), sum(jobs), [], []
    while lo < hi:
        mid = (lo + hi) // 2
        tried.append(mid)
        groups = _packed(jobs, mid)
        enough = len(groups) <= runs
        lo, hi = (lo, mid) if enough else (mid + 1, hi)
        filled = " | ".join(words(group) for group in groups)
        end = f"enough, hi = {hi}" if enough else f"too many, lo = {lo}"
        steps.append(Step(f"{mid}: {filled} makes {len(groups)} runs: {end}.", str(mid)))
    steps.append(Step(f"lo = hi = {lo} is the smallest capacity."))
    if not 3 <= len(tried) <= 5 or len(set(jobs)) < len(jobs) - 1:
        return None
    shown = (
        f"jobs = [{listed(jobs)}]\nlo, hi = max(jobs), sum(jobs)\nwhile lo < hi:\n    mid = (lo + hi) // 2\n"
        f"    if runs(jobs, mid) <= {runs}: hi = mid\n    else: lo = mid + 1"
    )
    prompt = (
        "`runs(jobs, mid)` counts the runs it takes when each run takes the next jobs as long as their sum is at most "
        "`mid`. Which values does `mid` take, in order?"
    )
    return sequence(prompt, tried, steps, "capacities in order", listing=shown, lang="python")


def _packed(jobs: list[int], capacity: int) -> list[list[int]]:
    groups: list[list[int]] = [[]]
    for job in jobs:
        if sum(groups[-1]) + job > capacity:
            groups.append([])
        groups[-1].append(job)
    return groups


KINDS: dict[Kind, int] = {
    _trace: 1, _most: 1, _bisected: 1, _returned: 2, _impossible: 2, _unsorted: 2, _faulty: 3, _rotated: 4, _capacity: 4
}  # fmt: skip
