"""The states of a circuit breaker: which calls it rejects, when it opens and closes, which setting a log betrays.

The breaker that counts failures in a row is that of Nygard, Release It! 2e, ch. 5 "Circuit Breaker", and of Fowler's
"CircuitBreaker" (2014); a success sets the count to 0, the wait runs from the failure that opened it. The other is
Resilience4j 2 with a count-based sliding window (documentation, CircuitBreaker): minimumNumberOfCalls, failure rate
equal to or above the threshold, permittedNumberOfCallsInHalfOpenState, ignored exceptions.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._breakers import CLOSED, OPEN, Call, InARow, Turn, Window, run, watch
from bequiz.skills._forms import Kind, drawn, listed, pick_many, sequence, table, text, words

TITLE = "The states of a circuit breaker"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _breaker(dice: Random, difficulty: int) -> InARow:
    return InARow(dice.randint(2, 3), dice.choice((5, 8, 10, 12, 15)), 1 + (difficulty >= 3 and dice.random() < 0.5))


def _calls(dice: Random, wait: int, count: int) -> list[Call]:
    """Calls a few seconds apart, mostly in spells of failures; none just when a wait may end."""
    answer, calls = "ok", list[Call]()
    for _ in range(count):
        last = calls[-1].second if calls else 0
        ends = {call.second + wait for call in calls}
        free = [at for at in range(last + 1, last + 2 * wait) if at not in ends]
        second = dice.choice(free[: max(3, wait // 2)])
        answer = answer if dice.random() < 0.3 else dice.choice(("ok", "fails", "fails"))
        calls.append(Call(second, answer))
    return calls


def _shown(calls: list[Call]) -> str:
    return table(("second", *(call.second for call in calls)), ("answer", *(call.answer for call in calls)))


def _told(turns: list[Turn]) -> list[Step]:
    return [Step(f"{turn.call.second} s: {turn.why}.") for turn in turns]


def _rule(breaker: InARow) -> str:
    return f"A circuit breaker {breaker}. The table shows what the backend answers if asked."


def _rejected(dice: Random, difficulty: int) -> Instance | None:
    breaker = _breaker(dice, difficulty)
    calls = _calls(dice, breaker.wait, 7 + difficulty // 2)
    turns = run(breaker, calls)
    through = {f"call at {turn.call.second} s": f"It {turn.why}." for turn in turns if turn.passes}
    options = [f"call at {turn.call.second} s" for turn in turns[1:]][-6:]
    out = [option for option in options if option not in through]
    if len(out) < 1 + (difficulty >= 2) or len(out) == len(options) or not _tricky(breaker, turns, difficulty):
        return None
    prompt = f"{_rule(breaker)} Which of these calls does it reject? Select all."
    mistakes = {
        option: through[option].replace("It half-open, passes", "It passes, half-open,")
        for option in options
        if option in through
    }
    return pick_many(prompt, options, mistakes, _told(turns), listing=_shown(calls))


def _tricky(breaker: InARow, turns: list[Turn], difficulty: int) -> bool:
    """Whether a mistake would give another trace; on the first level a call that opens it is enough."""
    calls = [turn.call for turn in turns]
    others = [run(breaker, calls, mistake) for mistake in ("in all", "restarts")]
    wrong = sum([one.passes for one in turns] != [other.passes for other in other_turns] for other_turns in others)
    return wrong >= (difficulty + 1) // 3 and any(turn.state == OPEN for turn in turns)


def _reach(dice: Random, difficulty: int) -> Instance | None:
    breaker = _breaker(dice, difficulty)
    calls = _calls(dice, breaker.wait, 8 + difficulty // 2)
    turns = run(breaker, calls)
    reached = sum(turn.passes for turn in turns)
    if len(calls) - reached < 2 or not _tricky(breaker, turns, difficulty):
        return None
    out = [turn.call.second for turn in turns if not turn.passes]
    steps = [*_told(turns), Step(f"Rejected at {listed(out)}: {len(calls)} - {len(out)} = {reached} reach it.")]
    mistakes = {
        str(len(out)): "Those are rejected.",
        str(sum(turn.passes for turn in run(breaker, calls, "in all"))): "A success in between sets the count to 0.",
        str(
            sum(turn.passes for turn in run(breaker, calls, "restarts"))
        ): "A rejected call does not start the wait again.",
    }
    prompt = f"{_rule(breaker)} How many of these calls reach the backend?"
    return text(prompt, reached, steps, listing=_shown(calls), mistakes=mistakes)


def _states(dice: Random, difficulty: int) -> Instance | None:
    breaker = _breaker(dice, difficulty)
    calls = _calls(dice, breaker.wait, 6 + difficulty // 3)
    turns = run(breaker, calls)
    states = _letters(turns)
    if (
        not _tricky(breaker, turns, difficulty)
        or "C" not in states[3:]
        or len(set(states)) < 2 + (breaker.successes > 1)
    ):
        return None
    steps = [Step(f"{turn.call.second} s: {turn.why}; {_letter(turn)}.", _letter(turn)) for turn in turns]
    mistakes = {
        words(_letters(run(breaker, calls, "in all"))): "A success in between sets the count to 0.",
        words(_letters(run(breaker, calls, "restarts"))): "A rejected call does not start the wait again.",
    }
    prompt = f"{_rule(breaker)} In which state is it after each call? Write C (closed), O (open) or H (half-open)."
    return sequence(prompt, states, steps, "states", listing=_shown(calls), mistakes=mistakes)


def _letter(turn: Turn) -> str:
    return turn.state[0].upper()


def _letters(turns: list[Turn]) -> list[str]:
    return [_letter(turn) for turn in turns]


def _setting(dice: Random, difficulty: int) -> Instance | None:
    breaker = InARow(dice.randint(2, 5), dice.choice((5, 8, 10, 12, 15)))
    calls = _calls(dice, breaker.wait, 7 + difficulty)
    turns = run(breaker, calls)
    log = [_logged(turn) for turn in turns]
    able = [
        number
        for number in range(1, 9)
        if [_logged(turn) for turn in run(breaker._replace(failures=number), calls)] == log
    ]
    if able != [breaker.failures] or not any(turn.passes for turn in turns[5:]):
        return None
    first = next(at for at, turn in enumerate(turns) if not turn.passes)
    row = [turn.call.second for turn in turns[:first]][-breaker.failures :]
    steps = [
        Step(f"The first rejected call is at {turns[first].call.second} s, so it opened at {row[-1]} s."),
        Step(f"Before that failed in a row: {listed(row)}, so the limit is {breaker.failures}."),
    ]
    before = [turn.call for turn in turns[:first]]
    mistakes = {
        str(sum(call.answer == "fails" for call in before)): "Only failures in a row count.",
        str(sum(not turn.passes for turn in turns)): "Those are the rejected calls.",
        str(breaker.failures + 1): "The failure that fills the count opens it.",
        str(breaker.failures - 1): "It was still closed then.",
    }
    mistakes.pop("0", None)
    prompt = (
        f"A circuit breaker opens after some number of failures in a row, for {breaker.wait} s; then it is "
        "half-open, a success closes "
        "it and a failure opens it again. This is its log. After how many failures in a row does it open?"
    )
    return text(prompt, breaker.failures, steps, listing=_table(turns), mistakes=mistakes)


def _logged(turn: Turn) -> str:
    return turn.call.answer if turn.passes else "rejected"


def _table(turns: list[Turn]) -> str:
    return "\n".join(f"{turn.call.second:>3} s  {_logged(turn)}" for turn in turns)


def _contradiction(dice: Random, difficulty: int) -> Instance | None:
    breaker = _breaker(dice, difficulty)
    calls = _calls(dice, breaker.wait, 8 + difficulty // 2)
    turns = run(breaker, calls)
    if not any(not turn.passes for turn in turns):
        return None
    at = dice.randrange(3, len(turns))
    turn = turns[at]
    false = [*turns[:at], turn._replace(passes=not turn.passes), *turns[at + 1 :]]
    if at < len(turns) - 4 and dice.random() < 0.6:
        return None
    due = "it is not open, so the call passes" if turn.passes else turn.why
    steps = [*_told(turns[:at]), Step(f"{turn.call.second} s: {due}, but the log says: {_logged(false[at])}.")]
    mistakes = {str(later.call.second): "An earlier line is wrong already." for later in turns[at + 1 :]}
    mistakes |= {str(earlier.call.second): f"That is right: {earlier.why}." for earlier in turns[:at]}
    prompt = f"A circuit breaker {breaker}. Which is the first line of this log that cannot be, by its second?"
    return text(prompt, turn.call.second, steps, listing=_table(false), mistakes=mistakes)


def _window(dice: Random, difficulty: int) -> Instance | None:
    size = dice.randint(4, 6 + (difficulty >= 4))
    breaker = Window(size, dice.randint(3, size), dice.choice((40, 50, 60, 75)))
    answers = dice.choices(("ok", "fails", "404"), (4, 4, 1 if difficulty >= 3 else 0), k=9)
    calls = [Call(at, answer) for at, answer in enumerate(answers, 1)]
    turns = watch(breaker, calls)
    opens = next((turn.call.second for turn in turns if turn.state == OPEN), 0)
    if opens <= breaker.least + (difficulty >= 3) or (difficulty >= 3 and "404" not in answers[:opens]):
        return None
    steps = [Step(f"Call {turn.call.second}, {turn.call.answer}: {turn.why}.") for turn in turns[:opens]]
    wrong = {
        "counts": "An ignored exception counts neither as a success nor as a failure.",
        "early": f"The rate counts only from {breaker.least} calls on.",
    }
    mistakes = {}
    for mistake, why in wrong.items():
        mistakes[str(next((turn.call.second for turn in watch(breaker, calls, mistake) if turn.state == OPEN), 0))] = (
            why
        )
    whole = watch(breaker._replace(size=99), calls)
    mistakes[str(next((turn.call.second for turn in whole if turn.state == OPEN), 0))] = (
        f"Only the last {size} calls count."
    )
    mistakes.pop("0", None)
    ignored = " 404 is an ignored exception." if "404" in answers else ""
    prompt = (
        f"Resilience4j 2: count-based slidingWindowSize {size}, minimumNumberOfCalls {breaker.least}, "
        "failureRateThreshold "
        f"{breaker.percent}.{ignored} Closed and empty, it sees these calls. Which call, by its number, opens it?"
    )
    listing = table(("call", *(call.second for call in calls)), ("answer", *answers))
    return text(prompt, opens, steps, listing=listing, mistakes=mistakes)


def _trial(dice: Random, difficulty: int) -> Instance | None:
    size = dice.randint(4, 5)
    breaker = Window(size, dice.randint(3, size - 1), dice.choice((50, 60)), dice.choice((10, 20)), dice.randint(2, 3))
    calls = _calls(dice, breaker.wait, 8 + difficulty // 2)
    turns = watch(breaker, calls)
    letters = _letters(turns)
    closes = [at for at, turn in enumerate(turns) if at and turn.state == CLOSED and turns[at - 1].state != CLOSED]
    if "H" not in letters or not any(not turn.passes for turn in turns) or (difficulty >= 5 and not closes):
        return None
    steps = [Step(f"{turn.call.second} s, {_letter(turn)}: {turn.why}.", _letter(turn)) for turn in turns]
    prompt = (
        f"Resilience4j 2: slidingWindowSize {size}, minimumNumberOfCalls {breaker.least}, failureRateThreshold "
        f"{breaker.percent}, "
        f"waitDurationInOpenState {breaker.wait} s, permittedNumberOfCallsInHalfOpenState {breaker.trial}. What is "
        "its state after each "
        "call: C (closed), O (open) or H (half-open)?"
    )
    quick = watch(breaker._replace(trial=1), calls)
    mistakes = {
        words(_letters(quick)): f"Half-open, it waits for {breaker.trial} calls.",
        words(_letters(watch(breaker, calls, "early"))): f"The rate counts only from {breaker.least} calls on.",
    }
    return sequence(prompt, letters, steps, "states", listing=_shown(calls), mistakes=mistakes)


KINDS: dict[Kind, int | range] = {
    _rejected: 1, _reach: range(1, 5), _states: range(1, 5), _window: 2, _setting: range(2, 5), _contradiction: 3,
    _trial: 4,
}  # fmt: skip
