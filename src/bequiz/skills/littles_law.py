"""Little's law and what follows for pools: how many are inside, how large a pool, which one is the bottleneck, "
"backlogs.

L = λW is Little, "A Proof for the Queuing Formula: L = λW" (Operations Research 9(3), 1961); the bottleneck and the
response time law X = N / (R + Z) for clients that think are in Lazowska et al., Quantitative System Performance (1984),
ch. 3 and 5. The smallest pool without deadlock, threads * (connections of each - 1) + 1, is given in HikariCP's wiki,
"About Pool Sizing". Averages say nothing of peaks, so pools are asked for at a stated utilization.
"""

from fractions import Fraction
from heapq import heappop, heappush
from math import ceil
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, listed, pick, sequence, table, text, words

TITLE = "Little's law and the size of a pool"
VERSION = 1
PLACES = (
    ("A service", "requests", "s"),
    ("A mail queue", "messages", "s"),
    ("A checkout", "orders", "min"),
    ("A support desk", "tickets", "h"),
    ("A chat server", "sessions", "min"),
)


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _plain(number: Fraction | int) -> str:
    return f"{float(number):.10g}"


def _law(dice: Random, difficulty: int) -> Instance | None:
    place, things, unit = dice.choice(PLACES)
    small, factor = {"s": ("ms", 1000), "min": ("s", 60), "h": ("min", 60)}[unit]
    rate, stay = dice.randint(2, 400), dice.randrange(5, 2000, 5)
    inside = Fraction(rate * stay, factor)
    if inside.denominator > 1 or not 2 <= inside <= 900:
        return None
    how = {
        "rate": f"{things} arrive at {rate}/{unit}",
        "stay": f"each stays {stay} {small} on average",
        "inside": f"on average {inside} {things} are inside",
    }
    asked = dice.choice(list(how))
    known = " and ".join(told for name, told in how.items() if name != asked)
    answer, ends, ask, step, wrong = {
        "inside": (
            inside,
            "",
            f"How many {things} are inside on average?",
            f"{rate}/{unit} * {stay} {small} = {rate} * {stay} / {factor} = {inside}.",
            [rate * stay, Fraction(rate, stay)],
        ),
        "stay": (
            stay,
            small,
            f"How long does each stay on average, in {small}?",
            f"{inside} / {rate} = {_plain(inside / rate)} {unit} = {stay} {small}.",
            [inside / rate, rate * inside],
        ),
        "rate": (
            rate,
            "",
            f"At which rate do {things} arrive, per {unit}?",
            f"{inside} / {stay} {small} = {inside} * {factor} / {stay} per {unit} = {rate}.",
            [inside / stay, inside * stay],
        ),
    }[asked]
    mistakes = {
        _plain(round(Fraction(wrong[0]), 4)): f"1 {unit} has {factor} {small}.",
        _plain(round(Fraction(wrong[1]), 4)): "Number = rate * time.",
    }
    prompt = f"{place} is in a steady state: {known}. {ask}"
    return text(prompt, answer, [Step("Number inside = rate * time inside."), Step(step)], unit=ends, mistakes=mistakes)


def _pool(dice: Random, difficulty: int) -> Instance | None:
    rate, hold = dice.randrange(20, 900, 5), dice.randint(4, 150)
    queries = dice.randint(2, 4) if difficulty >= 2 else 1
    percent = dice.choice((50, 60, 70, 75, 80)) if difficulty >= 2 else 100
    busy = Fraction(rate * hold * queries, 1000)
    answer = ceil(busy * 100 / percent)
    if not 2 <= answer <= 200 or busy.denominator == 1:
        return None
    each = f" {queries} times" if queries > 1 else ""
    steps = [
        Step(
            f"On average {rate} * {queries} * {hold} ms = {_plain(busy)} are in use."
            if queries > 1
            else f"On average {rate} * {hold} ms = {_plain(busy)} are in use."
        )
    ]
    if percent < 100:
        steps.append(
            Step(f"{_plain(busy)} / {percent / 100:g} = {_plain(round(busy * 100 / percent, 2))}, rounded up {answer}.")
        )
    else:
        steps.append(Step(f"Rounded up {answer}."))
    mistakes = {
        str(answer - 1): "Round up, or the queue grows.",
        str(ceil(Fraction(rate * hold, 1000) * 100 / percent)): f"Each request takes a connection{each}.",
        str(ceil(busy)): f"At {percent} % utilization a part stays free." if percent < 100 else "",
        str(ceil(busy * percent / 100)): "Divide by the utilization: some are to stay free.",
        str(ceil(1000 / hold)): "So many uses a second one connection can serve.",
    }
    use = f", {percent} % of the connections in use on average" if percent < 100 else " (averages only)"
    prompt = (
        f"{rate} requests a second each take a database connection{each} for {hold} ms. How large must the pool "
        f"be at least{use}?"
    )
    return text(prompt, answer, steps, mistakes={wrong: why for wrong, why in mistakes.items() if why})


def _stages(dice: Random, difficulty: int) -> Instance | None:
    names = dice.sample(
        ("web threads", "database", "payment client", "search client", "image workers", "mail client"),
        3 + (difficulty >= 4),
    )
    rows = [
        (name, dice.randint(2, 60), dice.randrange(5, 400, 5), dice.randint(1, 3) if difficulty >= 3 else 1)
        for name in names
    ]
    rates = {name: Fraction(size * 1000, hold * uses) for name, size, hold, uses in rows}
    right = min(rates, key=rates.__getitem__)
    second = sorted(rates.values())[1]
    by_size = min(rows, key=lambda row: row[1])[0]
    by_time = max(rows, key=lambda row: row[2])[0]
    if second == rates[right] or rates[right] > 2000 or (right in (by_size, by_time) and dice.random() < 0.6):
        return None
    used = [f" / {uses} uses" if uses > 1 else "" for *_, uses in rows]
    steps = [
        Step(f"{name}: {size} / {hold} ms{often} = {_plain(round(rates[name], 1))} requests a second at most.")
        for (name, size, hold, _), often in zip(rows, used, strict=True)
    ]
    listing = table(
        ("pool", "size", "ms a use", *(("uses a request",) * (difficulty >= 3))),
        *(row if difficulty >= 3 else row[:3] for row in rows),
    )
    base = "Each request goes through all of these pools" + (
        ", some of them more than once." if difficulty >= 3 else ", once each."
    )
    if rates[right].denominator == 1 and dice.random() < 0.6:
        steps.append(Step(f"The smallest of these is what the whole can do: {rates[right]}."))
        mistakes = {
            _plain(round(rate, 1)): f"{name} could do as many, but not all pools." for name, rate in rates.items()
        }
        mistakes[_plain(round(Fraction(min(Fraction(s * 1000, h) for _, s, h, _ in rows)), 1))] = (
            "Uses a request count, too."
        )
        return text(
            f"{base} How many requests a second can they do at most?",
            rates[right],
            steps,
            listing=listing,
            mistakes=mistakes,
        )
    steps.append(Step(f"{right} has the smallest number."))
    wrong = {name: f"It can do {_plain(round(rate, 1))} a second." for name, rate in rates.items() if name != right}
    return pick(
        dice,
        f"{base} Which pool is full first when the load grows?",
        right,
        wrong,
        steps,
        listing=listing,
        number=len(rows),
    )


def _closed(dice: Random, difficulty: int) -> Instance | None:
    users, think, response = (
        dice.randrange(20, 1500, 5),
        dice.randint(2, 40),
        Fraction(dice.randint(2, 40), dice.choice((2, 4, 5, 10))),
    )
    rate = users / (think + response)
    if rate.denominator > 1 or response.denominator > 10 or not 2 <= rate <= 200:
        return None
    answer, unit, known, ask, step = dice.choice(
        (
            (
                rate,
                "",
                f"a response takes {_plain(response)} s on average",
                "How many requests a second do they make together?",
                f"{users} / ({_plain(response)} + {think}) = {rate}.",
            ),
            (
                response,
                "s",
                f"together they make {rate} requests a second",
                "How many seconds does a response take on average?",
                f"{users} / {rate} - {think} = {_plain(response)}.",
            ),
        )
    )
    steps = [Step("Number of users = rate * (response time + thinking time)."), Step(step)]
    mistakes = {
        _plain(round(users / response, 3)): "While a user thinks, no request is made.",
        _plain(round(Fraction(users, think), 3)): "The time of the response counts, too.",
        _plain(round(users / rate, 3)): "That includes the thinking.",
    }
    prompt = (
        f"{users} users each wait for a response, think for {think} s on average and send the next request; "
        f"{known}. {ask}"
    )
    return text(prompt, _plain(answer), steps, unit=unit, mistakes=mistakes)


def _deadlock(dice: Random, difficulty: int) -> Instance | None:
    groups = [(dice.randint(2, 30), dice.randint(2, 4))]
    if difficulty >= 4:
        groups.append((dice.randint(2, 12), dice.choice([number for number in range(1, 6) if number != groups[0][1]])))
    held = [threads * (each - 1) for threads, each in groups]
    answer = sum(held) + 1
    steps = [
        Step(
            f"Worst case: {threads} threads each hold {each - 1} and wait for one more: {threads} * {each - 1} = "
            f"{number}."
        )
        for (threads, each), number in zip(groups, held, strict=True)
    ]
    steps.append(Step(f"One further connection lets one of them go on: {sum(held)} + 1 = {answer}."))
    mistakes = {
        str(answer - 1): "Then all may hold what they have and wait for ever.",
        str(sum(threads * each for threads, each in groups)): "That is always enough, but fewer do.",
        str(sum(threads for threads, _ in groups)): "Then all may hold one and wait for the next.",
        str(max(each for _, each in groups)): "All threads may ask at the same time.",
    }
    one, *more = groups
    others = f", {more[0][0]} further ones up to {more[0][1]}" if more else ""
    prompt = (
        f"{one[0]} threads need up to {one[1]} connections of one pool each at the same time{others}; they take them "
        "one by one, give none back "
        "before they are done and wait without a timeout. What is the smallest pool without a deadlock?"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


def _instances(dice: Random, difficulty: int) -> Instance | None:
    limit, kept, instances, surge = (
        dice.randrange(100, 1000, 25),
        dice.choice((3, 5, 10, 15, 20)),
        dice.randint(3, 30),
        dice.randint(1, 5),
    )
    more = surge if difficulty >= 2 else 0
    jobs = dice.randint(1, 4) * 5 if difficulty >= 3 else 0
    left = limit - kept - jobs
    answer = left // (instances + more)
    if left % (instances + more) == 0 or not 3 <= answer <= 60:
        return None
    steps = [Step(f"{limit} - {kept}{f' - {jobs}' * bool(jobs)} = {left} are left for them.")]
    if more:
        steps.append(Step(f"During a deployment {instances} + {more} = {instances + more} instances run."))
    steps.append(Step(f"{left} / {instances + more}, rounded down: {answer}."))
    mistakes = {
        str(left // instances): "Old and new instances run at the same time during a deployment.",
        str(limit // (instances + more)): "Some connections are reserved.",
        str(answer + 1): "Round down: the limit must not be passed.",
        str((limit - kept) // (instances + more)): "The jobs need theirs, too.",
    }
    batch = f", background jobs use {jobs}" if jobs else ""
    deploy = f"; a deployment starts {more} new before it stops old ones" if more else ""
    prompt = (
        f"PostgreSQL allows {limit} connections, {kept} of them reserved for administration{batch}. {instances} "
        f"instances of a service run{deploy}. How "
        "large may the pool of each instance be at most, so that all pools can be full?"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


def _backlog(dice: Random, difficulty: int) -> Instance | None:
    speed = dice.randrange(50, 600, 10)
    burst, lasts, after = speed + dice.randrange(10, 400, 10), dice.randrange(10, 130, 5), dice.randrange(10, speed, 10)
    waiting = (burst - speed) * lasts
    wait, drain = Fraction(waiting, speed), Fraction(waiting, speed - after)
    what = dice.choice(("wait", "drain", "gone"))
    answer = {"wait": wait, "drain": drain, "gone": drain + lasts}[what]
    if answer.denominator > 1 or not 2 <= answer <= 900:
        return None
    steps = [
        Step(
            f"In the burst {burst} - {speed} = {burst - speed} a second pile up: {burst - speed} * {lasts} = {waiting}."
        )
    ]
    if what == "wait":
        steps.append(Step(f"The last one has {waiting} before it, at {speed} a second: {answer} s."))
    else:
        steps.append(
            Step(
                f"Then {speed} - {after} = {speed - after} a second are worked off: {waiting} / {speed - after} = "
                f"{drain} s."
            )
        )
    if what == "gone":
        steps.append(Step(f"{lasts} + {drain} = {answer} s after the beginning of the burst."))
    mistakes = {
        _plain(wait): "New requests keep coming while the queue is worked off.",
        _plain(drain): "That is what it takes until the queue is empty."
        if what == "wait"
        else "That counts from the end of the burst.",
        _plain(Fraction(waiting, burst)): "It is the service that works the queue off.",
        _plain(Fraction(burst * lasts, speed)): "Most of the burst has been worked off already.",
    }
    ask = {
        "wait": "How many seconds does the last request of the burst wait in the queue?",
        "drain": "How many seconds after the end of the burst is the queue empty?",
        "gone": "How many seconds after the beginning of the burst is the queue empty again?",
    }[what]
    mistakes = {wrong: why for wrong, why in mistakes.items() if len(wrong) < 8}
    prompt = (
        f"A service works off {speed} requests a second, in order of arrival. For {lasts} s {burst} a second "
        f"arrive, then {after} a second; the queue was empty. {ask}"
    )
    return text(prompt, answer, steps, unit="s", mistakes=mistakes)


def _trace(dice: Random, difficulty: int) -> Instance | None:
    size, count = dice.randint(2, 2 + difficulty // 4), 6 + difficulty // 4
    arrivals = sorted(dice.sample(range(0, 60, 5), count))
    holds = [dice.randrange(10, 70, 5) for _ in range(count)]
    patience = dice.randrange(15, 40, 5) if difficulty >= 4 and dice.random() < 0.6 else 0
    free: list[int] = [0] * size
    starts, steps, lost = [], [], []
    for name, arrival, hold in zip("abcdefgh", arrivals, holds, strict=False):
        soonest = max(arrival, free[0])
        if patience and soonest > arrival + patience:
            lost.append(name)
            steps.append(
                Step(
                    f"{name} comes at {arrival}; the first free connection is there at {soonest}, later than "
                    f"{arrival + patience}: it gives up."
                )
            )
            continue
        heappop(free)
        heappush(free, soonest + hold)
        starts.append(soonest)
        why = f"waits until {soonest}" if soonest > arrival else "starts at once"
        steps.append(
            Step(
                f"{name} comes at {arrival} and {why}; its connection is free again at {soonest + hold}.",
                "" if patience else str(soonest),
            )
        )
    listing = table(("request", *"abcdefgh"[:count]), ("arrives", *arrivals), ("holds", *holds))
    rule = f"A pool of {size} connections, empty at first, serves requests in order of arrival (times in ms)"
    if patience:
        if not 0 < len(lost) < count - 2 or len(lost) > 3:
            return None
        steps.append(Step(f"That is {listed(lost)}."))
        options = (
            f"{rule}. A request that has waited {patience} ms without a connection gives up. Which give up, in order?"
        )
        bare = [
            name
            for name, arrival, at in zip("abcdefgh", arrivals, _unbounded(size, arrivals, holds), strict=False)
            if at > arrival + patience
        ]
        return sequence(
            options,
            lost,
            _giving(steps, lost),
            "requests",
            listing=listing,
            mistakes={words(bare): "A request that gives up does not use a connection."},
        )
    if sum(start > arrival for start, arrival in zip(starts, arrivals, strict=True)) < 2:
        return None
    mistakes = {
        words(arrivals): "All connections are in use by then.",
        words(
            [start - arrival for start, arrival in zip(starts, arrivals, strict=True)]
        ): "Those are the waiting times.",
    }
    return sequence(
        f"{rule}. When does each get its connection?",
        starts,
        steps,
        "ms in the order of arrival",
        listing=listing,
        mistakes=mistakes,
    )


def _giving(steps: list[Step], lost: list[str]) -> list[Step]:
    return [
        Step(step.text, step.text[0]) if step.text[0] in lost and "gives up" in step.text else step for step in steps
    ]


def _unbounded(size: int, arrivals: list[int], holds: list[int]) -> list[int]:
    """When each would start if none gave up."""
    free, starts = [0] * size, []
    for arrival, hold in zip(arrivals, holds, strict=True):
        starts.append(max(arrival, heappop(free)))
        heappush(free, starts[-1] + hold)
    return starts


KINDS: dict[Kind, int | range] = {
    _law: range(1, 3), _pool: range(1, 4), _instances: range(1, 4), _stages: 2, _backlog: 3, _closed: 3, _deadlock: range(3, 6), _trace: 3,
}  # fmt: skip
