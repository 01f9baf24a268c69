"""Consistent hashing by walking the ring, a position at a time."""

import re
from collections import Counter
from collections.abc import Iterator

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Points = dict[int, str]


def test_consistent_hashing() -> None:
    check_skill("consistent-hashing", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "hash mod N" in prompt:
        old, new = (int(word) for word in re.findall(r"from (\d) to (\d)", prompt)[0])
        keys = {option: int(option.split()[1]) for option in instance.options}
        # Same server before and after: the keys that leave one remainder for both.
        same = {option for option, key in keys.items() if any(key in row for row in both(old, new))}
        return same if " stay?" in prompt else set(keys) - same
    if "Rendezvous" in prompt:
        return rendezvous(instance)
    points = placed(listing)
    if "Which keys move?" in prompt:
        new, at = found(r"Node (\w) joins", prompt), numbers(found(r"joins at ([\d and]+)\.", prompt))
        after = points | dict.fromkeys(at, new)
        return {option for option in instance.options if first(after, int(option.split()[1])) == new}
    if "leaves. To which" in prompt:
        left = {place: node for place, node in points.items() if node != found(r"Node (\w) leaves", prompt)}
        return [first(left, key) for key in keys_of(prompt)]
    if "positions belong" in prompt:
        gone = re.search(r"Node (\w) leaves", prompt)
        left = {place: node for place, node in points.items() if not gone or node != gone.group(1)}
        return str(sum(first(left, position) == found(r"to node (\w)", prompt) for position in range(100)))
    if "Which nodes hold key" in prompt:
        down = re.search(r"Node (\w) is down", prompt)
        up = {place: node for place, node in points.items() if not down or node != down.group(1)}
        return different(up, int(found(r"key (\d+)", prompt)))[:3]
    if "lost for good" in prompt:
        gone = found(r"Node (\w) is lost", prompt)
        left = {place: node for place, node in points.items() if node != gone}
        fetched = (set(different(left, key)[:2]) - set(different(points, key)[:2]) for key in keys_of(prompt))
        return ["".join(node) for node in fetched]
    assert "bounded loads" in prompt
    room, load, got = int(found(r"at most (\d)", prompt)), Counter[str](), []
    assert room == -(-5 * len(keys_of(prompt)) // (4 * len(set(points.values()))))
    for key in keys_of(prompt):
        node = next(node for node in walk(points, key) if load[node] < room)
        load[node] += 1
        got.append(node)
    return got


def numbers(text: str) -> list[int]:
    return [int(word) for word in re.findall(r"\d+", text)]


def keys_of(prompt: str) -> list[int]:
    return numbers(found(r"[kK]eys ([\d, ]+)", prompt))


def both(old: int, new: int) -> list[set[int]]:
    return [set(range(rest, 100, old)) & set(range(rest, 100, new)) for rest in range(min(old, new))]


def placed(listing: str) -> Points:
    places, nodes = (line.split()[1:] for line in listing.splitlines())
    return {int(place): node for place, node in zip(places, nodes, strict=True)}


def walk(points: Points, key: int) -> Iterator[str]:
    for step in range(100):
        if (key + step) % 100 in points:
            yield points[(key + step) % 100]


def first(points: Points, key: int) -> str:
    return next(walk(points, key))


def different(points: Points, key: int) -> list[str]:
    return list(dict.fromkeys(walk(points, key)))


def rendezvous(instance: Instance) -> Right:
    names, *rows = [line.split() for line in instance.listing.splitlines()]
    keys = names[1:]
    ranks = {
        key: [node for _, node in sorted(((int(row[at + 1]), row[0]) for row in rows), reverse=True)]
        for at, key in enumerate(keys)
    }
    node = found(r"Node (\w)", instance.prompt)
    if "joined" in instance.prompt:
        return {key for key in keys if ranks[key][0] == node}
    return [next(one for one in ranks[key] if one != node) for key in keys]
