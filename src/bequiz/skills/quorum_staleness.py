"""Whether a read from replicas can miss a write: overlap of W and R, replicas down, repair, failed writes, hints.

N, W and R, versions that are compared at the read, sloppy quorums and hints are those of Dynamo (DeCandia et al., SOSP
2007, §4.5 and §4.6) after Gifford's weighted voting (SOSP 1979); timestamps by which the newest cell wins, read repair
and the consistency levels are Apache Cassandra's (documentation, Architecture, Dynamo, "Tunable Consistency"). That a
write which failed stays where it arrived, and that overlap alone does not make reads linearizable: Kleppmann, Designing
Data-Intensive Applications, ch. 5 "Limitations of Quorum Consistency" and ch. 9.
"""

from itertools import product
from math import comb
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, counted, drawn, listed, pick_many, sequence, table, text, words
from bequiz.skills._replicas import READS, WRITES, Cell, Read, Write, fewest, needs, replay

TITLE = "Can this quorum read be stale?"
VERSION = 1
COLOURS = ("red", "blue", "green", "gold", "pink", "grey", "white", "black")


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _settings(dice: Random, difficulty: int) -> Instance | None:
    n = dice.randint(4, 7 + difficulty)
    pairs = [(w, r) for w, r in product(range(1, n + 1), repeat=2) if n - 2 <= w + r <= n + 2]
    shown = dice.sample(pairs, 4)
    missing = dice.random() < 0.5
    steps, mistakes = [], {}
    for w, r in shown:
        if w + r > n:
            why = f"{w} + {r} > {n}: any {counted(r, 'replica')} must include {w + r - n} with the write."
        else:
            why = f"{w} + {r} is not above {n}: up to {n - w} may lack the write, perhaps all {r} that are asked."
        steps.append(Step(f"W = {w}, R = {r}: {why}"))
        if (w + r > n) == missing:
            mistakes[f"W = {w}, R = {r}"] = why
    if not 0 < len(mistakes) < len(shown):
        return None
    ask = "may a read that starts later miss" if missing else "does a read that starts later surely return"
    prompt = (
        f"A key has N = {n} replicas. A write is acknowledged once W have stored it; a read takes the newest of R "
        f"answers. With which settings {ask} an acknowledged write? Select all."
    )
    return pick_many(prompt, [f"W = {w}, R = {r}" for w, r in shown], mistakes, steps)


def _down(dice: Random, difficulty: int) -> Instance | None:
    n = dice.randint(4, 9 + difficulty)
    w, r = dice.sample(range(1, n + 1), 2)
    if dice.random() < 0.25:
        return _needed(dice, n, min(w, r))
    still = "How many replicas may be down at most, so that {} still succeed?"
    questions = [
        (still.format("reads"), n - r, f"A read needs R = {r} answers of {n}: {n - r} may be missing."),
        (still.format("writes"), n - w, f"A write needs W = {w} acknowledgements of {n}: {n - w} may be missing."),
        (
            still.format("reads and writes"),
            n - max(w, r),
            f"The larger of W and R needs {max(w, r)} of {n}: {n - max(w, r)} may be missing.",
        ),
        (
            "How many disks may be lost for good at most, if no acknowledged write may go with them?",
            w - 1,
            f"An acknowledged write may be on {counted(w, 'disk')} only: it survives the loss of {w - 1}.",
        ),
    ]
    ask, answer, step = dice.choice(questions)
    mistakes = {
        str(n - w): "That is what writes can bear.",
        str(n - r): "That is what reads can bear.",
        str(w): "The write may be on just W disks.",
        str(n - min(w, r)): "The larger of W and R decides.",
        str((n - 1) // 2): "That holds for majorities; here W and R are given.",
    }
    prompt = f"A key has N = {n} replicas, each on a disk; strict quorums with W = {w} and R = {r}. {ask}"
    return text(prompt, answer, [Step(step)], mistakes=mistakes)


def _needed(dice: Random, n: int, down: int) -> Instance:
    first, second = dice.sample(("W", "R"), 2)
    most = n - down
    steps = [
        Step(f"With {down} of {n} down, {most} are left, so {first} is at most {most}."),
        Step(f"W + R > {n} needs {second} > {n} - {most}, so {second} is at least {down + 1}."),
    ]
    mistakes = {
        str(down): f"{most} + {down} = {n}: the two sets need not share a replica.",
        str(most): f"That is the largest {first}.",
        str(n // 2 + 1): "A majority is one choice, not always the right one.",
    }
    prompt = (
        f"A key has N = {n} replicas. {'Writes' if first == 'W' else 'Reads'} shall succeed while {down} of them "
        f"{_are(down)} down, and each read shall surely see the latest acknowledged write. What is the smallest "
        f"{second} with which both can hold?"
    )
    return text(prompt, down + 1, steps, mistakes=mistakes)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _may_return(dice: Random, difficulty: int) -> Instance | None:
    names = "ABCDEFG"[: dice.randint(4 + difficulty // 4, 5 + difficulty // 3)]
    values = dice.sample(COLOURS, 3 + (difficulty >= 3))
    times = sorted(dice.sample(range(10, 99), len(values)))
    cells = [Cell(time, value) for time, value in zip(times, dice.sample(values, len(values)), strict=True)]
    held = {name: dice.choice(cells) for name in names}
    down = dice.sample(names, dice.randint(0, 1) if difficulty < 4 else dice.randint(1, 2))
    up = [name for name in names if name not in down]
    r = dice.randint(2, len(up) - 1)
    steps, mistakes, possible = [], {}, []
    present = sorted(set(held.values()), reverse=True)
    for cell in present:
        holders = [name for name in up if held[name] == cell]
        asked = [name for name in up if held[name] <= cell]
        why = f"{cell.value} is only at replicas that are down."
        if holders:
            why = f"{cell.value} ({cell.time}) is returned when nothing newer answers, so none but {listed(asked)}: "
            why += f"{counted(len(asked), 'replica')}, {'enough' if len(asked) >= r else 'too few'} for R = {r}."
        steps.append(Step(why))
        if holders and len(asked) >= r:
            possible.append(cell)
        else:
            mistakes[cell.value] = why
    if len(present) < 3 or not mistakes or (difficulty >= 3 and len(possible) < 2):
        return None
    rows = [("replica", *names), ("value", *(held[name].value for name in names))]
    rows += [("time", *(str(held[name].time) for name in names))]
    if down:
        rows += [("state", *("down" if name in down else "up" for name in names))]
    prompt = (
        f"A read asks any R = {r} replicas that are up and returns the value with the newest time among the answers. "
        "Which values can it return? Select all."
    )
    shown = dice.sample([cell.value for cell in present], len(present))
    return pick_many(prompt, shown, mistakes, steps, listing=table(*rows))


def _stale_sets(dice: Random, difficulty: int) -> Instance | None:
    names = sorted(dice.sample("ABCDEFGHIJKLM", dice.randint(5, min(8, 5 + difficulty))))
    fresh = sorted(dice.sample(names, dice.randint(1, len(names) - 2)))
    down = sorted(dice.sample(names, dice.randint(0, difficulty // 3)))
    up = [name for name in names if name not in down]
    old = [name for name in up if name not in fresh]
    r = dice.randint(2, 3)
    stale, every = comb(len(old), r), comb(len(up), r)
    if not 1 < stale < every or not set(up) & set(fresh):
        return None
    steps = [
        Step(f"Without the write are {listed(old)}: {len(old)} replicas that answer."),
        Step(f"Sets of {r} out of those {len(old)}: {stale}, of {every} sets of {r} out of all that are up."),
    ]
    mistakes = {
        str(every - stale): "Those are the sets with a replica that has the write.",
        str(every): "Those are all sets that can be asked.",
        str(comb(len(names) - len(fresh), r)): "Replicas that are down are not asked.",
        str(len(old)): "That counts the replicas without the write, not the sets.",
    }
    gone = f" {listed(down)} {_are(len(down))} down." if down else ""
    prompt = (
        f"A key has the replicas {listed(names)}. Its latest write has been stored by {listed(fresh)} only.{gone} A "
        f"read asks a set of {r} replicas that are up. How many different sets give a stale answer?"
    )
    return text(prompt, stale, steps, mistakes=mistakes)


def _trace(dice: Random, difficulty: int) -> Instance | None:
    names = "ABCDE"[: 3 + difficulty // 2 - 1]
    w = dice.randint(1 + difficulty // 4, 2 + difficulty // 4)
    values = dice.sample(COLOURS, 4)
    start = Cell(10, values.pop())
    repair = difficulty < 3 or dice.random() < 0.6
    events: list[Write | Read] = []
    for kind in dice.choice(("wrr", "rwr") if difficulty < 3 else ("wrwrr", "wwrr", "wrwrrr", "wwrrr", "wrrwr")):
        if kind == "r":
            events.append(Read("".join(sorted(dice.sample(names, 2)))))
            continue
        reached = dice.randint(1 if difficulty >= 3 else w, len(names) - 1)
        time = (10 * len(events) + 20) if difficulty < 3 else dice.randrange(11, 60)
        stored = "".join(sorted(dice.sample(names, reached)))
        events.append(Write(values.pop(), time, stored, reached < w))
    answers, steps, mixed = replay(names, start, events, repair=repair)
    mistakes = {
        words(replay(names, start, events, repair=True, mistake="undone")[0]): "A write that fails is not undone.",
        words(replay(names, start, events, repair=repair, mistake="last")[0]): "Times decide, not what came last.",
        words(replay(names, start, events, repair=not repair)[0]): "A read that repairs leaves the newest value at "
        "the replicas it asked."
        if repair
        else "Here a read changes nothing.",
    }
    times = [event.time for event in events if isinstance(event, Write)]
    dull = difficulty > 2 and {*mistakes} == {words(answers)}
    if not mixed or dull or len(set(times)) < len(times) or len(set(answers)) < 2:
        return None
    lines = []
    for event in events:
        match event:
            case Write(value, time, stored, failed):
                error = ": error, W not reached" if failed else ""
                lines.append(f"write {value}, time {time}, stored by {listed(stored)}{error}")
            case Read(asks):
                lines.append(f"read {sum(line.startswith('read') for line in lines) + 1} asks {listed(asks)}")
    mended = "; a read writes it back to those it asked" if repair else ""
    prompt = (
        f"Replicas {listed(names)} of a key hold {start.value}, time 10. W = {w}, R = 2. The newest time wins, in a "
        f"replica and in a read{mended}. What do the reads return, in order?"
    )
    return sequence(prompt, answers, steps, "values in order", listing="\n".join(lines), mistakes=mistakes)


def _levels(dice: Random, difficulty: int) -> Instance | None:
    regions = {f"dc{number}": dice.randint(1, 5 - difficulty // 4) for number in range(1, 3 + (difficulty >= 5))}
    here, there = dice.choice(list(regions)), dice.choice(list(regions))
    pairs = [*product(WRITES, READS), ("ONE", "ALL"), ("ALL", "ONE")]
    shown = dice.sample(pairs, 4 + (difficulty >= 4))
    steps, mistakes = [], {}
    for write, read in shown:
        ((group, asked),) = needs(read, regions, there)
        copies, size = fewest(write, regions, here, group), sum(regions[name] for name in group)
        where = f" in {group[0]}" if len(group) == 1 else ""
        sign = ">" if copies + asked > size else "is not above"
        why = f"{write} stores at least {copies} of {size} copies{where}, {read} asks {asked}: "
        why += f"{copies} + {asked} {sign} {size}."
        steps.append(Step(why))
        if copies + asked <= size:
            mistakes[f"write {write}, read {read}"] = why
    if max(regions.values()) < 3 or sum(regions.values()) > 9 or not 0 < len(mistakes) < len(shown) - 1:
        return None
    kept = listed([f"{copies} in {name}" for name, copies in regions.items()])
    prompt = (
        f"Apache Cassandra 5.0 keeps these copies of a row: {kept}. Clients write in {here} and later read in {there}. "
        "With which levels does the read surely see the write before it? Select all."
    )
    return pick_many(prompt, [f"write {write}, read {read}" for write, read in shown], mistakes, steps)


def _hints(dice: Random, difficulty: int) -> Instance | None:
    n = dice.randint(3, difficulty)
    nodes = "ABCDEFGHIJ"[: n + 3]
    turn = dice.randrange(len(nodes))
    walk = nodes[turn:] + nodes[:turn]
    home = walk[:n]
    down = sorted(dice.sample(home, dice.randint(1, min(n - 1, 3))))
    stored = [node for node in walk if node not in down][:n]
    hints = dict(zip([node for node in stored if node not in home], sorted(down, key=walk.index), strict=True))
    delivered = dice.sample(list(hints), dice.randint(0, len(hints) - 1))
    holders = [node for node in home if node in stored or node in [hints[at] for at in delivered]]
    r = n - len(holders) + 1
    steps = [
        Step(
            f"Clockwise from {walk[0]} the first that are up are {listed(stored)}; on {listed(list(hints))} as a hint."
        ),
        Step(
            f"Of its home replicas ({listed(home)}) {listed(holders)} {'holds' if len(holders) == 1 else 'hold'} it"
            + (f", {listed(sorted(hints[at] for at in delivered))} by a delivered hint." if delivered else ".")
        ),
        Step(f"Without it: {n - len(holders)} of {n}. R = {n - len(holders)} + 1 = {r} surely meets a copy."),
    ]
    mistakes = {
        "1": "Not all copies are at the home replicas: some are still hints.",
        str(n // 2 + 1): f"A majority meets every majority, but only {len(holders)} of {n} home replicas have it.",
        str(len(down) + 1): "Hints that were delivered count as copies.",
        str(r - 1): f"{r - 1} can be just the home replicas without it.",
    }
    told = (
        f" {listed(sorted(delivered))} {'has' if len(delivered) == 1 else 'have'} delivered the hint."
        if delivered
        else ""
    )
    prompt = (
        f"Ring {' '.join(nodes)}, then {nodes[0]} again; N = {n}, a key's home starts at {walk[0]}. With "
        f"{listed(down)} down, a sloppy write went to the first {n} that were up. Now all are up.{told} "
        "What is the smallest R, asking home replicas, that surely sees it?"
    )
    return text(prompt, r, steps, mistakes=mistakes)


def _two_reads(dice: Random, difficulty: int) -> Instance | None:
    names = sorted(dice.sample("ABCDEFGHIJKLM", dice.randint(4, 2 + difficulty)))
    has = sorted(dice.sample(names, dice.randint(1, len(names) - 1)))
    n, k, r = len(names), len(has), dice.randint(2, len(names) - 1)
    repair = dice.random() < 0.5
    old = n - k >= r
    copies = max(k, r) if repair else k  # the fewest after a read that returned the new value
    back = n - copies >= r
    if old == back and dice.random() < 0.7:
        return None
    first = f"With the old value: {counted(n - k, 'replica')}, " + (
        f"enough for all {r} that are asked." if old else f"fewer than the {r} asked: each read meets the new value."
    )
    kept = ", those it asked among them" if repair else ", for it has changed nothing"
    second = f"After a read that returned the new value at least {copies} of {n} have it{kept}: " + (
        f"the other {n - copies} can be all {r} asked next."
        if back
        else f"the other {n - copies} cannot be all {r} asked next."
    )
    impossible = {"old, then old": first, "old, then new": first} if not old else {}
    if not back:
        impossible["new, then old"] = second
    mended = "writes it back to all it asked before it answers" if repair else "does not repair anything"
    prompt = (
        f"Replicas {listed(names)}. A write that is still going on has reached {listed(has)}. Meanwhile one client "
        f"reads twice in a row; each read asks any {r}, takes the newest value and {mended}. What can the "
        "client see? Select all."
    )
    orders = ("old, then old", "old, then new", "new, then old", "new, then new")
    return pick_many(prompt, dice.sample(orders, 4), impossible, [Step(first), Step(second)])


KINDS: dict[Kind, int | range] = {
    _settings: range(1, 3), _down: range(1, 4), _may_return: 1, _stale_sets: range(1, 5), _trace: 2, _levels: 3,
    _hints: 4, _two_reads: 4,
}  # fmt: skip
