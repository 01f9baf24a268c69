"""Vector clocks: the clock of an event, before or concurrent, merging versions, delivery in causal order, a faulty log.

Happened before and the numbers of Lamport are those of "Time, Clocks, and the Ordering of Events" (CACM 21(7), 1978);
vector clocks those of Fidge (1988) and Mattern, "Virtual Time and Global States of Distributed Systems" (1989): every
event counts, a receive merges first. Versions and siblings: Dynamo (SOSP 2007, §4.4), where the node that takes a write
counts it. Causal delivery is the CBCAST rule of Birman, Schiper and Stephenson (ACM TOCS 9(3), 1991), where only sends
count.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._diagrams import Clock, Event, clocks, covers, diagram, lamport, path, relation, rows, shown
from bequiz.skills._forms import Kind, drawn, listed, pick, pick_many, sequence, text, words

TITLE = "Vector clocks: before, concurrent, merged"
VERSION = 1
RULE = "each event adds 1 to its process's entry, a receive first takes the larger of both clocks, entry by entry"


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _drawing(dice: Random, difficulty: int) -> tuple[list[Event], int]:
    processes = 2 if difficulty == 1 else 3
    return diagram(dice, processes, 6 + difficulty), processes


def _clock(dice: Random, difficulty: int) -> Instance | None:
    events, processes = _drawing(dice, difficulty)
    if not events:
        return None
    right = clocks(events, processes)
    event = dice.choice(events)
    past = [other for other in events if covers(right[event.name], right[other.name])]
    received = [other for other in past if other.verb == "receives"]
    if 0 in right[event.name] or not 1 <= len(received) <= 1 + difficulty:
        return None
    steps = []
    for other in received:
        sent = next(one for one in events if one.message == other.message and one.verb == "sends")
        merged = f"merged and 1 added for P{other.process + 1}: {shown(right[other.name])}"
        steps.append(Step(f"{other} with {shown(right[sent.name])}; {merged}."))
    for number, entry in enumerate(right[event.name]):
        last = [one.name for one in past if one.process == number][-1]
        what = f"{last} is {event.name} itself" if last == event.name else f"{last} is the last to happen before it"
        steps.append(Step(f"P{number + 1}: {what}, event number {entry} there.", str(entry)))
    mistakes = {}
    for fault, why in (
        ("keeps", "A receive merges the clock of the message."),
        ("stays", "A receive is an event, too, and counts itself."),
        ("copies", "A receive keeps the larger of both entries, it does not copy the message's clock."),
        ("adds", "Clocks are merged by the larger entry, not added."),
    ):
        faulty = clocks(events, processes, {one.name: fault for one in events if one.verb == "receives"})
        mistakes[words(faulty[event.name])] = why
    mistakes[words([lamport(events)[event.name]] * processes)] = "That is a Lamport clock."
    prompt = f"Vector clocks: {RULE}. What is the clock of event {event.name}?"
    each = listed([f"P{number + 1}" for number in range(processes)])
    return sequence(
        prompt + f" Give {each}.",
        right[event.name],
        steps,
        "entries",
        listing=rows(events, processes),
        mistakes=mistakes,
    )


ASKS = {
    "before": "Which of these events happened before {}? Select all.",
    "after": "Which of these events did {} happen before? Select all.",
    "concurrent": "Which of these events are concurrent with {}? Select all.",
}


def _related(dice: Random, difficulty: int) -> Instance | None:
    events, processes = _drawing(dice, difficulty + 1)
    if not events:
        return None
    right = clocks(events, processes)
    event = dice.choice(events)
    others = [one for one in events if one.process != event.process]
    if len(others) < 4:
        return None
    others = dice.sample(others, min(len(others), 4 + (difficulty >= 4)))
    asked = dice.choice(list(ASKS))
    ways = {one.name: relation(right[one.name], right[event.name]) for one in others}
    steps, mistakes = [], {}
    for name, way in ways.items():
        first, last = (name, event.name) if way == "before" else (event.name, name)
        chain = path(events, first, last) if way != "concurrent" else ""
        told = (
            f"{chain}: {first} happened before {last}."
            if chain
            else (f"No chain of events and messages joins {name} and {event.name}: they are concurrent.")
        )
        steps.append(Step(told))
        if way != asked:
            mistakes[f"event {name}"] = told
    if not 0 < len(mistakes) < len(ways) or len(set(ways.values())) < 2 + (difficulty >= 3):
        return None
    options = [f"event {name}" for name in dice.sample(list(ways), len(ways))]
    return pick_many(ASKS[asked].format(event.name), options, mistakes, steps, listing=rows(events, processes))


def _compared(dice: Random, difficulty: int) -> Instance | None:
    size = 2 + (difficulty > 1)
    base = tuple(dice.randint(1, 4) for _ in range(size))
    others = {tuple(max(0, entry + dice.randint(-2, 2)) for entry in base) for _ in range(9)} - {base}
    ways = {clock: relation(clock, base) for clock in dice.sample(sorted(others), min(len(others), 5))}
    asked = dice.choice(list(ASKS))
    right = [clock for clock, way in ways.items() if way == asked]
    if len(ways) < 5 or len(set(ways.values())) < 3 or not right:
        return None
    steps = []
    for clock, way in ways.items():
        less = [f"{one} < {two}" for one, two in zip(clock, base, strict=True) if one < two]
        more = [f"{one} > {two}" for one, two in zip(clock, base, strict=True) if one > two]
        says = {"before": "no entry is larger: before", "after": "no entry is smaller: after"}
        steps.append(
            Step(f"{shown(clock)}: {listed(less + more)}, {says.get(way, 'so neither covers the other: concurrent')}.")
        )
    mistakes = {shown(clock): step.text for (clock, way), step in zip(ways.items(), steps, strict=True) if way != asked}
    prompt = (
        f"x has the vector clock {shown(base)}. These are clocks of other events. "
        + {
            "before": "Which of them happened before x? Select all.",
            "after": "Which of them did x happen before? Select all.",
            "concurrent": "Which of them are concurrent with x? Select all.",
        }[asked]
    )
    return pick_many(prompt, [shown(clock) for clock in ways], mistakes, steps)


def _known(dice: Random, difficulty: int) -> Instance | None:
    size = dice.randint(3, 3 + difficulty // 3)
    one, two = (tuple(dice.randint(0, 6) for _ in range(size)) for _ in range(2))
    mine, theirs = dice.sample(range(size), 2)
    if relation(one, two) != "concurrent" or one[mine] <= two[mine] or two[theirs] <= one[theirs]:
        return None
    more = [f"P{at + 1} {max(0, a - b)}" for at, (a, b) in enumerate(zip(one, two, strict=True))]
    only = sum(max(0, a - b) for a, b in zip(one, two, strict=True)) - 1
    if difficulty < 3:
        steps = [
            Step(f"An entry counts the events of that process up to x: {' + '.join(map(str, one))} = {sum(one)}."),
            Step(f"x itself is among them: {sum(one)} - 1 = {sum(one) - 1}."),
        ]
        mistakes = {
            str(sum(one)): "x itself is counted in its own entry.",
            str(one[mine] - 1): "That is only the process of x.",
            str(sum(one) - one[mine]): "Earlier events of its own process happened before it, too.",
        }
        prompt = (
            f"x of P{mine + 1} has the vector clock {shown(one)}; each event adds 1. How many events happened before x?"
        )
        return text(prompt, sum(one) - 1, steps, mistakes=mistakes)
    steps = [
        Step(f"Of each process x knows so many events that y does not: {listed(more)}: {only + 1}."),
        Step(f"x itself is among them: {only + 1} - 1 = {only}."),
    ]
    mistakes = {
        str(only + 1): "x itself is counted in its own entry.",
        str(abs(sum(one) - sum(two))): "What only y knows must not be taken off what only x knows.",
        str(sum(one) - 1): "Those are all before x, whether before y or not.",
    }
    prompt = (
        f"Vector clocks, each event adds 1: x of P{mine + 1} has {shown(one)}, y of P{theirs + 1} has {shown(two)}. "
        "How many events happened before x but not before y?"
    )
    return text(prompt, only, steps, mistakes=mistakes)


def _siblings(dice: Random, difficulty: int) -> Instance | None:
    nodes = "ABC"[: 2 + (difficulty >= 2)]
    versions: list[Clock] = []
    for _ in range(40):
        clock = tuple(dice.randint(0, 3) for _ in nodes)
        if sum(clock) and clock not in versions and len(versions) < 4 + difficulty // 3:
            versions.append(clock)
    names = dice.sample(("red", "blue", "green", "gold", "pink", "grey"), len(versions))
    covered = {
        name: next(
            (over for over, other in zip(names, versions, strict=True) if other != clock and covers(other, clock)), ""
        )
        for name, clock in zip(names, versions, strict=True)
    }
    left = [name for name in names if not covered[name]]
    if not 2 <= len(left) < len(names) - (difficulty >= 3):
        return None
    told = dict(zip(names, (_tagged(nodes, clock) for clock in versions), strict=True))
    listing = "\n".join(f"{name.ljust(6)} {told[name]}" for name in names)
    steps = [
        Step(f"{name} {told[name]} is covered by {covered[name]} {told[covered[name]]}: it goes.")
        if covered[name]
        else Step(f"{name} {told[name]}: no other version has as much in every entry, so it stays.")
        for name in names
    ]
    if difficulty >= 2 and dice.random() < 0.5:
        node = dice.randrange(len(nodes))
        merged = [max(entries) for entries in zip(*versions, strict=True)]
        after = [entry + (at == node) for at, entry in enumerate(merged)]
        steps = [
            Step(
                f"{nodes[at]}: the largest entry is {merged[at]}" + (f", 1 is added: {entry}." if at == node else "."),
                str(entry),
            )
            for at, entry in enumerate(after)
        ]
        mistakes = {
            words(merged): f"The write that settles the conflict is counted by {nodes[node]}, too.",
            words([sum(entries) for entries in zip(*versions, strict=True)]): "Clocks are merged by the larger entry.",
        }
        prompt = (
            f"Replicas of a Dynamo-like store return these versions of a key. A client settles the conflict and writes "
            f"the result through node {nodes[node]}. What is the new version's clock? Give {listed(list(nodes))}."
        )
        return sequence(prompt, after, steps, "entries", listing=listing, mistakes=mistakes)
    mistakes = {name: step.text for name, step in zip(names, steps, strict=True) if covered[name]}
    prompt = "Replicas of a Dynamo-like store hold these versions of a key. Which are kept as siblings? Select all."
    return pick_many(prompt, names, mistakes, steps, listing=listing)


def _tagged(nodes: str, clock: Clock) -> str:
    return "{" + listed([f"{node}: {entry}" for node, entry in zip(nodes, clock, strict=True) if entry]) + "}"


def _numbers(dice: Random, difficulty: int) -> Instance | None:
    events, processes = _drawing(dice, difficulty)
    if not events:
        return None
    vectors, numbers = clocks(events, processes), lamport(events)
    right, wrong = [], {}
    for one in events:
        for two in events:
            if one.process == two.process or numbers[one.name] >= numbers[two.name]:
                continue
            pair = f"{one.name} and {two.name}"
            if relation(vectors[one.name], vectors[two.name]) == "concurrent":
                right.append((pair, one.name, two.name))
            else:
                wrong[pair] = f"{path(events, one.name, two.name)}: {one.name} happened before {two.name}."
    if not right or len(wrong) < 3:
        return None
    pair, one_name, two_name = dice.choice(right)
    mistakes = {other: wrong[other] for other in dice.sample(list(wrong), 3)}
    steps = [Step(f"Lamport numbers: {listed([f'{event.name} {numbers[event.name]}' for event in sorted(events)])}.")]
    steps += [Step(why) for why in mistakes.values()]
    steps.append(Step(f"{one_name} has {numbers[one_name]}, {two_name} has {numbers[two_name]}; no chain joins them."))
    prompt = (
        "Lamport clocks number these events: each 1 more than the largest before it in its process and, for a receive, "
        "at its send. For which pair is the first number smaller although the events are concurrent?"
    )
    return pick(dice, prompt, pair, mistakes, steps, listing=rows(events, processes))


FAULTS = {
    "keeps": "has not merged the clock of the message",
    "stays": "has not counted itself",
    "copies": "has taken over the message's clock instead of merging it",
}


def _fault(dice: Random, difficulty: int) -> Instance | None:
    events = diagram(dice, 3, 6 + difficulty)
    if not events:
        return None
    bad = dice.choice(events)
    if bad.verb != "receives" and dice.random() < 0.7:
        return None
    fault = dice.choice(list(FAULTS) if bad.verb == "receives" else ["stays"])
    right, logged = clocks(events, 3), clocks(events, 3, {bad.name: fault})
    off = [event for event in events if right[event.name] != logged[event.name]]
    at = events.index(bad)
    if at < 4 or len(off) < 2 or off[0] != bad:
        return None
    steps = [Step(f"{event}: {shown(right[event.name])} is right.") for event in events[:at] if event.verb]
    steps.append(Step(f"{bad} {FAULTS[fault]}: {shown(right[bad.name])} is due, not {shown(logged[bad.name])}."))
    mistakes = {event.name: "That follows rightly from a clock that was wrong before." for event in off[1:]}
    wide = max(len(str(event)) for event in events)
    listing = "\n".join(
        f"P{event.process + 1}  {str(event).ljust(wide)}  {shown(logged[event.name])}" for event in events
    )
    prompt = f"A log of vector clocks: {RULE}. One event broke the rule; later clocks follow from that. Which one?"
    return text(prompt, bad.name, steps, listing=listing, mistakes=mistakes)


def _delivery(dice: Random, difficulty: int) -> Instance | None:
    senders, count = 3, 3 + difficulty // 2 + (difficulty >= 5)
    seen = [[0] * senders for _ in range(senders)]
    sent: list[tuple[int, Clock]] = []
    for _ in range(count):
        sender = dice.randrange(senders)
        for origin, clock in sent:  # what the sender happens to have got before, in an order in which it may
            if origin != sender and _due(seen[sender], origin, clock) and dice.random() < 0.5:
                seen[sender][origin] += 1
        seen[sender][sender] += 1
        sent.append((sender, tuple(seen[sender])))
    names = dice.sample([f"m{number}" for number in range(1, count + 1)], count)
    arrivals = dice.sample(list(zip(names, sent, strict=True)), count)
    known, waiting, order, steps = [0] * senders, [], [], []
    for name, (sender, clock) in arrivals:
        waiting.append((name, (sender, clock)))
        got = []
        while ready := [one for one in waiting if _due(known, *one[1])]:
            if len(ready) > 1:
                return None
            waiting.remove(ready[0])
            known[ready[0][1][0]] += 1
            got.append(ready[0][0])
        order += got
        arrived = f"{name} {shown(clock)} comes"
        if not got:
            steps.append(Step(f"{arrived} and waits: so far {shown(tuple(known))} has been delivered."))
        for place, one in enumerate(got):
            steps.append(
                Step(f"{arrived}: {one} is delivered." if place == 0 else f"Now {one} can be delivered, too.", one)
            )
    late = sum("waits" in step.text for step in steps)
    if late < 1 + (difficulty >= 5):
        return None
    wide = max(len(name) for name in names)
    listing = "\n".join(f"{name.ljust(wide)} from P{sender + 1}  {shown(clock)}" for name, (sender, clock) in arrivals)
    mistakes = {
        words([name for name, _ in arrivals]): "That is the order of arrival.",
        words(sorted(names)): "The numbers of the messages say nothing about their order.",
    }
    prompt = (
        "Causal broadcast: a message's clock counts the broadcasts of P1, P2 and P3 that its sender had sent or "
        "delivered, itself included. P4 has delivered none; they arrive as listed. In which order are they delivered?"
    )
    return sequence(prompt, order, steps, "messages in order", listing=listing, mistakes=mistakes)


def _due(known: list[int], sender: int, clock: Clock) -> bool:
    """Whether a message is the next of its sender and everything it depends on has been delivered."""
    return all(entry == known[at] + 1 if at == sender else entry <= known[at] for at, entry in enumerate(clock))


KINDS: dict[Kind, int | range] = {
    _compared: range(1, 4), _clock: 1, _siblings: 1, _known: range(2, 5), _related: 2, _numbers: 3, _fault: 4,
    _delivery: 4,
}  # fmt: skip
