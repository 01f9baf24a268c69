"""Loop nests: their text, the number of their steps, and how that grows, all from the same loops."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt, log2
from typing import NamedTuple


class Growth(NamedTuple):
    """A term n^n · u^u · (log n)^log, where u is the variable of the loop around."""

    n: Fraction = Fraction(0)
    u: Fraction = Fraction(0)
    log: int = 0

    def __str__(self) -> str:
        return f"Θ({self.term()})"

    def term(self, variable: str = "") -> str:
        logs = ("", "log n", "log² n", "log³ n")[self.log]
        parts = [_power("n", self.n), _power(variable, max(self.u, Fraction(0))), logs]
        return (" ".join(part for part in parts if part) or "1") + (f" / {variable}" if self.u < 0 else "")

    def at(self, n: float) -> float:
        return float(n ** float(self.n) * log2(n) ** self.log)


def _power(name: str, exponent: Fraction) -> str:
    whole, half = divmod(exponent, 1)
    if half not in (0, Fraction(1, 2)):
        return f"{name}^{float(exponent):.2f}"
    power = {0: "", 1: name, 2: f"{name}²", 3: f"{name}³"}.get(int(whole), f"{name}^{whole}")
    return f"{power} √{name}".strip() if half else power


class Loop(NamedTuple):
    """A loop over v within one over u. `largest`: exponents of n and u of its largest value.

    `spaced` says how its values lie: evenly, by powers, by steps of u; or it is a condition on u, met often or once.
    """

    head: str
    values: Callable[[int, int], Sequence[int]]
    largest: tuple[Fraction | int, Fraction | int] = (0, 0)
    spaced: str = "evenly"
    tail: str = ""


def _doubled(start: int, below: int) -> list[int]:
    return [start << turn for turn in range(below.bit_length()) if start << turn < below]


def _halved(start: int, above: int) -> list[int]:
    return [start >> turn for turn in range(start.bit_length()) if start >> turn > above]


ALL = Loop("for {v} in range(n):", lambda n, _u: range(n), (1, 0))
FROM_1 = Loop("for {v} in range(1, n + 1):", lambda n, _u: range(1, n + 1), (1, 0))
SQUARE = Loop("for {v} in range(n * n):", lambda n, _u: range(n * n), (2, 0))
BELOW = Loop("for {v} in range({u}):", lambda _n, u: range(u), (0, 1))
UP_TO = Loop("for {v} in range({u} + 1):", lambda _n, u: range(u + 1), (0, 1))
REST = Loop("for {v} in range({u}, n):", lambda n, u: range(u, n), (1, 0))
SQUARED = Loop("for {v} in range({u} * {u}):", lambda _n, u: range(u * u), (0, 2))
BY = Loop("for {v} in range(0, n, {u}):", lambda n, u: range(0, n, u), (1, 0), "by u")
ONCE = Loop("if {u} == n // 2:", lambda n, u: [u] * (u == n // 2), spaced="once")


def scaled(c: int) -> Loop:
    return Loop(f"for {{v}} in range({c} * n):", lambda n, _u: range(c * n), (1, 0))


def shifted(c: int) -> Loop:
    return Loop(f"for {{v}} in range(n + {c}):", lambda n, _u: range(n + c), (1, 0))


def to_root(c: int) -> Loop:
    head = f"{{v}} = {c}\nwhile {{v}} * {{v}} <= n:"
    return Loop(head, lambda n, _u: range(c, isqrt(n) + 1), (Fraction(1, 2), 0), tail="{v} += 1")


def below_scaled(c: int) -> Loop:
    return Loop(f"for {{v}} in range({c} * {{u}}):", lambda _n, u: range(c * u), (0, 1))


def few(c: int) -> Loop:
    return Loop(f"for {{v}} in range({c}):", lambda _n, _u: range(c))


def breaks(c: int) -> Loop:
    return Loop("for {v} in range(n):", lambda n, _u: range(min(n, c + 1)), tail=f"if {{v}} == {c}: break")


def every(c: int) -> Loop:
    return Loop(f"for {{v}} in range(0, n, {c}):", lambda n, _u: range(0, n, c), (1, 0))


def part(c: int) -> Loop:
    return Loop(f"for {{v}} in range(n // {c}):", lambda n, _u: range(n // c), (1, 0))


def doubling(c: int) -> Loop:
    return Loop(f"{{v}} = {c}\nwhile {{v}} < n:", lambda n, _u: _doubled(c, n), (1, 0), "by powers", "{v} *= 2")


def doubling_below(c: int) -> Loop:
    return Loop(f"{{v}} = {c}\nwhile {{v}} < {{u}}:", lambda _n, u: _doubled(c, u), (0, 1), "by powers", "{v} *= 2")


def halving(c: int) -> Loop:
    return Loop(f"{{v}} = n\nwhile {{v}} > {c}:", lambda n, _u: _halved(n, c), (1, 0), "by powers", "{v} //= 2")


def often(c: int) -> Loop:
    return Loop(f"if {{u}} % {c} == 0:", lambda _n, u: [u] * (u % c == 0), spaced="often")


def is_loop(loop: Loop) -> bool:
    return loop.spaced not in ("once", "often")


def code(nest: Sequence[Loop]) -> list[str]:
    """The lines of a nest around a call of step()."""
    names = iter("ijk")
    heads: list[str] = []
    tails: list[str] = []
    v = ""
    for depth, loop in enumerate(nest):
        u, v = v, next(names) if is_loop(loop) else v
        heads += ["    " * depth + line for line in loop.head.format(u=u, v=v).split("\n")]
        if loop.tail:
            tails.insert(0, "    " * (depth + 1) + loop.tail.format(v=v))
    return [*heads, "    " * len(nest) + "step()", *tails]


def count(nest: Sequence[Loop], n: int, u: int = 0) -> int:
    """The calls of step(): all loops are gone through but the innermost, and those whose variable plays no role."""
    values, inner = nest[0].values(n, u), nest[1:]
    if not inner:
        return len(values)
    if "{u}" in inner[0].head:
        return sum(count(inner, n, v) for v in values)
    return len(values) * count(inner, n)


def growth(nest: Sequence[Loop]) -> Growth:
    """How the number of calls grows: from the innermost loop outwards, each adds up what its body does for each v."""
    if not nest:
        return Growth()
    if len(nest) > 1 and nest[1].spaced == "once":
        body = growth(nest[2:])
        return Growth(body.n + body.u, Fraction(0), body.log)
    return summed(nest[0], growth(nest[1:]))


def summed(loop: Loop, body: Growth) -> Growth:
    """The sum over the values of a loop, the largest being B: of v^b it is B^(b+1), of 1/v log B; over powers, B^b."""
    n, u = (Fraction(exponent) for exponent in loop.largest)
    b = body.u
    match loop.spaced:
        case "once" | "often":
            return body
        case "by u":
            return Growth(body.n + b + 1, Fraction(-1), body.log)
        case "evenly" if b > -1:
            return Growth(body.n + n * (b + 1), u * (b + 1), body.log)
        case "by powers" if b > 0:
            return Growth(body.n + n * b, u * b, body.log)
        case "by powers" if b < 0:
            return Growth(body.n, Fraction(0), body.log)
        case _:
            return Growth(body.n, Fraction(0), body.log + 1)


def multiplied(nest: Sequence[Loop]) -> Growth:
    """The mistake: all bounds multiplied as if every loop variable were n."""
    total = Growth()
    for loop in filter(is_loop, nest):
        alone = summed(loop, Growth())
        total = Growth(total.n + alone.n + max(alone.u, Fraction(0)), total.u, total.log + alone.log)
    return total
