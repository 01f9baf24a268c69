"""Raft by the letter of Figure 2, index by index and vote by vote, on logs as lists of (index, term)."""

import re
from itertools import combinations

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Entries = list[tuple[int, int]]


def test_raft_commit() -> None:
    check_skill("raft-commit", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "To which value does it set commitIndex" in prompt:
        match = numbers(found(r"matchIndex ([\d ]+)", listing))
        assert len(match) + 1 == int(found(r"one of (\d)", prompt))
        return str(rule(logs(listing)["leader"], term_of(prompt), match, int(found(r"commitIndex (\d)", prompt))))
    if "after each report" in prompt:
        match, index, values = [0, 0, 0, 0], 0, []
        for name, has in re.findall(r"S(\d) reports matchIndex (\d)", listing):
            match[int(name) - 2] = int(has)
            index = rule(logs(listing)["leader"], term_of(prompt), match, index)
            values.append(str(index))
        return values
    if "Which terms does its log hold then" in prompt:
        return append(prompt, logs(listing)["follower"])
    if "What is its commitIndex then" in prompt:
        _, before, index, *new, leader = numbers(prompt)
        return str(max(before, min(leader, index + sum(new))))
    if "How often does" in prompt:
        leader, follower = logs(listing).values()
        return str(len(leader) - max([0, *(index for index, _ in set(leader) & set(follower))]))
    every = logs(listing)
    if "Which servers can win" in prompt:
        down = re.findall(r"S\d", prompt)
        return winners({name: log for name, log in every.items() if name not in down})
    if "never comes back" in prompt:
        leader = found(r"(S\d), the leader", prompt)
        left = {name: log for name, log in every.items() if name != leader}
        kept = [set(every[leader]) & set(log) for name, log in left.items() if name in winners(left)]
        # By log matching, an entry of the same index and term is the same entry.
        return {option for option in instance.options if any(place(option) not in dict(log) for log in kept)}
    assert "cannot have come about" in prompt
    return [
        option
        for option in instance.options
        if all(agree(every[one], every[two]) for one, two in combinations(sorted(set(every) - {option}), 2))
    ]


def numbers(text: str) -> list[int]:
    return [int(word) for word in re.findall(r"\b\d+\b", text)]


def place(option: str) -> int:
    return int(option.removeprefix("entry "))


def term_of(prompt: str) -> int:
    return int(found(r"term (\d)", prompt))


def logs(listing: str) -> dict[str, Entries]:
    rows = [line.split() for line in listing.split("\n\n")[0].splitlines()[1:]]
    return {row[0]: list(enumerate(map(int, row[1:]), 1)) for row in rows}


def rule(log: Entries, term: int, match: list[int], before: int) -> int:
    """If there is an N > commitIndex that a majority has, with log[N].term == currentTerm: commitIndex = N."""
    able = [
        index
        for index, its in log
        if index > before and its == term and 1 + sum(has >= index for has in match) > (len(match) + 1) / 2
    ]
    return max(able, default=before)


def append(prompt: str, log: Entries) -> list[str]:
    index, term = int(found(r"prevLogIndex (\d)", prompt)), int(found(r"prevLogTerm (\d)", prompt))
    new = list(enumerate(numbers(found(r"with terms ([\d, ]+)\.", prompt)), index + 1))
    held = dict(log)
    if index and held.get(index) != term:
        return [str(its) for _, its in log]
    for at, its in new:
        if held.get(at, its) != its:
            held = {other: kept for other, kept in held.items() if other < at}
        held[at] = its
    return [str(held[at]) for at in sorted(held)]


def winners(up: dict[str, Entries]) -> set[str]:
    """Those for whom some three servers vote."""
    able = set()
    for voters in combinations(up, 3):
        for name in voters:
            if all(not newer(up[other], up[name]) for other in voters):
                able.add(name)
    return able


def newer(one: Entries, two: Entries) -> bool:
    """Whether a voter with the first log refuses a candidate with the second."""
    if not one or not two:
        return len(one) > len(two)
    return one[-1][1] > two[-1][1] or (one[-1][1] == two[-1][1] and len(one) > len(two))


def agree(one: Entries, two: Entries) -> bool:
    """Log matching: up to the last entry in common both are the same."""
    last = max([0, *(index for index, _ in set(one) & set(two))])
    return one[:last] == two[:last]
