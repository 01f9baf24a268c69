"""Rate limiters, in exact arithmetic: each tells for every request whether it is admitted, and why.

A request at `time` (seconds) costs one unless `costs` says otherwise. A refused one takes nothing.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Verdict(NamedTuple):
    """`left` is what remains after the request: tokens, or room in the window."""

    admitted: bool
    why: str
    left: Fraction


def plain(number: Fraction | int) -> str:
    """A number as one writes it, `2.5` or `3`; `1/3` where decimals do not end."""
    exact = (number * 1000) % 1 == 0
    return f"{float(number):g}" if exact else str(number)


def token_bucket(
    times: Sequence[Fraction],
    capacity: int,
    rate: Fraction,
    costs: Sequence[int] | None = None,
    *,
    full: bool = True,
    capped: bool = True,
    whole: bool = False,
    greedy: bool = False,
) -> list[Verdict]:
    """Full at the beginning, refilled all the time, never above `capacity`.

    The switches are mistakes: an empty start, no cap, a refill once a whole second only, refused requests that take a
    token.
    """
    tokens, then, verdicts = Fraction(capacity if full else 0), Fraction(0), []
    for at, time in enumerate(times):
        cost = costs[at] if costs else 1
        passed = Fraction(int(time) - int(then)) if whole else time - then
        there = tokens + passed * rate
        there = min(there, Fraction(capacity)) if capped else there
        admitted = there >= cost
        why = f"tokens {plain(tokens)} + {plain(passed)} × {plain(rate)}"
        why += f" = {plain(there)}" if there == tokens + passed * rate else f", capped at {capacity}"
        why += f", cost {cost}" if costs else ""
        tokens = there - cost if admitted or (greedy and there > 0) else there
        tokens = max(tokens, Fraction(0))
        verdicts.append(Verdict(admitted, why, tokens))
        then = time
    return verdicts


def fixed_window(times: Sequence[Fraction], limit: int, length: int) -> list[Verdict]:
    """A counter that begins anew at every multiple of `length`."""
    verdicts: list[Verdict] = []
    counts: dict[int, int] = {}
    for time in times:
        window = int(time // length)
        used = counts.get(window, 0)
        counts[window] = min(used + 1, limit)
        why = f"{used} admitted in the window from {window * length} s"
        verdicts.append(Verdict(used < limit, why, Fraction(limit - counts[window])))
    return verdicts


def sliding_log(times: Sequence[Fraction], limit: int, length: int, *, all_count: bool = False) -> list[Verdict]:
    """At most `limit` admitted in the last `length` seconds: later than `length` seconds ago, up to now.

    With `all_count` refused requests are in the log, too.
    """
    log: list[Fraction] = []
    verdicts = []
    for time in times:
        used = sum(time - one < length for one in log)
        admitted = used < limit
        if admitted or all_count:
            log.append(time)
        why = f"{used} {'in the log' if all_count else 'admitted'} after {plain(max(time - length, Fraction(0)))} s"
        why = why if time >= length else f"{used} {'in the log' if all_count else 'admitted'} so far"
        verdicts.append(Verdict(admitted, why, Fraction(limit - used - admitted)))
    return verdicts


def sliding_counter(times: Sequence[Fraction], limit: int, length: int) -> list[Verdict]:
    """The last window's count, weighted by the part of it that still counts, plus this window's count."""
    counts: dict[int, int] = {}
    verdicts = []
    for time in times:
        window = int(time // length)
        before, now = counts.get(window - 1, 0), counts.get(window, 0)
        share = 1 - (time - window * length) / length
        estimate = before * share + now
        admitted = estimate < limit
        counts[window] = now + admitted
        why = f"{before} × {plain(share)} + {now} = {plain(estimate)}"
        verdicts.append(Verdict(admitted, why, limit - estimate - admitted))
    return verdicts


def arrivals(times: Sequence[Fraction], interval: Fraction, tolerance: Fraction) -> list[Verdict]:
    """The generic cell rate algorithm (ITU-T I.371): `left` is the theoretical arrival time after the request."""
    expected, verdicts = Fraction(0), []
    for time in times:
        admitted = time >= expected - tolerance
        why = f"expected at {plain(expected)} s, admitted from {plain(max(expected - tolerance, Fraction(0)))} s on"
        expected = max(expected, time) + interval if admitted else expected
        verdicts.append(Verdict(admitted, why, expected))
    return verdicts
