"""A Kafka consumer group: assignments, and one partition's life from poll to crash."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bequiz.model.instance import Step

Assigned = dict[str, list[str]]  # consumer -> partitions


def by_range(topics: Mapping[str, int], consumers: Sequence[str]) -> Assigned:
    """RangeAssignor: topic by topic, a run of partitions each, the first consumers one more if it does not come out."""
    assigned: Assigned = {consumer: [] for consumer in sorted(consumers)}
    for topic in sorted(topics):
        share, more = divmod(topics[topic], len(assigned))
        first = 0
        for at, consumer in enumerate(assigned):
            size = share + (at < more)
            assigned[consumer] += [f"{topic}-{number}" for number in range(first, first + size)]
            first += size
    return assigned


def round_robin(topics: Mapping[str, int], consumers: Mapping[str, Sequence[str]]) -> Assigned:
    """RoundRobinAssignor: all partitions in order, dealt to the consumers in turn; who has not subscribed is "
    "skipped."""
    members = sorted(consumers)
    assigned: Assigned = {consumer: [] for consumer in members}
    turn = 0
    for topic in sorted(topics):
        for number in range(topics[topic]):
            while topic not in consumers[members[turn % len(members)]]:
                turn += 1
            assigned[members[turn % len(members)]].append(f"{topic}-{number}")
            turn += 1
    return assigned


class Act(NamedTuple):
    """What a consumer does: "poll" so many records, "process" so many, "commit" the position, "mark" an offset."""

    verb: str
    number: int = 0


class Life(NamedTuple):
    """Committed is the offset at which another consumer goes on; `done` and `polled` are the offsets behind."""

    first: int
    committed: int
    done: int
    polled: int
    lines: list[str]
    steps: list[Step]


def live(first: int, acts: Sequence[Act], *, automatic: bool = False) -> Life:
    """A consumer that starts at a committed offset and crashes after its acts."""
    committed = done = polled = first
    lines: list[str] = []
    steps: list[Step] = []
    for verb, number in acts:
        match verb:
            case "poll":
                if automatic and polled > committed:
                    committed = polled
                    steps.append(Step(f"This `poll()` commits the end of the last one: {committed}."))
                lines.append(f"poll() returns {polled} to {polled + number - 1}")
                polled += number
            case "process":
                lines.append(f"it processes {done}" + (f" to {done + number - 1}" if number > 1 else ""))
                done += number
            case "commit":
                committed = polled
                lines.append("commitSync()")
                steps.append(Step(f"`commitSync()` commits the end of the last poll: {committed}."))
            case _:
                committed = number
                lines.append(f"commitSync(offset {number})")
                steps.append(Step(f"Offset {committed} is committed: the next consumer starts with that very record."))
    return Life(first, committed, done, polled, [*lines, "it crashes"], steps)
