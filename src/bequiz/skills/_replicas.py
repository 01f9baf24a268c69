"""Replicas of one key: writes that reach some of them, reads that ask some of them, and Cassandra's levels."""

from collections.abc import Sequence
from typing import NamedTuple

from bequiz.model.instance import Step
from bequiz.skills._forms import listed

Regions = dict[str, int]  # copies a datacentre
READS = ("ONE", "TWO", "LOCAL_QUORUM", "QUORUM")
WRITES = (*READS, "EACH_QUORUM")


class Write(NamedTuple):
    value: str
    time: int
    stored: str  # the replicas it reaches, a letter each
    failed: bool = False


class Read(NamedTuple):
    asks: str


class Cell(NamedTuple):
    time: int
    value: str


def replay(
    names: str, start: Cell, events: Sequence[Write | Read], *, repair: bool, mistake: str = ""
) -> tuple[list[str], list[Step], int]:
    """What the reads return, in order, and how many of them met different values.

    By a mistake, failed writes are undone or what comes last is newest.
    """
    held = dict.fromkeys(names, start)
    answers, steps, mixed = [], [], 0
    for turn, event in enumerate(events):
        match event:
            case Write(value, time, stored, failed):
                if failed and mistake == "undone":
                    continue
                new = Cell(turn + 1000 if mistake == "last" else time, value)
                late = [name for name in stored if held[name].time > new.time]
                held |= {name: new for name in stored if name not in late}
                kept = f"; {listed(late)} keep{'s' * (len(late) == 1)} what is newer" if late else ""
                stays = ", and stays there in spite of the error" if failed else ""
                steps.append(Step(f"{value}, time {time}, is at {listed(stored)}{kept}{stays}."))
            case Read(asks):
                newest = max(held[name] for name in asks)
                behind = [name for name in asks if held[name] != newest]
                mixed += bool(behind)
                was = dict(held)
                if repair:
                    held |= dict.fromkeys(asks, newest)
                answers.append(newest.value)
                seen = listed([f"{name} {was[name].value}" for name in asks])
                mended = f"; {listed(behind)} now hold{'s' * (len(behind) == 1)} it too" if behind and repair else ""
                steps.append(Step(f"Read {len(answers)} asks {seen}: {newest.value} is newest{mended}.", newest.value))
    return answers, steps, mixed


def fewest(level: str, regions: Regions, home: str, group: Sequence[str]) -> int:
    """The fewest copies that an acknowledged write of a level, made in `home`, has in a group of datacentres."""
    return sum(
        max(0, count - sum(regions[name] for name in among if name not in group))
        for among, count in needs(level, regions, home)
    )


def needs(level: str, regions: Regions, home: str) -> list[tuple[list[str], int]]:
    """How many replicas among which datacentres a level waits for."""
    every, total = list(regions), sum(regions.values())
    match level:
        case "LOCAL_QUORUM":
            return [([home], regions[home] // 2 + 1)]
        case "EACH_QUORUM":
            return [([name], copies // 2 + 1) for name, copies in regions.items()]
        case _:
            return [(every, {"ONE": 1, "TWO": 2, "QUORUM": total // 2 + 1, "ALL": total}[level])]
