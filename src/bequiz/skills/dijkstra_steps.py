"""Dijkstra's algorithm step by step: who is settled when, what is only tentative, and what breaks it.

The algorithm is that of Dijkstra (A note on two problems in connexion with graphs, 1959) in the form of CLRS 4e §22.3:
the open node with the least tentative distance is settled, then the edges out of it are relaxed. That no negative
weight is allowed, and why a settled distance is final, is theorem 22.6 there; the queue that keeps outdated entries and
skips them is the usual one with a binary heap (Sedgewick & Wayne, Algorithms 4e §4.4). Problems have no ties.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._dijkstra import Graph, routes, run
from bequiz.skills._forms import Kind, drawn, listed, pick_many, sequence, table, text, words

TITLE = "Dijkstra's algorithm, step by step"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _graph(dice: Random, size: int, edges: int, *, two_way: bool, forward: bool = False, heaviest: int = 9) -> Graph:
    """Edges of random weight, all nodes within reach of A; `forward`: from earlier to later letters only."""
    names = "ABCDEFGH"[:size]
    order = list(names) if forward else ["A", *dice.sample(names[1:], size - 1)]
    pairs = {(dice.choice(order[:at]), node): None for at, node in enumerate(order) if at}
    others = [
        (one, other) for one in names for other in names if one < other or not (two_way or forward or one == other)
    ]
    pairs |= dict.fromkeys(
        dice.sample([pair for pair in others if {pair, pair[::-1]}.isdisjoint(pairs)], edges - size + 1)
    )
    graph: Graph = {name: {} for name in names}
    for one, other in pairs:
        # A light edge rarely comes straight from A, so that detours pay.
        graph[one][other] = dice.randint(heaviest // 3 if one == "A" else 1, heaviest)
        if two_way:
            graph[other][one] = graph[one][other]
    return graph


def _drawn(dice: Random, difficulty: int, improved: int = 0) -> tuple[Graph, bool] | None:
    """A graph, and whether its edges go both ways. All distances differ, and some, or so many, are improved."""
    two_way = dice.random() < 0.5
    size = min(4 + (difficulty + 1) // 2, 7)
    edges = (size + difficulty // 2 + 1 if two_way else size + difficulty + 2) + improved
    graph = _graph(dice, size, edges, two_way=two_way, heaviest=9 + difficulty)
    rounds = run(graph, "A")
    clear = len({one.distance for one in rounds}) == len(rounds) == size
    better = sum(len(one.lowered) for one in rounds) - (size - 1)
    return (graph, two_way) if clear and (better == improved if improved else better > difficulty // 3) else None


def _shown(graph: Graph, two_way: bool) -> str:
    sign = "--" if two_way else "->"
    return "\n".join(
        f"{node} {sign} {listed([f'{other} {weight}' for other, weight in sorted(graph[node].items())])}"
        for node in graph if graph[node]
    )  # fmt: skip


def _given(two_way: bool) -> str:
    return "Edges go both ways and stand in both rows." if two_way else "Edges go one way."


def _settled(dice: Random, difficulty: int) -> Instance | None:
    if not (found := _drawn(dice, difficulty)):
        return None
    graph, two_way = found
    rounds = run(graph, "A")
    order = [one.node for one in rounds]
    first_seen = sorted(order, key=lambda node: next(at for at, one in enumerate(rounds) if node in one.known))
    greedy = ["A"]
    while near := {other: far for other, far in graph[greedy[-1]].items() if other not in greedy}:
        greedy.append(min(near, key=lambda other: (near[other], other)))
    if order == sorted(order):
        return None
    mistakes = {
        words(first_seen): "That is a breadth-first order: weights decide, not the number of edges.",
        words(greedy): "That goes on from the last node only: all open nodes compete, by their distance from A.",
    }
    prompt = f"{_given(two_way)} Dijkstra's algorithm starts at A. In which order are the nodes settled, A first?"
    steps = [one.step(one.node) for one in rounds]
    return sequence(prompt, order, steps, "nodes in order", listing=_shown(graph, two_way), mistakes=mistakes)


def _shortest(dice: Random, difficulty: int) -> Instance | None:
    if not (found := _drawn(dice, difficulty)):
        return None
    graph, two_way = found
    rounds = run(graph, "A")
    final = {one.node: one.distance for one in rounds}
    ways = {"A": 1}
    for node in list(final)[1:]:
        ways[node] = sum(ways[one] for one in ways if final[one] + graph[one].get(node, 99) == final[node])
    ends = [
        node for node in ways if ways[node] == 1 and len(routes(graph, node)[0][1]) < len(routes(graph, node)[-1][1])
    ]
    if not ends:
        return None
    end = dice.choice(ends)
    (few, fewest), (far, best) = (routes(graph, end)[at] for at in (0, -1))
    steps = [one.step() for one in rounds[: 1 + list(final).index(end)]]
    steps.append(Step(f"The path is {best}, of length {far}."))
    shown = _shown(graph, two_way)
    why = f"That is the path with the fewest edges, of length {few}; {best} has {far}."
    if dice.random() < 0.5:
        prompt = f"{_given(two_way)} Which nodes are on the shortest path from A to {end}, in order, both included?"
        return sequence(prompt, best.split(), steps, "nodes in order", listing=shown, mistakes={fewest: why})
    mistakes = {str(few): why, str(best.count(" ")): "The weights add up, not the edges."}
    prompt = f"{_given(two_way)} What is the length of the shortest path from A to {end}?"
    return text(prompt, far, steps, listing=shown, mistakes=mistakes)


def _tentative(dice: Random, difficulty: int) -> Instance | None:
    if not (found := _drawn(dice, difficulty)):
        return None
    graph, two_way = found
    rounds = run(graph, "A")
    final = {one.node: one.distance for one in rounds}
    late = [
        (after, node) for after in range(2, len(rounds) - 1)
        for node, far in rounds[after - 1].known.items() if far > final[node]
    ]  # fmt: skip
    if not late:
        return None
    after, node = dice.choice(late)
    known = rounds[after - 1].known
    first = next(one.known[node] for one in rounds if node in one.known)
    steps = [one.step() for one in rounds[:after]]
    steps.append(Step(f"So far {node} has {known[node]}; only later it gets {final[node]}."))
    mistakes = {
        str(final[node]): f"That is its final distance; {after} settled nodes do not show that path yet.",
        str(first): "It has been lowered since.",
    }
    prompt = (
        f"{_given(two_way)} Dijkstra's algorithm starts at A. {after} nodes are settled, A included, and their edges "
        f"are relaxed. Which tentative distance has {node} then?"
    )
    return text(prompt, known[node], steps, listing=_shown(graph, two_way), mistakes=mistakes)


def _certain(dice: Random, difficulty: int) -> Instance | None:
    names = dice.sample("BCDEFGHK", 4 + difficulty // 3)
    least, nearest = dice.randint(1, 4), dice.randint(5, 20)
    far = {name: nearest + dice.randint(0, 3 * least) for name in names}
    if nearest not in far.values() or len({*far.values()}) < len(far):
        return None
    final = [name for name in sorted(far) if far[name] <= nearest + least]
    if len(final) == len(far):
        return None
    (first,) = [name for name in far if far[name] == nearest]
    steps = [
        Step(f"A shorter path must pass another open node, {nearest} at least, and then an edge, {least} at least."),
        Step(f"So nothing below {nearest} + {least} = {nearest + least} can still come up."),
    ]
    steps += [Step(f"{name}: {far[name]} {'<=' if name in final else '>'} {nearest + least}.") for name in sorted(far)]
    mistakes = {
        f"node {name}": f"An edge of {least} from {first} would give {nearest + least} < {far[name]}."
        for name in sorted(far) if name not in final
    }  # fmt: skip
    prompt = (
        "Dijkstra's algorithm is under way; these are the tentative distances of all open nodes found so far. No edge "
        f"is shorter than {least}. Which distances are certain to be final, whatever edges are left? Select all."
    )
    shown = table(("node", *sorted(far)), ("distance", *(far[name] for name in sorted(far))))
    return pick_many(prompt, [f"node {name}" for name in sorted(far)], mistakes, steps, listing=shown)


def _lowered(dice: Random, difficulty: int) -> Instance | None:
    number = dice.randint(1, 3)
    while not (found := _drawn(dice, difficulty, number)):
        pass
    graph, two_way = found
    again, pushes, steps = 0, 1, []
    before: dict[str, int] = {}
    for one in run(graph, "A"):
        lower = [node for node in one.lowered if node in before]
        steps.append(Step(one.step().text + (f" Replaced: {listed(lower)}." if lower else "")))
        again, pushes, before = again + len(lower), pushes + len(one.lowered), one.known
    if dice.random() < 0.5:
        steps.append(Step(f"Together {again}."))
        mistakes = {str(number): "A first distance replaces nothing." for number in (pushes, pushes - 1)}
        ask = (
            "Dijkstra's algorithm runs from A until all nodes are settled. How often does it replace a tentative "
            "distance by a smaller one? (A node's first one replaces nothing.)"
        )
    else:
        steps.append(Step(f"A and {pushes - 1} distances are pushed, {len(graph)} settle a node: {again} are skipped."))
        mistakes = {str(pushes): "That is the number of all entries.", "0": "An outdated entry stays in the heap."}
        ask = (
            "Dijkstra's algorithm runs from A until its heap is empty: each better distance is pushed as a new entry, "
            "and an entry of a settled node is skipped when popped. How many are skipped?"
        )
    return text(f"{_given(two_way)} {ask}", again, steps, listing=_shown(graph, two_way), mistakes=mistakes)


def _negative(dice: Random, difficulty: int) -> Instance | None:
    graph = _graph(dice, size := 5 + difficulty // 5, size + 3, two_way=False, forward=True)
    one, other = dice.choice([(one, other) for one in list(graph)[1:] for other in graph[one]])
    graph[one][other] = -dice.randint(2, 8)
    rounds = run(graph, "A")
    said = {step.node: step.distance for step in rounds}
    if len({*said.values()}) < len(said) or list(said).index(other) > list(said).index(one):
        return None
    true = {node: routes(graph, node)[-1] for node in graph}
    if not (wrong := [node for node in graph if said[node] != true[node][0]]):
        return None
    node = dice.choice(wrong)
    steps = [step.step() for step in rounds]
    steps.append(Step(f"{other} was settled before {one}: the edge of {graph[one][other]} comes too late for it."))
    steps.append(Step(f"So {node} keeps {said[node]}, although {true[node][1]} has {true[node][0]}."))
    mistakes = {
        str(true[node][0]): "That is the true distance: it is missed, as a settled node does not change any more."
    }
    prompt = (
        "Edges go one way. Dijkstra's algorithm starts at A, although one weight is negative. A settled node is never "
        f"changed again. Which distance does it give for {node}?"
    )
    return text(prompt, said[node], steps, listing=_shown(graph, two_way=False), mistakes=mistakes)


def _new_edge(dice: Random, difficulty: int) -> Instance | None:
    if not (found := _drawn(dice, difficulty - 1)):
        return None
    graph, two_way = found
    far = {start: {one.node: one.distance for one in run(graph, start)} for start in graph}
    end = list(far["A"])[-1]

    def room(one: str, other: str) -> int:
        """The largest weight with which this direction of the edge is a short cut."""
        return far["A"][end] - far["A"][one] - far[other].get(end, 99) - 1

    places = [
        (one, other) for one in graph for other in graph
        if len({"A", one, other, end}) == 4 and other not in graph[one] and room(one, other) > 0
        and not (two_way and room(other, one) >= room(one, other))
    ]  # fmt: skip
    if not places:
        return None
    one, other = dice.choice(places)
    now, before, after, most = far["A"][end], far["A"][one], far[other][end], room(one, other)
    steps = [
        Step(f"A to {end} is {now} now: {routes(graph, end)[-1][1]}."),
        Step(f"A to {one} is {before}, {other} to {end} is {after}."),
        Step(f"{before} + w + {after} < {now} holds up to w = {most}."),
    ]
    mistakes = {
        str(most + 1): f"Then both ways have {now}: not shorter.",
        str(now - 1): "The ways to and from it count.",
    }
    sign = "--" if two_way else "->"
    prompt = (
        f"{_given(two_way)} An edge `{one} {sign} {other}` is to be added. What is the largest whole weight with which "
        f"it makes the distance from A to {end} shorter?"
    )
    return text(prompt, most, steps, listing=_shown(graph, two_way), mistakes=mistakes)


KINDS: dict[Kind, int] = {
    _settled: 1, _shortest: 1, _tentative: 2, _certain: 3, _lowered: 3, _negative: 4, _new_edge: 4
}  # fmt: skip
