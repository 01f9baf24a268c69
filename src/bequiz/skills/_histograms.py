"""Cumulative buckets, as Prometheus keeps them: bounds in ms, the last one +Inf."""

from fractions import Fraction
from random import Random
from typing import NamedTuple

from bequiz.skills._forms import table

SCALES = (
    (5, 10, 25, 50, 100, 250, 500),
    (10, 20, 50, 100, 200, 500, 1000),
    (50, 100, 200, 400, 800, 1600),
    (100, 200, 300, 400, 500, 1000),
    (25, 50, 75, 100, 150, 200, 300),
)


class Histogram(NamedTuple):
    bounds: tuple[int, ...]
    counts: tuple[int, ...]  # cumulative, one more than bounds

    @property
    def total(self) -> int:
        return self.counts[-1]


def drawn_histogram(dice: Random, total: int, size: int = 5) -> Histogram:
    """Neighbouring bounds of a usual scale, with a hump among the lower ones and a tail."""
    scale = dice.choice(SCALES)
    start = dice.randint(0, len(scale) - size)
    weights = [dice.uniform(0.2, 1) * weight for weight in (3, 6, 5, 2, 1, 0.6)]
    cuts = sorted(round(total * sum(weights[: at + 1]) / sum(weights)) for at in range(size))
    return Histogram(scale[start : start + size], (*cuts, total))


def bucket(histogram: Histogram, rank: Fraction) -> int:
    """The place of the first bucket that holds at least so many observations."""
    return next(at for at, count in enumerate(histogram.counts) if count >= rank)


def quantile(histogram: Histogram, percent: int) -> Fraction:
    """histogram_quantile: even spread within a bucket; the highest finite bound if it lies beyond."""
    rank = Fraction(histogram.total * percent, 100)
    at = bucket(histogram, rank)
    if at == len(histogram.bounds):
        return Fraction(histogram.bounds[-1])
    low, before = (histogram.bounds[at - 1], histogram.counts[at - 1]) if at else (0, 0)
    return low + (histogram.bounds[at] - low) * (rank - before) / (histogram.counts[at] - before)


def merged(one: Histogram, two: Histogram, sign: int = 1) -> Histogram:
    """The sum, or difference, bucket by bucket."""
    return Histogram(one.bounds, tuple(a + sign * b for a, b in zip(one.counts, two.counts, strict=True)))


def shown(**histograms: Histogram) -> str:
    first = next(iter(histograms.values()))
    return table(
        ("le (ms)", *first.bounds, "+Inf"), *((name.replace("_", " "), *h.counts) for name, h in histograms.items())
    )
