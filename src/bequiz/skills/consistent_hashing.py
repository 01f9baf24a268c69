"""Which keys move when nodes come and go: ring, virtual nodes, replicas, bounded loads, rendezvous, hash modulo N.

The ring is that of Karger et al., "Consistent Hashing and Random Trees" (STOC 1997); several points a node and the
preference list of different nodes are Dynamo's (DeCandia et al., SOSP 2007, §4.2 and §4.3); a node that is full passes
keys on to the next point as in Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads" (SODA 2018);
the highest score wins in Thaler and Ravishankar's rendezvous hashing (IEEE/ACM ToN 6(1), 1998).
"""

from math import ceil
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, listed, pick_many, sequence, table, text, words
from bequiz.skills._ring import SIZE, Ring, homes, owner, points_from, ring, shown, without

TITLE = "Consistent hashing: which keys move?"
VERSION = 1
RULE = "Ring 0 to 99: a key belongs to the first point at or after its position, 0 following 99."


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _ring(dice: Random, difficulty: int) -> Ring:
    nodes = dice.sample("ABCDEFG", 3 + (difficulty > 1))
    return ring(dice, nodes, 1 if difficulty == 1 else 2)


def _keys(dice: Random, count: int) -> list[int]:
    return sorted(dice.sample(range(SIZE), count))


def _joins(dice: Random, difficulty: int) -> Instance | None:
    before = _ring(dice, difficulty)
    new = dice.choice([node for node in "ABCDEFGH" if node not in before.values()])
    places = dice.sample([place for place in range(SIZE) if place not in before], 1 + (difficulty >= 3))
    after = before | dict.fromkeys(places, new)
    keys = _keys(dice, 5)
    stays, steps = {}, []
    for key in keys:
        old = owner(before, key)
        point = points_from(after, key)[0]
        way = f"Key {key}: its next point is now {point} of {after[point]}"
        if after[point] == new:
            steps.append(Step(f"{way}, so it moves from {old}."))
        else:
            stays[f"key {key}"] = f"{way}, as before."
            steps.append(Step(stays[f"key {key}"]))
    if not 1 < len(stays) < len(keys) - 1:
        return None
    at = " and ".join(str(place) for place in sorted(places))
    prompt = f"{RULE} Node {new} joins at {at}. Which keys move? Select all."
    return pick_many(prompt, [f"key {key}" for key in keys], stays, steps, listing=shown(before))


def _leaves(dice: Random, difficulty: int) -> Instance | None:
    before = _ring(dice, difficulty)
    gone = dice.choice(list(before.values()))
    after = without(before, gone)
    keys = dice.sample(range(SIZE), 3 + difficulty // 2)
    moved = [key for key in keys if owner(before, key) == gone]
    owners = [owner(after, key) for key in keys]
    if not min(difficulty, 2) <= len(moved) < len(keys) or len(set(owners)) < 2:
        return None
    steps = []
    for key, node in zip(keys, owners, strict=True):
        point = points_from(before, key)[0]
        then = (
            f"gone; the next left is {points_from(after, key)[0]} of {node}" if key in moved else f"of {node} as before"
        )
        steps.append(Step(f"Key {key}: point {point}, {then}.", node))
    previous = [after[points_from(after, key)[-1]] for key in keys]
    heir = after[points_from(after, next(place for place, node in before.items() if node == gone))[0]]
    mistakes = {
        words(previous): "Keys go to the next point upwards, not to the one before.",
        words(
            [heir if key in moved else owner(before, key) for key in keys]
        ): "Each point of the node has its own heir.",
        words(
            [after[min(after, key=lambda place: abs(place - key))] for key in keys]
        ): "The next point counts, not the nearest.",
    }
    prompt = f"{RULE} Node {gone} leaves. To which nodes do the keys {listed(keys)} belong then, in this order?"
    return sequence(prompt, owners, steps, "nodes in the order of the keys", listing=shown(before), mistakes=mistakes)


def _modulo(dice: Random, difficulty: int) -> Instance | None:
    old = dice.randint(3, 6)
    new = old + dice.choice((1, -1, 1 + (difficulty > 1)))
    hashes = dice.sample(range(10, 60), 5)
    moved = [key for key in hashes if key % old != key % new]
    if not 2 <= len(moved) <= 4:
        return None
    asked = dice.choice(("move", "stay"))
    steps = [
        Step(
            f"{key}: {key} mod {old} = {key % old}, {key} mod {new} = {key % new}: "
            f"{'moves' if key in moved else 'stays'}."
        )
        for key in hashes
    ]
    wrong = {
        f"hash {key}": step.text for key, step in zip(hashes, steps, strict=True) if (key in moved) != (asked == "move")
    }
    prompt = (
        f"A cache keeps a key on server `hash mod N`. N goes from {old} to {new}. Keys with which of these hashes "
        f"{asked}? "
        "Select all."
    )
    return pick_many(prompt, [f"hash {key}" for key in hashes], wrong, steps)


def _share(dice: Random, difficulty: int) -> Instance | None:
    points = _ring(dice, difficulty)
    node = dice.choice(list(points.values()))
    leaves = difficulty >= 3 and dice.random() < 0.6
    gone = dice.choice([other for other in points.values() if other != node]) if leaves else ""
    left = without(points, gone)
    places = sorted(left)
    arcs = {place: (place - places[at - 1]) % SIZE for at, place in enumerate(places)}
    share = sum(arc for place, arc in arcs.items() if left[place] == node)
    steps = [
        Step(f"Point {place} takes {(place - arc + 1) % SIZE} to {place}: {arc}.")
        for place, arc in arcs.items()
        if left[place] == node
    ]
    steps.append(Step(f"Together {share} positions."))
    ahead = sum((place - places[at - 1]) % SIZE for at, place in enumerate(places) if left[places[at - 1]] == node)
    everywhere = sorted(points)
    before = sum((place - everywhere[at - 1]) % SIZE for at, place in enumerate(everywhere) if points[place] == node)
    mistakes = {
        str(ahead): "That is the stretch after its points; keys go to the next point, so it takes the stretch before.",
        str(round(SIZE / len(set(left.values())))): "The points do not divide the ring evenly.",
        str(share - len(steps) + 1): "The position of the point itself belongs to it, too.",
        str(before): f"What {gone} had up to a point of {node} comes on top.",
    }
    prompt = f"{RULE} " + (f"Node {gone} leaves. " if gone else "")
    prompt += f"How many of the 100 positions belong to node {node}{' then' * bool(gone)}?"
    return text(prompt, share, steps, listing=shown(points), mistakes=mistakes)


def _homes(dice: Random, difficulty: int) -> Instance | None:
    points = ring(dice, dice.sample("ABCDEFG", 4), 2 + (difficulty >= 4))
    key = dice.randrange(SIZE)
    copies = 3
    down = dice.choice(list(points.values())) if difficulty >= 4 else ""
    nodes = homes(points, key, copies, down)
    steps, met = [], []
    for place in points_from(points, key):
        node = points[place]
        if node in met or node == down:
            steps.append(Step(f"Point {place}: {node} {'is down' if node == down else 'has a copy already'}."))
            continue
        met.append(node)
        steps.append(Step(f"Point {place}: {node}.", node))
        if len(met) == copies:
            break
    first = [points[place] for place in points_from(points, key)[:copies]]
    if len(steps) == copies or (down and not any("down" in step.text for step in steps)):
        return None
    mistakes = {
        words(first): "Points of one and the same node count once.",
        words(homes(points, key, copies)): f"{down} is down.",
        words(list(reversed(nodes))): "They count in the order in which they are met.",
    }
    off = f" Node {down} is down and is passed over." if down else ""
    prompt = (
        f"{RULE} Copies go to the first {copies} different nodes met from there on.{off} Which nodes hold key "
        f"{key}, in order?"
    )
    return sequence(prompt, nodes, steps, "nodes in order", listing=shown(points), mistakes=mistakes)


def _repair(dice: Random, difficulty: int) -> Instance | None:
    points = ring(dice, dice.sample("ABCDEFG", 4 + difficulty // 5), 2)
    gone = dice.choice(list(points.values()))
    keys = [key for key in dice.sample(range(SIZE), 12) if gone in homes(points, key, 2)][:4]
    added = []
    steps = []
    for key in keys:
        had, has = homes(points, key, 2), homes(points, key, 2, gone)
        new = next(node for node in has if node not in had)
        added.append(new)
        steps.append(Step(f"Key {key} was on {listed(had)}; without {gone} it is on {listed(has)}: {new} is new.", new))
    if len(keys) < 3 or len(set(added)) < 2:
        return None
    heirs = [owner(without(points, gone), key) for key in keys]
    mistakes = {words(heirs): "The first node left may have held the second copy before."}
    prompt = (
        f"{RULE} Copies lie on the first 2 different nodes. Node {gone} is lost for good. For keys {listed(keys)}: "
        "which node "
        "has to fetch a new copy, in this order?"
    )
    return sequence(prompt, added, steps, "nodes in the order of the keys", listing=shown(points), mistakes=mistakes)


def _bounded(dice: Random, difficulty: int) -> Instance | None:
    points = ring(dice, dice.sample("ABCDEFG", 3), 1 + (difficulty >= 5))
    count = dice.randint(5, 6)
    room = ceil(1.25 * count / 3)
    keys = dice.sample(range(SIZE), count)
    load = dict.fromkeys(sorted(points.values()), 0)
    placed, steps = [], []
    for key in keys:
        full = []
        for place in points_from(points, key):
            if load[points[place]] < room:
                break
            full.append(points[place])
        node = points[place]
        load[node] += 1
        placed.append(node)
        passed = f"{listed(list(dict.fromkeys(full)))} full, " if full else ""
        steps.append(Step(f"Key {key}: {passed}{node}, which now holds {load[node]}.", node))
    spilt = [place for place, key in enumerate(keys) if placed[place] != owner(points, key)]
    if len(spilt) < 1 + (difficulty >= 5) or placed[spilt[0]] == placed[-1] == "":
        return None
    least = [owner(points, key) for key in keys]
    mistakes = {words(least): f"A node with {room} keys is full and passes further ones on."}
    prompt = (
        f"{RULE} With bounded loads a node takes at most {room} keys; a key goes on to the next point whose node has "
        "room. "
        f"Keys {listed(keys)} come in this order. Which nodes get them?"
    )
    return sequence(prompt, placed, steps, "nodes in the order of the keys", listing=shown(points), mistakes=mistakes)


def _rendezvous(dice: Random, difficulty: int) -> Instance | None:
    nodes = dice.sample("ABCDEFG", 4)
    keys = dice.sample(("cart", "user", "feed", "page", "tags", "cost"), 4 + (difficulty >= 4))
    scores = {node: dice.sample(range(10, 100), len(keys)) for node in sorted(nodes)}
    columns = list(zip(*scores.values(), strict=True))
    if any(len(set(column)) < len(column) for column in columns):
        return None
    best = [max(scores, key=lambda node: scores[node][at]) for at in range(len(keys))]
    changed = dice.choice(sorted(nodes))
    after = [max((n for n in scores if n != changed), key=lambda node: scores[node][at]) for at in range(len(keys))]
    moved = best.count(changed)
    if not 0 < moved < len(keys):
        return None
    listing = table(("node", *keys), *((node, *row) for node, row in scores.items()))
    if dice.random() < 0.5:
        steps = [
            Step(
                f"{key}: {node} has the highest score {scores[node][at]}"
                + (f" without {changed}." if one == changed else ", as before."),
                node,
            )
            for at, (key, one, node) in enumerate(zip(keys, best, after, strict=True))
        ]
        ranked = sorted(n for n in nodes if n != changed)
        mistakes = {
            words(best): f"{changed} is gone.",
            words([ranked[0] if one == changed else one for one in best]): "Each key goes to its own second best node.",
        }
        prompt = (
            f"Rendezvous hashing with these scores. Node {changed} leaves. Where are {listed(keys)} then, in "
            "this order?"
        )
        return sequence(prompt, after, steps, "nodes in the order of the keys", listing=listing, mistakes=mistakes)
    steps, stays = [], {}
    for at, key in enumerate(keys):
        mine, rival = scores[changed][at], scores[after[at]][at]
        way = (
            f"{key}: {changed} scores {mine}, {after[at]} {rival}, so it {'moves' if best[at] == changed else 'stays'}."
        )
        steps.append(Step(way))
        if best[at] != changed:
            stays[key] = way
    prompt = (
        f"Rendezvous hashing with these scores. Node {changed} has just joined the others. Which keys moved? "
        "Select all."
    )
    return pick_many(prompt, keys, stays, steps, listing=listing)


KINDS: dict[Kind, int | range] = {
    _joins: 1, _leaves: 1, _modulo: range(1, 4), _share: range(1, 5), _rendezvous: range(2, 5), _homes: 3, _repair: 4,
    _bounded: 4,
}  # fmt: skip
