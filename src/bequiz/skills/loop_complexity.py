"""How often a loop nest runs its body: the exact number, its order of growth, and what follows when n grows.

Orders of growth are those of CLRS 4e ch. 3, the sums behind them of its appendix A (arithmetic, geometric, harmonic),
recursions those of its master theorem (theorem 4.1). The order of a nest is found loop by loop from the inside; the
doubling test that speaks against wrong orders (Sedgewick & Wayne, Algorithms 4e §1.4) uses counts of the nest shown.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import log, log2
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills import _loops as loops
from bequiz.skills._forms import Kind, drawn, listed, pick, table, text
from bequiz.skills._loops import Growth, Loop, code, count, growth, is_loop, multiplied

TITLE = "The complexity of a loop nest"
VERSION = 1

HALF = Fraction(1, 2)
COMMON = [
    Growth(log=1), Growth(log=2), Growth(HALF), Growth(Fraction(1)), Growth(Fraction(1), log=1), Growth(3 * HALF),
    Growth(Fraction(2)), Growth(Fraction(2), log=1), Growth(Fraction(3)),
]  # fmt: skip
ASK = "How does the number of calls of `step()` grow with `n`?"


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _nest(dice: Random, difficulty: int) -> list[Loop]:
    """First independent loops, then loops that depend on the one around, then conditions, breaks and three levels."""
    c, d = dice.randint(2, 9), dice.randint(2, 9)
    outer = [loops.ALL, loops.FROM_1, loops.scaled(2 + c % 3), loops.shifted(c), loops.part(c), loops.every(c)]
    outer += [loops.doubling(1 + c // 2), loops.halving(c // 2)]
    inner = [loops.ALL, loops.scaled(2 + d % 3), loops.every(d), loops.doubling(1 + d // 2)]
    if difficulty == 1:
        return [
            dice.choice([*outer, loops.SQUARE]),
            dice.choice([*inner, loops.shifted(d), loops.part(d), loops.few(10 * d + c)]),
        ]
    if difficulty > 2:
        outer.append(loops.to_root(1 + c // 4))
    nest = [dice.choice(outer)]
    inner += [loops.BELOW, loops.UP_TO, loops.REST, loops.below_scaled(2 + d % 3), loops.doubling_below(1 + d // 3)]
    if difficulty > 2:
        inner += [loops.SQUARED, loops.breaks(d)]
        inner += [loops.BY] * 3 if nest[0] is loops.FROM_1 or "while" in nest[0].head else []
        if nest[0] in outer[:4] and dice.random() < 0.4:
            nest.append(dice.choice((loops.often(dice.randint(2, 7)), loops.ONCE)))
    nest.append(dice.choice(inner))
    if difficulty > 3 and len(nest) == 2 and "break" not in nest[1].tail and dice.random() < 0.7:
        nest.append(dice.choice([loop for loop in inner if loop is not loops.BY]))
    # Multiplying the bounds is practised at first; later it mostly has to be wrong.
    trap = growth(nest) != multiplied(nest)
    fine = growth(nest[:-1]).n <= 2 and (difficulty < 4 or trap or dice.random() < 0.2)
    return nest if fine else _nest(dice, difficulty)


def _told(nest: Sequence[Loop]) -> list[Step]:
    """The sum from the innermost loop outwards, in words."""
    steps: list[Step] = []
    names = [" ijk"[sum(map(is_loop, nest[: at + 1]))] for at in range(len(nest))]
    for at in range(len(nest) - 1, -1, -1):
        around = names[at - 1] if at else ""
        term = growth(nest[at:]).term(around)
        calls = f"{'a fixed number of' if term == '1' else term} calls{f' for each {around}' if around else ''}"
        if nest[at].spaced == "once":
            steps.append(Step(f"The condition holds for one {names[at]} only, {names[at]} = n // 2."))
        elif nest[at].spaced == "often":
            steps.append(Step("The condition holds for a fixed share, which does not change the order."))
        elif steps:
            steps.append(Step(f"Added up over {names[at]} that makes, up to a factor, {calls}."))
        else:
            steps.append(Step(f"The loop over {names[at]} makes, up to a factor, {calls}."))
    return steps


def _wrong(
    dice: Random, right: Growth, likely: Iterable[Growth], sizes: Sequence[int], calls: Sequence[int]
) -> dict[str, str]:
    """Wrong orders, likely mistakes before neighbours, with what the counts of the last two sizes say against each.

    Left out are those that fit these counts, or the first and last, about as well as the right one.
    """

    def off(order: Growth, at: int) -> float:
        return abs(log2(order.at(sizes[-1]) / order.at(sizes[at])) - log2(calls[-1] / calls[at]))

    near = sorted(COMMON, key=lambda one: abs(one.n - right.n) + abs(one.log - right.log) / 2 + dice.random())
    said = f"From n = {sizes[-2]:,} to {sizes[-1]:,} the calls grow {calls[-1] / calls[-2]:.2f}-fold"
    return {
        str(one): f"{said}; {one} means {one.at(sizes[-1]) / one.at(sizes[-2]):.2f}-fold."
        for one in dict.fromkeys([*likely, *near])
        if all(off(one, at) > off(right, at) + 0.04 for at in (-2, 0))
    }


def _order(dice: Random, difficulty: int) -> Instance | None:
    nests = [_nest(dice, difficulty)]
    if dice.random() < (0.5 if difficulty == 1 else 0.25):
        nests.append(_nest(dice, 1))
    lines = [line for nest in nests for line in code(nest)]
    orders = [growth(nest) for nest in nests]
    right = max(orders, key=lambda one: (one.n, one.log))
    if len(lines) > 11 or right.n > 3 or right.log > 2 or right == Growth():
        return None
    if right == Growth(Fraction(2)) and dice.random() < 0.6:  # it comes up too often
        return None
    n = 48 if max(map(len, nests)) > 2 else 1024
    calls = [sum(count(nest, size) for nest in nests) for size in (n, 2 * n)]
    likely = [multiplied(nests[0]), Growth(Fraction(sum(map(is_loop, nests[0]))))]
    if len(nests) > 1:
        likely.insert(0, Growth(orders[0].n + orders[1].n, log=min(orders[0].log + orders[1].log, 3)))
    wrong = _wrong(dice, right, [one for one in likely if one.n <= 4 and one.log < 3], (n, 2 * n), calls)
    steps = [step for nest in nests for step in _told(nest)]
    if len(nests) > 1:
        steps.append(Step(f"One after the other they add up, so the larger one counts: {right}."))
    steps.append(Step(f"Counted: {calls[0]:,} calls for n = {n}, {calls[1]:,} for n = {2 * n}."))
    return pick(dice, ASK, str(right), wrong, steps, listing="\n".join(lines), lang="python")


def _exact(dice: Random, difficulty: int) -> Instance | None:
    nest = _nest(dice, difficulty)
    n = dice.randint(6, 25)
    rounds = nest[0].values(n, 0)
    each = [count(nest[1:], n, i) for i in rounds]
    number = sum(each)
    if not 6 <= number <= 150 + 20 * difficulty or not 2 <= len(rounds) <= 20 or len(code(nest)) > 11:
        return None
    made = [(i, calls) for i, calls in zip(rounds, each, strict=True) if calls]
    if len(set(each)) == 1:
        steps = [
            Step(f"i takes {len(rounds)} values: {listed(list(rounds))}."),
            Step(f"For each there are {each[0]} calls."),
        ]
        steps.append(Step(f"{len(rounds)} × {each[0]} = {number}."))
    else:
        steps = [
            Step(f"For i = {listed([i for i, _ in made])} there are {listed([calls for _, calls in made])} calls.")
        ]
        steps.append(Step(f"Together {number}."))
    other = [{loops.BELOW: loops.UP_TO, loops.UP_TO: loops.BELOW}.get(loop, loop) for loop in nest]
    mistakes = {
        str(count(other, n)): "Mind the bound: `range(i)` has i values, `range(i + 1)` one more.",
        str(count(nest, n + 1)): "The upper bound of a range is not reached.",
        str(len(rounds) * max(each)): "The inner loop does not run equally often for each i.",
        str(n ** sum(map(is_loop, nest))): "Not every loop runs n times.",
    }
    shown = "\n".join(code(nest))
    return text(
        f"How often is `step()` called for n = {n}?", number, steps, listing=shown, lang="python", mistakes=mistakes
    )


def _longer(dice: Random, difficulty: int) -> Instance | None:
    nest = _nest(dice, difficulty)
    right, wrong = growth(nest), multiplied(nest)
    grown = dice.choice((2, 3, 4, 10) if right.n.denominator == 1 else (4, 9, 100))
    seconds, n = dice.randint(2, 9), 1000 * dice.randint(1, 9)
    if right.log or not 0 < right.n <= 3 or len(code(nest)) > 11:
        return None
    factor = round(grown ** float(right.n))
    depth = sum(map(is_loop, nest))
    mistakes = {
        str(round(seconds * grown ** float(wrong.n))): f"That would be {wrong}, all bounds multiplied; it is {right}.",
        str(seconds * grown**depth): f"{depth} nested loops need not make n^{depth}: look at how far each one runs.",
        str(seconds * grown): f"That would be Θ(n); it is {right}.",
    }
    steps = _told(nest)
    steps.append(Step(f"It is {right}: {grown} times the n makes {factor} times the calls."))
    steps.append(Step(f"{factor} × {seconds} s = {seconds * factor} s."))
    prompt = (
        f"For n = {n:,} this takes {seconds} s, nearly all of it in `step()`, whose calls all take equally long. About "
        f"how many seconds does it take for n = {n * grown:,}?"
    )
    shown = "\n".join(code(nest))
    return text(prompt, seconds * factor, steps, listing=shown, lang="python", unit="s", mistakes=mistakes)


def _measured(dice: Random, difficulty: int) -> Instance | None:
    nest = _nest(dice, max(difficulty, 3))
    right = growth(nest)
    if right not in COMMON or (right in (Growth(Fraction(1)), Growth(Fraction(2))) and dice.random() < 0.5):
        return None
    start = dice.randint(10, 16) if len(nest) > 2 else 10 * dice.randint(10, 50)
    sizes = [start << doubling for doubling in range(4)]
    calls = [count(nest, n) for n in sizes]
    factors = [after / before if before else 0 for before, after in pairwise(calls)]
    expected = [right.at(2 * n) / right.at(n) for n in sizes[:-1]]
    close = all(abs(factor / due - 1) < 0.08 for factor, due in zip(factors, expected, strict=True))
    if not close or calls in (sizes, [n**2 for n in sizes], [n**3 for n in sizes]):
        return None
    wrong = _wrong(dice, right, [], sizes, calls)
    steps = [Step(f"Doubling n makes {listed([f'{factor:.2f}' for factor in factors])} times the calls.")]
    steps.append(Step(f"{right} means {listed([f'{factor:.2f}' for factor in expected])} times."))
    shown = table(("n", *(f"{size:,}" for size in sizes)), ("calls", *(f"{number:,}" for number in calls)))
    prompt = "The calls that a function makes were counted for several n. Which order of growth fits best?"
    return pick(dice, prompt, str(right), wrong, steps, listing=shown)


def _recursive(dice: Random, difficulty: int) -> Instance | None:
    parts, by = dice.choice(((1, 2), (2, 2), (3, 2), (4, 2), (1, 3), (2, 3), (3, 3), (2, 4), (4, 4), (5, 3)))
    work = dice.choice((0, 1, 1, 2)) if difficulty > 4 else dice.choice((0, 1))
    branching = Fraction(log(parts) / log(by)).limit_denominator(200)
    right = Growth(max(branching, Fraction(work)), log=int(branching == work))
    least, more = dice.randint(1, 9), dice.randint(2, 9)
    body = {0: "step()", 1: f"for i in range({more} * n): step()", 2: "for i in range(n * n): step()"}[work]
    lines = [f"    f(n // {by})"] * parts
    lines.insert(dice.choice((0, parts)), f"    {body}")
    others = [
        Growth(Fraction(work), log=1), Growth(Fraction(work)), Growth(branching), Growth(Fraction(work) + 1),
        Growth(Fraction(parts)), Growth(log=1), Growth(Fraction(2)), Growth(HALF),
    ]  # fmt: skip
    sizes = [by**power for power in (30, 31)]
    ratio = _recursions(sizes[1], parts, by, work) / _recursions(sizes[0], parts, by, work)
    wrong = {
        str(one): f"For large n, {by} times the n makes {ratio:.2f} times the calls; {one} means {grows:.2f}."
        for one in dict.fromkeys(others)
        if one not in (right, Growth()) and (grows := one.at(sizes[1]) / one.at(sizes[0]))
    }
    if branching == work:
        levels = "all levels have the same, and there are about log n of them"
    elif branching > work:
        levels = "each level has more than the one above, and the lowest decides"
    else:
        levels = "each level has less than the one above, and the top decides"
    own = f"about {Growth(Fraction(work)).term()}" if work else "a fixed number of"
    share = f"1/{by**work} of" if work else "all of"
    down = f"there are {parts} times as many calls of f, each" if parts > 1 else "there is again one call of f,"
    steps = [
        Step(f"A call of f makes {parts} of f with n // {by}, and {own} calls of step()."),
        Step(f"A level down {down} with {share} the steps of one above."),
        Step(f"So {levels}: {right}."),
    ]
    shown = "\n".join(["def f(n):", f"    if n < {least}: return", *lines])
    return pick(dice, f"{ASK} (Exponents are rounded.)", str(right), wrong, steps, listing=shown, lang="python")


def _recursions(n: int, parts: int, by: int, work: int) -> int:
    """The calls of step(), level by level, down to n = 1."""
    return sum(parts**level * (n // by**level) ** work for level in range(round(log(n, by)) + 1))


KINDS: dict[Kind, int] = {_order: 1, _exact: 1, _longer: 2, _measured: 2, _recursive: 4}
