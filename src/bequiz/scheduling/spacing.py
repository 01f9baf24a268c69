"""Which day of several equally good ones FSRS takes, so that cards learnt together do not stay together.

Never used with SM-2, whose intervals are exact.
"""

import zlib
from collections.abc import Mapping
from math import ceil, floor, inf

from bequiz.scheduling.fsrs import whole

# Up to so many days, the share by which an interval may be shorter or longer.
FUZZ = ((2.5, 0.0), (7, 0.15), (20, 0.10), (inf, 0.05))


def window(days: float) -> tuple[int, int]:
    """The shortest and the longest interval in whole days that serve as well as one of `days` (not rounded)."""
    share = next(share for most, share in FUZZ if days < most)
    nearest = whole(days)
    return max(1, min(nearest, ceil(days * (1 - share)))), max(nearest, min(floor(days * (1 + share)), whole(days * 2)))


def seeded(days: float, card: str, repetition: int) -> int:
    """The interval drawn for this repetition of this card, the same one in every replay."""
    low, high = window(days)
    return low + _number(card, repetition) % (high - low + 1)


def lightest(days: float, card: str, repetition: int, load: Mapping[int, int]) -> int:
    """The interval that ends on the day with the fewest cards due; `load` counts them by days from now.

    Days that are equally light are drawn by card and repetition.
    """
    low, high = window(days)
    least = min(load.get(ahead, 0) for ahead in range(low, high + 1))
    light = [ahead for ahead in range(low, high + 1) if load.get(ahead, 0) == least]
    return light[_number(card, repetition) % len(light)]


def _number(card: str, repetition: int) -> int:
    return zlib.crc32(f"{card}:{repetition}".encode())
