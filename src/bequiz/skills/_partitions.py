"""Ways to partition an array around a pivot: the code that is shown, and a run of it that tells its swaps."""

from collections.abc import Callable
from typing import NamedTuple

from bequiz.model.instance import Step
from bequiz.skills._forms import words

LOMUTO = """\
pivot, i = a[-1], 0
for j in range(len(a) - 1):
    if a[j] < pivot:
        a[i], a[j] = a[j], a[i]
        i += 1
a[i], a[-1] = a[-1], a[i]"""
HOARE = """\
pivot, i, j = a[0], -1, len(a)
while True:
    j -= 1
    while a[j] > pivot: j -= 1
    i += 1
    while a[i] < pivot: i += 1
    if i >= j: break
    a[i], a[j] = a[j], a[i]"""
THREE_WAY = """\
pivot, lt, i, gt = a[0], 0, 0, len(a) - 1
while i <= gt:
    if a[i] < pivot:
        a[lt], a[i] = a[i], a[lt]
        lt, i = lt + 1, i + 1
    elif a[i] > pivot:
        a[i], a[gt] = a[gt], a[i]
        gt -= 1
    else: i += 1"""


class Parted(NamedTuple):
    """The array afterwards, where the code's own index stands, and what happened."""

    array: list[int]
    stop: int
    steps: list[Step]


def lomuto(array: list[int]) -> Parted:
    a, i, steps = list(array), 0, [Step(f"The pivot is {array[-1]}.")]
    for j in range(len(a) - 1):
        if a[j] < a[-1]:
            steps.append(_swapped(a, i, j, f"{a[j]} < {a[-1]}"))
            i += 1
    steps.append(_swapped(a, i, len(a) - 1, "At the end"))
    return Parted(a, i, steps)


def hoare(array: list[int]) -> Parted:
    a, i, j, pivot = list(array), -1, len(array), array[0]
    steps = [Step(f"The pivot is {pivot}.")]
    while True:
        j -= 1
        while a[j] > pivot:
            j -= 1
        i += 1
        while a[i] < pivot:
            i += 1
        if i >= j:
            return Parted(a, j, [*steps, Step(f"i = {i} has reached j = {j}: the array is {words(a)}.")])
        steps.append(_swapped(a, i, j, f"{a[i]} is not less, {a[j]} not greater"))


def three_way(array: list[int]) -> Parted:
    a, lt, i, gt, pivot = list(array), 0, 0, len(array) - 1, array[0]
    steps = [Step(f"The pivot is {pivot}.")]
    while i <= gt:
        if a[i] < pivot:
            steps.append(_swapped(a, lt, i, f"{a[i]} is less"))
            lt, i = lt + 1, i + 1
        elif a[i] > pivot:
            steps.append(_swapped(a, i, gt, f"{a[i]} is greater"))
            gt -= 1
        else:
            steps.append(Step(f"a[{i}] = {a[i]} is equal: i goes on."))
            i += 1
    return Parted(a, lt, steps)


WAYS: dict[str, tuple[str, Callable[[list[int]], Parted]]] = {
    "Lomuto": (LOMUTO, lomuto),
    "Hoare": (HOARE, hoare),
    "three-way": (THREE_WAY, three_way),
}


def _swapped(a: list[int], i: int, j: int, why: str) -> Step:
    a[i], a[j] = a[j], a[i]
    return Step(f"{why}: " + (f"a[{i}] and a[{j}] change places, {words(a)}." if i != j else f"a[{i}] stays."))
