"""Partitions by running the shown code, merges by stable sorting, the rest by what the sorted order says."""

import re
from itertools import chain, product

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found


def test_partition_and_merge() -> None:
    check_skill("partition-and-merge", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if instance.lang == "python":
        names: dict[str, object] = {}
        exec(listing, names)
        return str(names["j"]) if "`j`" in prompt else [str(key) for key in names["a"]]  # type: ignore[attr-defined]
    if "partitioned once" in prompt:
        a = numbers(found(r"It now is (.*?)\.", prompt))
        fits = {f"key {key}" for at, key in enumerate(a) if {*a[:at]} == {*sorted(a)[:at]} and key == sorted(a)[at]}
        return fits & {*instance.options}
    if "Quickselect" in prompt:
        rank = int(found(r"the (\d+)(?:nd|rd|th) smallest", prompt))
        return selected(numbers(found(r"smallest of (.*?)\.", prompt)), rank)
    if "bottom-up" in prompt:
        a = numbers(found("the array (.*) after", prompt))
        return [str(key) for at in range(0, len(a), 4) for key in sorted(a[at : at + 4])]
    runs = [numbers(line.partition(":")[2]) for line in listing.splitlines()]
    if "Three sorted runs" in prompt:
        last = sorted(chain(*runs))[int(found(r"(\d+) keys have gone", prompt)) - 1]
        rests = [[key for key in run if key > last] for run in runs]
        return [str(key) for key in sorted(min(rest) for rest in rests if rest)]
    left, right = runs
    if "inversions" in prompt:
        return str(sum(one > other for one, other in product(left, right)))
    # Stable: sorted keeps L before R where keys are equal.
    both = [(key, "L") for key in left] + [(key, "R") for key in right]
    taken = [side for _, side in sorted(both, key=lambda one: one[0])]
    if "How many comparisons" in prompt:
        return str(len("".join(taken).rstrip(taken[-1])))
    return taken


def numbers(text: str) -> list[int]:
    return [int(word) for word in re.findall(r"\d+", text)]


def selected(a: list[int], rank: int) -> list[str]:
    """Known what is looked for, each round keeps the side of the pivot on which it lies."""
    wanted = sorted(a)[rank - 1]
    pivots = [a[0]]
    while pivots[-1] != wanted:
        a = [key for key in a if (key < pivots[-1]) == (wanted < pivots[-1]) and key != pivots[-1]]
        pivots.append(a[0])
    return [str(pivot) for pivot in pivots]
