"""Insert into binary search trees and B-trees: the path, the shape, the delete that keeps the order, and splits.

Insert, delete by the successor and traversals of binary search trees are those of CLRS 4e §12.1-12.3. A B-tree is
described by the most keys of a node and splits a node that has one more, sending the middle key up, as in Bayer and
McCreight (Acta Informatica 1, 1972) and Knuth, TAOCP vol. 3 §6.2.4; a B+ tree keeps all keys in its leaves and copies
the first key of the new leaf up (Comer, The Ubiquitous B-Tree, ACM Computing Surveys 11(2), 1979, §3).
"""

from copy import deepcopy
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._binary_tree import Sides, drawn_tree, grown, insert, preorder, search
from bequiz.skills._forms import Kind, drawn, listed, pick, sequence, table, text, words
from bequiz.skills._splitting import Node, Rules, drawn_levels, levels, put

TITLE = "Insert into a search tree, and what is split"
VERSION = 1
WALK = "In which order does a preorder walk (node, left, right) visit"


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _keys(dice: Random, count: int) -> list[int]:
    """Keys of two digits in an order that makes a binary tree neither flat nor a mere list."""
    while True:
        tree = grown(keys := dice.sample(range(10, 100), count))
        if None not in tree[keys[0]] and 3 <= max(len(search(tree, key)) for key in keys) <= count // 2 + 2:
            return keys


def _path(dice: Random, difficulty: int) -> Instance | None:
    tree = grown(_keys(dice, 6 + difficulty))
    shown, key = drawn_tree(tree), dice.randrange(10, 100)
    if key in tree or len(path := insert(tree, key)) < 3:
        return None
    steps = [
        Step(f"{key} {'<' if key < at else '>'} {at}: go {'left' if key < at else 'right'}.", str(at)) for at in path
    ]
    steps.append(Step(f"There is nothing: {key} becomes a child of {path[-1]}."))
    mistakes = {
        words(path[:-1]): f"The comparison with {path[-1]} is what shows that its side is free.",
        words(path[::-1]): "The way begins at the root.",
    }
    prompt = f"{key} is inserted into this binary search tree as a leaf. With which keys is it compared, in order?"
    return sequence(prompt, path, steps, "keys in the order compared", listing=shown, mistakes=mistakes)


def _shape(dice: Random, difficulty: int) -> Instance | None:
    keys = _keys(dice, 4 + difficulty)
    tree, steps = grown([]), []
    for key in keys:
        path = insert(tree, key)
        where = f"{'left' if key < path[-1] else 'right'} of {path[-1]}" if path else "the root"
        steps.append(Step(f"{key}: {where}, level {len(path) + 1}."))
    given = f"The keys {listed(keys)} are inserted in this order into an empty binary search tree, each as a leaf."
    if dice.random() < 0.5:
        height = max(len(search(tree, key)) for key in keys)
        mistakes = {
            str(len(keys).bit_length()): "That would be a balanced tree: here the order of the inserts decides.",
            str(len(keys)): "Only sorted keys and the like make a mere list.",
            str(height - 1): "The root is level 1: levels were asked for, not edges.",
        }
        steps.append(Step(f"The lowest level is {height}."))
        return text(f"{given} How many levels has it, the root being level 1?", height, steps, mistakes=mistakes)
    answer = preorder(tree, keys[0])
    if answer == keys:
        return None
    by_level: list[int] = sorted(keys, key=lambda key: (len(search(tree, key)), key))
    steps.append(Step(f"A node, then all to its left, then all to its right: {words(answer)}."))
    mistakes = {
        words(sorted(keys)): "That is inorder: left, node, right.",
        words(keys): "That is the order of the inserts.",
        words(by_level): "That is level by level.",
    }
    return sequence(f"{given} {WALK} the keys?", answer, steps, "keys in preorder", mistakes=mistakes)


def _misplaced(dice: Random, difficulty: int) -> Instance | None:
    tree = grown(_keys(dice, 6 + difficulty))
    leaf = dice.choice([key for key in tree if tree[key] == [None, None]])
    parent = search(tree, leaf)[-2]
    new = dice.randrange(10, 100)
    if new in tree or (new < parent) != (leaf < parent):
        return None
    wrong: Sides = {
        new if key == leaf else key: [new if side == leaf else side for side in sides] for key, sides in tree.items()
    }
    found = [key for key in wrong if search(wrong, key)[-1] == key]
    fork = next((at for at in search(tree, leaf)[:-1] if (new < at) != (leaf < at)), None)
    if new in found or len(found) < len(wrong) - 1 or fork is None:
        return None
    side, other = ("left", "right") if new < fork else ("right", "left")
    steps = [
        Step(f"As the {'left' if new < parent else 'right'} child of {parent}, {new} looks well placed."),
        Step(f"But it stands to the {other} of {fork}, and a search for {new} turns {side} there."),
    ]
    root, *rest = wrong
    others = dice.sample([key for key in rest if key != new], 3)
    ways = {f"key {key}": f"A search meets {listed(search(wrong, key))}." for key in others}
    inner = [key for key in wrong if wrong[key] != [None, None]]
    rows = [[key, *("-" if child is None else child for child in wrong[key])] for key in inner]
    prompt = (
        f"A bug overwrote one key of this binary search tree (root {root}; nodes without a row are leaves). Which key "
        "does a search not find any more?"
    )
    return pick(dice, prompt, f"key {new}", ways, steps, listing=table(("node", "left", "right"), *rows))


def _same(dice: Random, difficulty: int) -> Instance | None:
    tree = grown(keys := _keys(dice, 5 + difficulty // 2))
    shape = preorder(tree, keys[0])
    right, ready = [], [keys[0]]
    while ready:  # a random order in which each key comes after the one above it
        right.append(key := ready.pop(dice.randrange(len(ready))))
        ready += [side for side in tree[key] if side is not None]
    departs: dict[str, tuple[int, str]] = {}
    for _ in range(40):
        other = [keys[0], *dice.sample(keys[1:], len(keys) - 1)]
        apart: Sides = {}
        for at, key in enumerate(other):
            path = insert(apart, key)
            if path != search(tree, key)[:-1]:
                departs[listed(other)] = (at, f"{key} would come below {path[-1]}.")
                break
    if right == shape:
        return None
    # The orders that go wrong late come first: they take the longest to see through.
    wrong = {order: departs[order][1] for order in sorted(departs, key=lambda order: -departs[order][0])}
    steps = [Step(f"{key} came after {search(tree, key)[-2]}, below which it stands.") for key in shape[1:]]
    steps.append(Step(f"{listed(right)} keeps to all of that."))
    prompt = (
        "Keys were inserted into an empty binary search tree, each as a leaf, and this tree came out. In which order "
        "may they have come?"
    )
    return pick(dice, prompt, listed(right), wrong, steps, listing=drawn_tree(tree))


def _deleted(dice: Random, difficulty: int) -> Instance | None:
    tree = grown(keys := _keys(dice, 5 + difficulty))
    gone = dice.choice([key for key in tree if None not in tree[key]])
    left, right = (preorder(tree, side) for side in tree[gone])
    heir, order = min(right), preorder(tree, keys[0])
    below = tree[heir][1]
    if difficulty > 3 and (heir == right[0] or below is None):
        return None
    after = [heir if key == gone else key for key in order if key != heir]
    steps = [Step(f"The smallest key to the right of {gone} is {heir}: right once, then left to the end.")]
    if below is not None:
        steps.append(Step(f"{heir} leaves its old place to its only child, {below}."))
    steps.append(Step(f"{heir} stands where {gone} stood; preorder is {words(after)}."))
    mistakes = {
        words([max(left) if key == gone else key for key in order if key != max(left)]): "That is the predecessor.",
        words([key for key in order if key != gone]): "A key must stand where the deleted one stood.",
        words(sorted(after)): "That is inorder.",
    }
    prompt = (
        f"{gone} is deleted from this binary search tree; the smallest key of its right subtree takes its place. "
        f"{WALK} the keys then?"
    )
    return sequence(prompt, after, steps, "keys in preorder", listing=drawn_tree(tree), mistakes=mistakes)


def _btree(dice: Random, rules: Rules, count: int) -> Node:
    root = Node([], [])
    for key in dice.sample(range(10, 100), count):
        root, _ = put(root, rules, key)
    return root


def _rule(rules: Rules) -> str:
    most = rules.most
    return f"A B-tree with at most {most} keys a node: one that gets {most + 1} is split, its middle key goes up."


def _split(dice: Random, difficulty: int) -> Instance | None:
    rules = Rules(2 if difficulty < 3 else dice.choice((2, 4)))
    root = _btree(dice, rules, dice.randint(2, 4 + 2 * difficulty) * rules.most // 2)
    before, key = deepcopy(root), dice.randrange(10, 100)
    rows = levels(root)
    if any(key in node.keys for row in rows for node in row) or not 2 <= len(rows) <= 2 + (difficulty > 3):
        return None
    root, told = put(root, rules, key)
    if root.keys == before.keys or (difficulty > 2 and len(levels(root)) == len(rows)):
        return None
    mistakes = {}
    for lean in (-1, 1):
        astray, _ = put(deepcopy(before), rules._replace(lean=lean), key)
        mistakes[words(astray.keys)] = "The middle one of all keys, the new one included, goes up."
    if len(levels(root)) > len(rows):
        whole = [*root.children[0].keys, *root.keys, *root.children[1].keys]
        mistakes[words(whole)] = "That is one key too many: the root is split, too."
    mistakes[words(before.keys)] = "The leaf is full, so a key goes up."
    prompt = f"{_rule(rules)} {key} is inserted. Which keys does the root hold then?"
    steps = [*map(Step, told), Step(f"The root holds {words(root.keys)}.")]
    return sequence(prompt, root.keys, steps, "keys of the root", listing=drawn_levels(before), mistakes=mistakes)


def _from_empty(dice: Random, difficulty: int) -> Instance | None:
    rules = Rules(dice.choice((2, 4)))
    keys = dice.sample(range(10, 100), (rules.most + 2) * (difficulty // 2) + 2 + rules.most // 2)
    if dice.random() < 0.3:
        keys.sort()
    root, steps, splits = Node([], []), [], 0
    for key in keys:
        root, told = put(root, rules, key)
        steps.append(Step(" ".join(told)))
        splits += sum("is split" in line for line in told)
    if splits < 2:
        return None
    given = f"{_rule(rules)} Starting empty, {listed(keys)} are inserted in this order."
    if dice.random() < 0.4:
        nodes = sum(len(row) for row in levels(root))
        steps.append(Step(f"{splits} splits. (Each adds a node, one of the root two: there are {nodes} nodes.)"))
        mistakes = {
            str(nodes): "That is the number of nodes.",
            str(len(keys) // (rules.most + 1)): "A split leaves nodes half full, and nodes above are split, too.",
        }
        return text(f"{given} How many splits are there?", splits, steps, mistakes=mistakes)
    mistakes = {}
    for lean in (-1, 1):
        astray = Node([], [])
        for key in keys:
            astray, _ = put(astray, rules._replace(lean=lean), key)
        mistakes[words(astray.keys)] = "The middle one of all keys, the new one included, goes up."
    steps.append(Step(f"The root holds {words(root.keys)}."))
    return sequence(
        f"{given} Which keys does the root hold then?", root.keys, steps, "keys of the root", mistakes=mistakes
    )


def _plus(dice: Random, difficulty: int) -> Instance | None:
    rules = Rules(3, plus=True)
    root = _btree(dice, rules, dice.randint(6, 8 + difficulty // 2))
    before, key = deepcopy(root), dice.randrange(10, 100)
    if len(levels(root)) != 2 or len(root.keys) > 2 or any(key in leaf.keys for leaf in root.children):
        return None
    root, told = put(root, rules, key)
    if len(root.keys) == len(before.keys):
        return None
    up = next(one for one in root.keys if one not in before.keys)
    at = next(place for place, leaf in enumerate(root.children) if leaf.keys[0] == up)
    left, right = root.children[at - 1].keys, root.children[at].keys
    ask = dice.choice(("root", "leaf"))
    if ask == "root":
        answer, who = root.keys, "the root"
        astray, _ = put(deepcopy(before), rules._replace(lean=-1), key)
        mistakes = {words(astray.keys): f"Of {words([*left, *right])} the right half begins with {up}."}
        mistakes[words(before.keys)] = "The leaf is full, so it is split."
    else:
        answer, who = right if key in right else left, f"the leaf with {key}"
        mistakes = {words(answer[1:]): "A leaf of a B+ tree keeps the key that is copied up."} if key in right else {}
        mistakes[words([*left, *right])] = "Four keys are too many."
    prompt = (
        "A B+ tree with at most 3 keys a node: a leaf that gets 4 is split in halves, and the first key of the right "
        f"half becomes a separator above. {key} is inserted. Which keys does {who} hold then?"
    )
    steps = [*map(Step, told), Step(f"So {who} holds {words(answer)}.")]
    shown = drawn_levels(before)
    return sequence(prompt, answer, steps, "keys in order", listing=shown, mistakes=mistakes)


def _levels(dice: Random, difficulty: int) -> Instance | None:
    fan = dice.choice((10, 20, 30, 40, 50, 100, 150, 200, 300, 500, 1000))
    given = f"In a B-tree a node has at most {fan} children and so at most {fan - 1} keys."
    steps = []
    if difficulty > 4:
        page, entry = dice.choice((4, 8, 16)), dice.choice((16, 32, 64))
        fan = page * 1024 // entry
        given = (
            f"A node of a B-tree is a page of {page} KiB. A child takes {entry} bytes, its key included (one has none)."
        )
        steps.append(Step(f"{page} × 1024 / {entry} = {fan} children a node."))
    keys, most, height = dice.randrange(1, 1000) * 10**6, 0, 0
    if any(keys == fan**power for power in range(6)):
        return None
    while most < keys:
        height += 1
        most = fan**height - 1
        enough = "enough" if most >= keys else "too few"
        steps.append(Step(f"{height} level{'s' * (height > 1)}: {fan}^{height} - 1 = {most:,} keys at most, {enough}."))
    steps.append(Step(f"So {height} levels."))
    mistakes = {
        str(keys.bit_length()): "That is a binary tree: here a level multiplies by the number of children.",
        str(height - 1): f"{height - 1} levels hold at most {fan ** (height - 1) - 1:,} keys.",
        str(height + 1): f"{height} levels hold up to {most:,} keys.",
    }
    ask = f"How many levels, the root included, are needed at least for {keys // 10**6} million keys?"
    return text(f"{given} {ask}", height, steps, mistakes=mistakes)


KINDS: dict[Kind, int] = {
    _path: 1, _shape: 1, _split: 1, _misplaced: 2, _same: 3, _deleted: 3, _from_empty: 3, _plus: 4, _levels: 4
}  # fmt: skip
