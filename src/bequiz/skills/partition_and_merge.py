"""The step that quicksort and merge sort are made of: partition an array around a pivot, merge sorted runs.

Partition as given by Lomuto and by Hoare: CLRS 4e §7.1 and problem 7-1; into three parts: Dijkstra's Dutch national
flag (Sedgewick & Wayne, Algorithms 4e §2.3); quickselect: Hoare's FIND, CACM 4(7), 1961. Merging, bottom-up merge sort
and its stability: CLRS 4e §2.3.1, Sedgewick & Wayne §2.2; inversions: CLRS problem 2-4; merging several runs with a
heap: Knuth, TAOCP vol. 3 §5.4.1.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, listed, pick_many, sequence, text, words
from bequiz.skills._partitions import WAYS

TITLE = "Partition and merge, step by step"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _partition(dice: Random, difficulty: int) -> Instance | None:
    way = dice.choice(["Lomuto", "Hoare", "three-way"][: 1 + difficulty // 2])
    code, run = WAYS[way]
    size = dice.randint(5, 6) + difficulty // 2
    a = dice.sample(range(10, 100), size)
    pivot = a[-1] if way == "Lomuto" else a[0]
    if way == "three-way" or (way == "Hoare" and difficulty > 3):
        for at in dice.sample(range(1, size), 2):
            a[at] = pivot
    parted = run(a)
    less, more = ([key for key in a if key < pivot], [key for key in a if key > pivot])
    if min(len(less), len(more)) < 2 or parted.array in (sorted(a), a):
        return None
    listing = f"a = [{listed(a)}]\n{code}"
    if way == "Hoare" and dice.random() < 0.4:
        mistakes = {
            str(len(less)): "That would be the pivot's final place; here it lies anywhere in its part.",
            str(parted.array.index(pivot)): "The pivot need not stand where the parts meet.",
            str(parted.stop + 1): "i may stand there; j is the last index of the left part.",
        }
        steps = [*parted.steps, Step(f"j = {parted.stop}.")]
        return text("What is `j` at the end?", parted.stop, steps, listing=listing, lang="python", mistakes=mistakes)
    same = [key for key in a if key == pivot]
    mistakes = {words([*less, *same, *more]): "That keeps the order within the parts: swaps do not."}
    for other, (_, turn) in WAYS.items():
        mistakes.setdefault(words(turn(a).array), f"That is the partition known as {other}.")
    mistakes.setdefault(words(sorted(a)), "A partition does not sort.")
    steps = [*parted.steps, Step(f"The array is {words(parted.array)}.")]
    prompt = "What are the elements of `a` after this partition, in array order?"
    each = "elements in array order"
    return sequence(prompt, parted.array, steps, each, listing=listing, lang="python", mistakes=mistakes)


def _pivots(dice: Random, difficulty: int) -> Instance | None:
    a = dice.sample(range(10, 100), 5 + (difficulty + 1) // 2)
    pivot = dice.choice(a)
    a = [key for key in a if key < pivot] + [pivot] + [key for key in a if key > pivot]
    fits = [
        key for at, key in enumerate(a) if all(one < key for one in a[:at]) and all(one > key for one in a[at + 1 :])
    ]
    if len(fits) != dice.choice((1, 2, 2, 3)) or a == sorted(a):
        return None
    shown = sorted(
        [*fits, *dice.sample([key for key in a if key not in fits], min(5, len(a) - 1) - len(fits))], key=a.index
    )
    mistakes, steps = {}, []
    for key in shown:
        if key in fits:
            steps.append(Step(f"{key}: all to its left are less, all to its right greater."))
            continue
        at = a.index(key)
        wrong = next((one for one in a[:at] if one > key), None)
        where = f"{wrong} > {key} stands to its left" if wrong else f"{min(a[at:])} < {key} stands to its right"
        mistakes[f"key {key}"] = f"{where}."
        steps.append(Step(f"{key}: {where}."))
    prompt = (
        f"An array of different keys was partitioned once: less, pivot, greater. It now is {listed(a)}. Which of these "
        "may have been the pivot? Select all."
    )
    return pick_many(prompt, [f"key {key}" for key in shown], mistakes, steps)


def _select(dice: Random, difficulty: int) -> Instance | None:
    a = dice.sample(range(10, 100), 6 + difficulty // 2)
    rank = dice.randint(2, len(a) - 1)
    pivots, steps = _selected(a, rank)
    if not 3 <= len(pivots) <= 4:
        return None
    mistakes = {
        words(_selected(a, rank, forgets=True)[0]): "On the greater side the rank falls by what has been left behind.",
        words(pivots[:-1]): "The search ends when the pivot itself has the rank.",
    }
    prompt = (
        f"Quickselect looks for the {_ordinal(rank)} smallest of {listed(a)}. The pivot is always the first element; "
        "lesser and greater ones keep their order; it goes on with the part it needs. Which pivots are used, in order?"
    )
    return sequence(prompt, pivots, steps, "pivots in order", mistakes=mistakes)


def _selected(a: list[int], rank: int, *, forgets: bool = False) -> tuple[list[int], list[Step]]:
    pivots, steps = [], []
    while a:
        pivots.append(pivot := a[0])
        less, more = [key for key in a if key < pivot], [key for key in a if key > pivot]
        place = f"Pivot {pivot} is number {len(less) + 1} of {words(a)}; wanted is number {rank}"
        if len(less) + 1 == rank:
            steps.append(Step(f"{place}: found.", str(pivot)))
            break
        if rank <= len(less):
            a, side = less, "less"
        else:
            a, side = more, "greater"
            rank -= 0 if forgets else len(less) + 1
        steps.append(Step(f"{place}: go on with the {side} ones, {words(a)}.", str(pivot)))
    return pivots, steps


def _ordinal(number: int) -> str:
    return {2: "2nd", 3: "3rd"}.get(number, f"{number}th")


def _runs(dice: Random, difficulty: int, *, equal: int = 0) -> tuple[list[int], list[int]]:
    left = sorted(dice.sample(range(10, 100), 3 + difficulty // 2))
    right = sorted(dice.sample(left, equal) + dice.sample(range(10, 100), 3 + difficulty // 3))
    return left, right


def _merged(left: list[int], right: list[int]) -> tuple[list[str], int, list[Step]]:
    """From which run each element comes, the comparisons made, and the steps."""
    i = j = 0
    taken: list[str] = []
    steps: list[Step] = []
    while i < len(left) and j < len(right):
        side = "R" if right[j] < left[i] else "L"
        sign = "<" if left[i] < right[j] else ">" if left[i] > right[j] else "="
        steps.append(Step(f"{left[i]} {sign} {right[j]}: {side}, {min(left[i], right[j])}.", side))
        taken.append(side)
        i, j = i + (side == "L"), j + (side == "R")
    rest = ["L"] * (len(left) - i) + ["R"] * (len(right) - j)
    steps.append(Step(f"One run is used up; the rest, {words(left[i:] + right[j:])}, needs no comparing.", words(rest)))
    return [*taken, *rest], len(taken), steps


def _shown(left: list[int], right: list[int]) -> str:
    return f"L: {words(left)}\nR: {words(right)}"


def _merge(dice: Random, difficulty: int) -> Instance | None:
    left, right = _runs(dice, difficulty, equal=dice.randint(1, 2))
    taken, count, steps = _merged(left, right)
    if len({*taken[:count]}) < 2 or len(left) + len(right) - count < 1 + (difficulty > 2):
        return None
    given = "Two sorted runs are merged by comparing their first elements; when they are equal, L's goes first."
    if dice.random() < 0.5:
        steps = [*(Step(step.text) for step in steps), Step(f"That makes {count} comparisons.")]
        mistakes = {
            str(len(taken) - 1): "When one run is used up, the rest follows without comparing.",
            str(len(taken)): "When one run is used up, the rest follows without comparing.",
        }
        prompt = f"{given} How many comparisons are made until one run is used up?"
        return text(prompt, count, steps, listing=_shown(left, right), mistakes=mistakes)
    unstable = sorted([(key, side) for side, run in (("L", left), ("R", right)) for key in run], key=lambda one: one[0])
    unstable.sort(key=lambda one: (one[0], one[1] == "L"))
    mistakes = {words([side for _, side in unstable]): "Of equal elements L's goes first: that keeps the sort stable."}
    prompt = f"{given} From which run does each element of the result come (L or R)?"
    return sequence(prompt, taken, steps, "L or R", listing=_shown(left, right), mistakes=mistakes)


def _inversions(dice: Random, difficulty: int) -> Instance | None:
    left, right = _runs(dice, difficulty, equal=1)
    steps = []
    for key in right:
        left_over = [one for one in left if one > key]
        steps.append(Step(f"When {key} is taken, {len(left_over)} of L are left that are greater."))
    number = sum(one > key for one in left for key in right)
    if not 3 <= number < len(left) * len(right) - 2:
        return None
    steps.append(Step(f"Together {number}."))
    mistakes = {
        str(sum(one >= key for one in left for key in right)): "Equal elements are no inversion.",
        str(len(left) * len(right) - number): "Those are the pairs that are in order.",
    }
    prompt = (
        "L and R are the sorted halves of an array (L was in front). Merging them counts the inversions between the "
        "halves: pairs with the greater element in L. How many are there?"
    )
    return text(prompt, number, steps, listing=_shown(left, right), mistakes=mistakes)


def _passes(dice: Random, difficulty: int) -> Instance | None:
    size = dice.randint(6, 7) + difficulty // 2
    a = dice.sample(range(10, 100), size)
    steps, states = [], [a]
    for step in (2, 4):
        states.append([key for at in range(0, size, step) for key in sorted(a[at : at + step])])
        parts = " | ".join(words(states[-1][at : at + step]) for at in range(0, size, step))
        steps.append(Step(f"Runs of {step}: {parts}."))
    steps.append(Step(f"The array is {words(states[2])}."))
    if states[2] == sorted(a) or (len(states) > 2 and states[2] == states[-2]):
        return None
    halves = [*sorted(a[: size // 2]), *sorted(a[size // 2 :])]
    mistakes = {
        words(sorted(a)): "The array is sorted only when a run is as long as the array.",
        words(halves): "Those are the halves of the recursive version; here runs start at multiples of their length.",
    }
    mistakes[words(states[1])] = "There the runs have length 2."
    prompt = (
        f"Merge sort bottom-up: passes merge neighbouring runs of length 1, 2, 4, … from the left. What is the array "
        f"{listed(a)} after the pass that makes runs of length 4?"
    )
    return sequence(prompt, states[2], steps, "elements in array order", mistakes=mistakes)


def _many_runs(dice: Random, difficulty: int) -> Instance | None:
    keys = dice.sample(range(10, 100), 3 * (3 + difficulty // 3))
    runs = [sorted(keys[at::3]) for at in range(3)]
    count = dice.randint(3, len(keys) - 3)
    left, heap, steps = [run[1:] for run in runs], {run[0]: at for at, run in enumerate(runs)}, []
    for _ in range(count):
        at = heap.pop(least := min(heap))
        if left[at]:
            heap[left[at].pop(0)] = at
        steps.append(Step(f"{least} (run {at + 1}) goes out; the heap holds {words(sorted(heap))}."))
    answer = sorted(heap)
    next_ones = sorted(keys)[count : count + len(answer)]
    if answer == next_ones or len(answer) < 2:
        return None
    mistakes = {
        words(next_ones): "The heap holds the next key of each run, not the next keys of all.",
        words(sorted(keys)[:count][-3:]): "Those have gone out already.",
    }
    prompt = (
        f"Three sorted runs are merged with a heap that holds the next key of each run. {count} keys have gone out, "
        "and the heap is refilled. Which keys does it hold, in ascending order?"
    )
    listing = "\n".join(f"run {at}: {words(run)}" for at, run in enumerate(runs, 1))
    return sequence(prompt, answer, steps, "keys in ascending order", listing=listing, mistakes=mistakes)


KINDS: dict[Kind, int] = {
    _partition: 1, _merge: 1, _pivots: 2, _passes: 2, _select: 3, _many_runs: 3, _inversions: 4
}  # fmt: skip
