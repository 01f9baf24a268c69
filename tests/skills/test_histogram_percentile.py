"""Histograms spread out again: one entry for each request, in order."""

import re
from fractions import Fraction
from itertools import pairwise

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found


def test_histogram_percentile() -> None:
    check_skill("histogram-percentile", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "by nearest rank" in prompt:
        values = [int(word) for word in listing.split()]
        percent = int(found(r"their (\d+)th", prompt))
        return str(min(v for v in values if 100 * sum(other <= v for other in values) >= percent * len(values)))
    bounds, *rows = (line.split() for line in listing.replace("(ms)", "").replace("server ", "server").splitlines())
    counts = [[int(word) for word in row[1:]] for row in rows]
    requests = [request for row in counts for request in spread(bounds[1:], row)]
    if "in between" in prompt:
        before, after = counts
        passed = after if after[-1] < before[-1] else [b - a for a, b in zip(before, after, strict=True)]
        requests = spread(bounds[1:], passed)
    if "histogram_quantile" in prompt:
        return interpolated(bounds[1:], counts[0], Fraction(found(r"quantile\(([\d.]+)", prompt)))
    if "percentile" in prompt:
        ordered = sorted(requests, key=float)
        percent = int(found(r"(\d+)th percentile", prompt))
        bound = next(b for at, b in enumerate(ordered, 1) if 100 * at >= percent * len(ordered))
        if "Between which bounds" in prompt:
            return [bounds[1:][bounds[1:].index(bound) - 1], bound]
        return bound
    if "at least, and at most" in prompt:
        limit = int(found(r"(?:at most|more than) (\d+) ms", prompt))
        reaches = [b for b in bounds[1:] if float(b) >= limit]
        sure = sum(request not in reaches for request in requests)
        perhaps = sure + requests.count(reaches[0])
        if "took more than" in prompt:
            return [str(len(requests) - perhaps), str(len(requests) - sure)]
        return [str(sure), str(perhaps)]
    limits = [float(word) for word in re.findall(r"(\d+) ms", prompt)]
    if "percentage" in prompt:
        return str(Fraction(100 * sum(float(r) <= limits[0] for r in requests), len(requests)))
    low, high = limits if len(limits) == 2 else (limits[0], float("inf"))
    return str(sum(low < float(request) <= high for request in requests))


def spread(bounds: list[str], counts: list[int]) -> list[str]:
    """For each request the bound of its bucket."""
    alone = [count - before for before, count in zip([0, *counts], counts, strict=False)]
    return [bound for bound, number in zip(bounds, alone, strict=True) for _ in range(number)]


def interpolated(bounds: list[str], counts: list[int], share: Fraction) -> str:
    """The place on the line through the corners of the cumulative histogram at which the share is reached."""
    corners = [(Fraction(0), Fraction(0))]
    corners += [(Fraction(b), Fraction(n, counts[-1])) for b, n in zip(bounds[:-1], counts[:-1], strict=True)]
    for (left, low), (right, high) in pairwise(corners):
        if high >= share > low:
            slope = (right - left) / (high - low)
            return str(left + slope * (share - low))
    return bounds[-2]
