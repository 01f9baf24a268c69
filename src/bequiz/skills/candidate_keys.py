"""What follows from functional dependencies: the closure of attributes, candidate keys, the highest normal form and
what breaks it, redundant dependencies, lossless decompositions. Definitions: Codd, "Further Normalization of the Data
Base Relational Model" (1971), for 2NF and 3NF, "Recent Investigations in Relational Data Base Systems" (1974) for BCNF;
Armstrong (1974) for what a set of dependencies implies; Heath (1971) for decomposition. As in Silberschatz, Korth and
Sudarshan, "Database System Concepts", 7th edition, chapter 7.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random
from typing import NamedTuple

from bequiz.model.instance import Instance, Step
from bequiz.skills import _forms

TITLE = "Candidate keys and normal forms"
VERSION = 1
FORMS = ("1NF", "2NF", "3NF", "BCNF")


class Dependency(NamedTuple):
    """`left` determines `right`; both are attributes in alphabetical order, each a letter."""

    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.left} → {self.right}"


class Relation(NamedTuple):
    attributes: str
    dependencies: tuple[Dependency, ...]

    @property
    def listing(self) -> str:
        return "\n".join(str(one) for one in self.dependencies)

    @property
    def scene(self) -> str:
        return (
            f"Relation R({', '.join(self.attributes)}) with these functional dependencies and what follows from them."
        )


def make(seed: int, difficulty: int) -> Instance:
    kinds: dict[_forms.Kind, int] = {
        ask_closure: 1,
        ask_is_key: 1,
        ask_keys: 2,
        ask_form: 2,
        ask_breakers: 3,
        ask_prime: 3,
        ask_redundant: 3,
        ask_lossless: 4,
    }
    return _forms.drawn(kinds, seed, difficulty)


def chain(start: str, dependencies: Iterable[Dependency]) -> list[tuple[Dependency, str]]:
    """The dependencies that add something to the closure of `start`, each with the closure after it."""
    closure, steps, left = set(start), [], list(dependencies)
    while fitting := next((one for one in left if set(one.left) <= closure), None):
        left.remove(fitting)
        if not set(fitting.right) <= closure:
            closure |= set(fitting.right)
            steps.append((fitting, _letters(closure)))
    return steps


def closure_of(start: str, dependencies: Iterable[Dependency]) -> str:
    steps = chain(start, dependencies)
    return steps[-1][1] if steps else _letters(start)


def keys_of(relation: Relation) -> list[str]:
    """All candidate keys, the short ones first."""
    keys: list[str] = []
    for size in range(1, len(relation.attributes) + 1):
        for some in combinations(relation.attributes, size):
            covers = closure_of("".join(some), relation.dependencies) == relation.attributes
            if covers and not any(set(key) <= set(some) for key in keys):
                keys.append("".join(some))
    return keys


def breaks(one: Dependency, keys: Sequence[str]) -> int:
    """The place in FORMS of the first form that the dependency breaks; one beyond the last if none."""
    prime, extra = set("".join(keys)), set(one.right) - set(one.left)
    if not extra or any(set(key) <= set(one.left) for key in keys):
        return len(FORMS)
    if extra <= prime:
        return FORMS.index("BCNF")
    return FORMS.index("2NF" if any(set(one.left) < set(key) for key in keys) else "3NF")


def form_of(relation: Relation) -> str:
    """The highest normal form, every dependency that follows taken into account.

    A part of a key may determine a non-prime attribute through others, so the parts' closures are looked at, too.
    """
    keys = keys_of(relation)
    worst = min(breaks(one, keys) for one in relation.dependencies)
    if _partial(relation, keys):
        worst = FORMS.index("2NF")
    return FORMS[worst - 1]


def _partial(relation: Relation, keys: Sequence[str]) -> tuple[str, str] | None:
    """A part of a key and the non-prime attributes that it determines."""
    prime = set("".join(keys))
    for key in keys:
        for size in range(1, len(key)):
            for part in combinations(key, size):
                if found := set(closure_of("".join(part), relation.dependencies)) - prime:
                    return "".join(part), _letters(found)
    return None


def relation(dice: Random, difficulty: int) -> Relation:
    attributes = dice.choice(["ABCDEF", "EFGHIJ", "KLMNOP", "TUVWXY"])[: min(6, 3 + (difficulty + 1) // 2)]
    found: dict[str, Dependency] = {}
    for _ in range(dice.randint(2, 2 + (difficulty + 1) // 2)):
        left = _letters(dice.sample(attributes, dice.choice([1, 1, 2] if difficulty < 3 else [1, 1, 2, 2])))
        rest = [letter for letter in attributes if letter not in left]
        right = _letters(dice.sample(rest, dice.choice([1, 1, 2])))
        found.setdefault(left, Dependency(left, right))
    return Relation(attributes, tuple(dice.sample(list(found.values()), len(found))))


def ask_closure(dice: Random, difficulty: int) -> Instance | None:
    """The closure of some attributes."""
    table = relation(dice, difficulty)
    start = _letters(dice.sample(table.attributes, dice.randint(1, 2)))
    steps = chain(start, table.dependencies)
    if len(steps) < (difficulty + 1) // 2:
        return None
    once = set(start).union(*(one.right for one in table.dependencies if set(one.left) <= set(start)))
    loose = set(start)
    for _ in table.dependencies:
        loose = loose.union(*(one.right for one in table.dependencies if set(one.left) & loose))
    right = steps[-1][1]
    if right == table.attributes and dice.random() < 0.6:
        return None
    mistakes = {
        _letters(set(right) - set(start)): "The attributes themselves belong to their closure.",
        _letters(loose): "A dependency with two attributes on its left needs both.",
        _letters(once): "What was added may make further dependencies fit.",
    }
    told = [Step(f"Begin with {start}.")]
    told += [Step(f"{one.left} is in it, so {one} adds to it: {closure}.") for one, closure in steps]
    prompt = (
        f"{table.scene} What is the closure of {start}? Answer all its letters in alphabetical order, without spaces."
    )
    return _forms.text(prompt, right, told, listing=table.listing, mistakes=mistakes)


def ask_is_key(dice: Random, difficulty: int) -> Instance | None:
    """Which sets of attributes are candidate keys, superkeys or neither."""
    table = relation(dice, difficulty)
    keys = keys_of(table)
    key = dice.choice(keys)
    spare = [letter for letter in table.attributes if letter not in key]
    if not spare or len(table.attributes) == len(key):
        return None
    sets = {
        _letters(dice.sample(table.attributes, dice.randint(1, min(3, len(table.attributes) - 1)))) for _ in range(8)
    }
    wrong = {}
    for some in sorted({*sets, _letters(key + dice.choice(spare))}):
        closure = closure_of(some, table.dependencies)
        if closure != table.attributes:
            wrong[some] = f"It determines only {closure}."
        elif some not in keys:
            smaller = next(one for one in keys if set(one) < set(some))
            wrong[some] = f"It determines everything, but so does {smaller} alone: a superkey, no candidate key."
    kinds = [
        [one for one in wrong if wrong[one].startswith(start)]
        for start in ("It determines only", "It determines everything")
    ]
    if not kinds[0] or not kinds[1]:
        return None
    shown = list(dict.fromkeys([dice.choice(kinds[0]), dice.choice(kinds[1]), *dice.sample(list(wrong), len(wrong))]))
    steps = [Step(f"{some}: {wrong[some]}") for some in shown[:3]]
    steps.append(_key_step(key, table))
    prompt = f"{table.scene} Which of these is a candidate key?"
    mistakes = {some: wrong[some] for some in shown}
    return _forms.pick(dice, prompt, key, mistakes, steps, listing=table.listing)


def ask_keys(dice: Random, difficulty: int) -> Instance | None:
    """All candidate keys, in an order that makes the answer one."""
    table = relation(dice, difficulty)
    keys = sorted(keys_of(table))
    if len(keys) < (2 if dice.random() < 0.92 else 1) or len(keys) > 4:
        return None
    never = [letter for letter in table.attributes if not any(letter in one.right for one in table.dependencies)]
    steps = []
    if never:
        steps.append(Step(f"On no right side, and so in every key: {_forms.listed(never)}."))
    steps += [_key_step(key, table, gives=True) for key in keys]
    mistakes = {}
    if len(keys) > 1:
        mistakes[keys[0]] = f"There are more: {_forms.listed(keys[1:])}."
    lefts = sorted({one.left for one in table.dependencies})
    if "".join(lefts) != "".join(keys):
        mistakes[_forms.words(lefts)] = "A left side determines its right side; a key determines everything."
    prompt = (
        f"{table.scene} Name all candidate keys in alphabetical order, each as its letters in alphabetical order, "
        "such as `AB C`."
    )
    return _forms.sequence(prompt, keys, steps, "candidate key", listing=table.listing, mistakes=mistakes)


def ask_form(dice: Random, difficulty: int) -> Instance | None:
    """The highest normal form."""
    wanted = dice.choice(FORMS)
    drawn = (relation(dice, difficulty) for _ in range(80))
    table = next((one for one in drawn if form_of(one) == wanted), None)
    if not table:
        return None
    keys = keys_of(table)
    prime = _letters("".join(keys))
    steps = [Step(f"Candidate keys: {_forms.listed(keys)}; prime attributes: {_forms.listed(prime)}.")]
    why = _verdict(table, keys, wanted)
    steps.append(Step(why))
    mistakes = {
        form: f"It is more than that: {why[0].lower()}{why[1:]}" if FORMS.index(form) < FORMS.index(wanted) else why
        for form in FORMS
        if form != wanted
    }
    prompt = f"{table.scene} All values are atomic. Which is the highest of these normal forms that R is in?"
    return _forms.pick(dice, prompt, wanted, mistakes, steps, listing=table.listing)


def ask_breakers(dice: Random, difficulty: int) -> Instance | None:
    """The dependencies that break a normal form."""
    table = relation(dice, difficulty)
    keys = keys_of(table)
    form = dice.choice(["BCNF", "BCNF", "3NF"])
    broken = [one for one in table.dependencies if breaks(one, keys) <= FORMS.index(form)]
    if not broken or len(broken) == len(table.dependencies) or len(table.dependencies) < 3:
        return None
    mistakes = {}
    for one in table.dependencies:
        if one not in broken:
            key = next((key for key in keys if set(key) <= set(one.left)), "")
            kept = f"{one.left} holds the key {key}" if key else f"{one.right} is prime, which is enough for 3NF"
            mistakes[str(one)] = f"It is in order: {kept}."
    steps = [Step(f"Candidate keys: {_forms.listed(keys)}.")]
    for one in table.dependencies:
        what = f"{one.left} holds no key" + ("" if form == "BCNF" else " and the right side is not all prime")
        steps.append(Step(f"{one}: {mistakes.get(str(one), f'{what}, so it breaks {form}.')}"))
    prompt = f"{table.scene} Which of them break {form}? Select all."
    return _forms.pick_many(prompt, [str(one) for one in table.dependencies], mistakes, steps)


def ask_prime(dice: Random, difficulty: int) -> Instance | None:
    """The attributes that belong to some candidate key."""
    table = relation(dice, difficulty)
    keys = keys_of(table)
    prime = _letters("".join(keys))
    if len(keys) < 2 or prime == table.attributes:
        return None
    steps = [_key_step(key, table) for key in keys]
    steps.append(Step(f"Together their attributes are {prime}."))
    lefts = _letters("".join(one.left for one in table.dependencies))
    mistakes = {
        keys[0]: f"There are more candidate keys: {_forms.listed(keys[1:])}.",
        lefts: "Not every left side is part of a candidate key.",
        _letters(set(table.attributes) - set(prime)): "These are the non-prime ones.",
    }
    prompt = (
        f"{table.scene} Which attributes are prime, that is, in some candidate key? "
        "Answer their letters in alphabetical order, without spaces."
    )
    return _forms.text(prompt, prime, steps, listing=table.listing, mistakes=mistakes)


def ask_redundant(dice: Random, difficulty: int) -> Instance | None:
    """The one dependency that follows from the others."""
    table = relation(dice, difficulty)
    if len(table.dependencies) < 2:
        return None
    start = dice.choice(table.dependencies).left
    added = _letters(
        dice.choice([start, start + dice.choice([letter for letter in table.attributes if letter not in start])])
    )
    steps = chain(added, table.dependencies)
    if len(steps) < 2:
        return None
    last = [letter for letter in steps[-1][0].right if letter not in (steps[-2][1] if len(steps) > 1 else added)]
    extra = Dependency(added, dice.choice(last))
    every = [*table.dependencies, extra]
    follows = [
        one for one in every if set(one.right) <= set(closure_of(one.left, [other for other in every if other != one]))
    ]
    if follows != [extra] or len(every) < 4:
        return None
    told = [Step(f"{extra.left} without it: {one} gives {closure}.") for one, closure in steps]
    told.append(Step(f"So {extra.right} is reached without {extra}; no other dependency follows from the rest."))
    mistakes = {}
    for one in table.dependencies:
        reached = closure_of(one.left, [other for other in every if other != one])
        mistakes[str(one)] = f"Without it {one.left} determines only {reached}."
    prompt = (
        f"Relation R({', '.join(table.attributes)}). Which of these functional dependencies follows from the others?"
    )
    return _forms.pick(dice, prompt, str(extra), mistakes, told, number=len(every))


def ask_lossless(dice: Random, difficulty: int) -> Instance | None:
    """The decompositions from which a join gives the relation back."""
    table = relation(dice, difficulty)
    options: dict[str, str] = {}
    for _ in range(12):
        one = _letters(dice.sample(table.attributes, dice.randint(2, len(table.attributes) - 1)))
        rest = set(table.attributes) - set(one)
        two = _letters(rest | set(dice.sample(one, dice.randint(1, min(2, len(one) - 1)))))
        if set(one) <= set(two) or len(two) == len(table.attributes):
            continue
        common = _letters(set(one) & set(two))
        closure = closure_of(common, table.dependencies)
        lossless = set(one) <= set(closure) or set(two) <= set(closure)
        options[f"R1({', '.join(one)}) and R2({', '.join(two)})"] = (
            "" if lossless else f"In common they have {common}, which determines only {closure}: neither part."
        )
    right, wrong = ([text for text, why in options.items() if bool(why) is kind] for kind in (False, True))
    many = dice.randint(1, 3)
    if len(right) < many or len(wrong) < 4 - many:
        return None
    shown = dice.sample([*right[:many], *wrong[: 4 - many]], 4)
    steps = [Step("Without loss: what both parts have in common determines all of one part.")]
    steps += [
        Step(f"{text}: {options[text] or 'what they share determines one of them; nothing is lost.'}") for text in shown
    ]
    prompt = f"{table.scene} Which decompositions are lossless, so that the join of the parts is R? Select all."
    mistakes = {text: options[text] for text in shown if options[text]}
    return _forms.pick_many(prompt, shown, mistakes, steps, listing=table.listing)


def _verdict(table: Relation, keys: Sequence[str], form: str) -> str:
    """Why the relation is in that form and in none above."""
    if form == "1NF":
        part, found = _partial(table, keys) or ("", "")
        return f"{part} is a part of a key and determines {found}, which is not prime: not 2NF."
    if form == "BCNF":
        return "Each left side holds a candidate key: BCNF."
    one = next(one for one in table.dependencies if breaks(one, keys) == FORMS.index(form) + 1)
    if form == "2NF":
        return f"In {one} the left side is no key, no part of one, and the right side is not prime: 2NF, not 3NF."
    return f"In {one} the left side holds no key, but the right side is prime: 3NF, not BCNF."


def _key_step(key: str, table: Relation, *, gives: bool = False) -> Step:
    """How a key comes to determine everything."""
    grows = " → ".join([key, *(closure for _, closure in chain(key, table.dependencies))])
    return Step(f"{key} determines everything: {grows}; no part of it does. A candidate key.", key if gives else "")


def _letters(some: Iterable[str]) -> str:
    return "".join(sorted(set(some)))
