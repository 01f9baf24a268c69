"""How many requests retries make: layers that multiply, budgets, deadlines passed on or not, backoff, throttling.

That layers multiply, and budgets for retries, are from Site Reliability Engineering (O'Reilly 2016), ch. 21 "Deciding
to Retry" and ch. 22 "Addressing Cascading Failures"; timeouts and backoff as in Brooker, "Timeouts, retries and backoff
with jitter" (Amazon Builders' Library); deadlines that are passed on and the token count are gRPC's (documentation,
Deadlines; proposal A6 "gRPC Retry Design", Throttling Retry Attempts and RPCs).
"""

from itertools import pairwise
from math import prod
from random import Random
from typing import NamedTuple

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, pick, pick_many, sequence, text, words

TITLE = "Retries: how many requests does it get?"
VERSION = 1
SERVICES = ("web", "gateway", "orders", "stock", "billing", "search", "pricing", "users")


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


class Layer(NamedTuple):
    caller: str
    callee: str
    attempts: int
    calls: int  # how many at the same time for one request
    counts: str  # whether the policy counts "attempts" or "retries"

    def __str__(self) -> str:
        number = self.attempts - (self.counts == "retries")
        policy = {1: self.counts[:-1] if self.counts == "attempts" else "retry"}.get(number, self.counts)
        many = f", {self.calls} calls at the same time" if self.calls > 1 else ""
        return f"{self.caller} calls {self.callee}: at most {number} {policy}{many}"


def _chain(dice: Random, length: int, *, calls: bool = False) -> list[Layer]:
    names = [*dice.sample(SERVICES, length), "database"]
    return [
        Layer(
            caller,
            callee,
            dice.randint(2, 4),
            dice.randint(2, 3) if calls and dice.random() < 0.5 else 1,
            dice.choice(("attempts", "retries")),
        )
        for caller, callee in pairwise(names)
    ]


def _layers(dice: Random, difficulty: int) -> Instance | None:
    chain = _chain(dice, min(2 + difficulty // 2, 4), calls=difficulty >= 3)
    requests, steps = 1, []
    for layer in chain:
        before, requests = requests, requests * layer.attempts * layer.calls
        one = f"({layer.attempts - 1} + 1)" if layer.counts == "retries" else str(layer.attempts)
        many = f" * {layer.calls} calls" if layer.calls > 1 else ""
        steps.append(Step(f"{layer.caller} to {layer.callee}: {before} * {one} attempts{many} = {requests}."))
    if not 4 <= requests <= 300 or len({layer.counts for layer in chain}) < 2:
        return None
    written = [layer.attempts - (layer.counts == "retries") for layer in chain]
    mistakes = {
        str(
            prod(number * layer.calls for number, layer in zip(written, chain, strict=True))
        ): "A retry comes on top of the first attempt.",
        str(sum(layer.attempts * layer.calls for layer in chain)): "Layers multiply, they do not add up.",
        str(prod(layer.attempts for layer in chain)): "Calls at the same time multiply, too.",
        str(
            prod((number + 1) * layer.calls for number, layer in zip(written, chain, strict=True))
        ): "The first attempt is one of the attempts.",
        str(chain[-1].attempts * chain[-1].calls): "The layers above try again, too.",
    }
    prompt = (
        "The database answers every request with an error, and each service then tries again as often as it may "
        "before it "
        "returns an error itself. How many requests reach the database for one request of a user?"
    )
    return text(prompt, requests, steps, listing="\n".join(map(str, chain)), mistakes=mistakes)


def _switch(dice: Random, difficulty: int) -> Instance | None:
    chain = _chain(dice, 3 + (difficulty >= 3))
    total = prod(layer.attempts for layer in chain)
    without = {layer.caller: total // layer.attempts for layer in chain}
    right = min(without, key=without.__getitem__)
    others = sorted(without.values())[1:]
    if others[0] == without[right] or total > 200 or len({layer.counts for layer in chain}) < 2:
        return None
    limit = dice.randint(without[right], others[0] - 1)
    steps = [Step(f"All together: {' * '.join(str(layer.attempts) for layer in chain)} = {total}.")]
    steps += [Step(f"Without retries in {name}: {number}.") for name, number in without.items()]
    mistakes = {name: f"That leaves {number}." for name, number in without.items() if name != right}
    prompt = (
        f"When the database is down, each service uses all its attempts. One request of a user may cause at most "
        f"{limit} requests "
        "to the database. One service shall no longer retry: which one?"
    )
    return pick(dice, prompt, right, mistakes, steps, listing="\n".join(map(str, chain)), number=len(chain))


def _budget(dice: Random, difficulty: int) -> Instance | None:
    layers, percent = dice.randint(1, min(3, 1 + difficulty // 2)), dice.choice((5, 10, 20, 25, 50))
    rate, attempts = dice.randint(1, 60) * 100, dice.randint(3, 4)
    loads = [rate]
    for _ in range(layers):
        if loads[-1] * percent % 100:
            return None
        loads.append(loads[-1] * (100 + percent) // 100)
    steps = [
        Step(f"Layer {at}: {load} and {percent} % of them again, {load * percent // 100}, make {loads[at]}.")
        for at, load in enumerate(loads[:-1], 1)
    ]
    mistakes = {
        str(rate * attempts**layers): "The budget limits retries before the number of attempts does.",
        str(rate * attempts): "The budget limits retries before the number of attempts does.",
        str(
            rate * (100 + layers * percent) // 100
        ): "Each layer's budget is a share of what reaches it, retries of the layer above included.",
        str(rate * percent // 100): "The first attempts are sent as well.",
        str(rate): "Up to its budget a client does retry.",
    }
    many = f"each of the {layers} layers above it makes" if layers > 1 else "its only client makes"
    prompt = (
        f"A database is down. Users send {rate} requests a second; {many} up to {attempts} attempts, but retries may "
        "be at most "
        f"{percent} % of the requests that come to it from above. How many requests a second reach the database?"
    )
    return text(prompt, loads[-1], steps, mistakes=mistakes)


def _starts(dice: Random, difficulty: int) -> Instance | None:
    timeout, wait = dice.randrange(100, 600, 50), dice.randrange(50, 300, 50)
    attempts = dice.randint(3, 4) + (difficulty >= 4)
    cap = wait * 2 + dice.choice((0, 50)) if difficulty >= 2 else 0
    waits = [min(wait * 2**at, cap or 10**6) for at in range(attempts - 1)]
    starts = [0]
    for pause in waits:
        starts.append(starts[-1] + timeout + pause)
    deadline = dice.randrange(starts[1] + 20, starts[-1] + timeout, 10) if difficulty >= 3 else 0
    kept = [start for start in starts if not deadline or start < deadline]
    steps = [Step("The first starts at 0.", "0")]
    for at, start in enumerate(starts[1:], 1):
        said = f"Attempt {at} ends at {starts[at - 1] + timeout}, then {waits[at - 1]} ms of pause: {start}"
        if start in kept:
            steps.append(Step(f"{said}.", str(start)))
        else:
            steps.append(Step(f"{said} would be too late for the deadline {deadline}."))
            break
    mistakes = {
        words([sum(waits[:at]) for at in range(len(starts))]): "The pause begins when an attempt has timed out.",
        words([at * (timeout + wait) for at in range(len(starts))]): "The pause doubles.",
        words(starts): "No attempt starts after the deadline.",
        words(
            [at * timeout + sum(wait * 2**n for n in range(at)) for at in range(len(starts))]
        ): "The pause is capped.",
    }
    limits = f", {cap} ms at most" if cap else ""
    over = f" No attempt starts at or after a deadline of {deadline} ms." if deadline else ""
    prompt = (
        f"A client makes up to {attempts} attempts with a timeout of {timeout} ms each. Before the second it pauses "
        f"{wait} ms, then "
        f"twice as long each time{limits}; no jitter.{over} The server never answers. At which ms do attempts start, "
        "from 0 on?"
    )
    return sequence(prompt, kept, steps, "ms", mistakes=mistakes)


def _nested(dice: Random, difficulty: int) -> Instance | None:
    outer, inner = dice.randrange(400, 1500, 100), dice.randrange(100, 700, 50)
    tries, often = dice.randint(2, 3) + (difficulty >= 4), dice.randint(2, 5)
    passed = dice.random() < 0.5
    whole = dice.randrange(800, 4000, 100) if difficulty >= 4 else 0
    takes = min(outer, inner * often)  # A waits no longer; or B gives up before
    began = [at * takes for at in range(tries) if not whole or at * takes < whole]
    if outer % inner == 0 or (whole and (whole % takes == 0 or not 2 <= len(began) < tries)):
        return None
    steps = [
        Step(
            f"B gives up after {often} * {inner} = {inner * often} ms, A after {outer} ms: an attempt of A takes "
            f"{takes} ms."
        )
    ]
    counts = []
    for at, start in enumerate(began, 1):
        left = min(outer, whole - start if whole else outer)
        count = sum(turn * inner < left for turn in range(often)) if passed else often
        counts.append(count)
        why = f"B has {left} ms and starts {count}" if passed else f"B does not know when A gives up and starts {count}"
        steps.append(Step(f"A's attempt {at} starts at {start} ms: {why} of at most {often}."))
    if whole:
        steps.append(Step(f"At {len(began) * takes} ms the {whole} ms of A are over."))
    total = sum(counts)
    steps.append(Step(f"Together {total}."))
    within = sum(turn * inner < outer for turn in range(often))
    mistakes = {
        str(tries * often): "Not all attempts start: time runs out before." if total != tries * often else "",
        str(len(began) * within): "B goes on when A has given up: nobody tells it."
        if not passed
        else "The last attempt has less time.",
        str(len(began) * (outer // inner)): "The attempt that is under way when time runs out was sent, too.",
        str(tries + often): "Attempts multiply.",
        str(often): "A tries again, too.",
    }
    deadline = f" A gives up for good after {whole} ms." if whole else ""
    how = (
        "The remaining time is passed on: B starts no attempt once it is over."
        if passed
        else "B is not told when A gives up."
    )
    prompt = (
        f"A calls B: {tries} attempts, timeout {outer} ms each.{deadline} For each, B calls C: {often} attempts, "
        f"timeout {inner} ms "
        f"each. No pauses; C never answers. {how} How many requests does C get?"
    )
    return text(prompt, total, steps, mistakes={wrong: why for wrong, why in mistakes.items() if why})


def _expected(dice: Random, difficulty: int) -> Instance | None:
    percent, attempts = dice.choice((10, 20, 25, 40, 50)), dice.randint(2 + difficulty // 4, 2 + difficulty // 2)
    rate = dice.randint(4, 500) * 8
    sent = [rate]
    for _ in range(attempts):
        if sent[-1] * percent % 100:
            return None
        sent.append(sent[-1] * percent // 100)
    steps = [Step(f"Attempt 1: {rate}.")]
    steps += [
        Step(f"Attempt {at}: {percent} % of {sent[at - 2]} failed: {sent[at - 1]}.") for at in range(2, attempts + 1)
    ]
    if dice.random() < 0.5:
        answer, ask = sum(sent[:-1]), "How many requests a second does the server get on average?"
        steps.append(Step(f"Together {answer}."))
    else:
        answer, ask = sent[-1], "How many calls a second fail for good on average?"
        steps.append(Step(f"Of the last {sent[-2]} {percent} % fail: {answer}."))
    mistakes = {
        str(rate * attempts): "Only failed attempts are repeated.",
        str(rate + sent[1] * (attempts - 1)): "Fewer and fewer are left to be repeated.",
        str(sum(sent)): "There is no attempt after the last one.",
        str(sent[1]): "Retries save most of them.",
        str(sum(sent[:-2])): "The last attempt is sent as well.",
        str(sent[-2]): "Some of the last attempts succeed.",
    }
    prompt = (
        f"Clients start {rate} calls a second. Each attempt fails with a probability of {percent} %, whatever "
        "happened before; a "
        f"call makes up to {attempts} attempts. {ask}"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


def _tokens(dice: Random, difficulty: int) -> Instance | None:
    most = dice.choice((4, 6, 8, 10))
    tenths = dice.choice((5, 10)) if difficulty < 5 else dice.choice((2, 4, 5))
    tokens = dice.randint(most // 2 + 1, most) * 10  # in tenths
    begin = tokens // 10
    outcomes = dice.choices(("fails", "succeeds"), (3, 2), k=7 + difficulty // 5)
    steps, refused, options = [], {}, []
    for at, outcome in enumerate(outcomes, 1):
        tokens = max(0, tokens - 10) if outcome == "fails" else min(most * 10, tokens + tenths)
        count = f"{tokens / 10:g}"
        if outcome == "succeeds":
            steps.append(Step(f"{at} succeeds: {count} tokens."))
            continue
        options.append(f"attempt {at}")
        above = tokens > most * 5
        told = f"{at} fails: {count} tokens, {'above' if above else 'not above'} {most // 2}"
        steps.append(Step(f"{told}: {'a retry is allowed' if above else 'no retry'}."))
        if not above:
            refused[f"attempt {at}"] = f"{told}."
    if not 3 <= len(options) <= 6 or not 0 < len(refused) < len(options):
        return None
    back = any(one in refused and two not in refused for one, two in pairwise(options))
    if not back and dice.random() < 0.7:
        return None
    prompt = (
        f"gRPC retry throttling: maxTokens {most}, tokenRatio {tenths / 10:g}, now {begin} tokens. Attempts end as "
        "listed: a failure "
        f"takes 1 token, a success gives {tenths / 10:g}; retries are allowed while more than half of maxTokens is "
        "left. After which "
        "failures may the call be retried? Select all."
    )
    listing = "\n".join(f"attempt {at} {outcome}" for at, outcome in enumerate(outcomes, 1))
    return pick_many(prompt, options, refused, steps, listing=listing)


KINDS: dict[Kind, int | range] = {
    _layers: 1, _budget: range(1, 5), _starts: 1, _switch: range(2, 5), _expected: 2, _nested: 3, _tokens: 4,
}  # fmt: skip
