"""Binary search trees without balancing, in a dictionary."""

Sides = dict[int, list[int | None]]  # a key and the keys left and right below it; the first key is the root


def grown(keys: list[int]) -> Sides:
    """The binary tree after inserting the keys in this order."""
    tree: Sides = {}
    for key in keys:
        insert(tree, key)
    return tree


def insert(tree: Sides, key: int) -> list[int]:
    """Insert a key as a leaf; the keys it is compared with."""
    path: list[int] = []
    at = next(iter(tree), None)
    while at is not None:
        path.append(at)
        at = tree[at][key > at]
    if path:
        tree[path[-1]][key > path[-1]] = key
    tree[key] = [None, None]
    return path


def search(tree: Sides, key: int) -> list[int]:
    """The keys a search meets, the last one being the key itself if it is found."""
    path: list[int] = []
    at = next(iter(tree), None)
    while at is not None and (not path or path[-1] != key):
        path.append(at)
        at = tree[at][key > at]
    return path


def preorder(tree: Sides, at: int | None) -> list[int]:
    return [] if at is None else [at, *preorder(tree, tree[at][0]), *preorder(tree, tree[at][1])]


def drawn_tree(tree: Sides) -> str:
    """The tree, a row a depth, each key in a column of its own in the order of the keys."""
    depth = {key: len(search(tree, key)) for key in tree}
    rows = [
        "".join(f"{key:3}" if depth[key] == row else "   " for key in sorted(tree)).rstrip()
        for row in range(1, max(depth.values()) + 1)
    ]
    return "\n".join(rows)
