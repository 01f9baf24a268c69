"""A heap in an array, 0-based, with any number of children and either order, that tells of its swaps."""

from itertools import pairwise
from typing import NamedTuple

from bequiz.skills._forms import listed


class Kin(NamedTuple):
    """What kind of heap: the order kept from parent to child, and the number of children."""

    order: str = "min"
    arity: int = 2

    def __str__(self) -> str:
        return f"{f'{self.arity}-ary ' if self.arity > 2 else 'binary '}{self.order}-heap"

    def above(self, one: int, other: int) -> bool:
        """Whether the first key must stand above the second."""
        return one < other if self.order == "min" else one > other


def parent(kin: Kin, at: int) -> int:
    return (at - 1) // kin.arity


def children(kin: Kin, at: int, size: int) -> list[int]:
    return list(range(kin.arity * at + 1, min(kin.arity * (at + 1) + 1, size)))


def up(kin: Kin, heap: list[int], at: int) -> list[int]:
    """Let the key at this index rise; the indexes it passes, the first and the last included."""
    path = [at]
    while at and kin.above(heap[at], heap[parent(kin, at)]):
        heap[at], heap[parent(kin, at)] = heap[parent(kin, at)], heap[at]
        path.append(at := parent(kin, at))
    return path


def down(kin: Kin, heap: list[int], at: int, size: int | None = None, *, first: bool = False) -> list[int]:
    """Let the key at this index sink among the first `size`; `first` is the mistake not to choose a child."""
    path = [at]
    while below := children(kin, at, len(heap) if size is None else size):
        best = below[0] if first else sorted(below, key=lambda child: heap[child], reverse=kin.order == "max")[0]
        if not kin.above(heap[best], heap[at]):
            break
        heap[at], heap[best] = heap[best], heap[at]
        path.append(at := best)
    return path


def build(kin: Kin, keys: list[int]) -> tuple[list[int], list[list[int]]]:
    """Floyd's way: let keys sink from the last parent to the root. The heap, and the path of each."""
    heap = list(keys)
    return heap, [down(kin, heap, at) for at in range(parent(kin, len(heap) - 1), -1, -1)]


def broken(kin: Kin, heap: list[int]) -> list[int]:
    """The indexes of keys that should stand above their parent."""
    return [at for at in range(1, len(heap)) if kin.above(heap[at], heap[parent(kin, at)])]


def told(heap: list[int], path: list[int]) -> str:
    """Swaps in words, once they are done: the key passed stands where the moving one was before."""
    if len(path) == 1:
        return f"{heap[path[0]]} stays at index {path[0]}"
    passed = [heap[before] for before, _ in pairwise(path)]
    return f"{heap[path[-1]]} swaps with {listed(passed)} and ends at index {path[-1]}"
