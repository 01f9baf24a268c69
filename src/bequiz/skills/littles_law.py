"""Little's law and what follows for pools: how many are inside, how large a pool, which one is the bottleneck, "
"backlogs.

L = λW is Little, "A Proof for the Queuing Formula: L = λW" (Operations Research 9(3), 1961); the bottleneck and the
response time law X = N / (R + Z) for clients that think are in Lazowska et al., Quantitative System Performance (1984),
ch. 3 and 5. The smallest pool without deadlock, threads * (connections of each - 1) + 1, is given in HikariCP's wiki,
"About Pool Sizing". Averages say nothing of peaks, so pools are asked for at a stated utilization.
"""

from fractions import Fraction
from math import ceil
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, pick, sequence, table, text, words
from bequiz.skills._pools import serve

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
    rate, stay = dice.randint(2, 200 * difficulty), dice.randrange(5, 2000, 5)
    inside = Fraction(rate * stay, factor)
    if inside.denominator > 1 or not 2 <= inside <= 900:
        return None
    comes, stays = f"{things} arrive at {rate}/{unit}", f"each stays {stay} {small} on average"
    full = f"on average {inside} {things} are inside"
    steps = [Step("Number inside = rate * time inside.")]
    asked = dice.choice(("inside", "stay", "rate"))
    if asked == "inside":
        answer, known, ask = int(inside), f"{comes} and {stays}", f"How many {things} are inside on average?"
        steps.append(Step(f"{rate}/{unit} * {stay} {small} = {rate} * {stay} / {factor} = {inside}."))
        wrong = Fraction(rate * stay)
    elif asked == "stay":
        answer, known, ask = stay, f"{comes} and {full}", f"How long does each stay on average, in {small}?"
        steps.append(
            Step(f"{inside} / {rate} = {_plain(round(inside / rate, 4))} {unit}, times {factor} is {stay} {small}.")
        )
        wrong = round(inside / rate, 4)
    else:
        answer, known, ask = rate, f"{stays} and {full}", f"At which rate do {things} arrive, per {unit}?"
        steps.append(Step(f"{inside} / {stay} {small} = {inside} * {factor} / {stay} = {rate} per {unit}."))
        wrong = round(inside / stay, 4)
    mistakes = {_plain(wrong): f"1 {unit} has {factor} {small}.", _plain(inside * rate): "Number inside = rate * time."}
    prompt = f"{place} is in a steady state: {known}. {ask}"
    return text(prompt, answer, steps, unit=small if asked == "stay" else "", mistakes=mistakes)


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
    if (
        second == rates[right]
        or second > 2 * rates[right]
        or rates[right] > 2000
        or (right in (by_size, by_time) and dice.random() < 0.6)
    ):
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
    rate, think, response = (
        dice.randint(2, 20 * difficulty),
        dice.randint(2, 40),
        Fraction(dice.randrange(5, 400, 5), 100),
    )
    users = rate * (think + response)
    if users.denominator > 1 or users > 2000:
        return None
    steps = [Step("Number of users = rate * (response time + thinking time).")]
    mistakes = {
        _plain(round(users / response, 3)): "While a user thinks, no request is made.",
        _plain(round(users / think, 3)): "The time of the response counts, too.",
        _plain(round(users / rate, 3)): "That includes the thinking.",
    }
    if dice.random() < 0.5:
        answer, unit, known = Fraction(rate), "", f"a response takes {_plain(response)} s on average"
        ask = "How many requests a second do they make together?"
        steps.append(Step(f"{users} / ({_plain(response)} + {think}) = {rate}."))
    else:
        answer, unit, known = response, "s", f"together they make {rate} requests a second"
        ask = "How many seconds does a response take on average?"
        steps.append(Step(f"{users} / {rate} - {think} = {_plain(response)}."))
    prompt = (
        f"{users} users each wait for a response, think for {think} s on average and send the next request; "
        f"{known}. {ask}"
    )
    return text(prompt, _plain(answer), steps, unit=unit, mistakes=mistakes)


def _deadlock(dice: Random, difficulty: int) -> Instance | None:
    groups = [(dice.randint(2, 30), dice.randint(2, 4))]
    if difficulty >= 4:
        groups.append((dice.randint(2, 20), dice.choice([number for number in (1, 2, 3, 5) if number != groups[0][1]])))
    held = [threads * (each - 1) for threads, each in groups]
    steps = [
        Step(
            f"Worst case: {threads} threads each hold {each - 1} and wait for one more: {threads} * {each - 1} = "
            f"{number}."
        )
        for (threads, each), number in zip(groups, held, strict=True)
    ]
    steps.append(Step(f"One further connection lets one of them go on: {sum(held)} + 1 = {sum(held) + 1}."))
    mistakes = {
        str(sum(held)): "Then all may hold what they have and wait for ever.",
        str(sum(threads * each for threads, each in groups)): "That is always enough, but fewer do.",
        str(sum(threads for threads, _ in groups)): "Then all may hold one and wait for the next.",
        str(max(each for _, each in groups)): "All threads may ask at the same time.",
    }
    others = f", {groups[1][0]} further ones up to {groups[1][1]}" if len(groups) > 1 else ""
    prompt = (
        f"{groups[0][0]} threads need up to {groups[0][1]} connections of one pool each at the same time{others}. "
        "They take them one "
        "by one, give none back before they are done and wait without a timeout. What is the smallest pool without a "
        "deadlock?"
    )
    return text(prompt, sum(held) + 1, steps, mistakes=mistakes)


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
    speed, lasts = dice.randrange(50, 600, 10), dice.randrange(10, 70 + 20 * difficulty, 5)
    burst, after = speed + dice.randrange(10, 400, 10), dice.randrange(10, speed, 10)
    waiting = (burst - speed) * lasts
    wait, drain = Fraction(waiting, speed), Fraction(waiting, speed - after)
    what = dice.choice(("wait", "drain", "gone"))
    answer = {"wait": wait, "drain": drain, "gone": drain + lasts}[what]
    if answer.denominator > 1 or not 2 <= answer <= 900:
        return None
    steps = [Step(f"In the burst {burst} - {speed} = {burst - speed} a second pile up, {waiting} in {lasts} s.")]
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
        str(waiting // speed): "New requests keep coming while the queue is worked off.",
        str(drain): "That is until the queue is empty." if what == "wait" else "That counts from the end of the burst.",
        str(drain + lasts): "That counts from the beginning of the burst.",
        str(waiting // burst): "It is the service that works the queue off.",
        str(burst * lasts // speed): "Most of the burst has been worked off already.",
    }
    ask = {
        "wait": "How many seconds does the last request of the burst wait in the queue?",
        "drain": "How many seconds after the end of the burst is the queue empty?",
        "gone": "How many seconds after the beginning of the burst is the queue empty again?",
    }[what]
    prompt = (
        f"A service works off {speed} requests a second, in order of arrival. For {lasts} s {burst} a second arrive, "
        f"then {after} a second; "
        f"the queue was empty. {ask}"
    )
    wrong = {number: why for number, why in mistakes.items() if "/" not in number}
    return text(prompt, answer, steps, unit="s", mistakes=wrong)


def _trace(dice: Random, difficulty: int) -> Instance | None:
    size, names = dice.randint(2, 2 + difficulty // 4), "abcdefgh"[: 6 + difficulty // 4]
    arrivals = sorted(dice.sample(range(0, 60, 5), len(names)))
    holds = [dice.randrange(10, 70, 5) for _ in names]
    patience = dice.randrange(12, 40) if difficulty >= 4 and dice.random() < 0.6 else None
    turns = serve(size, arrivals, holds, patience)
    lost = [name for name, turn in zip(names, turns, strict=True) if turn.until is None]
    steps = []
    for name, arrival, turn in zip(names, arrivals, turns, strict=True):
        if turn.until is None:
            why = f"a connection is free only at {turn.soonest}, {turn.soonest - arrival} ms later, so it gives up"
        else:
            why = "starts at once" if turn.soonest == arrival else f"waits until {turn.soonest}"
            why += f"; its connection is free again at {turn.until}"
        gives = str(turn.soonest) if patience is None else name * (name in lost)
        steps.append(Step(f"{name} comes at {arrival}: {why}.", gives))
    listing = table(("request", *names), ("arrives", *arrivals), ("holds", *holds))
    rule = f"A pool of {size} connections, all free, serves requests in order of arrival. Times are in ms."
    if patience is not None:
        patient = serve(size, arrivals, holds)
        late = [
            name
            for name, arrival, turn in zip(names, arrivals, patient, strict=True)
            if turn.soonest > arrival + patience
        ]
        if not 0 < len(lost) <= 3 or any(
            turn.soonest == at + patience for at, turn in zip(arrivals, turns, strict=True)
        ):
            return None
        mistakes = {words(late): "A request that gives up does not use a connection."}
        prompt = (
            f"{rule} A request gives up when it has waited {patience} ms for a connection. Which give up, in "
            "order of arrival?"
        )
        return sequence(prompt, lost, steps, "requests", listing=listing, mistakes=mistakes)
    starts = [turn.soonest for turn in turns]
    waits = [start - arrival for start, arrival in zip(starts, arrivals, strict=True)]
    if sum(wait > 0 for wait in waits) < 2:
        return None
    mistakes = {words(arrivals): "All connections are in use by then.", words(waits): "Those are the waiting times."}
    return sequence(
        f"{rule} When does each request get its connection?",
        starts,
        steps,
        "ms in the order of arrival",
        listing=listing,
        mistakes=mistakes,
    )


KINDS: dict[Kind, int | range] = {
    _law: range(1, 3), _pool: range(1, 4), _instances: range(1, 4), _stages: 2, _backlog: 3, _closed: 3,
    _deadlock: range(3, 6), _trace: 3,
}  # fmt: skip
