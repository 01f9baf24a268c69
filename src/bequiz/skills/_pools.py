"""A pool of connections that serves requests in order of arrival."""

from collections.abc import Sequence
from heapq import heapreplace
from typing import NamedTuple


class Turn(NamedTuple):
    """When the first connection is free for a request, and when it gives it back; None if it gives up before."""

    soonest: int
    until: int | None


def serve(size: int, arrivals: Sequence[int], holds: Sequence[int], patience: int | None = None) -> list[Turn]:
    free = [0] * size
    turns = []
    for arrival, hold in zip(arrivals, holds, strict=True):
        soonest = max(arrival, free[0])
        if patience is not None and soonest > arrival + patience:
            turns.append(Turn(soonest, None))
        else:
            heapreplace(free, soonest + hold)
            turns.append(Turn(soonest, soonest + hold))
    return turns
