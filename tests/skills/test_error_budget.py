"""Error budgets in exact decimals, and alerts minute by minute."""

import re
from decimal import Decimal

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

HOURS = {"5 min": 0, "30 min": 1, "1 h": 2, "6 h": 3, "3 d": 4}  # the columns


def test_error_budget() -> None:
    check_skill("error-budget", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "To which burn rate" in prompt:
        share, hours = Decimal(found(r"when ([\d.]+) %", prompt)), int(found(r"within (\d+) h", prompt))
        return plain(share / 100 * days(prompt) * 24 / hours)
    if "What percentage of the whole budget" in prompt:
        rate, hours = Decimal(found(r"rate ([\d.]+) for", prompt)), int(found(r"for (\d+) h", prompt))
        return plain(rate * hours / days(prompt) / 24 * 100)
    allowed = 1 - Decimal(found(r"([\d.]+) %", prompt)) / 100
    if "so far the service was down" in prompt:
        return plain(days(prompt) * 24 * 60 * allowed - Decimal(found(r"down for ([\d.]+)", prompt)))
    if "have failed" in prompt:
        requests, failed = int(found(r"about (\d+)", prompt)), int(found(r"far (\d+)", prompt))
        left = requests * allowed - failed
        return plain(left / (requests * allowed) * 100 if "percentage" in prompt else left)
    if "incidents" in prompt:
        _, minutes, percents = ([Decimal(word) for word in re.findall(r"\d+", row)] for row in listing.splitlines())
        return plain(30 * 24 * 60 * allowed - sum(m * p / 100 for m, p in zip(minutes, percents, strict=True)))
    if "requests failed" in prompt:
        failed, requests = (int(word) for word in re.findall(r"(\d+) of (?:the last )?(\d+)", prompt)[0])
        if "How many days" in prompt:
            return plain(30 * allowed * requests / failed)
        return plain(failed / (allowed * requests))
    if "must fail at least" in prompt:
        requests, rate = int(found(r"gets (\d+)", prompt)), Decimal(found(r"above ([\d.]+)\.", prompt))
        return str(next(failed for failed in range(requests) if failed > rate * allowed * requests))
    if "Which alerts" in prompt:
        errors = [Decimal(word) for word in listing.splitlines()[1].split()[2:]]
        return {option for option in instance.options if fires(option, errors, allowed)}
    assert "from minute 0" in prompt
    return minutes_of(prompt, allowed)


def days(prompt: str) -> int:
    return int(found(r"(\d+) days", prompt))


def plain(number: Decimal | float) -> str:
    return f"{float(number):.10g}"


def fires(option: str, errors: list[Decimal], allowed: Decimal) -> bool:
    long, short, rate = re.findall(r"(.+) and (.+) above (.+)", option)[0]
    return min(errors[HOURS[long]], errors[HOURS[short]]) / 100 > Decimal(rate) * allowed


def minutes_of(prompt: str, allowed: Decimal) -> Right:
    rate = Decimal(found(r"above ([\d.]+)\.", prompt))
    percent = int(found(r"errors (\d+) %", prompt))
    until = re.search(r"until minute (\d+)", prompt)
    log = [0] * 60
    state = []
    for minute in range(1, 200):
        log.append(0 if until and minute > int(until.group(1)) else percent)
        state.append(min(sum(log[-60:]) / Decimal(60), sum(log[-5:]) / Decimal(5)) / 100 > rate * allowed)
    begins = state.index(True) + 1
    if not until:
        return str(begins)
    return [str(begins), str(state.index(False, begins) + 1)]
