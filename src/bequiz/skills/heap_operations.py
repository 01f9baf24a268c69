"""A heap in an array: the array after pushes, pops and replacements, and what its order says and does not say.

Indexes from 0, push, pop and replacing the root are those of Python's heapq; sifting, changing a key and heapsort those
of CLRS 4e ch. 6 (problem 6-2: more than two children); building in linear time, from the last parent down to the root,
is Floyd's (CACM 7(12), 1964). All keys of a heap differ, so that its array follows from the operations.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, listed, pick, sequence, table, text, words
from bequiz.skills._heap import Kin, broken, build, children, down, parent, told, up

TITLE = "A binary heap after some operations"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _kin(dice: Random, difficulty: int) -> Kin:
    return Kin(dice.choice(("min", "max")), 3 if difficulty >= 4 and dice.random() < 0.3 else 2)


def _heap(dice: Random, kin: Kin, size: int) -> list[int]:
    """A heap that is not simply sorted."""
    heap, _ = build(kin, dice.sample(range(10, 100), size))
    return heap if heap not in (sorted(heap), sorted(heap, reverse=True)) else _heap(dice, kin, size)


def _shown(heap: list[int], *more: str) -> str:
    return "\n".join([table(("index", *range(len(heap))), ("key", *heap)), *more])


def _after(dice: Random, difficulty: int) -> Instance | None:
    kin = _kin(dice, difficulty)
    start = _heap(dice, kin, 5 + difficulty)
    verbs = dice.choices(("pop", "push", "replace"), (5, 3, 0 if difficulty < 3 else 3), k=(difficulty + 2) // 2)
    calls = [verb if verb == "pop" else f"{verb} {dice.randrange(10, 100)}" for verb in verbs]
    keys = [int(call.split()[1]) for call in calls if call != "pop"]
    if len({*start, *keys}) < len(start) + len(keys):
        return None
    heap, steps = _carried_out(kin, start, calls)
    if sum("stays" in step.text for step in steps) > difficulty // 3:
        return None
    mistakes = {}
    for mistake, why in (
        ("first child", "A key that sinks swaps with the child that must be above."),
        ("closes up", "A pop moves the last key to the root; the others are not shifted."),
    ):
        mistakes[words(_carried_out(kin, start, calls, mistake)[0])] = why
    mistakes[words(sorted(heap, reverse=kin.order == "max"))] = (
        "A heap is not sorted: only parent and child are in order."
    )
    rule = " `replace` puts a key in the place of the root." if "replace" in verbs else ""
    sons = f" (children of i: {kin.arity}i + 1 to {kin.arity}i + {kin.arity})" if kin.arity > 2 else ""
    prompt = f"A {kin}{sons} lies in this array.{rule} What are the keys in array order after {_and(calls)}?"
    return sequence(prompt, heap, steps, "keys in array order", listing=_shown(start), mistakes=mistakes)


def _and(calls: list[str]) -> str:
    *most, last = [f"`{call}`" for call in calls]
    return f"{listed(most)} and then {last}" if most else last


def _carried_out(kin: Kin, start: list[int], calls: list[str], mistake: str = "") -> tuple[list[int], list[Step]]:
    """The heap after the calls and what happens; by a mistake, keys sink without choosing or a pop just closes up."""
    heap, steps = list(start), []
    for call in calls:
        verb, _, key = call.partition(" ")
        if verb == "push":
            heap.append(int(key))
            path = up(kin, heap, len(heap) - 1)
            doing = f"{key} is added at index {path[0]}"
        elif mistake == "closes up" and verb == "pop":
            del heap[0]
            continue
        else:
            new = int(key) if key else heap.pop()
            doing = f"{heap[0]} leaves and {new}{'' if key else ', the last one,'} comes to index 0"
            heap[0] = new
            path = down(kin, heap, 0, first=mistake == "first child")
        steps.append(Step(f"{call}: {doing}; {told(heap, path)}. Now {words(heap)}."))
    return heap, steps


def _valid(dice: Random, difficulty: int) -> Instance | None:
    kin = _kin(dice, difficulty)
    keys = dice.sample(range(10, 100), 6 + difficulty)
    right, _ = build(kin, keys)
    wrong = {}
    for _ in range(20):
        heap, _ = build(kin, dice.sample(keys, len(keys)))
        at = dice.randrange(kin.arity + 1, len(heap))
        heap[at], heap[parent(kin, at)] = heap[parent(kin, at)], heap[at]
        if len(broken(kin, heap)) == 1:
            wrong[listed(heap)] = (
                f"Index {at} holds {heap[at]}, {'less' if kin.order == 'min' else 'more'} than its parent "
                f"{heap[parent(kin, at)]} at index {parent(kin, at)}."
            )
    if right in (sorted(keys), sorted(keys, reverse=True)):
        return None
    steps = [
        Step(
            f"Index {at}: {right[at]} stands above {listed([right[child] for child in children(kin, at, len(right))])}."
        )
        for at in range(parent(kin, len(right) - 1) + 1)
    ]
    prompt = f"Which of these arrays is a {kin} (root at index 0)?"
    return pick(dice, prompt, listed(right), wrong, steps)


def _path(dice: Random, difficulty: int) -> Instance | None:
    kin = Kin(dice.choice(("min", "max")), dice.choice((2, 3, 4)))
    size = dice.randrange(20, {2: 90, 3: 300, 4: 600}[kin.arity] * (difficulty + 1))
    path, wrong = [], [size]
    at = size
    while at:
        path.append(at := parent(kin, at))
    while wrong[-1] > kin.arity:
        wrong.append(wrong[-1] // kin.arity)
    steps = [Step(f"The new key stands at index {size}, behind the last one.")]
    for child, index in zip([size, *path], path, strict=False):
        steps.append(Step(f"({child} - 1) // {kin.arity} = {index}.", str(index)))
    mistakes = {
        words(wrong[1:]): f"With indexes from 0 the parent of i is `(i - 1) // {kin.arity}`.",
        words([size, *path]): "The key's own index is not compared with.",
        words(path[:-1]): "The root, index 0, may be reached, too.",
    }
    prompt = (
        f"A {kin} of {size} keys lies in an array from index 0 on. A key is pushed that belongs at the top. It is "
        "compared with the keys at which indexes, in order?"
    )
    return sequence(prompt, path, steps, "indexes in order", mistakes=mistakes)


def _kept(dice: Random, difficulty: int) -> Instance | None:
    keep = 2 + difficulty // 2
    stream = dice.sample(range(10, 100), keep + 2 + difficulty // 2)
    most = dice.choice(("largest", "smallest"))
    heap, dropped, steps = stream[:keep], [], [Step(f"The heap starts with {listed(stream[:keep])}.")]
    for key in stream[keep:]:
        out = min([*heap, key]) if most == "largest" else max([*heap, key])
        heap = [other for other in [*heap, key] if other != out]
        dropped.append(out)
        steps.append(Step(f"{key} comes: of {keep + 1} keys the root is {out}, which goes.", str(out)))
    wrong, other = stream[:keep], []
    for key in stream[keep:]:
        other.append(max([*wrong, key]) if most == "largest" else min([*wrong, key]))
        wrong = [one for one in [*wrong, key] if one != other[-1]]
    if dropped == stream[keep:] or set(dropped) == set(stream[:keep]):
        return None
    kin = "min" if most == "largest" else "max"
    mistakes = {words(other): f"The heap is a {kin}-heap: what goes is the worst key kept so far."}
    prompt = (
        f"To find the {keep} {most} keys of a stream, a {kin}-heap holds {keep}; each further key is pushed, then the "
        f"root is popped. The stream is {listed(stream)}. Which keys are popped, in order?"
    )
    return sequence(prompt, dropped, steps, "keys in the order popped", mistakes=mistakes)


def _built(dice: Random, difficulty: int) -> Instance | None:
    kin = Kin(dice.choice(("min", "max")))
    keys = dice.sample(range(10, 100), 5 + difficulty)
    heap, paths = build(kin, keys)
    pushed: list[int] = []
    rises = 0
    for key in keys:
        pushed.append(key)
        rises += len(up(kin, pushed, len(pushed) - 1)) - 1
    swaps = sum(len(path) - 1 for path in paths)
    if swaps < 3 or heap == pushed or swaps == rises:
        return None
    again, steps = list(keys), []
    for at in range(parent(kin, len(keys) - 1), -1, -1):
        path = down(kin, again, at)
        steps.append(Step(f"Index {at}: {told(again, path)}. Now {words(again)}."))
    how = f"This array is made a {kin} in linear time: keys sink, from the last parent down to index 0."
    if dice.random() < 0.4:
        steps.append(Step(f"{' + '.join(str(len(path) - 1) for path in paths)} = {swaps} swaps."))
        mistakes = {str(rises): "That is the number of swaps when the keys are pushed one by one."}
        return text(f"{how} How many swaps does that take?", swaps, steps, listing=_shown(keys), mistakes=mistakes)
    mistakes = {
        words(pushed): "That comes out when the keys are pushed one by one: another heap of the same keys.",
        words(sorted(keys, reverse=kin.order == "max")): "A heap is not sorted.",
    }
    prompt = f"{how} What are the keys in array order then?"
    return sequence(prompt, heap, steps, "keys in array order", listing=_shown(keys), mistakes=mistakes)


def _changed(dice: Random, difficulty: int) -> Instance | None:
    kin = _kin(dice, difficulty)
    heap = _heap(dice, kin, 8 + difficulty)
    at, key = dice.randrange(1, len(heap)), dice.randrange(10, 100)
    old, moved = heap[at], list(heap)
    if key in heap:
        return None
    moved[at] = key
    path = up(kin, moved, at)
    way = "up"
    if len(path) == 1:
        path, way = down(kin, moved, at), "down"
    if len(path) < 3 or (path[-1] == 0 and dice.random() < 0.7):
        return None
    worse = "below" if way == "down" else "above"
    steps = [Step(f"{key} belongs {worse} {old}, so it can only move {way}."), Step(f"{told(moved, path)}.")]
    mistakes = {
        str(path[1]): "One swap is not enough.",
        str(at): f"At index {at} the key is not in order with its {'child' if way == 'down' else 'parent'}.",
        "0": "It rises only as long as it belongs above its parent.",
    }
    if way == "down":
        astray = list(heap)
        astray[at] = key
        mistakes.setdefault(str(down(kin, astray, at, first=True)[-1]), "It swaps with the child that must be above.")
    prompt = (
        f"In this {kin} a priority changes: the key at index {at} becomes {key}, and then moves until the heap is in "
        "order again. At which index does it end?"
    )
    return text(prompt, path[-1], steps, listing=_shown(heap), mistakes=mistakes)


def _sorted(dice: Random, difficulty: int) -> Instance | None:
    kin = Kin(dice.choice(("max", "max", "min")))
    start = _heap(dice, kin, 3 + difficulty)
    rounds = 2 if difficulty < 5 else dice.choice((2, 3))
    heap, steps = list(start), []
    astray = list(start)
    for end in range(len(heap) - 1, len(heap) - 1 - rounds, -1):
        for array, first in ((heap, False), (astray, True)):
            array[0], array[end] = array[end], array[0]
            path = down(kin, array, 0, end, first=first)
            if array is heap:
                moved = told(heap, path)
        steps.append(Step(f"{heap[end]} goes to index {end}; {moved}. Now {words(heap)}."))
    mistakes = {
        words(astray): "A key that sinks swaps with the child that must be above.",
        words([*heap[: len(heap) - rounds], *heap[len(heap) - rounds :][::-1]]): "The array is filled from its end.",
    }
    prompt = (
        f"Heapsort works on this {kin}: a round swaps the root with the last key of the heap, which shrinks by one, "
        f"then the new root sinks. What is the whole array after {rounds} rounds?"
    )
    return sequence(prompt, heap, steps, "keys in array order", listing=_shown(start), mistakes=mistakes)


def _places(dice: Random, difficulty: int) -> Instance | None:
    size = dice.randint(12, 40)
    order, ends = dice.choice((("min", ("smallest", "largest")), ("max", ("largest", "smallest"))))
    before = dice.choice(
        (2, 3, difficulty, size - 2, size - 1)
    )  # so many keys of the heap rank before the one in question
    after = size - 1 - before
    depth = [(at + 1).bit_length() - 1 for at in range(size)]
    below = [0] * size
    for at in range(size - 1, 0, -1):
        below[(at - 1) // 2] += 1 + below[at]
    fits = [at for at in range(1, size) if depth[at] <= before and below[at] <= after]
    name = ("", "second ", "third ", "fourth ", "fifth ", "sixth ")[min(before, after)] + ends[after < before]
    last = (size - 2) // 2
    if before < after:
        steps = [
            Step(f"Above it stand only keys that rank before it, {before} of them: its depth is at most {before}.")
        ]
        steps.append(Step("Depth 0, the root, is taken by the first of all."))
        steps += [
            Step(f"Depth {deep}: {sum(depth[at] == deep for at in fits)} places.") for deep in range(1, before + 1)
        ]
    else:
        steps = [Step(f"Below it stand only keys that rank after it: at most {after}.")]
        steps.append(Step(f"The last parent has index ({size} - 2) // 2 = {last}: {size - 1 - last} leaves follow."))
        if after:
            count = below[last]
            fit = "fits, too" if count <= after else "does not fit"
            steps.append(Step(f"Index {last} has {count} key{'s' * (count > 1)} below, so it {fit}."))
    steps.append(Step(f"Together {len(fits)} places."))
    lowest = max(depth[at] for at in fits)
    mistakes = {
        "1": "A heap is not sorted: only parents and children are in order.",
        str(sum(depth[at] == lowest for at in fits)): "Several depths are possible.",
        str(len(fits) + 1): "The root is taken by the first in rank.",
    }
    prompt = f"A binary {order}-heap holds {size} different keys. At how many of its places can the {name} key stand?"
    return text(prompt, len(fits), steps, mistakes=mistakes)


KINDS: dict[Kind, int] = {
    _after: 1, _valid: 1, _path: 1, _kept: 2, _built: 2, _changed: 3, _sorted: 4, _places: 4
}  # fmt: skip
