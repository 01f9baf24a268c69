"""Processes, their events and messages, and the clocks that the events get."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

Clock = tuple[int, ...]


class Event(NamedTuple):
    name: str
    process: int
    verb: str = ""  # "sends", "receives" or nothing
    message: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.verb} {self.message}".strip()


def diagram(dice: Random, processes: int, count: int) -> list[Event]:
    """Events in an order in which they may have happened, named process by process; each message sent is received.

    No events if a process would have fewer than two or a message none to receive it.
    """
    made: list[Event] = []
    flying: list[tuple[str, int]] = []
    sent = 0
    for left in range(count, 0, -1):
        process = dice.randrange(processes)
        arriving = [message for message in flying if message[1] != process]
        if arriving and (left <= len(flying) or dice.random() < 0.5):
            message = dice.choice(arriving)
            flying.remove(message)
            made.append(Event("", process, "receives", message[0]))
        elif left > len(flying) + 1 and dice.random() < 0.6:
            sent += 1
            flying.append((f"m{sent}", process))
            made.append(Event("", process, "sends", f"m{sent}"))
        else:
            made.append(Event("", process))
    by_process = sorted(range(count), key=lambda at: (made[at].process, at))
    names = {at: "abcdefghijklmnop"[place] for place, at in enumerate(by_process)}
    few = any(sum(event.process == process for event in made) < 2 for process in range(processes))
    return [] if flying or few else [event._replace(name=names[at]) for at, event in enumerate(made)]


def clocks(events: Sequence[Event], processes: int, faults: dict[str, str] | None = None) -> dict[str, Clock]:
    """The vector clock of each event; by a fault of an event it does not count itself, or does not merge."""
    now = [[0] * processes for _ in range(processes)]
    carried: dict[str, list[int]] = {}
    given: dict[str, Clock] = {}
    for event in events:
        fault = (faults or {}).get(event.name, "")
        own = now[event.process]
        if event.verb == "receives" and fault != "keeps":
            came = carried[event.message]
            merge = {"copies": lambda _, theirs: theirs, "adds": int.__add__}.get(fault, max)
            own[:] = [merge(mine, theirs) for mine, theirs in zip(own, came, strict=True)]
        own[event.process] += fault != "stays"
        if event.verb == "sends":
            carried[event.message] = list(own)
        given[event.name] = tuple(own)
    return given


def lamport(events: Sequence[Event]) -> dict[str, int]:
    """Lamport's number of each event: 1 more than the largest it knows of."""
    numbers: dict[str, int] = {}
    for at, event in enumerate(events):
        known = [numbers[one.name] for one in events[:at] if one.process == event.process]
        known += [numbers[one.name] for one in events[:at] if event.verb == "receives" and one.message == event.message]
        numbers[event.name] = 1 + max(known, default=0)
    return numbers


def covers(one: Clock, other: Clock) -> bool:
    """Whether one clock is at least the other in every entry."""
    return all(mine >= theirs for mine, theirs in zip(one, other, strict=True))


def relation(one: Clock, other: Clock) -> str:
    """How the event of one clock stands to another event: "before", "after" or "concurrent"."""
    return "before" if covers(other, one) else "after" if covers(one, other) else "concurrent"


def path(events: Sequence[Event], first: str, last: str) -> str:
    """A shortest chain from one event to a later one, in words."""
    named = {event.name: event for event in events}
    chains = [[first]]
    while chains[0][-1] != last:
        chain = chains.pop(0)
        at = named[chain[-1]]
        later = [one.name for one in events[events.index(at) + 1 :] if one.process == at.process][:1]
        if at.verb == "sends":
            later.append(next(one.name for one in events if one.message == at.message and one.verb == "receives"))
        chains += [[*chain, name] for name in later]
    return " → ".join(chains[0])


def rows(events: Sequence[Event], processes: int) -> str:
    """The events of each process, in order."""
    return "\n".join(
        f"P{number + 1}:  " + ",  ".join(str(event) for event in events if event.process == number)
        for number in range(processes)
    )


def shown(clock: Clock) -> str:
    return f"[{' '.join(map(str, clock))}]"
