"""Binary searches as loops over `a`: their text and their run follow from the same fields."""

from typing import Literal, NamedTuple

from bequiz.model.instance import Step
from bequiz.skills._forms import listed


class Loop(NamedTuple):
    """`while lo < hi`: halve, compare `a[mid]` with x, go left or right."""

    last: int  # hi starts at len(a) + last
    sign: Literal["<", "<="]  # while lo sign hi
    up: int  # mid is rounded up
    test: Literal["<", "<="]  # a[mid] test x: go right
    low: int  # lo = mid + low
    high: int  # hi = mid + high
    finds: bool  # returns mid on equality, else -1 at the end; otherwise lo at the end


FIND = Loop(-1, "<=", 0, "<", 1, -1, True)
LEFT = Loop(0, "<", 0, "<", 1, 0, False)
RIGHT = Loop(0, "<", 0, "<=", 1, 0, False)
LAST = Loop(-1, "<", 1, "<=", 0, -1, False)
FAULTS = (
    FIND._replace(sign="<"),
    FIND._replace(low=0),
    FIND._replace(high=0),
    FIND._replace(last=0, sign="<"),
    LAST._replace(up=0),
)


class Run(NamedTuple):
    mids: list[int]
    steps: list[Step]
    result: int | None  # None: it never returns


def run(loop: Loop, a: list[int], x: int) -> Run:
    lo, hi = 0, len(a) + loop.last
    mids: list[int] = []
    steps: list[Step] = []
    while lo < hi or (loop.sign == "<=" and lo == hi):
        mid = (lo + hi + loop.up) // 2
        mids.append(mid)
        state = f"lo = {lo}, hi = {hi}: mid = {mid}, a[{mid}] = {a[mid]}"
        if loop.finds and a[mid] == x:
            return Run(mids, [*steps, Step(f"{state} is found: it returns {mid}.", str(mid))], mid)
        before = (lo, hi)
        if a[mid] < x or (loop.test == "<=" and a[mid] == x):
            lo = mid + loop.low
            steps.append(Step(f"{state}, {loop.test} {x}: lo = {lo}.", str(mid)))
        else:
            hi = mid + loop.high
            steps.append(Step(f"{state}, not {loop.test} {x}: hi = {hi}.", str(mid)))
        if (lo, hi) == before:
            return Run(
                mids, [*steps, Step("Neither lo nor hi has changed: the same round comes again for ever.")], None
            )
    result = -1 if loop.finds else lo
    return Run(mids, [*steps, Step(f"lo = {lo}, hi = {hi} ends the loop: it returns {result}.")], result)


def code(loop: Loop, a: list[int]) -> str:
    def plus(number: int) -> str:
        return f" {'+' if number > 0 else '-'} {abs(number)}" if number else ""

    return "\n".join(
        [
            "#    " + "  ".join(f"{place:2}" for place in range(len(a))),
            f"a = [{listed(a)}]",
            f"lo, hi = 0, len(a){plus(loop.last)}",
            f"while lo {loop.sign} hi:",
            f"    mid = (lo + hi{plus(loop.up)}) // 2",
            *["    if a[mid] == x: return mid"] * loop.finds,
            f"    if a[mid] {loop.test} x: lo = mid{plus(loop.low)}",
            f"    else: hi = mid{plus(loop.high)}",
            f"return {'-1' if loop.finds else 'lo'}",
        ]
    )
