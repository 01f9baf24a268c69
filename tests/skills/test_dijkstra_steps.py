"""Dijkstra against distances by repeated relaxing of all edges, through some nodes only, and against all paths."""

import heapq
import math
from itertools import pairwise, permutations

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Graph = dict[tuple[str, str], int]


def test_dijkstra_steps() -> None:
    check_skill("dijkstra-steps", oracle)


def oracle(instance: Instance) -> Right:
    prompt = instance.prompt
    if "certain to be final" in prompt:
        return certain(instance.listing, int(found(r"shorter than (\d+)", prompt)))
    graph = read(instance.listing)
    names = sorted({name for edge in graph for name in edge})
    far = through(graph, set(names))
    order = sorted(names, key=far.__getitem__)
    if "In which order" in prompt:
        return order
    if "shortest path from A to" in prompt:
        end = found(r"from A to (\w)", prompt)
        length, path = min(paths(graph, names, end))
        return str(length) if "What is the length" in prompt else path
    if "Which tentative distance" in prompt:
        done = order[: int(found(r"(\d) nodes are settled", prompt))]
        return str(through(graph, set(done))[found(r"distance has (\w)", prompt)])
    if "How often" in prompt or "How many are skipped" in prompt:
        # A distance is what one gets through the settled nodes: count how often it falls, once there is one.
        stages = [through(graph, set(order[:k])) for k in range(1, len(order) + 1)]
        return str(sum(len({stage[name] for stage in stages} - {math.inf}) - 1 for name in names))
    if "although one weight is negative" in prompt:
        return str(lazy(graph)[found(r"give for (\w)", prompt)])
    one, sign, other = found(r"edge `(.*)` is", prompt).split()
    end = found(r"from A to (\w) shorter", prompt)
    shorter = []
    for weight in range(1, 40):
        more = {**graph, (one, other): weight, **({(other, one): weight} if sign == "--" else {})}
        if through(more, set(names))[end] < far[end]:
            shorter.append(weight)
    assert shorter == list(range(1, len(shorter) + 1))
    return str(shorter[-1])


def read(listing: str) -> Graph:
    graph = {}
    for line in listing.splitlines():
        node, sign, *rest = line.replace(",", "").split()
        for other, weight in zip(rest[::2], rest[1::2], strict=True):
            graph[node, other] = int(weight)
            assert sign == "->" or f"{other} {sign}" in listing
    if "--" in listing:
        assert all(graph[other, node] == weight for (node, other), weight in graph.items())
    return graph


def through(graph: Graph, inner: set[str]) -> dict[str, float]:
    """The lengths of the shortest paths from A whose nodes before the last all lie in `inner` (Bellman and Ford)."""
    far = {name: math.inf for edge in graph for name in edge} | {"A": 0}
    for _ in far:
        for (one, other), weight in graph.items():
            if one in inner:
                far[other] = min(far[other], far[one] + weight)
    return far


def paths(graph: Graph, names: list[str], end: str) -> list[tuple[int, list[str]]]:
    """All simple paths from A to the end, by trying all rows of nodes in between."""
    between = [name for name in names if name not in ("A", end)]
    rows = (["A", *middle, end] for count in range(len(names) - 1) for middle in permutations(between, count))
    kept = [row for row in rows if all(edge in graph for edge in pairwise(row))]
    return [(sum(graph[edge] for edge in pairwise(row)), row) for row in kept]


def lazy(graph: Graph) -> dict[str, int]:
    """The algorithm with a heap that keeps outdated entries."""
    heap, settled = [(0, "A")], dict[str, int]()
    while heap:
        far, node = heapq.heappop(heap)
        if node not in settled:
            settled[node] = far
            for (one, other), weight in graph.items():
                if one == node:
                    heapq.heappush(heap, (far + weight, other))
    return settled


def certain(listing: str, least: int) -> set[str]:
    """Those that no edge of the least weight from another open node could better."""
    nodes, distances = (line.split()[1:] for line in listing.splitlines())
    far = dict(zip(nodes, map(int, distances), strict=True))
    return {f"node {node}" for node in far if all(far[other] + least >= far[node] for other in far if other != node)}
