"""A ring of a hundred positions on which nodes have points and keys go to the next one."""

from collections.abc import Collection, Sequence
from random import Random

from bequiz.skills._forms import table

SIZE = 100
Ring = dict[int, str]  # position -> node


def ring(dice: Random, nodes: Sequence[str], points: int) -> Ring:
    """So many points for each node, at least four positions apart."""
    count, turn = len(nodes) * points, dice.randrange(SIZE)
    free = sorted(dice.sample(range(SIZE - 3 * count), count))
    places = [(place + 3 * at + turn) % SIZE for at, place in enumerate(free)]
    owners = dice.sample(list(nodes) * points, count)
    return dict(sorted(zip(places, owners, strict=True)))


def points_from(points: Ring, key: int) -> list[int]:
    """All points in the order in which a key at a position meets them."""
    return sorted(points, key=lambda place: (place - key) % SIZE)


def owner(points: Ring, key: int) -> str:
    return points[points_from(points, key)[0]]


def homes(points: Ring, key: int, copies: int, gone: Collection[str] = ()) -> list[str]:
    """The first different nodes that a key meets."""
    met = dict.fromkeys(points[place] for place in points_from(points, key))
    return [node for node in met if node not in gone][:copies]


def without(points: Ring, node: str) -> Ring:
    return {place: other for place, other in points.items() if other != node}


def shown(points: Ring) -> str:
    places = sorted(points)
    return table(("point", *places), ("node", *(points[place] for place in places)))
