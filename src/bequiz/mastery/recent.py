"""Mastery from recent reviews: coverage times the share recalled."""

from collections.abc import Sequence
from math import sqrt

from msgspec import Struct

WINDOW = 50
ENOUGH = 10
Z = 1.645  # of a 90 % interval


class Mastery(Struct, frozen=True):
    """`coverage` is the share of a topic's cards seen, `recalled` the share of its last `number` cross-day reviews that
    passed. `value` is their product with a 90 % interval, None while there are fewer than ten such reviews."""

    coverage: float | None
    recalled: float | None
    number: int
    value: float | None
    low: float | None
    high: float | None


def mastery(cards: int, seen: int, recalls: Sequence[int]) -> Mastery:
    """From the topic's cards, those seen, and its last cross-day reviews (1 recalled, 0 forgotten; at most 50 count).

    The interval of the share is Wilson's (E. B. Wilson, 1927), here at 90 %.
    """
    recalls = recalls[-WINDOW:]
    number = len(recalls)
    coverage = seen / cards if cards else None
    recalled = sum(recalls) / number if number else None
    if number < ENOUGH or coverage is None or recalled is None:
        return Mastery(coverage, recalled, number, None, None, None)
    low, high = wilson(sum(recalls), number)
    return Mastery(coverage, recalled, number, coverage * recalled, coverage * low, coverage * high)


def wilson(successes: int, trials: int, z: float = Z) -> tuple[float, float]:
    """Wilson's score interval of a share."""
    share = successes / trials
    middle = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    whole = 1 + z * z / trials
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
