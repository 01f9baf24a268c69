"""Binary trees against partitions of the keys around the first one, B-trees against nested lists made anew."""

import re
from bisect import bisect

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Tree = tuple["Tree", int, "Tree"] | None


def test_tree_insert() -> None:
    check_skill("tree-insert", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "With which keys is it compared" in prompt:
        return compared(drawn(listing), int(found(r"(\d+) is inserted", prompt)))
    if "each as a leaf" in prompt and "The keys" in prompt:
        tree = grown(numbers(found("The keys (.*) are inserted", prompt)))
        return str(height(tree)) if "How many levels" in prompt else [str(key) for key in preorder(tree)]
    if "overwrote one key" in prompt:
        return "key " + str(astray(listing, int(found(r"root (\d+)", prompt))))
    if "this tree came out" in prompt:
        return [option for option in instance.options if grown(numbers(option)) == drawn(listing)]
    if "is deleted" in prompt:
        return [str(key) for key in preorder(without(drawn(listing), int(found(r"(\d+) is deleted", prompt))))]
    if "million" in prompt:
        return str(fewest_levels(prompt))
    plus, most = "B+ tree" in prompt, int(found(r"at most (\d) keys a node", prompt))
    splits = 0
    if "Starting empty" in prompt:
        nested: list = []
        for key in numbers(found("empty, (.*) are inserted", prompt)):
            nested, more = inserted(nested, key, most, plus)
            splits += more
    else:
        rows = [[numbers(node) for node in re.findall(r"\[([\d ]+)\]", line)] for line in listing.splitlines()]
        key = int(found(r"(\d+) is inserted", prompt))
        nested, _ = inserted(nest(rows), key, most, plus)
    if "How many splits" in prompt:
        return str(splits)
    if "the leaf with" in prompt:
        return [str(one) for one in leaf_with(nested, key)]
    return [str(one) for one in nested if isinstance(one, int)]


def numbers(text: str) -> list[int]:
    return [int(word) for word in re.findall(r"\d+", text)]


def grown(keys: list[int]) -> Tree:
    """The first key is the root; what is less makes up one side in the same order, the rest the other."""
    if not keys:
        return None
    root, *rest = keys
    return grown([key for key in rest if key < root]), root, grown([key for key in rest if key > root])


def drawn(listing: str) -> Tree:
    """Read row by row, a tree of different keys gives an order of inserts that makes it; columns must agree with it."""
    columns = {int(word.group()): word.end() for line in listing.splitlines() for word in re.finditer(r"\d+", line)}
    assert sorted(columns) == sorted(columns, key=columns.__getitem__), "keys and columns rise together"
    return grown(numbers(listing))


def preorder(tree: Tree) -> list[int]:
    return [tree[1], *preorder(tree[0]), *preorder(tree[2])] if tree else []


def height(tree: Tree) -> int:
    return 1 + max(height(tree[0]), height(tree[2])) if tree else 0


def compared(tree: Tree, key: int) -> list[str]:
    return [str(tree[1]), *compared(tree[0] if key < tree[1] else tree[2], key)] if tree else []


def without(tree: Tree, key: int) -> Tree:
    """Delete by rebuilding: the order of inserts loses the key, whose place the next larger one takes."""
    order = preorder(tree)
    heir = min(other for other in order if other > key)
    return grown([heir if other == key else other for other in order if other != heir])


def astray(listing: str, root: int) -> int:
    """The one key that lies outside the bounds which the keys above it set."""
    sides = {int(line.split()[0]): line.split()[1:] for line in listing.splitlines()[1:]}

    def outside(key: int, low: int, high: int) -> list[int]:
        left, right = sides.get(key, ["-", "-"])
        below = outside(int(left), low, min(high, key)) if left != "-" else []
        below += outside(int(right), max(low, key), high) if right != "-" else []
        return below if low < key < high else [key, *below]

    (key,) = outside(root, 0, 100)
    return key


def fewest_levels(prompt: str) -> int:
    """By counting nodes: a root, then each node with all its children, until the keys in them are enough."""
    keys = int(found(r"(\d+) million", prompt)) * 10**6
    fan = (
        int(found(r"page of (\d+) KiB", prompt)) * 1024 // int(found(r"takes (\d+) bytes", prompt))
        if "KiB" in prompt
        else int(found(r"most (\d+) children", prompt))
    )
    nodes, held, levels = 1, 0, 0
    while held < keys:
        held, nodes, levels = held + nodes * (fan - 1), nodes * fan, levels + 1
    return levels


def nest(rows: list[list[list[int]]]) -> list:
    """Rows of nodes -> [child, key, child, key, child]; a leaf is a list of keys alone."""
    below: list = rows[-1]
    for row in rows[-2::-1]:
        waiting, above = list(below), []
        for keys in row:
            node: list = [waiting.pop(0)]
            for key in keys:
                node += [key, waiting.pop(0)]
            above.append(node)
        assert not waiting
        below = above
    (root,) = below
    return root


def inserted(root: list, key: int, most: int, plus: bool) -> tuple[list, int]:
    """The tree with one key more, made anew, and the number of splits."""
    parts, splits = parted(root, key, most, plus)
    return (parts if len(parts) > 1 else parts[0]), splits


def parted(node: list, key: int, most: int, plus: bool) -> tuple[list, int]:
    """What takes the place of a node after the insert: [node], or [left, key, right] if it is split."""
    keys = [one for one in node if isinstance(one, int)]
    splits = 0
    if len(keys) == len(node):
        node = sorted([*node, key])
    else:
        place = 2 * bisect(keys, key)
        below, splits = parted(node[place], key, most, plus)
        node = node[:place] + below + node[place + 1 :]
    keys = [one for one in node if isinstance(one, int)]
    if len(keys) <= most:
        return [node], splits
    middle = node.index(keys[len(keys) // 2])
    if plus and len(keys) == len(node):
        return [node[:middle], node[middle], node[middle:]], splits + 1
    return [node[:middle], node[middle], node[middle + 1 :]], splits + 1


def leaf_with(node: list, key: int) -> list[int]:
    children = [one for one in node if isinstance(one, list)]
    if not children:
        return node if key in node else []
    return next(leaf for child in children if (leaf := leaf_with(child, key)))
