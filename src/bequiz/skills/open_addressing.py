"""Where a key of a hash table with open addressing lands and what a search looks at, after deletes too.

Linear, quadratic and double hashing and the marker a delete leaves, so that searches go on behind it, follow CLRS 4e
§11.4; deleting by shifting back is Algorithm R of Knuth, TAOCP vol. 3 §6.4 (CLRS §11.5.1). An insert is the put of a
map: it looks for the key first and then takes the first marker or empty slot it has passed.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, listed, pick, pick_many, sequence, table, text, words
from bequiz.skills._probing import DELETED, Rule, Slots, held, put, search, told, tries

TITLE = "A hash table with open addressing"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _rule(dice: Random, difficulty: int) -> Rule:
    way = dice.choice(["linear"] * 2 + ["quadratic"] * (difficulty >= 3) + ["double"] * 2 * (difficulty >= 4))
    return Rule(dice.choice((7, 8, 9, 10) if way == "linear" and difficulty < 4 else (7, 11)), way)


def _keys(dice: Random, rule: Rule, count: int) -> list[int]:
    """Different keys of two digits whose first slots crowd together."""
    homes = dice.sample(range(rule.size), max(2, count // 2))
    return dice.sample([key for key in range(10, 100) if key % rule.size in homes], count)


def _filled(rule: Rule, keys: list[int], gone: tuple[int, ...] = ()) -> Slots:
    """The table after inserting the keys and then deleting some with markers; keys without a slot are left out."""
    slots: Slots = [None] * rule.size
    for key in keys:
        put(slots, rule, key)
    return [DELETED if key in gone else key for key in slots]


def _inserted(rule: Rule, keys: list[int]) -> tuple[list[int], list[Step]]:
    """Where keys land that go into an empty table; fewer slots than keys if one finds none."""
    slots: Slots = [None] * rule.size
    landed, steps = [], []
    for key in keys:
        steps.append(Step(f"{told(slots, rule, key)}. {key} goes there.", str(search(slots, rule, key)[-1])))
        if (slot := put(slots, rule, key)) is not None:
            landed.append(slot)
    return landed, steps


def _present(slots: Slots) -> list[int]:
    return [key for key in slots if key is not None and key != DELETED]


def _shown(slots: Slots) -> str:
    names: dict[int | None, str] = {None: "-", DELETED: "DEL"}
    return table(("slot", *range(len(slots))), ("key", *(names.get(key, str(key)) for key in slots)))


def _legend(slots: Slots) -> str:
    return "`-`: never used" + (", `DEL`: marker of a delete." if DELETED in slots else ".")


def _in_turn(dice: Random, difficulty: int) -> Instance | None:
    rule = _rule(dice, difficulty)
    keys = _keys(dice, rule, 3 + (difficulty + 1) // 2)
    landed, steps = _inserted(rule, keys)
    homes = [key % rule.size for key in keys]
    if len(landed) < len(keys) or sum(map(int.__ne__, homes, landed)) < 1 + difficulty // 3:
        return None
    mistakes = {
        words(homes): "That is `h(k)` alone: two keys cannot share a slot.",
        words(_inserted(Rule(rule.size, "linear"), keys)[0]): "That is linear probing.",
    }
    prompt = (
        f"An empty hash table has slots 0 to {rule.size - 1}, {rule}. The keys {listed(keys)} are inserted in this "
        "order. In which slots do they land, in the same order?"
    )
    return sequence(prompt, landed, steps, "slots in the order of the keys", mistakes=mistakes)


def _grown(dice: Random, difficulty: int) -> Instance | None:
    old = Rule(7, dice.choice(("linear", "double")))
    new = Rule(dice.choice((11, 13)), old.way)
    slots = _filled(old, drawn_keys := _keys(dice, old, 6), tuple(drawn_keys[: 6 - difficulty]))
    landed, steps = _inserted(new, keys := _present(slots))
    homes = [key % new.size for key in keys]
    if landed == homes:
        return None
    mistakes = {
        words(homes): "Two keys cannot share a slot in the new table either.",
        words([slots.index(key) for key in keys]): "The slots follow from the new size, not from the old places.",
    }
    prompt = (
        f"This hash table had 7 slots and now grows to slots 0 to {new.size - 1}: {new}. The keys go over in the "
        "order of their old slots. In which slots do they land, in that order?"
    )
    return sequence(prompt, landed, steps, "new slots in that order", listing=_shown(slots), mistakes=mistakes)


def _put(dice: Random, difficulty: int) -> Instance | None:
    rule = _rule(dice, difficulty)
    keys = _keys(dice, rule, rule.size - 3 if rule.way == "linear" else 5)
    slots = _filled(rule, keys, tuple(dice.sample(keys, (difficulty >= 2) + (difficulty >= 4))))
    # From difficulty 4 on the key may be there already, behind a marker.
    there = difficulty >= 4 and dice.random() < 0.5
    key = dice.choice(_present(slots) if there else [key for key in range(10, 100) if key not in keys])
    looked = search(slots, rule, key)
    markers = [slot for slot in looked if slots[slot] == DELETED]
    if len(looked) < 2 or slots[looked[-1]] not in (key, None) or (DELETED in slots and not markers):
        return None
    landed = put(list(slots), rule, key)
    steps = [Step(f"{told(slots, rule, key)}.")]
    if there:
        steps.append(Step(f"{key} is there already, so it stays in slot {landed} and the marker is not used."))
    else:
        place = "the first marker passed" if markers else "the empty slot"
        steps.append(Step(f"{key} is not in the table, so it goes into {place}, slot {landed}."))
    mistakes = {str(looked[-1]): "Once the key is known to be absent, the first marker on the way is used again."}
    for slot in markers:
        why = "The key stands behind this marker and would be there twice." if there else "An earlier marker is used."
        mistakes[str(slot)] = why
    mistakes.setdefault(str(key % rule.size), f"Slot {key % rule.size} holds another key.")
    more = " Inserts reuse markers; a key that is present is not added again." if markers else ""
    prompt = f"A hash map: {rule}. {_legend(slots)}{more} `put({key})` is called. In which slot is {key} afterwards?"
    return text(prompt, landed, steps, listing=_shown(slots), mistakes=mistakes)


def _looked_up(dice: Random, difficulty: int) -> Instance | None:
    rule = _rule(dice, difficulty)
    keys = _keys(dice, rule, rule.size - 3 if rule.way == "linear" else 6)
    slots = _filled(rule, keys, tuple(dice.sample(keys, min(difficulty // 2, 2))))
    key = dice.choice([dice.randrange(10, 100), *_present(slots)])
    looked = search(slots, rule, key)
    markers = [slot for slot in looked if slots[slot] == DELETED]
    shape = 3 <= len(looked) <= 4 + difficulty // 2 and (markers or DELETED not in slots)
    if not shape or slots[looked[-1]] not in (key, None):
        return None
    *passed, last = looked
    end = f"{key} is found" if slots[last] == key else f"{key} is not in the table"
    steps = [Step(f"The first slot is {key} mod {rule.size} = {looked[0]}.")]
    steps += [Step(f"{held(slots, slot).capitalize()}: go on.", str(slot)) for slot in passed]
    steps.append(Step(f"{held(slots, last).capitalize()}: {end}.", str(last)))
    mistakes = {words(looked[: looked.index(slot) + 1]): "A marker does not end a search." for slot in markers}
    mistakes[words(passed)] = "The slot that ends the search is looked at, too."
    mistakes[words([slot for slot in looked if slot not in markers])] = "Slots with a marker are looked at, too."
    prompt = (
        f"A hash table: {rule}. {_legend(slots)} A search for {key} starts. Which slots does it look at, in order, "
        "the last one included?"
    )
    return sequence(prompt, looked, steps, "slots in the order looked at", listing=_shown(slots), mistakes=mistakes)


def _lost(dice: Random, difficulty: int) -> Instance | None:
    rule = _rule(dice, difficulty)
    slots = _filled(rule, _keys(dice, rule, 5 if rule.way == "linear" and difficulty < 4 else 6))
    gone = dice.choice(_present(slots))
    after = [None if key == gone else key for key in slots]
    left = _present(after)
    lost = [key for key in left if after[search(after, rule, key)[-1]] != key]
    if not 1 + (difficulty >= 3 and rule.way == "linear") <= len(lost) < len(left):
        return None
    hole = slots.index(gone)
    steps = [Step(f"Slot {hole} is now empty, and an empty slot ends every search.")]
    for key in left:
        end = f"lost, since it stands in slot {after.index(key)}" if key in lost else "found"
        steps.append(Step(f"{told(after, rule, key)}: {end}."))
    found = {f"key {key}": f"The way to {key} does not pass slot {hole}." for key in left if key not in lost}
    prompt = (
        f"A hash table: {rule}. A faulty delete of {gone} simply makes its slot empty again, with no marker. Which of "
        "the remaining keys are not found any more? Select all."
    )
    return pick_many(prompt, [f"key {key}" for key in left], found, steps, listing=_shown(slots))


def _shifted(dice: Random, difficulty: int) -> Instance | None:
    rule = Rule(dice.choice((8, 9, 10, 11)), "linear")
    slots = _filled(rule, keys := _keys(dice, rule, rule.size - 3))
    hole = slots.index(gone := dice.choice(keys))
    run, moved, steps = [], [], []
    slot = (hole + 1) % rule.size
    while (key := slots[slot]) is not None:
        home = key % rule.size
        run.append(key)
        if (slot - home) % rule.size >= (slot - hole) % rule.size:
            steps.append(Step(f"The hole is slot {hole}; {key} (home {home}) may stand there and moves.", str(key)))
            moved.append(key)
            hole = slot
        else:
            steps.append(Step(f"{key} (home {home}) stays in slot {slot}: from its home on, no search passes {hole}."))
        slot = (slot + 1) % rule.size
    stays = [key for key in run if key not in moved]
    if not moved or not stays or len(run) < 3 or (difficulty >= 4 and run.index(stays[0]) > run.index(moved[-1])):
        return None
    mistakes = {
        words(run): "A key never moves to before its home slot, where no search would find it.",
        words(run[: run.index(stays[0])]): f"{stays[0]} stays, but keys behind it may still move past it.",
    }
    prompt = (
        f"A hash table: {rule}. {gone} is deleted without a marker: along the run, each key whose search still finds "
        "it there moves back into the hole, which leaves the next hole. Which keys move, in order?"
    )
    return sequence(prompt, moved, steps, "keys in the order of moving", listing=_shown(slots), mistakes=mistakes)


def _order(dice: Random, difficulty: int) -> Instance | None:
    rule = Rule(dice.choice((7, 8, 9, 10)), "linear")
    target = _filled(rule, keys := _keys(dice, rule, 4 + (difficulty >= 4)))
    departs: dict[str, tuple[int, str]] = {}
    for _ in range(12):
        landed, _steps = _inserted(rule, other := dice.sample(keys, len(keys)))
        off = [at for at, key in enumerate(other) if target[landed[at]] != key]
        if off:
            at = off[0]
            why = f"{other[at]} would land in slot {landed[at]}, not in slot {target.index(other[at])}."
            departs[listed(other)] = (at, why)
    # The orders that go wrong late come first: they take the longest to see through.
    wrong = {order: departs[order][1] for order in sorted(departs, key=lambda order: -departs[order][0])}
    steps = []
    for key in keys:
        passed = tries(rule, key)[: tries(rule, key).index(target.index(key))]
        before = f", so {listed([target[slot] for slot in passed])} came before it" if passed else ""
        steps.append(Step(f"{key}: home {key % rule.size}, stands in slot {target.index(key)}{before}."))
    if keys == sorted(keys, key=target.index):
        return None
    prompt = f"A hash table: {rule}. Nothing was ever deleted. In which order may the keys have been inserted?"
    return pick(dice, prompt, listed(keys), wrong, steps, listing=_shown(target))


KINDS: dict[Kind, int] = {_in_turn: 1, _put: 1, _looked_up: 1, _lost: 2, _shifted: 3, _order: 3, _grown: 4}
