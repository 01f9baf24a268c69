"""Binary searches against the shown code itself, executed as it stands, against bisect, and against what must hold."""

import bisect
import re
from functools import cache
from itertools import combinations

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

ROUNDS = 50  # no loop here needs as many; one that does never ends


def test_binary_search_trace() -> None:
    check_skill("binary-search-trace", oracle)


def oracle(instance: Instance) -> Right:
    prompt, code = instance.prompt, instance.listing
    if "values does `mid` take" in prompt and "jobs" not in prompt:
        x = int(found(r"`x` is (\d+)", prompt)) if "`x` is" in prompt else 0
        return [str(mid) for mid in executed(code, x)[0]]
    if "does this search return" in prompt:
        x, a = int(found(r"`x` is (\d+)", prompt)), array(code)
        place = bisect.bisect_left(a, x) if "a[mid] < x" in code else bisect.bisect_right(a, x)
        return str(place - (") - 1" in code))  # the closed bounds ask for the last one that is not greater
    if "as `x`" in prompt or "changed places" in prompt:
        ends = {option: executed(code, int(option.removeprefix("x = ")))[1] for option in instance.options}
        if "never return" in prompt:
            return [option for option, end in ends.items() if end is None]
        return [option for option, end in ends.items() if end is None or f"x = {array(code)[end]}" != option or end < 0]
    if "Which list is impossible" in prompt:
        x = int(found(r"search for (\d+)", prompt))
        return [option for option in instance.options if strays(x, [int(word) for word in option.split(", ")])]
    if "in the worst case?" in prompt:
        return str(depth(int(found(r"has (\d+) elements", prompt))))
    if "stays at as many looks" in prompt:
        n = int(found(r"has (\d+) elements", prompt))
        return str(next(more for more in range(n + 2) if depth(n + more + 1) > depth(n)))
    if "Build" in prompt:
        good, bad, culprit = (int(found(f"{word} (\\d+)", prompt)) for word in ("Build", ", build", "us build"))
        return [str(build) for build in middles(good, bad, culprit)]
    assert "counts the runs" in prompt
    jobs = [int(word) for word in found(r"jobs = \[([\d, ]+)\]", code).split(", ")]
    smallest = least_sum(tuple(jobs), int(found(r"<= (\d+)", code)))
    # Enough is every capacity from the smallest on, so the search is a bisection for it.
    return [str(middle) for middle in middles(max(jobs) - 1, sum(jobs), smallest, shift=1)]


def array(code: str) -> list[int]:
    return [int(word) for word in found(r"a = \[([\d, ]+)\]", code).split(", ")]


def executed(code: str, x: int) -> tuple[list[int], int | None]:
    """Run the listing: the values of mid, and what is returned, None if nothing after many rounds."""
    mids: list[int] = []

    def note(mid: int) -> int:
        mids.append(mid)
        if len(mids) > ROUNDS:
            raise TimeoutError
        return mid

    lines = re.sub(r"mid = (.*)", r"mid = note(\1)", code).splitlines()
    names: dict[str, object] = {"note": note}
    exec("def search(x):\n" + "\n".join(f"    {line}" for line in lines), names)
    try:
        return mids, names["search"](x)  # type: ignore[operator]
    except TimeoutError:
        return mids, None


def strays(x: int, met: list[int]) -> bool:
    """Whether some value lies on the far side of an earlier one, seen from x."""
    return any(later < earlier < x or later > earlier > x for earlier, later in combinations(met, 2))


@cache
def depth(n: int) -> int:
    """Looks in the worst case, when one is spent on the middle of n elements."""
    return 0 if n == 0 else 1 + max(depth(n // 2), depth((n - 1) // 2))


def middles(good: int, bad: int, culprit: int, shift: int = 0) -> list[int]:
    """What is tested: the middle rounded down, of (good + shift, bad), until they are neighbours."""
    if good + 1 == bad:
        return []
    middle = (good + shift + bad) // 2
    return [
        middle,
        *(middles(good, middle, culprit, shift) if culprit <= middle else middles(middle, bad, culprit, shift)),
    ]


def least_sum(jobs: tuple[int, ...], runs: int) -> int:
    """The smallest possible largest sum over all ways to cut the jobs into so many runs."""
    cuts = combinations(range(1, len(jobs)), runs - 1)
    parts = ([jobs[a:b] for a, b in zip((0, *cut), (*cut, len(jobs)), strict=True)] for cut in cuts)
    return min(max(map(sum, part)) for part in parts)
