"""Which requests a rate limiter refuses, how much is left, when the next one gets through: token bucket (as in RFC
2697, 3), generic cell rate algorithm (ITU-T I.371), fixed window, sliding window log, and the sliding window counter
that weights the last window's count (Cloudflare, "How we built rate limiting capable of scaling to millions of
domains", 2017). A refused request gets 429 (RFC 6585, 4), with Retry-After (RFC 9110, 10.2.3).
"""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills import _forms
from bequiz.skills._limiters import (
    Verdict,
    arrivals,
    fixed_window,
    plain,
    sliding_counter,
    sliding_log,
    token_bucket,
)

TITLE = "Which requests a rate limiter refuses"
VERSION = 1
HALF = Fraction(1, 2)
RATES = (HALF, Fraction(1), Fraction(2))
Beliefs = Sequence[tuple[str, list[Verdict]]]


def make(seed: int, difficulty: int) -> Instance:
    kinds: dict[_forms.Kind, int] = {
        ask_bucket: 1,
        ask_log: 1,
        ask_left: 2,
        ask_retry: 2,
        ask_burst: 3,
        ask_which: 3,
        ask_costs: 3,
        ask_counter: 4,
        ask_arrivals: 5,
    }
    if difficulty < 5:
        kinds[ask_window] = 1
    return _forms.drawn(kinds, seed, difficulty)


def ask_bucket(dice: Random, difficulty: int) -> Instance | None:
    """A token bucket's verdicts."""
    capacity, rate, times = _bucket(dice, difficulty)
    beliefs = [
        ("A refused request takes no token.", token_bucket(times, capacity, rate, greedy=True)),
        ("Tokens come in all the time, parts of a token too.", token_bucket(times, capacity, rate, whole=True)),
        ("The bucket is full at the beginning.", token_bucket(times, capacity, rate, full=False)),
        (f"The bucket never holds more than {capacity}.", token_bucket(times, capacity, rate, capped=False)),
    ]
    rule = _unit_rule(capacity, rate)
    return _verdicts(dice, difficulty, rule, times, token_bucket(times, capacity, rate), beliefs)


def ask_costs(dice: Random, difficulty: int) -> Instance | None:
    """A token bucket whose requests take different numbers of tokens."""
    capacity, rate, times = _bucket(dice, difficulty)
    capacity += 3
    costs = [dice.choice([1, 1, 2, 3, 4]) for _ in times]
    beliefs = [
        ("A refused request takes no token.", token_bucket(times, capacity, rate, costs, greedy=True)),
        ("Each request takes its own cost.", token_bucket(times, capacity, rate)),
        (f"The bucket never holds more than {capacity}.", token_bucket(times, capacity, rate, costs, capped=False)),
    ]
    rule = f"{_bucket_rule(capacity, rate)} A request takes its cost in tokens, or is refused if there are too few."
    return _verdicts(dice, difficulty, rule, times, token_bucket(times, capacity, rate, costs), beliefs, costs)


def ask_log(dice: Random, difficulty: int) -> Instance | None:
    """A sliding window log's verdicts."""
    limit, length, times = _window(dice, difficulty)
    counting = difficulty > 2 and dice.random() < 0.4
    right = sliding_log(times, limit, length, all_count=counting)
    beliefs = [
        (
            "Refused requests are in the log here, too." if counting else "Only admitted requests count.",
            sliding_log(times, limit, length, all_count=not counting),
        ),
        ("The window slides; it does not begin anew at multiples of its length.", fixed_window(times, limit, length)),
    ]
    rule = _log_rule(f"{limit} requests, refused ones too," if counting else f"{limit} admitted requests", length)
    return _verdicts(dice, difficulty, rule, times, right, beliefs)


def ask_window(dice: Random, difficulty: int) -> Instance | None:
    """A fixed window's verdicts."""
    limit, length, times = _window(dice, difficulty)
    beliefs = [
        (
            "The counter begins anew at each window, however late the last requests came.",
            sliding_log(times, limit, length),
        ),
        ("The windows begin at fixed times, not at the first request.", _from_first(times, limit, length)),
    ]
    rule = f"Windows of {length} s begin at t = 0, {length}, {2 * length}... Each admits its first {limit} requests."
    return _verdicts(dice, difficulty, rule, times, fixed_window(times, limit, length), beliefs)


def ask_counter(dice: Random, difficulty: int) -> Instance | None:
    """A sliding window counter's verdicts."""
    length, limit = 10, dice.randint(3, 6)
    first = sorted(Fraction(dice.randint(0, 9)) for _ in range(dice.randint(2, limit)))
    second = sorted(Fraction(10 + dice.randint(0, 9)) for _ in range(dice.randint(4, 6)))
    times = [*first, *second]
    beliefs = [
        ("The last window counts in part, as far as it still overlaps.", fixed_window(times, limit, length)),
        ("This is an estimate by two counters, not a log.", sliding_log(times, limit, length)),
    ]
    rule = (
        f"Windows of {length} s from t = 0. A request is admitted if p × s + c < {limit}: p and c count those admitted "
        "in the last and in this window, s is the share of this window still to come."
    )
    return _verdicts(dice, difficulty, rule, times, sliding_counter(times, limit, length), beliefs)


def ask_arrivals(dice: Random, difficulty: int) -> Instance | None:
    """The generic cell rate algorithm's verdicts."""
    _, _, times = _bucket(dice, difficulty)
    interval, tolerance = Fraction(dice.choice([1, 2])), Fraction(dice.choice([1, 2, 3]))
    right = arrivals(times, interval, tolerance)
    beliefs = [
        ("A refused request does not move the expected time.", _pushed(times, interval, tolerance)),
        ("The tolerance admits requests ahead of time.", arrivals(times, interval, Fraction(0))),
    ]
    rule = (
        f"GCRA, emission interval {interval} s, tolerance {tolerance} s: a request at t is admitted if "
        f"t ≥ TAT - {tolerance}; then TAT becomes max(TAT, t) + {interval}. TAT is 0 at first."
    )
    return _verdicts(dice, difficulty, rule, times, right, beliefs)


def ask_left(dice: Random, difficulty: int) -> Instance | None:
    """The tokens left at the end."""
    capacity, rate, times = _bucket(dice, difficulty)
    right = token_bucket(times, capacity, rate)
    beliefs = [
        ("A refused request takes no token.", token_bucket(times, capacity, rate, greedy=True)),
        (f"The bucket never holds more than {capacity}.", token_bucket(times, capacity, rate, capped=False)),
        ("Parts of a token count.", token_bucket(times, capacity, rate, whole=True)),
    ]
    mistakes = {plain(wrong[-1].left): why for why, wrong in beliefs}
    mistakes.pop(plain(right[-1].left), None)
    if not mistakes or all(one.admitted for one in right):
        return None
    steps = [*_told(times, right), Step(f"Left: {plain(right[-1].left)}.")]
    prompt = (
        f"{_unit_rule(capacity, rate)} How many tokens are left right after the last request (with a fraction, if any)?"
    )
    return _forms.text(prompt, plain(right[-1].left), steps, listing=_listing(times), mistakes=mistakes)


def ask_retry(dice: Random, difficulty: int) -> Instance | None:
    """How long a refused client must wait."""
    if dice.random() < 0.5:
        capacity, rate, times = _bucket(dice, difficulty)
        right = token_bucket(times, capacity, rate)
        missing = 1 - right[-1].left
        wait = missing / rate
        rule = _unit_rule(capacity, rate)
        why = f"{plain(right[-1].left)} tokens are there, and {plain(missing)} more take {plain(wait)} s"
        others = {plain(1 / rate): "Part of a token is there already.", plain(capacity / rate): "One token is enough."}
    else:
        limit, length, times = _window(dice, difficulty)
        right = sliding_log(times, limit, length)
        taken = [time for time, one in zip(times, right, strict=True) if one.admitted][-limit:]
        wait = taken[0] + length - times[-1]
        rule = _log_rule(f"{limit} admitted requests", length)
        why = f"the oldest that counts came at {plain(taken[0])} s and leaves at {plain(taken[0] + length)} s"
        others = {
            str(length): "The window need not pass whole: the oldest request leaves it earlier.",
            plain(length - times[-1] % length): "The window slides; it does not begin anew at multiples of its length.",
            plain(taken[-1] + length - times[-1]): "One place is enough: it is the oldest request that leaves first.",
        }
    if right[-1].admitted or wait <= 0:
        return None
    mistakes = {wrong: text for wrong, text in others.items() if wrong != plain(wait)}
    steps = [*_told(times, right), Step(f"The last is refused; {why}. So {plain(wait)} s.")]
    prompt = (
        f"{rule} The last request is refused. In how many seconds, at the earliest, is one more admitted, if none "
        "comes before?"
    )
    return _forms.text(prompt, plain(wait), steps, listing=_listing(times), unit="s", mistakes=mistakes)


def ask_burst(dice: Random, difficulty: int) -> Instance | None:
    """The most that gets through in a short time."""
    within, limit = dice.randint(1, 4 + difficulty), dice.randint(3, 99)
    if dice.random() < 0.5:
        rate = dice.choice([1, 2, 5, 10])
        right = limit + rate * within
        rule = f"A token bucket holds at most {limit} tokens and gets {rate} a second, all the time; a request takes 1."
        steps = [
            Step(f"At worst the bucket is full: {limit} at once."),
            Step(f"In {within} s come {rate} × {within} more: {right}."),
        ]
        mistakes = {
            str(rate * within): "A full bucket lets a burst through besides.",
            str(limit): "While they come, tokens come in.",
        }
    else:
        length = within + dice.randint(2, 30)
        sliding = dice.random() < 0.4
        right = limit if sliding else 2 * limit
        rule = (
            f"A sliding window log admits at most {limit} requests in any {length} s."
            if sliding
            else f"A fixed-window limiter admits {limit} requests in each window of {length} s."
        )
        both = f"{limit} at the end of a window, {limit} at the beginning of the next, all within {within} s: {right}."
        steps = [Step(f"Any {within} s lie within some {length} s: {limit}." if sliding else both)]
        mistakes = {
            str(limit): "A window's end and the next one's beginning lie side by side.",
            str(2 * limit): "The window slides; there is no boundary at which it begins anew.",
            str(max(1, limit * within // length)): "The limit holds for the window; within it all may come at once.",
        }
    prompt = f"{rule} How many requests can get through within {within} s at most, if a client tries as hard as it can?"
    mistakes.pop(str(right), None)
    return _forms.text(prompt, right, steps, mistakes=mistakes)


def ask_which(dice: Random, difficulty: int) -> Instance | None:
    """The limiter that explains what was refused."""
    limit, length, times = _window(dice, difficulty)
    rate = Fraction(limit, length)
    runs = {
        f"fixed windows of {length} s from t = 0, {limit} each": fixed_window(times, limit, length),
        f"sliding log: {limit} admitted in the last {length} s": sliding_log(times, limit, length),
        f"sliding log: {limit} in {length} s, refused ones count": sliding_log(times, limit, length, all_count=True),
        f"token bucket of {limit}, {limit} tokens every {length} s, evenly": token_bucket(times, limit, rate),
    }
    shown = {name: " ".join(_answers(run)) for name, run in runs.items()}
    right = dice.choice(list(shown))
    if list(shown.values()).count(shown[right]) > 1 or len(set(shown.values())) < 3:
        return None
    mistakes, steps = {}, []
    for name, run in runs.items():
        at = next((at for at, one in enumerate(run) if one.admitted != runs[right][at].admitted), None)
        if at is None:
            steps.append(Step(f"{name}: all as shown."))
            continue
        does = "admit" if run[at].admitted else "refuse"
        mistakes[name] = f"It would {does} request {at + 1} ({run[at].why})."
        steps.append(Step(f"{name}: it would {does} request {at + 1}."))
    prompt = "This is what a rate limiter did. Which of these is it?"
    return _forms.pick(dice, prompt, right, mistakes, steps, listing=_listing(times, answers=_answers(runs[right])))


def _verdicts(
    dice: Random,
    difficulty: int,
    rule: str,
    times: Sequence[Fraction],
    right: list[Verdict],
    beliefs: Beliefs,
    costs: Sequence[int] | None = None,
) -> Instance | None:
    """One of three questions on what became of the requests."""
    answers = _answers(right)
    refused = [at for at, answer in enumerate(answers, 1) if answer == "429"]
    if not refused or (difficulty > 1 and "ok" not in answers[refused[0] :]):
        return None
    wrong = [(why, one) for why, one in beliefs if _answers(one) != answers]
    if not wrong or (difficulty > 3 and (len(wrong) < 2 or len(refused) < 2)):
        return None
    listing, steps = _listing(times, costs), _told(times, right)
    if dice.random() < 0.3:
        mistakes = {str(_answers(one).count("429")): why for why, one in wrong}
        steps.append(Step(f"Refused: {_forms.listed(refused)}, so {len(refused)}."))
        return _forms.text(
            f"{rule} How many requests are refused?", len(refused), steps, listing=listing, mistakes=mistakes
        )
    mistakes = {_forms.words(_answers(one)): why for why, one in wrong}
    prompt = f"{rule} Answer `ok` or `429` for each request."
    told = [Step(step.text, answer) for step, answer in zip(steps, answers, strict=True)]
    return _forms.sequence(prompt, answers, told, "ok or 429", listing=listing, mistakes=mistakes)


def _answers(verdicts: Sequence[Verdict]) -> list[str]:
    return ["ok" if one.admitted else "429" for one in verdicts]


def _told(times: Sequence[Fraction], verdicts: Sequence[Verdict]) -> list[Step]:
    return [
        Step(f"Request {at}, t = {plain(time)}: {one.why}: {answer}.")
        for at, (time, one, answer) in enumerate(zip(times, verdicts, _answers(verdicts), strict=True), 1)
    ]


def _listing(times: Sequence[Fraction], costs: Sequence[int] | None = None, *, answers: Sequence[str] = ()) -> str:
    rows = [["request", *range(1, len(times) + 1)], ["t (s)", *map(plain, times)]]
    rows += [["cost", *costs]] if costs else []
    rows += [["answer", *answers]] if answers else []
    return _forms.table(*rows)


def _bucket_rule(capacity: int, rate: Fraction) -> str:
    return f"A token bucket, full at t = 0, holds {capacity} tokens and gets {plain(rate)} a second, evenly."


def _unit_rule(capacity: int, rate: Fraction) -> str:
    return f"{_bucket_rule(capacity, rate)} A request takes 1 token or, if there is no whole one, is refused."


def _log_rule(counted: str, length: int) -> str:
    return f"A sliding window log admits a request if fewer than {counted} came less than {length} s before it."


def _bucket(dice: Random, difficulty: int) -> tuple[int, Fraction, list[Fraction]]:
    gaps = [Fraction(0), HALF, Fraction(1), HALF, Fraction(0), Fraction(3)]
    gaps += [Fraction(3, 2), Fraction(5)] if difficulty > 2 else []
    start = HALF * dice.randint(0, 8)
    return dice.randint(2, 3 + difficulty // 3), dice.choice(RATES), _times(dice, start, gaps, 4 + difficulty)


def _window(dice: Random, difficulty: int) -> tuple[int, int, list[Fraction]]:
    length = dice.choice([5, 6, 8, 10, 12])
    gaps = [Fraction(one) for one in (0, 1, 1, 2, 3, length // 2)]
    start = Fraction(dice.randint(0, length - 1))
    return dice.randint(2, 3), length, _times(dice, start, gaps, 4 + difficulty)


def _times(dice: Random, start: Fraction, gaps: Sequence[Fraction], many: int) -> list[Fraction]:
    times = [start]
    while len(times) < many:
        times.append(times[-1] + dice.choice(gaps))
    return times


def _from_first(times: Sequence[Fraction], limit: int, length: int) -> list[Verdict]:
    return fixed_window([time - times[0] for time in times], limit, length)


def _pushed(times: Sequence[Fraction], interval: Fraction, tolerance: Fraction) -> list[Verdict]:
    """The mistake that a refused request, too, puts off the next."""
    expected, verdicts = Fraction(0), []
    for time in times:
        verdicts.append(Verdict(time >= expected - tolerance, "", expected))
        expected = max(expected, time) + interval
    return verdicts
