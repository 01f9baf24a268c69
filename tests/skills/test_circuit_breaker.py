"""Circuit breakers second by second, and windows as slices of the record."""

from collections.abc import Iterator

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Trace = list[tuple[int, str, str]]  # second, what the log says, state afterwards


def test_circuit_breaker() -> None:
    check_skill("circuit-breaker", oracle)


def oracle(instance: Instance) -> Right:
    prompt, listing = instance.prompt, instance.listing
    if "opens it?" in prompt:
        return str(opening(prompt, columns(listing)))
    if "Resilience4j" in prompt:
        return [state[0].upper() for state in windowed(prompt, columns(listing))]
    wait = int(found(r"for (\d+) s", prompt))
    needed = int(found(r"(\d) successes in a row", prompt)) if "successes in a row" in prompt else 1
    if "This is its log" in prompt:
        log = lines(listing)
        fit = [limit for limit in range(1, 12) if not contradictions(log, limit, wait, 1)]
        assert len(fit) == 1, (prompt, listing)
        return str(fit[0])
    limit = int(found(r"after (\d) failures", prompt))
    if "cannot be" in prompt:
        return str(contradictions(lines(listing), limit, wait, needed)[0])
    trace = traced(columns(listing), limit, wait, needed)
    if "reject?" in prompt:
        out = {f"call at {second} s" for second, said, _ in trace if said == "rejected"}
        return out & set(instance.options)
    if "reach the backend" in prompt:
        return str(sum(said != "rejected" for _, said, _ in trace))
    return [state[0].upper() for _, _, state in trace]


def columns(listing: str) -> list[tuple[int, str]]:
    seconds, answers = (line.split()[1:] for line in listing.splitlines())
    return [(int(second), answer) for second, answer in zip(seconds, answers, strict=True)]


def lines(listing: str) -> list[tuple[int, str]]:
    return [(int(line.split()[0]), line.split()[-1]) for line in listing.splitlines()]


class Machine:
    """A breaker as a clockwork that is told of each second."""

    def __init__(self, limit: int, wait: int, needed: int) -> None:
        self.limit, self.wait, self.needed = limit, wait, needed
        self.bad, self.good, self.left = "", "", 0
        self.state = "closed"

    def tick(self) -> None:
        if self.state == "open":
            self.left -= 1
            if self.left < 0:
                self.state, self.good = "half-open", ""

    def call(self, answer: str) -> str:
        if self.state == "open":
            return "rejected"
        self.bad = self.bad + "x" if answer == "fails" else ""
        self.good = self.good + "x" if answer == "ok" else ""
        if self.bad and (self.state == "half-open" or len(self.bad) >= self.limit):
            self.state, self.left, self.bad = "open", self.wait, ""
        elif self.state == "half-open" and len(self.good) >= self.needed:
            self.state = "closed"
        return answer


def ticking(machine: Machine, calls: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    answers = dict(calls)
    for second in range(1, calls[-1][0] + 1):
        machine.tick()
        if second in answers:
            yield second, answers[second]


def traced(calls: list[tuple[int, str]], limit: int, wait: int, needed: int) -> Trace:
    machine = Machine(limit, wait, needed)
    return [(second, machine.call(answer), machine.state) for second, answer in ticking(machine, calls)]


def contradictions(log: list[tuple[int, str]], limit: int, wait: int, needed: int) -> list[int]:
    """The seconds at which a log and a breaker that has seen the same say different things."""
    machine = Machine(limit, wait, needed)
    off = []
    for second, said in ticking(machine, log):
        off += [second] * ((said == "rejected") != (machine.state == "open"))
        machine.call(said)
    return off


def setting(prompt: str, name: str) -> int:
    return int(found(rf"{name} (\d+)", prompt))


def opening(prompt: str, calls: list[tuple[int, str]]) -> int:
    counted = [(number, answer) for number, answer in calls if answer != "404"]
    for at in range(1, len(counted) + 1):
        last = [answer for _, answer in counted[:at]][-setting(prompt, "WindowSize") :]
        enough = at >= setting(prompt, "NumberOfCalls")
        if enough and last.count("fails") / len(last) >= setting(prompt, "Threshold") / 100 - 1e-9:
            return counted[at - 1][0]
    raise AssertionError(prompt)


def windowed(prompt: str, calls: list[tuple[int, str]]) -> Iterator[str]:
    size, least, percent = (setting(prompt, name) for name in ("WindowSize", "NumberOfCalls", "Threshold"))
    wait, trial = setting(prompt, "OpenState"), setting(prompt, "HalfOpenState")
    state, record, opened = "closed", "", 0
    for second, answer in calls:
        if state == "open" and second - opened > wait:
            state, record = "half-open", ""
        if state != "open":
            record += answer[0]
            last = record[-size:] if state == "closed" else record
            if len(record) >= (least if state == "closed" else trial):
                if last.count("f") * 100 >= percent * len(last):
                    state, opened, record = "open", second, ""
                elif state == "half-open":
                    state, record = "closed", ""
        yield state
