"""Raft: logs as the terms of their entries, index 1 first; what a follower accepts, who can lead, what is committed."""

from collections.abc import Collection, Mapping, Sequence
from random import Random

from bequiz.skills._forms import table

Log = tuple[int, ...]
Logs = dict[str, Log]


def majority(servers: int) -> int:
    return servers // 2 + 1


def replicated(match: Sequence[int]) -> int:
    """The highest index that a majority has, from the highest one of each server, the leader's among them."""
    return sorted(match, reverse=True)[majority(len(match)) - 1]


def committed(log: Log, term: int, match: Sequence[int], before: int) -> int:
    """commitIndex of a leader: what a majority has counts if that entry is of the leader's own term."""
    index = replicated(match)
    return index if index > before and log[index - 1] == term else before


def matches(log: Log, index: int, term: int) -> bool:
    """Whether a follower has the entry before the new ones."""
    return index == 0 or (len(log) >= index and log[index - 1] == term)


def appended(log: Log, index: int, entries: Log) -> Log:
    """A follower's log after entries behind an index that matches: only what conflicts is deleted."""
    for at, term in enumerate(entries, index):
        if at >= len(log) or log[at] != term:
            return log[:at] + entries[at - index :]
    return log


def rank(log: Log) -> tuple[int, int]:
    """The larger, the more up to date: term of the last entry, then length."""
    return (log[-1] if log else 0, len(log))


def electable(logs: Mapping[str, Log], servers: int) -> list[str]:
    """Who can win an election among those that are up."""
    return [
        name
        for name, log in logs.items()
        if sum(rank(other) <= rank(log) for other in logs.values()) >= majority(servers)
    ]


def history(dice: Random, names: Sequence[str], terms: int) -> tuple[Logs, str, int]:
    """Logs as a run may leave them, the last leader and its term: each term has one leader that reaches some others."""
    logs: Logs = dict.fromkeys(names, ())
    leader, term = "", 0
    for _ in range(terms):
        term += dice.choice((1, 1, 2))
        leader = dice.choice(electable(logs, len(names)))
        logs[leader] += (term,) * dice.randint(1, 2)
        for name in dice.sample([name for name in names if name != leader], dice.randint(0, len(names) - 2)):
            logs[name] = appended(logs[name], 0, logs[leader][: dice.randint(1, len(logs[leader]))])
    return logs, leader, term


def conflicts(logs: Mapping[str, Log], gone: Collection[str] = ()) -> list[tuple[str, str, int]]:
    """Pairs of servers whose entries of one index and term follow different ones, with that index."""
    kept = [name for name in logs if name not in gone]
    return [
        (one, two, at + 1)
        for number, one in enumerate(kept)
        for two in kept[number + 1 :]
        for at, (mine, theirs) in enumerate(zip(logs[one], logs[two], strict=False))
        if mine == theirs and logs[one][:at] != logs[two][:at]
    ]


def shown(logs: Mapping[str, Log]) -> str:
    longest = max(map(len, logs.values()))
    rows = ((name, *log, *[""] * (longest - len(log))) for name, log in logs.items())
    return "\n".join(line.rstrip() for line in table(("index", *range(1, longest + 1)), *rows).splitlines())
