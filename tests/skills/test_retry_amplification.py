"""Retries played out: each request is made, each millisecond passes."""

import re
from collections.abc import Iterator
from fractions import Fraction

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Chain = list[tuple[str, int, int]]  # caller, attempts, calls at the same time


def test_retry_amplification() -> None:
    check_skill("retry-amplification", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "for one request of a user?" in prompt:
        return str(sum(requests(chain(listing))))
    if "shall no longer retry" in prompt:
        limit = int(found(r"at most (\d+)", prompt))
        return [
            option
            for option in instance.options
            if sum(requests([(name, 1 if name == option else tries, n) for name, tries, n in chain(listing)])) <= limit
        ]
    numbers = [int(word) for word in re.findall(r"\d+", prompt)]
    if "from above" in prompt:
        rate, percent = numbers[0], int(found(r"(\d+) %", prompt))
        layers = int(found(r"the (\d) layers", prompt)) if "layers" in prompt else 1
        return str(rate * Fraction(100 + percent, 100) ** layers)
    if "do attempts start" in prompt:
        return [str(at) for at in starts(prompt)]
    if "does C get" in prompt:
        return str(nested(prompt))
    if "on average" in prompt:
        rate, percent, attempts = numbers
        p = Fraction(percent, 100)
        if "for good" in prompt:
            return str(rate * p**attempts)
        return str(rate * (1 - p**attempts) / (1 - p))  # the mean of a truncated geometric number of attempts
    assert "gRPC" in prompt
    return throttled(prompt, listing)


def chain(listing: str) -> Chain:
    layers = []
    for line in listing.splitlines():
        number, policy = re.findall(r"at most (\d) (attempt|retr)", line)[0]
        calls = re.search(r"(\d) calls at", line)
        layers.append((line.split()[0], int(number) + (policy == "retr"), int(calls.group(1)) if calls else 1))
    return layers


def requests(layers: Chain) -> Iterator[int]:
    if not layers:
        yield 1
        return
    (_, attempts, calls), *below = layers
    for _ in range(attempts * calls):
        yield from requests(below)


def starts(prompt: str) -> Iterator[int]:
    attempts, timeout, pause = (
        int(found(pattern, prompt)) for pattern in (r"up to (\d)", r"timeout of (\d+)", r"pauses (\d+)")
    )
    cap, deadline = re.search(r"(\d+) ms at most", prompt), re.search(r"deadline of (\d+)", prompt)
    at = 0
    for _ in range(attempts):
        if deadline and at >= int(deadline.group(1)):
            return
        yield at
        at += timeout + pause
        pause = min(2 * pause, int(cap.group(1)) if cap else 2 * pause)


def nested(prompt: str) -> int:
    (tries, outer), (often, inner) = (
        map(int, pair) for pair in re.findall(r"(\d+) attempts, timeout (\d+) ms", prompt)
    )
    whole = re.search(r"for good after (\d+) ms", prompt)
    end = int(whole.group(1)) if whole else 10**9
    told = "passed on" in prompt
    sent = 0
    now = 0
    for _ in range(tries):
        if now >= end:
            break
        deadline = min(now + outer, end) if told else 10**9
        clock = now
        for _ in range(often):  # B at work, perhaps long after A has turned away
            if clock >= deadline:
                break
            sent += 1
            clock += inner
        now = min(now + outer, now + often * inner)
    return sent


def throttled(prompt: str, listing: str) -> set[str]:
    most, ratio = Fraction(found(r"maxTokens (\d+)", prompt)), Fraction(found(r"tokenRatio ([\d.]+),", prompt))
    tokens = Fraction(found(r"now (\d+) tokens", prompt))
    allowed = set()
    for line in listing.splitlines():
        name, outcome = line.rsplit(" ", 1)
        tokens = min(most, tokens + ratio) if outcome == "succeeds" else max(Fraction(0), tokens - 1)
        if outcome == "fails" and tokens > most / 2:
            allowed.add(name)
    return allowed
