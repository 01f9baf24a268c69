"""Kubernetes in fractions, and pod by pod."""

import re
from fractions import Fraction
from math import ceil, floor

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found


def test_kubernetes_arithmetic() -> None:
    check_skill("kubernetes-arithmetic", oracle)


def oracle(instance: Instance) -> Right:
    prompt = instance.prompt
    if "rolling update" in prompt and "Quota" not in prompt:
        return rolling(prompt)
    if "PodDisruptionBudget" in prompt:
        replicas = int(found(r"of (\d+) replicas", prompt))
        sick = re.search(r"(\d+) pods? (?:is|are) not ready", prompt)
        field, amount = re.findall(r"`(\w+): (\d+%?)`", prompt)[0]
        part = ceil(share(amount, replicas))
        keep = part if field == "minAvailable" else replicas - part
        healthy = replicas - (int(sick.group(1)) if sick else 0)
        return str(sum(healthy - gone >= keep for gone in range(1, healthy + 1)))
    if "HorizontalPodAutoscaler" in prompt:
        return autoscaled(prompt)
    if "scaleUp" in prompt:
        return paced(prompt)
    if "Three Kubernetes nodes" in prompt:
        return placed(prompt, instance.listing)
    if "maxSkew" in prompt:
        zones = {option: int(found(r"(\d+) pod", option)) for option in instance.options}
        skew = int(found(r"maxSkew (\d)", prompt))
        return {zone for zone in zones if zones[zone] + 1 - min(zones.values()) <= skew}
    assert "ResourceQuota" in prompt
    limit, request, percent = (int(found(rf"{word} (?:of )?(\d+)", prompt)) for word in ("cpu", "request", "Surge is"))
    replicas = 0
    while (replicas + 1 + ceil(Fraction((replicas + 1) * percent, 100))) * request <= limit:
        replicas += 1
    return str(replicas)


def share(amount: str, whole: int) -> Fraction:
    return Fraction(whole * int(amount[:-1]), 100) if amount.endswith("%") else Fraction(amount)


def rolling(prompt: str) -> str:
    replicas = int(found(r"has (\d+) replicas", prompt))
    more = ceil(share(found(r"maxSurge (\d+%?)", prompt), replicas))
    fewer = floor(share(found(r"maxUnavailable (\d+%?)", prompt), replicas))
    if more == fewer == 0:
        fewer = 1
    if "at most during" in prompt:
        return str(replicas + more)
    if "at least all through" in prompt:
        return str(replicas - fewer)
    pods, seconds = ["old"] * replicas, 0
    while True:
        again = True
        while again:  # one pod at a time, whatever is allowed
            again = False
            if len(pods) < replicas + more and len(pods) - pods.count("old") < replicas:
                pods.append("starting")
                again = True
            if "old" in pods and len(pods) - pods.count("starting") - 1 >= replicas - fewer:
                pods.remove("old")
                again = True
        if "never become ready" in prompt:
            return str(pods.count("old" if "old pods are left" in prompt else "starting"))
        if "starting" not in pods:
            return str(seconds)
        seconds += int(found(r"after (\d+) s;", prompt))
        pods = ["ready" if pod == "starting" else pod for pod in pods]


def autoscaled(prompt: str) -> str:
    least, most, now = (int(found(rf"{word} (\d+)", prompt)) for word in ("minReplicas", "maxReplicas", "finds"))
    wants = []
    for value, target in re.findall(r"at (\d+) % on average with a target of (\d+) %", prompt):
        ratio = Fraction(int(value), int(target))
        wants.append(now if abs(ratio - 1) <= Fraction(1, 10) else ceil(now * ratio))
    return str(sorted([least, max(wants), most])[1])


def paced(prompt: str) -> list[str]:
    now, wanted, pods, percent = (int(word) for word in re.findall(r"\d+", prompt)[:4])
    choose = max if "selectPolicy Max" in prompt else min
    counts = []
    while now < wanted:
        now += min(wanted - now, choose(pods, ceil(Fraction(now * percent, 100))))
        counts.append(str(now))
    return counts


def placed(prompt: str, listing: str) -> str:
    """Pods are put one after another on the first node on which they fit."""
    cpu = int(found(r"of (\d+)m", prompt))
    memory = re.search(r"and (\d+)Mi", prompt)
    nodes = []
    for line in listing.splitlines()[1:]:
        _, allocatable, requested, _, *free = line.split()
        nodes.append([int(allocatable) - int(requested), int(free[0]) if free else 0])
    number = 0
    while node := next((n for n in nodes if n[0] >= cpu and (not memory or n[1] >= int(memory.group(1)))), None):
        node[0] -= cpu
        node[1] -= int(memory.group(1)) if memory else 0
        number += 1
    return str(number)
