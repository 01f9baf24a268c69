"""Kubernetes' controllers, as far as they count: rounding of percentages, a rolling update, an autoscaler."""

from typing import NamedTuple

Amount = tuple[int, str]  # a number and "" or "%"


def resolved(amount: Amount, whole: int, *, up: bool) -> int:
    """An absolute number as it is, a percentage of a whole rounded up or down."""
    number, unit = amount
    if unit != "%":
        return number
    return -(-whole * number // 100) if up else whole * number // 100


def written(amount: Amount) -> str:
    return f"{amount[0]}{amount[1]}"


def fenceposts(replicas: int, surge: Amount, unavailable: Amount) -> tuple[int, int]:
    """What a Deployment makes of maxSurge and maxUnavailable; both 0 would leave no way on."""
    more, fewer = resolved(surge, replicas, up=True), resolved(unavailable, replicas, up=False)
    return more, max(fewer, 1) if more == 0 else fewer


class Rollout(NamedTuple):
    """Pods of the old version, ready ones and starting ones of the new."""

    old: int
    ready: int
    starting: int


def settle(now: Rollout, replicas: int, surge: int, unavailable: int) -> Rollout:
    """The controller creates and deletes until its limits stop it; no new pod becomes ready meanwhile."""
    while True:
        old, ready, starting = now
        room = replicas + surge - old - ready - starting
        starting += max(0, min(room, replicas - ready - starting))
        spare = old + ready - (replicas - unavailable)
        old -= max(0, min(spare, old))
        if (old, ready, starting) == now:
            return now
        now = Rollout(old, ready, starting)


def desired(replicas: int, value: int, target: int) -> int:
    """What a HorizontalPodAutoscaler computes from one metric: within a tenth of the target it changes nothing."""
    if abs(value - target) * 10 <= target:
        return replicas
    return -(-replicas * value // target)
