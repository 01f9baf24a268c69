"""Error budgets and burn rates: what is allowed, what is spent, how long it lasts, which alerts fire, when, and "
"when not.

The budget is 1 minus the objective (Site Reliability Engineering, ch. 3 and 4). Burn rate, share of the budget and
alerts on several windows and burn rates, where a long and a short window both have to be above the threshold, are those
of The Site Reliability Workbook (O'Reilly 2018), ch. 5 "Alerting on SLOs", with its thresholds 14.4, 6 and 1 for
windows of 1 hour, 6 hours and 3 days and a period of 30 days.
"""

from fractions import Fraction
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, pick_many, sequence, table, text, words

TITLE = "Error budget, burn rate and alerts"
VERSION = 1
ALLOWED = tuple(Fraction(share) for share in ("1", "1/2", "1/5", "1/10", "1/20"))  # in percent
RULES = (("1 h", "5 min", Fraction("14.4")), ("6 h", "30 min", Fraction(6)), ("3 d", "6 h", Fraction(1)))


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _plain(number: Fraction | int) -> str:
    """A number as it is typed."""
    return f"{float(number):.10g}"


def _short(number: Fraction, *, parts: int = 100) -> bool:
    """Whether it is a whole number of such parts of 1."""
    return parts % number.denominator == 0


def _objective(allowed: Fraction) -> str:
    return f"{_plain(100 - allowed)} %"


def _allowed(dice: Random, difficulty: int) -> Instance | None:
    allowed = dice.choice(ALLOWED)
    if dice.random() < 0.4:
        days = dice.choice((7, 14, 28, 30, 60, 90))
        minutes = days * 24 * 60 * allowed / 100
        spent = (
            Fraction(dice.randrange(int(minutes * 2)), 2) if difficulty > 1 else Fraction(dice.randrange(int(minutes)))
        )
        steps = [Step(f"{days} days are {days * 1440} minutes, {_plain(allowed)} % of them {_plain(minutes)}.")]
        steps.append(Step(f"{_plain(minutes)} - {_plain(spent)} = {_plain(minutes - spent)}."))
        mistakes = {
            _plain(minutes): "Some of it has been spent.",
            _plain(minutes / 60): "That is in hours.",
            _plain(days * 24 * 60 * allowed): "That is a hundred times too much.",
        }
        prompt = (
            f"Availability objective {_objective(allowed)} over {days} days; so far the service was down for "
            f"{_plain(spent)} minutes. "
            "How many more minutes may it be down?"
        )
        return text(prompt, _plain(minutes - spent), steps, unit="min", mistakes=mistakes)
    requests = dice.randrange(20, 900) * 10_000
    budget = requests * allowed / 100
    failed = Fraction(dice.randrange(int(budget)))
    if not _short(budget, parts=1) or failed % 10:
        return None
    steps = [Step(f"{_plain(allowed)} % of {requests} are {_plain(budget)}.")]
    share = dice.random() < 0.5 and _short(failed * 100 / budget, parts=10)
    if share:
        left = 100 - failed * 100 / budget
        steps.append(Step(f"{failed} of {budget} are spent, {_plain(100 - left)} %: {_plain(left)} % are left."))
        mistakes = {
            _plain(100 - left): "That is spent.",
            _plain(100 - failed * 100 / requests): "That is the availability so far.",
        }
    else:
        left = budget - failed
        steps.append(Step(f"{budget} - {failed} = {left}."))
        mistakes = {
            _plain(budget): "Some of it has been spent.",
            _plain(requests * allowed): "That is a hundred times too much.",
        }
    prompt = (
        f"Objective: {_objective(allowed)} of the requests succeed, over 30 days with about {requests} requests in "
        f"all. So far {failed} have "
        f"failed. {'What percentage of the error budget is left?' if share else 'How many more may fail?'}"
    )
    return text(prompt, _plain(left), steps, unit="%" if share else "", mistakes=mistakes)


def _incidents(dice: Random, difficulty: int) -> Instance | None:
    allowed = dice.choice(ALLOWED[1:4])
    rows = [(dice.randrange(4, 120), dice.choice((5, 10, 20, 25, 50, 100))) for _ in range(2 + difficulty // 2)]
    budget = 30 * 24 * 60 * allowed / 100
    costs = [Fraction(minutes * percent, 100) for minutes, percent in rows]
    left = budget - sum(costs)
    if left <= 0 or not all(_short(cost, parts=10) for cost in costs) or len({percent for _, percent in rows}) < 2:
        return None
    steps = [Step(f"The budget is {_plain(allowed)} % of 43200 minutes: {_plain(budget)} minutes.")]
    steps += [
        Step(f"{minutes} minutes at {percent} % cost {_plain(cost)}.")
        for (minutes, percent), cost in zip(rows, costs, strict=True)
    ]
    steps.append(Step(f"{_plain(budget)} - {_plain(sum(costs))} = {_plain(left)}."))
    mistakes = {
        _plain(
            abs(budget - sum(minutes for minutes, _ in rows))
        ): "Only the share of requests that failed costs budget.",
        _plain(sum(costs)): "That is spent.",
    }
    listing = table(
        ("incident", *range(1, len(rows) + 1)),
        ("minutes", *(minutes for minutes, _ in rows)),
        ("failing %", *(percent for _, percent in rows)),
    )
    prompt = (
        f"Objective {_objective(allowed)} over 30 days, even traffic. In these incidents a share of the requests "
        "failed. How much of the "
        "budget is left, in minutes of a full outage?"
    )
    return text(prompt, _plain(left), steps, listing=listing, unit="min", mistakes=mistakes)


def _burn(dice: Random, difficulty: int) -> Instance | None:
    allowed = dice.choice(ALLOWED)
    rate, requests = (
        Fraction(dice.randrange(5, 500), 10),
        dice.choice((1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 30, 40, 50, 60, 80)) * 1000,
    )
    failed, ratio = requests * rate * allowed / 100, rate * allowed
    if not _short(failed, parts=1) or not _short(ratio) or ratio > 25:
        return None
    if difficulty >= 2 and dice.random() < 0.6:
        lasts = 30 / rate
        if not _short(lasts):
            return None
        steps = [
            Step(f"{failed} / {requests} = {_plain(ratio)} %, {_plain(rate)} times the {_plain(allowed)} % allowed.")
        ]
        steps.append(Step(f"30 days / {_plain(rate)} = {_plain(lasts)} days."))
        mistakes = {
            _plain(rate): "That is the burn rate.",
            _plain(30 * rate): "The faster it burns, the shorter it lasts.",
        }
        prompt = (
            f"Objective {_objective(allowed)} over 30 days. {failed} of the last {requests} requests failed. How "
            "many days would a "
            "full budget last at this rate?"
        )
        return text(prompt, _plain(lasts), steps, unit="days", mistakes=mistakes)
    steps = [Step(f"{failed} / {requests} = {_plain(ratio)} %.")]
    steps.append(Step(f"{_plain(ratio)} % / {_plain(allowed)} % = {_plain(rate)}."))
    mistakes = {
        _plain(ratio): "That is the error ratio in percent.",
        _plain(round(1 / rate, 3)): "It is the other way round.",
        _plain(rate / 100): "Divide percent by percent.",
    }
    prompt = (
        f"Objective {_objective(allowed)}. In the last hour {failed} of {requests} requests failed. What is the "
        "burn rate?"
    )
    return text(prompt, _plain(rate), steps, mistakes=mistakes)


def _spent(dice: Random, difficulty: int) -> Instance | None:
    days, hours = dice.choice((7, 14, 28, 30)), dice.choice((1, 2, 3, 4, 6, 8, 12, 24, 36, 48, 72))
    rate, whole = Fraction(dice.randrange(10, 150 + 50 * difficulty), 10), days * 24
    share = rate * hours * 100 / whole
    if not _short(share, parts=10) or not 1 <= share <= 80:
        return None
    burnt = _plain(rate * hours)
    if dice.random() < 0.5:
        steps = [
            Step(f"At burn rate 1 the budget lasts {days} days, {whole} h."),
            Step(f"{_plain(rate)} * {hours} h / {whole} h = {_plain(share)} %."),
        ]
        mistakes = {burnt: f"That has to be compared with {whole} h.", _plain(rate): "The time counts, too."}
        prompt = (
            f"A service burns its error budget of {days} days at rate {_plain(rate)} for {hours} h. What percentage "
            "of the whole budget "
            "is gone then?"
        )
        return text(prompt, _plain(share), steps, unit="%", mistakes=mistakes)
    steps = [
        Step(f"{_plain(share)} % of {days} days, {whole} h, is {burnt} h of burn rate 1."),
        Step(f"Within {hours} h that is rate {burnt} / {hours} = {_plain(rate)}."),
    ]
    mistakes = {burnt: f"It is spent within {hours} h.", _plain(round(share / hours, 3)): "That is percent an hour."}
    prompt = (
        f"An alert shall fire when {_plain(share)} % of the error budget of {days} days are spent within {hours} h. "
        "To which burn rate "
        "is it set?"
    )
    return text(prompt, _plain(rate), steps, mistakes=mistakes)


def _fires(dice: Random, difficulty: int) -> Instance | None:
    allowed = dice.choice(ALLOWED[: 2 + difficulty // 2])
    lengths = {"5 min": 5, "30 min": 30, "1 h": 60, "6 h": 360, "3 d": 4320}
    usual = (0, 1, 2, 3, 5, 6, 7, 8, 12, 14, 15, 20, 40)
    rates = {window: Fraction(dice.choice(usual), dice.choice((1, 2))) for window in lengths}
    errors = [rates[window] * length for window, length in lengths.items()]
    if errors != sorted(errors):
        return None  # a longer window holds all errors of the shorter ones
    options, wrong, steps = [], {}, []
    for long, short, threshold in RULES:
        name = f"{long} and {short} above {_plain(threshold)}"
        options.append(name)
        low = [window for window in (long, short) if rates[window] <= threshold]
        told = f"{long} burns at {_plain(rates[long])}, {short} at {_plain(rates[short])}"
        steps.append(Step(f"{told}: {f'not both above {_plain(threshold)}' if low else 'it fires'}."))
        if low:
            wrong[name] = f"{told}: {low[0]} is not above {_plain(threshold)}."
    wanted = [dice.random() < 0.5 for _ in RULES]  # so that each alert is right as often as wrong
    half = [rule for rule in RULES if (rates[rule[0]] > rule[2]) != (rates[rule[1]] > rule[2])]
    ratios = [rate * allowed for rate in rates.values()]
    if (
        [name not in wrong for name in options] != wanted
        or len(wrong) in (0, 3)
        or not half
        or not all(_short(ratio) for ratio in ratios)
    ):
        return None
    bounds = [f"burn rate {_plain(rule[2])} is {_plain(rule[2] * allowed)} %" for rule in RULES]
    steps.insert(0, Step(f"Allowed are {_plain(allowed)} %: {', '.join(bounds)}."))
    listing = table(("window", *rates), ("errors %", *map(_plain, ratios)))
    prompt = (
        f"Objective {_objective(allowed)}. These are the error ratios of the windows that end now. Which alerts on "
        "burn rates fire? Select "
        "all."
    )
    return pick_many(prompt, options, wrong, steps, listing=listing)


def _failures(dice: Random, difficulty: int) -> Instance | None:
    allowed = dice.choice(ALLOWED)
    requests = dice.randrange(5, 400) * 10
    rate = dice.choice(
        (Fraction("14.4"), Fraction(6))
        if difficulty < 4
        else (Fraction("14.4"), Fraction(6), Fraction(10), Fraction(2))
    )
    bound = requests * rate * allowed / 100
    answer = int(bound) + 1
    if not _short(bound) or answer > 400:
        return None
    steps = [
        Step(
            f"Burn rate {_plain(rate)} is an error ratio of {_plain(rate)} * {_plain(allowed)} % = "
            f"{_plain(rate * allowed)} %."
        ),
        Step(f"{_plain(rate * allowed)} % of {requests} are {_plain(bound)}: above that is {answer}."),
    ]
    mistakes = {
        str(answer - 1): "The ratio must be above the threshold.",
        str(int(requests * allowed / 100) + 1): "That is burn rate 1.",
        str(answer + 1): "One less is above the threshold already.",
    }
    prompt = (
        f"Objective {_objective(allowed)}. An alert fires when the burn rate of the last hour is above "
        f"{_plain(rate)}. A service gets {requests} "
        "requests an hour. How many of them must fail at least for the alert?"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


def _minutes(dice: Random, difficulty: int) -> Instance | None:
    allowed, rate = dice.choice(ALLOWED[1:4]), dice.choice((Fraction("14.4"), Fraction(10), Fraction(6)))
    percent, long, short = dice.randrange(2, 81), 60, 5
    bound = rate * allowed
    above = [at for at in range(1, long + 1) if _mean(percent, at, long) > bound and _mean(percent, at, short) > bound]
    if not above or not 4 <= above[0] <= 55:
        return None
    fires = above[0]
    lasts = dice.randint(fires + 1, fires + 30)
    ends = next(at for at in range(1, 10) if _after(percent, lasts, at, short) <= bound)
    slow = next(at for at in range(1, 99) if _after(percent, lasts, at, long) <= bound)
    both = difficulty >= 5 or dice.random() < 0.5
    if ends == short and dice.random() < 0.7:
        return None
    steps = [
        Step(f"The threshold is {_plain(rate)} * {_plain(allowed)} % = {_plain(bound)} %."),
        Step(f"After {fires - 1} min the hour has {_ratio(percent, fires - 1)}, not above it."),
        Step(
            f"After {fires} min it has {_ratio(percent, fires)}, the last 5 minutes have more: it fires.",
            str(fires) * both,
        ),
    ]
    prompt = (
        f"Objective {_objective(allowed)}, even traffic. An alert fires while the burn rates of the last hour and of "
        "the last 5 minutes are "
        f"both above {_plain(rate)}. After a day without errors {percent} % of the requests fail from minute 0"
    )
    if not both:
        mistakes = {
            str(fires - 1): "It must be above the threshold.",
            str(next(at for at in range(1, 60) if _mean(percent, at, short) > bound)): "The hour has to be above it, "
            "too.",
        }
        return text(
            f"{prompt} on. After how many full minutes does it fire?", fires, steps, unit="min", mistakes=mistakes
        )
    off = lasts + ends
    left = (
        f"{ends} min after the repair the last 5 minutes have {_plain(_after(percent, lasts, ends, short))} %, "
        "not above it"
    )
    steps.append(Step(f"{left}: it ends after {off} min.", str(off)))
    mistakes = {
        words((fires, lasts + slow)): "The short window ends it before the long one does.",
        words((fires, lasts)): "The last 5 minutes still hold errors then.",
        words((fires, lasts + short)): "It ends as soon as one window is not above the threshold.",
    }
    ask = f" until minute {lasts}. After how many full minutes from 0 does it fire, and after how many does it end?"
    return sequence(prompt + ask, (fires, off), steps, "minutes", mistakes=mistakes)


def _mean(percent: int, minutes: int, window: int) -> Fraction:
    """The error ratio of a window so many minutes after the errors began, in percent."""
    return Fraction(percent * min(minutes, window), window)


def _ratio(percent: int, minutes: int) -> str:
    return f"{percent} * {minutes} / 60 = {_plain(round(_mean(percent, minutes, 60), 3))} %"


def _after(percent: int, lasted: int, minutes: int, window: int) -> Fraction:
    """The error ratio of a window so many minutes after errors that had lasted so long."""
    return Fraction(percent * max(0, min(lasted, window - minutes)), window)


KINDS: dict[Kind, int | range] = {
    _allowed: range(1, 4), _burn: range(1, 5), _incidents: range(1, 5), _spent: 2, _failures: 3, _fires: 3, _minutes: 4,
}  # fmt: skip
