"""Rate limiters against their duals and definitions: a token bucket is decided by arrival times (GCRA), and the other
way round, windows by counting over what was admitted, the biggest burst by trying."""

import re
from fractions import Fraction

from tests.skills.common import check_skill

NUMBER = r"(\d+(?:\.\d+)?)"


def test_rate_limiter() -> None:
    check_skill("rate-limiter", oracle)


def oracle(instance):
    prompt = instance.prompt
    if "get through within" in prompt:
        return str(burst(prompt))
    rows = {line.split("  ")[0].strip(): line for line in instance.listing.splitlines()}
    times = [Fraction(word) for word in rows["t (s)"].removeprefix("t (s)").split()]
    if "Which of these is it" in prompt:
        given = rows["answer"].split()[1:]
        return {option for option in instance.options if answers(described(option, times)) == given}
    costs = [int(word) for word in rows["cost"].split()[1:]] if "cost" in rows else [1] * len(times)
    admitted = ruled(prompt, times, costs)
    if "Answer `ok` or `429`" in prompt:
        return answers(admitted)
    if "How many requests are refused" in prompt:
        return str(answers(admitted).count("429"))
    if "How many tokens are left" in prompt:
        return f"{float(left(prompt, times, admitted)):g}"
    assert "In how many seconds, at the earliest" in prompt and not admitted[-1]
    waits = (Fraction(step, 16) for step in range(1, 1000))
    return f"{float(next(wait for wait in waits if ruled(prompt, [*times, times[-1] + wait], [*costs, 1])[-1])):g}"


def answers(admitted: list[bool]) -> list[str]:
    return ["ok" if one else "429" for one in admitted]


def ruled(prompt: str, times: list[Fraction], costs: list[int]) -> list[bool]:
    """The limiter that the prompt tells of."""
    if found := re.search(rf"holds (\d+) tokens and gets {NUMBER} a second", prompt):
        return by_arrival(times, costs, 1 / Fraction(found[2]), int(found[1]) / Fraction(found[2]))
    if found := re.search(
        r"fewer than (\d+) (admitted requests|requests, refused ones too,) came less than (\d+) s", prompt
    ):
        return logged(times, int(found[1]), int(found[3]), everything="too" in found[2])
    if found := re.search(r"Windows of (\d+) s begin at t = 0, .* its first (\d+) requests", prompt):
        return windowed(times, int(found[2]), int(found[1]))
    if found := re.search(r"Windows of (\d+) s from t = 0\. .* p × s \+ c < (\d+)", prompt):
        return weighted(times, int(found[2]), int(found[1]))
    found = re.search(r"emission interval (\d+) s, tolerance (\d+) s", prompt)
    return by_tokens(times, Fraction(found[1]), Fraction(found[2]))


def described(option: str, times: list[Fraction]) -> list[bool]:
    """The limiter that an option tells of."""
    first, second = (int(word) for word in re.findall(r"\d+", option.replace("t = 0", ""))[:2])
    if option.startswith("fixed"):
        return windowed(times, second, first)
    if option.startswith("sliding"):
        return logged(times, first, second, everything="refused ones count" in option)
    length = int(re.search(r"every (\d+) s", option)[1])
    return by_arrival(times, [1] * len(times), Fraction(length, first), Fraction(length))


def by_arrival(times: list[Fraction], costs: list[int], interval: Fraction, depth: Fraction) -> list[bool]:
    """A token bucket without tokens: the time at which it would be full again must not lie more than `depth` ahead."""
    full, admitted = Fraction(0), []
    for time, cost in zip(times, costs, strict=True):
        would_be = max(full, time) + cost * interval
        admitted.append(would_be - time <= depth)
        full = would_be if admitted[-1] else full
    return admitted


def by_tokens(times: list[Fraction], interval: Fraction, tolerance: Fraction) -> list[bool]:
    """GCRA without arrival times: a bucket of `interval + tolerance` seconds that fills a second a second."""
    level, then, admitted = interval + tolerance, Fraction(0), []
    for time in times:
        level, then = min(interval + tolerance, level + time - then), time
        admitted.append(level >= interval)
        level -= interval * admitted[-1]
    return admitted


def logged(times: list[Fraction], limit: int, length: int, *, everything: bool) -> list[bool]:
    admitted: list[bool] = []
    for at, time in enumerate(times):
        counted = [before for before, was in zip(times[:at], admitted, strict=True) if was or everything]
        admitted.append(len([before for before in counted if before + length > time]) < limit)
    return admitted


def windowed(times: list[Fraction], limit: int, length: int) -> list[bool]:
    places = [sum(before // length == time // length for before in times[:at]) for at, time in enumerate(times)]
    return [place < limit for place in places]


def weighted(times: list[Fraction], limit: int, length: int) -> list[bool]:
    admitted: list[bool] = []
    for at, time in enumerate(times):
        windows = [before // length for before, was in zip(times[:at], admitted, strict=True) if was]
        now = time // length
        share = Fraction((now + 1) * length - time, length)
        admitted.append(windows.count(now - 1) * share + windows.count(now) < limit)
    return admitted


def left(prompt: str, times: list[Fraction], admitted: list[bool]) -> Fraction:
    """The tokens left: how much more would be admitted at once, in sixteenths of a token."""
    capacity, rate = re.search(rf"holds (\d+) tokens and gets {NUMBER} a second", prompt).groups()
    taken = [(time, 16) for time, was in zip(times, admitted, strict=True) if was]
    for sixteenths in range(int(capacity) * 16, -1, -1):
        asked, costs = zip(*taken, (times[-1], sixteenths), strict=True)
        if by_arrival(list(asked), list(costs), 1 / Fraction(rate) / 16, int(capacity) / Fraction(rate))[-1]:
            return Fraction(sixteenths, 16)
    raise AssertionError(prompt)


def burst(prompt: str) -> int:
    """What gets through to a client that begins at the worst moment and tries as often as may help."""
    within = int(re.search(r"within (\d+) s at most", prompt)[1])
    if found := re.search(r"at most (\d+) tokens and gets (\d+) a second", prompt):
        size, rate = int(found[1]), int(found[2])
        times = [Fraction(100) + Fraction(tick, rate) for tick in range(rate * within + 1) for _ in range(size + 1)]
        return sum(by_arrival(times, [1] * len(times), Fraction(1, rate), Fraction(size, rate)))
    limit, length = (
        int(word) for word in re.search(r"(\d+) requests in (?:any|each window of) (\d+) s", prompt).groups()
    )
    best = 0
    for start in (Fraction(0), Fraction(length) - Fraction(1, 2)):  # a window's begin, or just before the next
        times = [start + tick for tick in range(within + 1) for _ in range(limit)]
        run = logged(times, limit, length, everything=False) if "sliding" in prompt else windowed(times, limit, length)
        best = max(best, sum(run))
    return best
