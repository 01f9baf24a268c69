"""Dijkstra's algorithm on a small graph, round by round, and the shortest paths by number of edges."""

from typing import NamedTuple

from bequiz.model.instance import Step
from bequiz.skills._forms import listed

Graph = dict[str, dict[str, int]]


class Round(NamedTuple):
    """A node is settled; what its edges change is `lowered`, all tentative distances afterwards are `known`."""

    node: str
    distance: int
    lowered: dict[str, int]
    known: dict[str, int]

    def step(self, gives: str = "") -> Step:
        news = f"; {listed([f'{node} {far}' for node, far in sorted(self.lowered.items())])}" if self.lowered else ""
        return Step(f"{self.node} is settled with {self.distance}{news}.", gives)


def run(graph: Graph, start: str) -> list[Round]:
    """Settle all nodes that can be reached, nearest first. A settled node is left alone."""
    known, rounds = {start: 0}, list[Round]()
    still = {start}
    done: set[str] = set()
    while still:
        node = min(still, key=lambda one: (known[one], one))
        lowered = {
            other: known[node] + weight
            for other, weight in graph[node].items()
            if other not in done and known[node] + weight < known.get(other, 999)
        }
        known = known | lowered
        still = (still | lowered.keys()) - {node}
        done.add(node)
        rounds.append(Round(node, known[node], lowered, known))
    return rounds


def routes(graph: Graph, end: str) -> list[tuple[int, str]]:
    """The shortest path from A with the fewest edges, then those with one edge more allowed each, the shortest last."""
    best = {"A": (0, "A")}
    found = []
    for _ in graph:
        longer = [
            (other, (far + weight, f"{path} {other}"))
            for node, (far, path) in best.items() for other, weight in graph[node].items()
        ]  # fmt: skip
        for other, route in longer:
            best[other] = min(best.get(other, route), route)
        found += [best[end]] if end in best else []
    return found
