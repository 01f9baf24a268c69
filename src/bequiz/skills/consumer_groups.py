"""Kafka consumer groups: who gets which partitions, what moves at a rebalance, what is redelivered or lost at a crash.

The assignors are those of the Java client of Apache Kafka 4.0 (Javadoc of RangeAssignor, RoundRobinAssignor and
CooperativeStickyAssignor; members in the order of their ids), without racks. A committed offset is that of the next
record to read; commitSync() commits the position, and auto-commit does so within poll() (Javadoc of KafkaConsumer,
"Offsets and Consumer Position", "Detecting Consumer Failures"; configuration max.poll.records, max.poll.interval.ms).
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, counted, drawn, listed, sequence, table, text, words
from bequiz.skills._groups import Act, by_range, live, round_robin

TITLE = "A Kafka consumer group: assignment and redelivery"
VERSION = 1
TOPICS = (
    "alerts",
    "bills",
    "carts",
    "clicks",
    "events",
    "jobs",
    "mails",
    "orders",
    "prices",
    "stock",
    "users",
    "visits",
)


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _topics(dice: Random, number: int, least: int, most: int) -> dict[str, int]:
    return {topic: dice.randint(least, most) for topic in sorted(dice.sample(TOPICS, number))}


def _consumers(dice: Random, number: int) -> list[str]:
    return sorted(dice.sample([f"c{at}" for at in range(1, 10)], number))


def _named(topics: dict[str, int]) -> str:
    return listed([f"`{topic}` with {counted(partitions, 'partition')}" for topic, partitions in topics.items()])


def _shares(dice: Random, difficulty: int) -> Instance | None:
    topics = _topics(dice, 1 + (difficulty >= 2) + (difficulty >= 4), 2, 15 if difficulty == 1 else 9)
    consumers = _consumers(dice, dice.randint(3, 4 + difficulty // 3))
    parts = [len(got) for got in by_range(topics, consumers).values()]
    total = sum(topics.values())
    even = [total // len(consumers) + (at < total % len(consumers)) for at in range(len(consumers))]
    if len(set(parts)) == 1 or (difficulty >= 2 and parts == even):
        return None
    each = {consumer: [0] * len(topics) for consumer in consumers}
    for at, topic in enumerate(topics):
        for consumer, got in by_range({topic: topics[topic]}, consumers).items():
            each[consumer][at] = len(got)
    steps = []
    for topic, partitions in topics.items():
        share, more = divmod(partitions, len(consumers))
        rest = f", 1 more for the first{f' {more}' * (more > 1)}" if more else ""
        steps.append(Step(f"{topic}: {partitions} for {len(consumers)} consumers: {share} each{rest}."))
    for name, sizes in each.items():
        terms = f"{' + '.join(map(str, sizes))} = " if len(sizes) > 1 else ""
        steps.append(Step(f"{name}: {terms}{sum(sizes)}.", str(sum(sizes))))
    mistakes = {
        words(even): "RangeAssignor deals topic by topic, so the first consumers get the surplus of each.",
        words(even[::-1]): "The surplus goes to the first consumers.",
        words(parts[::-1]): "The surplus goes to the first consumers.",
    }
    prompt = (
        f"Kafka 4.0, RangeAssignor. Consumers {listed(consumers)} of a group all subscribe to {_named(topics)}. How "
        "many "
        f"partitions does each get, from {consumers[0]} on?"
    )
    return sequence(prompt, parts, steps, "numbers of partitions", mistakes=mistakes)


def _mine(dice: Random, difficulty: int) -> Instance | None:
    topics = _topics(dice, 1, 5, 15) if difficulty == 1 else _topics(dice, 2, 2, 7)
    names = _consumers(dice, dice.randint(2, 4))
    robin = difficulty >= 2 and dice.random() < 0.6
    alone = dice.choice(names) if robin and difficulty >= 4 else ""  # subscribes to the first topic only
    consumers = {name: list(topics)[: 1 if name == alone else 2] for name in names}
    assigned = round_robin(topics, consumers) if robin else by_range(topics, names)
    me = dice.choice(names)
    got = assigned[me]
    if not 2 <= len(got) <= 4:
        return None
    steps = []
    if robin:
        order = [f"{topic}-{number}" for topic in topics for number in range(topics[topic])]
        owner = {part: name for name, parts in assigned.items() for part in parts}
        steps += [Step(f"{part} to {owner[part]}.", part if owner[part] == me else "") for part in order]
        others = by_range(topics, names)[me]
    else:
        for topic in topics:
            dealt = by_range({topic: topics[topic]}, names)
            steps.append(Step(f"{topic} in runs: {listed([f'{name} {len(run)}' for name, run in dealt.items()])}."))
            steps += [Step(f"{part} falls to {me}.", part) for part in dealt[me]]
        others = round_robin(topics, consumers)[me]
    mistakes = {words(others): f"That is {'RangeAssignor' if robin else 'RoundRobinAssignor'}."}
    mistakes[words([f"{part.split('-')[0]}-{int(part.split('-')[1]) + 1}" for part in got])] = (
        "Partitions count from 0."
    )
    who = f"{listed(names)} subscribe to" if len(names) > 1 else ""
    apart = f"; {alone} only to `{next(iter(topics))}`" if alone else ""
    prompt = (
        f"Kafka 4.0, {'RoundRobinAssignor' if robin else 'RangeAssignor'}. In a group {who} {_named(topics)}{apart}. "
        "Which "
        f"partitions does {me} get? Write them like `{next(iter(topics))}-0`, in order."
    )
    return sequence(prompt, got, steps, "partitions", mistakes=mistakes)


def _moved(dice: Random, difficulty: int) -> Instance | None:
    partitions, number = dice.randint(6, 16), dice.randint(3, 4)
    names = [f"c{at}" for at in range(1, number + 1)]
    leaves = dice.random() < 0.5
    changed = dice.choice(names) if leaves else f"c{number + 1}"
    old = by_range({"t": partitions}, names)
    new = by_range({"t": partitions}, [name for name in names if name != changed] if leaves else [*names, changed])
    owner = {part: name for name, parts in old.items() for part in parts}
    runs = sum(owner[part] != name for name, parts in new.items() for part in parts)
    fewest = len(old[changed]) if leaves else partitions // (number + 1)
    if runs == fewest:
        return None
    sticky = difficulty >= 4 and dice.random() < 0.5
    if sticky and leaves:
        steps = [f"{changed} had {_span(old[changed])}; the others keep theirs: {fewest} have to move."]
    elif sticky:
        steps = [
            f"{partitions} partitions for {number + 1} consumers: the newcomer gets {partitions} // {number + 1} = "
            f"{fewest}.",
            f"The others keep the rest: {fewest} have to move.",
        ]
    else:
        steps = [
            f"{name}: {_span(old.get(name, []))} before, {_span(new.get(name, []))} then."
            for name in sorted({*old, *new})
        ]
        steps.append(f"Partitions with another owner than before: {runs}.")
    mistakes = {
        str(partitions): "All are revoked for a moment under the eager protocol, but some come back to their owner."
        if not sticky
        else "A cooperative rebalance revokes only what has to move.",
        str(runs): "RangeAssignor would move as many; a sticky one moves as few as possible.",
        str(fewest): "A sticky assignor would move as few; RangeAssignor starts from nothing.",
    }
    assignor = "CooperativeStickyAssignor, and afterwards as evenly as before" if sticky else "RangeAssignor"
    prompt = (
        f"Kafka 4.0: {listed(names)} share a topic of {partitions} partitions, "
        f"{listed(list(map(_span, old.values())))} in this "
        f"order. Then {changed} {'leaves' if leaves else 'joins'}. The group uses {assignor}. How many partitions "
        "change "
        "their owner?"
    )
    return text(prompt, fewest if sticky else runs, [Step(step) for step in steps], mistakes=mistakes)


def _span(parts: list[str]) -> str:
    numbers = [int(part.split("-")[1]) for part in parts]
    return f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 1 else str(numbers[0]) if numbers else "-"


def _again(dice: Random, difficulty: int) -> Instance | None:
    rows, steps, twice, lag = [], [], [], []
    for number in range(2 + (difficulty >= 2)):
        committed = dice.randint(100, 900)
        last = committed + dice.randint(-1, 5)
        end = last + dice.randint(1, 9)
        rows.append((f"p{number}", committed, last, end))
        twice.append(last + 1 - committed)
        lag.append(end - committed)
    behind = dice.random() < 0.4
    for (name, committed, last, end), repeated, left in zip(rows, twice, lag, strict=True):
        if behind:
            steps.append(Step(f"{name}: {end} - {committed} = {left}."))
        elif repeated:
            steps.append(
                Step(
                    f"{name}: the next consumer starts with {committed}, so {committed} to {last} come again: "
                    f"{repeated}."
                )
            )
        else:
            steps.append(Step(f"{name}: the next consumer starts with {committed}, which is new: 0."))
    total = sum(lag if behind else twice)
    steps.append(Step(f"Together {total}."))
    if sum(twice) < 2:
        return None
    mistakes = {
        str(
            sum(row[2] - row[1] for row in rows)
        ): "The committed offset is that of the next record to read, so it comes again, too.",
        str(sum(row[3] - row[2] for row in rows)): "What counts is the committed offset, not what was processed.",
        str(sum(row[3] - row[2] - 1 for row in rows)): "Those have not been processed at all.",
        str(total + len(rows)): "The log end is the offset that the next record will get."
        if behind
        else "The record before the committed offset does not come again.",
    }
    listing = table(("partition", "committed", "last processed", "log end"), *rows)
    prompt = (
        "A Kafka consumer group, in the state shown (offsets). What is its total lag as `kafka-consumer-groups` "
        "shows it?"
        if behind
        else "A Kafka consumer crashes in the state shown (offsets). How many records will be processed a second time?"
    )
    return text(prompt, total, steps, listing=listing, mistakes=mistakes)


def _crash(dice: Random, difficulty: int) -> Instance | None:
    first = dice.randint(40, 900)
    automatic = dice.random() < 0.4
    acts, polled, done = [], 0, 0
    for turn in range(1 + (difficulty >= 3) + (dice.random() < 0.5)):
        size = dice.randint(4, 9)
        acts.append(Act("poll", size))
        early = not automatic and dice.random() < 0.35
        if early:
            acts.append(Act("commit"))
        share = size if turn < 1 + (difficulty >= 3) - 1 or dice.random() < 0.3 else dice.randint(1, size - 1)
        share = polled + size - done if share == size else share
        acts.append(Act("process", share))
        done += share
        polled += size
        if not automatic and not early and dice.random() < 0.6:
            exact = dice.random() < 0.6 or done < polled
            acts.append(Act("mark", first + done - (dice.random() < 0.3)) if exact else Act("commit"))
        if done < polled:
            break
    life = live(first, acts, automatic=automatic)
    again, lost = max(0, life.done - life.committed), max(0, life.committed - life.done)
    usual = "lost" if lost else dice.choice(("again", "again", "start"))
    asked = usual if dice.random() < 0.9 else {"lost": "again", "again": "lost", "start": "start"}[usual]
    answer = {"again": again, "lost": lost, "start": life.committed}[asked]
    if life.done == first or life.committed == first or not again + lost or (lost and difficulty < 2):
        return None
    begin = Step(f"The last committed offset is {life.committed}; {life.first} to {life.done - 1} have been processed.")
    ends = {
        "again": f"From {life.committed} up to {life.done - 1} comes again: {again}."
        if again
        else "So nothing comes again: 0.",
        "lost": f"From {life.done} up to {life.committed - 1} is skipped: {lost}."
        if lost
        else "So nothing is skipped: 0.",
        "start": f"The next consumer goes on at {life.committed}.",
    }
    next_record = "A committed offset is that of the next record to read."
    mistakes = {
        "again": {
            str(life.done - first): "Not all of them: something was committed on the way.",
            str(life.polled - life.committed): "Records that were polled but not processed are not processed twice.",
            str(max(0, again - 1)): next_record,
            str(again + 1): next_record,
        },
        "lost": {
            str(again): "Those are processed twice.",
            str(life.polled - life.done): "What is not committed is polled again by the next consumer.",
            str(max(0, lost - 1)): next_record,
            str(lost + 1): next_record,
        },
        "start": {
            str(life.done): "Where it stood does not count, only what it committed.",
            str(life.polled): "Polling alone commits nothing.",
            str(life.committed - 1): next_record,
            str(life.committed + 1): next_record,
        },
    }[asked]
    ask = {
        "again": "How many records are processed twice?",
        "lost": "How many records are never processed?",
        "start": "With which offset does the next consumer start?",
    }[asked]
    mode = "auto-commit, which commits in each `poll()`" if automatic else "no auto-commit"
    prompt = (
        f"A Kafka consumer alone on a partition, committed offset {first}, {mode}. Another consumer takes over "
        f"after its crash. {ask}"
    )
    return text(
        prompt, answer, [*life.steps, begin, Step(ends[asked])], listing="\n".join(life.lines), mistakes=mistakes
    )


def _batch(dice: Random, difficulty: int) -> Instance | None:
    work = dice.randrange(30, 400, 10)
    limit, pause = dice.randrange(30, 300, 5), dice.randint(2, 15) if difficulty >= 2 else 0
    most, left = (limit - pause) * 1000 // work, limit - pause
    if left * 1000 % work == 0:
        return None
    steps = [Step(f"Between two polls {limit} s are allowed" + (f", {left} s of them for records." if pause else "."))]
    steps.append(Step(f"{left * 1000} ms / {work} ms = {left * 1000 / work:.1f}, so at most {most} records."))
    mistakes = {
        str(most + 1): "That takes a little too long.",
        str(limit * 1000 // work): "What comes after the records counts, too.",
    }
    also = f" and {pause} s more for each batch" if pause else ""
    prompt = (
        f"A Kafka consumer needs {work} ms for each record{also}; `max.poll.interval.ms` is {limit * 1000}. What is "
        "the largest "
        "`max.poll.records` with which it stays in its group?"
    )
    return text(prompt, most, steps, mistakes=mistakes)


def _late(dice: Random, difficulty: int) -> Instance | None:
    first, size, every = (
        dice.randint(40, 900),
        dice.randrange(30, 60 + 10 * difficulty, 5),
        dice.choice((4, 5, 6, 8, 10)),
    )
    work, limit = dice.randint(3, 12), dice.choice((120, 180, 300))
    kept = [number for number in range(every, size + 1, every) if number * work < limit]
    late = [number for number in range(every, size + 1, every) if number * work > limit]
    if not kept or not late or limit % (every * work) == 0:
        return None
    start = first + kept[-1]
    steps = [
        Step(f"Only poll() shows that it makes progress: {limit} s after the poll it is out of the group."),
        Step(
            f"{every} records take {every * work} s: the last commit in time is that of {start}, after "
            f"{kept[-1] * work} s."
        ),
        Step(
            f"The next, of {first + late[0]}, comes after {late[0] * work} s and fails: the next owner starts with "
            f"{start}."
        ),
    ]
    mistakes = {
        str(first): "The commits before that count.",
        str(start - 1): "The committed offset is that of the next record to read.",
        str(first + size): "Commits do not keep it in the group, polls do.",
        str(first + late[0]): "That commit comes too late and fails.",
        str(first + limit // work): "What is processed but not committed does not count.",
    }
    answer, ask = start, "With which offset does the next owner of the partition start?"
    if dice.random() < 0.5:
        answer, ask = size - kept[-1], "How many of these records does the next owner of the partition get?"
        steps.append(Step(f"It gets {start} to {first + size - 1}: {answer} of them."))
        mistakes = {
            str(size): "The commits before that count.",
            str(size - late[0]): "That commit comes too late and fails.",
            str(size - limit // work): "What is processed but not committed comes again.",
            "0": "Commits do not keep it in the group, polls do.",
        }
    prompt = (
        f"A Kafka consumer polls {size} records from offset {first} on, {work} s of work each. After every {every} "
        "it calls "
        f"`commitSync` with the offset it has reached. `max.poll.interval.ms` is {limit * 1000}; at a commit that "
        "fails it "
        f"stops. {ask}"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


KINDS: dict[Kind, int | range] = {
    _shares: 1, _mine: 1, _again: range(1, 4), _crash: 1, _batch: range(2, 5), _moved: 3,
    _late: 4,
}  # fmt: skip
