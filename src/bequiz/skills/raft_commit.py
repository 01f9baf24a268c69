"""Raft logs: what is committed, what a follower makes of AppendEntries, who can be elected, what can still be lost.

All rules are those of Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (USENIX ATC 2014):
Figure 2, log matching and nextIndex §5.3, elections §5.4.1, entries of earlier terms §5.4.2 and Figure 8. Logs are
written as the terms of their entries, from index 1 on.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills import _raft as raft
from bequiz.skills._forms import Kind, counted, drawn, listed, pick, pick_many, sequence, table, text, words
from bequiz.skills._raft import Log, appended, committed, conflicts, electable, history, matches, rank, shown

TITLE = "Raft: which entries are committed?"
VERSION = 1
NAMES = ("S1", "S2", "S3", "S4", "S5")


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _log(dice: Random, length: int, term: int) -> Log:
    """A log of a leader of that term, with entries of earlier ones."""
    return tuple(sorted(dice.choices(range(max(1, term - 3), term + 1), k=length)))


def _commit(dice: Random, difficulty: int) -> Instance | None:
    servers = 5 if difficulty < 4 else dice.choice((5, 7))
    term = dice.randint(2, 6)
    log = _log(dice, dice.randint(5, 8), term)
    match = [dice.randint(1, len(log)) for _ in range(servers - 1)]
    before = dice.randint(0, min(*match, 2))
    high, index = raft.replicated([len(log), *match]), committed(log, term, [len(log), *match], before)
    if log[-1] != term or (difficulty >= 3 and index == high) or (difficulty == 1 and index != high) or high == before:
        return None
    steps = [
        Step(f"Sorted with the leader itself: {words(sorted([len(log), *match], reverse=True))}."),
        Step(
            f"{raft.majority(servers)} of {servers} servers have index {high}, whose entry is of term {log[high - 1]}."
        ),
        Step(f"That is the leader's term, so commitIndex is {index}.")
        if index == high
        else Step(
            f"It is not of term {term}: counting replicas commits only entries of the leader's own term; {index} stays."
        ),
    ]
    mistakes = {
        str(high): f"A majority has it, but the entry is of term {log[high - 1]}, not {term}.",
        str(raft.replicated(match)): "The leader counts, too.",
        str(max(match)): "One follower is no majority.",
        str(min(match)): "Not all have to have it, a majority is enough.",
        str(before): "A majority has more by now.",
        str(len(log)): "What the leader has must be with a majority.",
    }
    listing = "\n".join(
        [shown({"leader": log}), "", table(("follower", *NAMES[1:], "S6", "S7")[:servers], ("matchIndex", *match))]
    )
    prompt = (
        f"Raft: the leader of term {term}, one of {servers} servers, has this log, with terms, and commitIndex "
        f"{before}. Its followers are as shown. To which value does it set commitIndex?"
    )
    return text(prompt, index, steps, listing=listing, mistakes=mistakes)


def _acks(dice: Random, difficulty: int) -> Instance | None:
    term = dice.randint(2, 6)
    log = _log(dice, dice.randint(5, 7), term)
    followers = dict.fromkeys(NAMES[1:], 0)
    acks: list[tuple[str, int]] = []
    for _ in range(4 + (difficulty >= 4)):
        name = dice.choice(NAMES[1:])
        if followers[name] < len(log):
            followers[name] = dice.randint(followers[name] + 1, len(log))
            acks.append((name, followers[name]))
    match = dict.fromkeys(NAMES[1:], 0)
    index, values, steps, careless = 0, [], [], []
    for name, has in acks:
        match[name] = has
        everyone = [len(log), *match.values()]
        index = committed(log, term, everyone, index)
        high = raft.replicated(everyone)
        careless.append(high)
        values.append(index)
        why = f"three have index {high}" if high else "no index is with three of five"
        old = f", an entry of term {log[high - 1]}" if high > index else ""
        steps.append(Step(f"{name} has {has}: {why}{old}: commitIndex {index}.", str(index)))
    if len(acks) < 4 or len(set(values)) < 2 + (difficulty < 3) or (difficulty >= 3 and careless == values):
        return None
    mistakes = {
        words(careless): "An entry of an earlier term is committed only with one of the leader's own term after it.",
        words(
            [max(has for _, has in acks[: at + 1]) for at in range(len(acks))]
        ): "One follower is no majority of five.",
    }
    listing = shown({"leader": log}) + "\n\n" + "\n".join(f"{name} reports matchIndex {has}" for name, has in acks)
    prompt = (
        f"Raft, five servers: the leader of term {term} has this log, with terms; its commitIndex is 0 and no "
        "follower is known "
        "to have anything. What is commitIndex after each report?"
    )
    return sequence(prompt, values, steps, "commitIndex after each report", listing=listing, mistakes=mistakes)


def _append(dice: Random, difficulty: int) -> Instance | None:
    logs, name, term = history(dice, NAMES, 3 + difficulty // 2)
    leader, log = logs[name], logs[dice.choice([other for other in NAMES if other != name])]
    shared = next((at for at, (its, mine) in enumerate(zip(log, leader, strict=False)) if its != mine), len(log))
    if len(leader) < 2 or not log:
        return None
    index = dice.randint(max(0, min(shared, len(leader) - 1) - 2), min(len(leader) - 1, shared + 1))
    entries = leader[index : dice.randint(index, len(leader)) + 1]
    before = leader[index - 1] if index else 0
    fits = matches(log, index, before)
    after = appended(log, index, entries) if fits else log
    if not entries or len(after) < 3 or (not fits and dice.random() < 0.5):
        return None
    keeps, deletes = len(after) > index + len(entries), after[: len(log)] != log
    if difficulty > 1 and fits and not keeps and not deletes:
        return None  # the entries are there already or are simply appended
    steps = []
    if not fits:
        has = f"an entry of term {log[index - 1]}" if len(log) >= index else "nothing"
        steps.append(
            Step(f"At index {index} it has {has}, not an entry of term {before}: it refuses and changes nothing.")
        )
        steps += [Step(f"Index {at}, term {entry}, stays.", str(entry)) for at, entry in enumerate(after, 1)]
    else:
        steps.append(
            Step(f"Index {index} matches, term {before}." if index else "There is nothing before: it matches.")
        )
        for at, entry in enumerate(after, 1):
            if at > len(log):
                what = "is appended"
            elif log[at - 1] != entry:
                what = f"conflicts: what was there from here on goes, term {entry} comes"
            else:
                what = "stays" + (", it was not sent" if at > index + len(entries) else "")
            steps.append(Step(f"Index {at}, term {entry}, {what}.", str(entry)))
    mistakes = {
        words(log[:index] + entries): "Only entries that conflict are deleted: the message may be an old one."
        if fits
        else "The entry before them does not match, so it refuses.",
        words(
            log[: index - 1] if index else ()
        ): "It refuses and changes nothing; the leader tries again further back.",
        words(log + entries): "They go behind prevLogIndex, not to the end.",
        words(log): "It accepts: the entry before the new ones matches.",
    }
    mistakes.pop("", None)
    prompt = (
        f"Raft: a follower in term {term} has this log, with terms. AppendEntries of the leader of term {term} "
        "arrives: prevLogIndex "
        f"{index}, prevLogTerm {before}, entries with terms {listed(entries)}. Which terms does its log hold then, "
        "from index 1?"
    )
    return sequence(prompt, after, steps, "terms from index 1", listing=shown({"follower": log}), mistakes=mistakes)


def _known(dice: Random, difficulty: int) -> Instance | None:
    """commitIndex of a follower."""
    index, sent, extra = dice.randint(2, 9), dice.randint(0, 3), dice.randint(0, 3)
    last = index + sent
    leader, before = dice.randint(max(1, last - 3), last + 4), dice.randint(0, max(0, index - 2))
    has = last + (extra if difficulty >= 3 else 0)
    answer = max(before, min(leader, last))
    steps = [
        Step(f"The last entry it knows to be the leader's is {index} + {sent} = {last}."),
        Step(f"leaderCommit is {leader}: the smaller of {leader} and {last} is {answer}."),
    ]
    mistakes = {
        str(leader): "It may commit only what it knows to agree with the leader.",
        str(last): "The leader has not committed as much.",
        str(min(leader, has)): "Its further entries may differ from the leader's: only what was checked counts.",
    }
    if len({leader, last, has, before}) < 3 + (difficulty >= 3):
        return None
    new = f"{sent} entr{'y' if sent == 1 else 'ies'}" if sent else "no entry"
    prompt = (
        f"Raft: a follower has {has} entries and commitIndex {before}. It accepts AppendEntries with prevLogIndex "
        f"{index}, {new} and "
        f"leaderCommit {leader}; nothing conflicts. What is its commitIndex then?"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


def _backs(dice: Random, difficulty: int) -> Instance | None:
    logs, leader, _ = history(dice, NAMES, 3 + difficulty // 2)
    mine = logs[leader]
    name = dice.choice([other for other in NAMES if other != leader])
    log = logs[name]
    tried = list(range(len(mine), -1, -1))
    refused = next(at for at, index in enumerate(tried) if matches(log, index, mine[index - 1] if index else 0))
    if refused < 2 or len(log) < 2:
        return None
    steps = []
    for index in tried[: refused + 1]:
        if not index:
            steps.append(Step("prevLogIndex 0: nothing before, accepted."))
            continue
        has = f"has term {log[index - 1]}" if len(log) >= index else "has nothing there"
        fits = matches(log, index, mine[index - 1])
        steps.append(
            Step(f"prevLogIndex {index}, term {mine[index - 1]}: {name} {has}: {'accepted' if fits else 'refused'}.")
        )
    steps.append(Step(f"That makes {refused} refusals."))
    mistakes = {
        str(refused + 1): "The last one is accepted.",
        str(refused - 1): "The first one already has the index of the leader's last entry before it.",
        str(max(0, len(mine) - len(log))): "Entries of another term do not match either.",
        str(sum(one != two for one, two in zip(mine, log, strict=False))): "An index that is missing is refused, too.",
    }
    prompt = (
        f"Raft: {leader} has just become leader and sets nextIndex of {name} behind its own last entry. Each refused "
        "AppendEntries "
        f"makes it 1 less. How often does {name} refuse?"
    )
    return text(prompt, refused, steps, listing=shown({leader: mine, name: log}), mistakes=mistakes)


def _votes(dice: Random, difficulty: int) -> Instance | None:
    logs, _, _ = history(dice, NAMES, 3 + difficulty // 2)
    down = sorted(dice.sample(NAMES, dice.randint(0, 1) + (difficulty >= 3)))
    up = {name: log for name, log in logs.items() if name not in down}
    able = electable(up, len(NAMES))
    if not all(logs.values()) or not able or len(able) == len(up):
        return None
    steps, mistakes = [], {}
    for name, log in up.items():
        votes = [other for other in up if rank(up[other]) <= rank(log)]
        told = f"{name} (last term {log[-1]}, {len(log)} long) can get the votes of {listed(votes)}: {len(votes)} of 5"
        steps.append(Step(f"{told}, {'enough' if name in able else 'too few'}."))
        if name not in able:
            mistakes[name] = steps[-1].text
    gone = f" {listed(down)} {'is' if len(down) == 1 else 'are'} down." if down else ""
    prompt = (
        f"Raft, five servers with these logs (terms).{gone} An election starts. Which servers can win it? Select all."
    )
    return pick_many(prompt, list(up), mistakes, steps, listing=shown(logs))


def _lost(dice: Random, difficulty: int) -> Instance | None:
    logs, leader, term = history(dice, NAMES, 3 + difficulty // 2)
    mine = logs[leader]
    left = {name: log for name, log in logs.items() if name != leader}
    able = electable(left, len(NAMES))
    indexes = range(max(1, len(mine) - 4), len(mine) + 1)
    safe = [at for at in indexes if all(left[name][:at] == mine[:at] for name in able)]
    steps = [Step(f"Only {listed(able)} can be elected: no majority votes for another.")]
    mistakes = {}
    for at in indexes:
        lacks = [name for name in able if left[name][:at] != mine[:at]]
        holders = [name for name, log in logs.items() if log[:at] == mine[:at]]
        told = f"Entry {at} is on {counted(len(holders), 'server')}; "
        told += f"{lacks[0]} lacks it and can be elected" if lacks else "each that can be elected has it"
        steps.append(Step(f"{told}."))
        if not lacks:
            mistakes[f"entry {at}"] = f"{told}, so it stays."
    bait = [at for at in indexes if at not in safe and sum(log[:at] == mine[:at] for log in logs.values()) >= 3]
    if (
        not all(logs.values())
        or not safe
        or len(safe) == len(indexes)
        or len(indexes) < 3
        or (not bait and dice.random() < 0.6)
    ):
        return None
    prompt = (
        f"Raft, five servers with these logs (terms). {leader}, the leader of term {term}, breaks and never comes "
        "back. Which "
        "entries of its log can still be lost? Select all."
    )
    return pick_many(prompt, [f"entry {at}" for at in indexes], mistakes, steps, listing=shown(logs))


def _impossible(dice: Random, difficulty: int) -> Instance | None:
    logs, _, _ = history(dice, NAMES, 3 + difficulty // 2)
    bad = dice.choice([name for name in NAMES if len(logs[name]) > 2] or NAMES)
    log = list(logs[bad])
    if len(log) < 3 or min(map(len, logs.values())) < 2:
        return None
    at = dice.randrange(len(log) - 1)
    log[at] = dice.randint(log[at - 1] if at else 1, log[at + 1])
    false = logs | {bad: tuple(log)}
    found = conflicts(false)
    if tuple(log) == logs[bad] or not found or any(not conflicts(false, [name]) for name in NAMES if name != bad):
        return None
    steps = []
    for one, two, index in found[:3]:
        differ = next(place for place in range(index) if false[one][place] != false[two][place]) + 1
        steps.append(
            Step(
                f"{one} and {two} have term {false[one][index - 1]} at index {index}, but differ before it, at index "
                f"{differ}."
            )
        )
    steps.append(Step(f"Without {bad} all logs agree up to each common entry, so {bad} is the wrong one."))
    others = dice.sample([name for name in NAMES if name != bad], 3)
    fine = dict.fromkeys(others, "Without it the other logs would still contradict one another.")
    prompt = "Raft, five servers with these logs (terms). One of the logs cannot have come about. Which server's is it?"
    return pick(dice, prompt, bad, fine, steps, listing=shown(false))


KINDS: dict[Kind, int | range] = {
    _commit: 1, _append: 1, _votes: range(1, 5), _known: range(2, 4), _acks: 2, _backs: range(2, 5), _lost: 4,
    _impossible: 4,
}  # fmt: skip
