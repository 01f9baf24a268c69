"""Circuit breakers, call by call: one that counts failures in a row, and Resilience4j's with a window of calls."""

from collections.abc import Sequence
from typing import NamedTuple

CLOSED, OPEN, HALF = "closed", "open", "half-open"


class Call(NamedTuple):
    second: int
    answer: str  # what the backend answers if it is asked: "ok", "fails" or "404"


class Turn(NamedTuple):
    call: Call
    passes: bool
    state: str  # after the call
    why: str


class InARow(NamedTuple):
    """Opens after so many failures in a row; half-open, so many successes in a row close it and a failure opens it."""

    failures: int
    wait: int
    successes: int = 1

    def __str__(self) -> str:
        need = "a success closes" if self.successes == 1 else f"{self.successes} successes in a row close"
        return (
            f"opens after {self.failures} failures in a row, rejects calls for {self.wait} s, is then half-open: "
            f"{need} it, a failure opens it again for {self.wait} s"
        )


class Window(NamedTuple):
    """Opens when the failure rate of the last calls is at least the threshold; 404 is an ignored exception."""

    size: int
    least: int
    percent: int
    wait: int = 0
    trial: int = 0

    def reached(self, failed: Sequence[bool]) -> bool:
        return sum(failed) * 100 >= self.percent * len(failed)


def run(breaker: InARow, calls: Sequence[Call], mistake: str = "") -> list[Turn]:
    """A breaker that starts closed. By a mistake failures need not be in a row, or a rejected call starts the wait."""
    state, count, since, turns = CLOSED, 0, 0, []
    for call in calls:
        if state == OPEN and call.second > since + breaker.wait:
            state, count = HALF, 0
        if state == OPEN:
            turns.append(Turn(call, False, state, f"open until {since + breaker.wait} s: rejected"))
            since = call.second if mistake == "restarts" else since
            continue
        good = call.answer == "ok"
        said = f"{'half-open, passes' if state == HALF else 'passes'} and {'succeeds' if good else 'fails'}"
        if state == HALF:
            count += good
            if not good:
                state, since, said = OPEN, call.second, f"{said}: open again until {call.second + breaker.wait} s"
            elif count == breaker.successes:
                state, count, said = CLOSED, 0, f"{said}: closed"
        elif good:
            count = count if mistake == "in all" else 0
        else:
            count += 1
            said = f"{said}, number {count} in a row"
            if count == breaker.failures:
                state, since, said = OPEN, call.second, f"{said}: open until {call.second + breaker.wait} s"
        turns.append(Turn(call, True, state, said))
    return turns


def watch(breaker: Window, calls: Sequence[Call], mistake: str = "") -> list[Turn]:
    """Resilience4j's count-based breaker. By a mistake ignored exceptions count, or too few calls are enough."""
    state, failed, since, turns = CLOSED, list[bool](), 0, []
    for call in calls:
        if state == OPEN and call.second > since + breaker.wait:
            state, failed = HALF, []
        if state == OPEN:
            turns.append(Turn(call, False, state, "rejected"))
            continue
        if call.answer == "404" and mistake != "counts":
            turns.append(Turn(call, True, state, "ignored"))
            continue
        due = breaker.trial if state == HALF else 1 if mistake == "early" else breaker.least
        failed = [*failed, call.answer == "fails"][-(breaker.trial if state == HALF else breaker.size) :]
        said = f"{sum(failed)} of the last {len(failed)} failed"
        if len(failed) < due:
            said += f", {due} are due before the rate counts"
        elif breaker.reached(failed):
            state, since, failed, said = OPEN, call.second, [], f"{said}, at least {breaker.percent} %: open"
        elif state == HALF:
            state, failed, said = CLOSED, [], f"{said}, less than {breaker.percent} %: closed, the window is empty"
        turns.append(Turn(call, True, state, said))
    return turns
