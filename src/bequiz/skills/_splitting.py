"""B-trees and B+ trees whose overfull nodes are split, telling what happens."""

from typing import NamedTuple

from msgspec import Struct

from bequiz.skills._forms import words


class Node(Struct):
    """A node of a B-tree; a leaf has no children."""

    keys: list[int]
    children: list["Node"]


class Rules(NamedTuple):
    """At most so many keys a node; `plus`: a B+ tree, whose leaves keep all keys; `lean`: a mistaken place to split."""

    most: int
    plus: bool = False
    lean: int = 0


def put(root: Node, rules: Rules, key: int) -> tuple[Node, list[str]]:
    """Insert a key into a B-tree: its root afterwards, and what happened. The nodes are changed."""
    told: list[str] = []
    if split := _into(root, rules, key, told):
        middle, right = split
        told.append(f"That was the root: {middle} becomes a new root above both.")
        root = Node([middle], [root, right])
    return root, told


def _into(node: Node, rules: Rules, key: int, told: list[str]) -> tuple[int, Node] | None:
    """Insert below a node; if that is split, the key that goes up and the new node to its right."""
    place = sum(other <= key for other in node.keys)
    if not node.children:
        node.keys.insert(place, key)
        told.append(f"{key} goes to the leaf, now {words(node.keys)}.")
    elif split := _into(node.children[place], rules, key, told):
        node.keys.insert(place, split[0])
        node.children.insert(place + 1, split[1])
        told.append(f"The node above is now {words(node.keys)}.")
    if len(node.keys) <= rules.most:
        return None
    at = len(node.keys) // 2 + rules.lean
    middle, stays = node.keys[at], rules.plus and not node.children
    right = Node(node.keys[at + (not stays) :], node.children[at + 1 :])
    node.keys, node.children = node.keys[:at], node.children[: at + 1]
    how = f"{middle} is copied up" if stays else f"{middle} goes up"
    told.append(f"Too many: it is split into {words(node.keys)} and {words(right.keys)}, {how}.")
    return middle, right


def levels(root: Node) -> list[list[Node]]:
    rows = [[root]]
    while rows[-1][0].children:
        rows.append([child for node in rows[-1] for child in node.children])
    return rows


def drawn_levels(root: Node) -> str:
    """The nodes, a row a level; a node with k keys has the next k + 1 nodes of the row below as its children."""
    rows = levels(root)
    names = ["root", *["inner"] * (len(rows) - 2), "leaves"][: len(rows)]
    return "\n".join(
        f"{name:8}" + " ".join(f"[{words(node.keys)}]" for node in row) for name, row in zip(names, rows, strict=True)
    )
