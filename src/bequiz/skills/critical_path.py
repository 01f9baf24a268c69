"""The critical path of a request: which spans and steps it leads through, what speeding one of them up would save.

The path through a trace is found as in CRISP (Zhang et al., USENIX ATC 2022, §3): from the end of the root backwards
into the child that ended last, then on from that child's start; see also Eaton et al., "Distributed Latency Profiling
through Critical Path Tracing" (ACM Queue 20(1), 2022). A child that outlives its parent, as spans of OpenTelemetry may,
is one that nobody waits for (CRISP cuts it off at the parent's end). Longest path and slack of steps that wait for one
another: Kelley and Walker, "Critical-Path Planning and Scheduling" (Eastern Joint Computer Conference, 1959).
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, listed, pick, pick_many, sequence, table, text, words
from bequiz.skills._spans import Part, Span, Task, critical, ends, shown, tasks, trace

TITLE = "The critical path of a trace"
VERSION = 1
WAITS = "A trace, in ms; a span waits for those of its children that end before it."


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _traced(dice: Random, difficulty: int) -> tuple[list[Span], list[Part]] | None:
    groups = [dice.randint(1, 3) for _ in range(2 + difficulty // 4)]
    spans = trace(
        dice, groups, dice.randint(0, 1 + (difficulty >= 3)), 1 if difficulty >= 4 and dice.random() < 0.6 else 0
    )
    if not 4 <= len(spans) <= 6 + difficulty // 2 or len({span.end for span in spans}) < len(spans):
        return None
    return spans, critical(spans)


def _backwards(parts: list[Part]) -> list[Step]:
    return [Step(f"{part.start} to {part.end}: {part.span}, {part.end - part.start} ms.") for part in reversed(parts)]


def _on_path(dice: Random, difficulty: int) -> Instance | None:
    if not (drawn_trace := _traced(dice, difficulty)):
        return None
    spans, parts = drawn_trace
    on = {part.span for part in parts}
    off = {}
    for span in spans[1:]:
        parent = next(other for other in spans if other.name == span.parent)
        if span.name in on:
            continue
        if span.end > parent.end:
            off[span.name] = f"{span.name} ends after {parent.name}, which does not wait for it."
        elif parent.name not in on:
            off[span.name] = f"{span.name} lies within {parent.name}, which is not on the path."
        else:
            off[span.name] = f"{span.name} ends at {span.end}, while another child of {parent.name} still runs."
    if len(off) < 1 + (difficulty >= 2) or len(off) == len(spans) - 1:
        return None
    steps = [Step("From the end of the root backwards, each time into the child that ended last:"), *_backwards(parts)]
    steps += [Step(why) for why in off.values()]
    prompt = f"{WAITS} Which of these spans are on the critical path of root? Select all."
    options = dice.sample([span.name for span in spans[1:]], len(spans) - 1)
    return pick_many(prompt, options, off, steps, listing=shown(spans))


def _own(dice: Random, difficulty: int) -> Instance | None:
    if not (drawn_trace := _traced(dice, max(difficulty, 3))):
        return None
    spans, _ = drawn_trace
    span = dice.choice([span for span in spans if any(child.parent == span.name for child in spans)])
    children = [child for child in spans if child.parent == span.name]
    busy = sorted({at for child in children for at in range(child.start, min(child.end, span.end))})
    own, total = span.end - span.start - len(busy), sum(child.end - child.start for child in children)
    if own <= 0 or (difficulty >= 2 and total == len(busy)):
        return None
    stretches = [at for at in busy if at - 1 not in busy], [at + 1 for at in busy if at + 1 not in busy]
    runs = [f"{start} to {end}" for start, end in zip(*stretches, strict=True)]
    steps = [
        Step(f"Some child of {span.name} runs from {listed(runs)}: {len(busy)} ms."),
        Step(f"{span.end} - {span.start} - {len(busy)} = {own} ms."),
    ]
    mistakes = {
        str(span.end - span.start - total): "Children that run at the same time count once.",
        str(span.end - span.start): "That is the whole span.",
        str(len(busy)): "That is the time of its children.",
    }
    mistakes = {wrong: why for wrong, why in mistakes.items() if int(wrong) >= 0}
    prompt = (
        f"A trace, in ms. What is the self time of {span.name}: how long does it run without any of its "
        "children running?"
    )
    return text(prompt, own, steps, listing=shown(spans), unit="ms", mistakes=mistakes)


def _share(dice: Random, difficulty: int) -> Instance | None:
    if not (drawn_trace := _traced(dice, difficulty)):
        return None
    spans, parts = drawn_trace
    span = dice.choice([span for span in spans if any(part.span == span.name for part in parts)])
    mine = [part for part in parts if part.span == span.name]
    answer = sum(part.end - part.start for part in mine)
    if answer == span.end - span.start or (len(mine) < 2 and dice.random() < 0.5):
        return None
    steps = _backwards(parts)
    if len(mine) > 1:
        steps.append(
            Step(f"{span.name}: {' + '.join(str(part.end - part.start) for part in reversed(mine))} = {answer} ms.")
        )
    covered = {at for child in spans if child.parent == span.name for at in range(child.start, child.end)}
    mistakes = {
        str(span.end - span.start): "While a child is on the path, the span itself only waits.",
        str(len(set(range(span.start, span.end)) - covered)): "What matters is the child on the path, not every child.",
    }
    prompt = (
        f"{WAITS} The critical path of root leads at each moment through one span. For how many ms does it "
        f"lead through {span.name} "
        "itself?"
    )
    return text(prompt, answer, steps, listing=shown(spans), unit="ms", mistakes=mistakes)


def _sequence(dice: Random, difficulty: int) -> Instance | None:
    if not (drawn_trace := _traced(dice, difficulty)):
        return None
    spans, parts = drawn_trace
    names = [part.span for part in parts]
    if not 4 <= len(names) <= 9 or len(set(names)) == len(spans):
        return None
    steps = [Step(f"{part.start} to {part.end}: {part.span}.", part.span) for part in parts]
    steps.insert(0, Step("Found from the end backwards, told from the beginning:"))
    every = [span.name for span in spans]
    mistakes = {
        words(every): "Not every span is on it.",
        words(list(dict.fromkeys(names))): "A span is named again when the path comes back to it.",
    }
    prompt = (
        f"{WAITS} Through which spans does the critical path of root lead, from 0 to the end? Name a span "
        "again when the path comes back "
        "to it."
    )
    return sequence(prompt, names, steps, "spans in order", listing=shown(spans), mistakes=mistakes)


def _listing(steps: list[Task]) -> str:
    rows = ((task.name, task.takes, " ".join(task.after) or "-") for task in steps)
    return table(("step", "ms", "waits for"), *rows)


def _done(steps: list[Task], changed: dict[str, int] | None = None) -> list[Step]:
    done = ends(steps, changed)
    told = []
    for name, takes, after in steps:
        own = (changed or {}).get(name, takes)
        begins = done[name] - own
        last = f" after {max(after, key=done.__getitem__)}" if after else ""
        told.append(Step(f"{name} starts at {begins}{last} and is done at {done[name]}."))
    return told


RULE = "A request consists of these steps; each starts as soon as all it waits for are done."


def _total(dice: Random, difficulty: int) -> Instance | None:
    steps = tasks(dice, 4 + difficulty)
    done = ends(steps)
    total = max(done.values())
    last = steps[-1]
    chain = [last.name]
    by_name = {task.name: task for task in steps}
    while by_name[chain[0]].after:
        chain.insert(0, max(by_name[chain[0]].after, key=done.__getitem__))
    if len(steps) - len(chain) < 1 + (difficulty >= 3) or len(set(done.values())) < len(done):
        return None
    greedy = [last.name]
    while by_name[greedy[0]].after:
        greedy.insert(0, max(by_name[greedy[0]].after, key=lambda name: by_name[name].takes))
    wrong = sum(by_name[name].takes for name in greedy)
    if dice.random() < 0.5:
        mistakes = {
            str(sum(task.takes for task in steps)): "Steps that do not wait for one another run at the same time.",
            str(wrong): "The longest step before is not always the last to be done.",
        }
        return text(
            f"{RULE} After how many ms is the last one done?",
            total,
            _done(steps),
            listing=_listing(steps),
            unit="ms",
            mistakes=mistakes,
        )
    told = [*_done(steps), Step("Backwards from the last one, each time to the one that was done last:")]
    told += [Step(f"{name}, done at {done[name]}.", name) for name in chain]
    mistakes = {words(greedy): "Not the longest one before counts, but the one that is done last."}
    return sequence(
        f"{RULE} What is the critical path, from the first step to the last?",
        chain,
        told,
        "steps in order",
        listing=_listing(steps),
        mistakes=mistakes,
    )


def _slack(dice: Random, difficulty: int) -> Instance | None:
    steps = tasks(dice, 4 + difficulty // 2)
    done, total = ends(steps), max(ends(steps).values())
    latest = dict.fromkeys(done, total)
    for name, takes, after in reversed(steps):
        for other in after:
            latest[other] = min(latest[other], latest[name] - takes)
    task = dice.choice(steps)
    slack = latest[task.name] - done[task.name]
    if slack == 0 and dice.random() < 0.9:
        return None
    waiting = [other for other in steps if task.name in other.after]
    told = _done(steps)
    told.append(
        Step(
            f"{task.name} is done at {done[task.name]}; it has to be done by {latest[task.name]}, or the end, "
            f"{total}, moves."
        )
    )
    told.append(Step(f"{latest[task.name]} - {done[task.name]} = {slack} ms."))
    near = min((done[other.name] - other.takes - done[task.name] for other in waiting), default=0)
    mistakes = {
        str(near): "What waits for it may have time to spare as well.",
        str(total - done[task.name]): "What waits for it takes its time, too.",
        str(slack + task.takes): "That includes what it takes already.",
    }
    prompt = f"{RULE} How many ms longer may {task.name} take at most, so that the request takes no longer?"
    return text(prompt, slack, told, listing=_listing(steps), unit="ms", mistakes=mistakes)


def _faster(dice: Random, difficulty: int) -> Instance | None:
    steps = tasks(dice, 4 + difficulty // 2)
    total = max(ends(steps).values())
    task = (
        dice.choice([task for task in steps if task.takes >= 30])
        if any(task.takes >= 30 for task in steps)
        else steps[0]
    )
    less = dice.randint(task.takes // 3, task.takes - 5)
    changed = {task.name: task.takes - less}
    after = max(ends(steps, changed).values())
    if not 0 < total - after < less and dice.random() < 0.85:
        return None
    told = [*_done(steps, changed), Step(f"Before it was {total}; {total - after} of {less} ms are saved: {after}.")]
    mistakes = {
        str(total - less): "Another path takes longer from some point on.",
        str(total): "It is on the critical path, so something is saved.",
    }
    prompt = f"{RULE} Now they take {total} ms. {task.name} becomes {less} ms faster. How many ms do they take then?"
    return text(prompt, after, told, listing=_listing(steps), unit="ms", mistakes=mistakes)


def _best(dice: Random, difficulty: int) -> Instance | None:
    steps = tasks(dice, 5 + difficulty // 3)
    total = max(ends(steps).values())
    saved = {task.name: total - max(ends(steps, {task.name: task.takes // 2}).values()) for task in steps}
    ranked = sorted(saved, key=saved.__getitem__, reverse=True)
    longest = max(steps, key=lambda task: task.takes).name
    shown_ones = [ranked[0], *dice.sample(ranked[1:], 3)]
    if saved[ranked[0]] == saved[ranked[1]] or (ranked[0] == longest and dice.random() < 0.8):
        return None
    if longest not in shown_ones:
        shown_ones[-1] = longest
    wrong = {name: f"Halving {name} saves {saved[name]} ms." for name in shown_ones[1:] if name != ranked[0]}
    told = [*_done(steps), *(Step(f"Halving {name} saves {saved[name]} ms.") for name in shown_ones)]
    prompt = f"{RULE} One of them can be made twice as fast. Which one makes the request fastest?"
    return pick(dice, prompt, ranked[0], wrong, told, listing=_listing(steps))


KINDS: dict[Kind, int | range] = {
    _on_path: 1, _total: range(1, 4), _own: range(1, 4), _share: 2, _slack: 3, _sequence: 3, _best: 3, _faster: 4,
}  # fmt: skip
