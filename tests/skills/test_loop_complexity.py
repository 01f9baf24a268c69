"""Complexity by counting: the shown code is run, its innermost range measured instead of walked where it can be."""

import ast
import re
from functools import cache
from math import log2

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

ENOUGH = 4000  # iterations; the next size takes 4 to 16 times as many


def test_loop_complexity() -> None:
    check_skill("loop-complexity", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "How often is" in prompt:
        return str(counted(listing, int(found(r"n = (\d+)", prompt)))[0])
    if "were counted" in prompt:
        sizes, counts = ([int(word.replace(",", "")) for word in line.split()[1:]] for line in listing.splitlines())
        slopes = {option: log2(value(option, sizes[-1]) / value(option, sizes[0])) for option in instance.options}
        return nearest(slopes, log2(counts[-1] / counts[0]))
    if "f(n //" in listing:
        small, large = 10**60, 2 * 10**60
        slopes = {option: log2(value(option, large) / value(option, small)) for option in instance.options}
        return nearest(slopes, smooth_slope(listing))
    sizes, slope = slope_of(listing)
    if "About how many seconds" in prompt:
        before, seconds, after = (
            int(found(pattern, prompt).replace(",", ""))
            for pattern in (r"For n = ([\d,]+)", r"takes (\d+) s", r"for n = ([\d,]+)\?")
        )
        return str(round(seconds * (after / before) ** (round(2 * slope / log2(sizes[1] / sizes[0])) / 2)))
    return nearest(
        {option: log2(value(option, sizes[1]) / value(option, sizes[0])) for option in instance.options}, slope
    )


def nearest(slopes: dict[str, float], slope: float) -> str:
    return min(slopes, key=lambda option: abs(slopes[option] - slope))


@cache
def slope_of(listing: str) -> tuple[tuple[int, int], float]:
    """Two large sizes that can be counted quickly, one four times the other, and log2 of how the calls grow."""
    size, before, (last, cost) = 16, 0, counted(listing, 16)
    while not before or (cost < ENOUGH and size < 4**6):
        size *= 4
        before, (last, cost) = last, counted(listing, size)
    return (size // 4, size), log2(last / before)


def counted(listing: str, n: int) -> tuple[int, int]:
    """How often step() is called, and how many counts were needed to know it."""
    total = counts = 0

    def add(number: int) -> None:
        nonlocal total, counts
        total, counts = total + number, counts + 1

    exec(compiled(listing), {"add": add, "step": lambda: add(1), "n": n})
    return total, counts


@cache
def compiled(listing: str):  # type: ignore[no-untyped-def]
    class Measured(ast.NodeTransformer):
        def visit_For(self, node: ast.For) -> ast.AST:
            if [ast.unparse(line) for line in node.body] == ["step()"]:
                return ast.parse(f"add(len({ast.unparse(node.iter)}))").body[0]
            return self.generic_visit(node)

    return compile(ast.fix_missing_locations(Measured().visit(ast.parse(listing))), "listing", "exec")


def smooth_slope(listing: str) -> float:
    """For a recursion: how the number of calls doubles far out, between powers at which all divisions come out even."""
    parts, by = listing.count("f(n //"), int(found(r"f\(n // (\d+)\)", listing))
    least = int(found(r"if n < (\d+)", listing))
    own = found(r"range\((.*)\): step", listing) if "range" in listing else "1"

    def steps(n: int) -> int:
        return 0 if n < least else parts * steps_of(n // by) + eval(own, {"n": n})

    known: dict[int, int] = {}

    def steps_of(n: int) -> int:
        if n not in known:
            known[n] = steps(n)
        return known[n]

    exponent = round(60 * 3.3219 / log2(by))
    return log2(steps_of(by ** (exponent + 1)) / steps_of(by**exponent)) / log2(by)


def value(order: str, n: int) -> float:
    """What stands in Θ(…), for this n."""
    powers = {"": 1.0, "²": 2.0, "³": 3.0}
    term = order.removeprefix("Θ(").removesuffix(")")
    product = 1.0
    for sign in re.findall(r"log([²³]?) n", term):
        product *= log2(n) ** powers[sign]
    for root, sign, exponent in re.findall(r"(√?)n([²³]?)(?:\^([\d.]+))?", re.sub(r"log[²³]? n", "", term)):
        product *= n ** (0.5 if root else float(exponent or powers[sign]))
    return product
