"""Predictions held against what then happened: each made from what was known before it."""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from math import log

from msgspec import Struct

from bequiz.mastery.controller import MOST, WINDOW, Evidence, estimate
from bequiz.model.memory import Trace
from bequiz.scheduling.correction import recall
from bequiz.scheduling.fsrs import DEFAULT
from bequiz.scheduling.rules import monday, week

EDGES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
SURE = 1e-4  # no prediction is surer than this, so that one surprise does not outweigh all else


class Bin(Struct, frozen=True):
    """Reviews whose predicted recall lay between two shares: how many, what was predicted, what came out."""

    low: float
    high: float
    reviews: int
    predicted: float
    observed: float


def foretold(evidence: Sequence[Evidence], params: Sequence[float] = DEFAULT) -> list[float]:
    """What was predicted for each of a log's cross-day reviews, given in the order of their days; with the correction
    of its week, which is estimated from the weeks before."""
    found: list[float] = []
    for number, reviews in groupby(evidence, key=lambda seen: week(seen.day)):
        start = monday(number)
        before = [seen for seen in evidence[max(0, len(found) - MOST) : len(found)] if seen.day >= start - WINDOW]
        correction = estimate(before, start, params).correction
        found += [recall(seen.elapsed, Trace(seen.stability, seen.difficulty, 0), correction, params) for seen in reviews]
    return found


def log_loss(predicted: Iterable[float], passed: Iterable[int]) -> float:
    """The mean surprise, in nats: -ln of the probability that was given to what happened. Lower is better."""
    surprises = [
        -log(min(max(share if came else 1 - share, SURE), 1 - SURE))
        for share, came in zip(predicted, passed, strict=True)
    ]
    return sum(surprises) / len(surprises)


def constant(passed: Sequence[int]) -> list[float]:
    """The prediction to beat: always the share recalled so far, at first nine in ten."""
    found, known = [], 0
    for number, came in enumerate(passed):
        found.append((known + 0.9) / (number + 1))
        known += came
    return found


def bins(predicted: Sequence[float], passed: Sequence[int]) -> list[Bin]:
    """Predicted beside observed recall, from the least sure predictions to the surest; empty bins are left out."""
    edges = (0.0, *EDGES, 1.0)
    found = []
    for low, high in pairwise(edges):
        inside = [
            (share, came)
            for share, came in zip(predicted, passed, strict=True)
            if low <= share < high or share == high == 1.0
        ]
        if inside:
            number = len(inside)
            mean, share = sum(one for one, _ in inside) / number, sum(came for _, came in inside) / number
            found.append(Bin(low, high, number, mean, share))
    return found
