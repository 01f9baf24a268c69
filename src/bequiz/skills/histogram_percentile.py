"""Percentiles from histograms: which bucket, interpolation, the last bucket, sums and differences, what is not known.

Cumulative buckets (`le`), interpolation within a bucket and the value for the bucket +Inf are those of
histogram_quantile() for classic histograms (Prometheus 3 documentation, Querying, Functions); buckets may be added,
percentiles may not, and the estimate errs within its bucket (Practices, "Histograms and summaries"); increase() takes a
smaller value as a counter reset. The percentile of a list is the inverse of its distribution function, nearest rank
(Hyndman and Fan, The American Statistician 50(4), 1996, definition 1).
"""

from fractions import Fraction
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, drawn, sequence, text, words
from bequiz.skills._histograms import Histogram, bucket, drawn_histogram, merged, quantile, shown

TITLE = "A percentile from a histogram"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _bound(histogram: Histogram, at: int) -> str:
    return str(histogram.bounds[at]) if at < len(histogram.bounds) else "+Inf"


def _found(histogram: Histogram, percent: int) -> list[Step]:
    rank = Fraction(histogram.total * percent, 100)
    at = bucket(histogram, rank)
    held = f"le {_bound(histogram, at)} is the first that holds as many: {histogram.counts[at]}"
    return [Step(f"{percent} % of {histogram.total} is {float(rank):g}."), Step(f"{held}.")]


def _uncumulated(histogram: Histogram, percent: int) -> str:
    """The bucket for somebody who takes the counts to be those of each bucket alone."""
    rank, seen = Fraction(sum(histogram.counts) * percent, 100), 0
    for at, count in enumerate(histogram.counts):
        seen += count
        if seen >= rank:
            return _bound(histogram, at)
    return "+Inf"


def _which(dice: Random, difficulty: int) -> Instance | None:
    histogram = drawn_histogram(dice, dice.randrange(40, 1000, 20 if difficulty < 2 else 10))
    percent = dice.choice((50, 75, 80, 90, 95))
    at = bucket(histogram, Fraction(histogram.total * percent, 100))
    if (
        not 0 < at < len(histogram.bounds)
        or len(set(histogram.counts)) < 6
        or _uncumulated(histogram, percent) == _bound(histogram, at)
    ):
        return None
    low, high = _bound(histogram, at - 1), _bound(histogram, at)
    steps = _found(histogram, percent)
    mistakes = {
        _uncumulated(histogram, percent): "The counts are cumulative: each bucket includes those before it.",
        low: "That bucket does not yet hold as many.",
    }
    about = "A Prometheus histogram of response times, with cumulative counts."
    if dice.random() < 0.5:
        prompt = f"{about} What is the upper bound of the bucket in which the {percent}th percentile lies?"
        return text(prompt, high, steps, listing=shown(count=histogram), unit="ms", mistakes=mistakes)
    steps = [
        *steps[:1],
        Step(f"Up to {low} there are only {histogram.counts[at - 1]}, so it is above {low}.", low),
        Step(steps[1].text, high),
    ]
    prompt = (
        f"{about} Between which bounds does the {percent}th percentile surely lie? Give the lower and the upper one."
    )
    return sequence(
        prompt,
        (low, high),
        steps,
        "bounds in ms",
        listing=shown(count=histogram),
        mistakes={words((0, high)): f"Those up to {low} are too few."},
    )


def _share(dice: Random, difficulty: int) -> Instance | None:
    histogram = drawn_histogram(dice, dice.randrange(100, 2000, 20 if difficulty > 1 else 100))
    at = dice.randrange(1, len(histogram.bounds))
    below, total, bound = histogram.counts[at], histogram.total, histogram.bounds[at]
    alone = below - histogram.counts[at - 1]
    if len(set(histogram.counts)) < 6:
        return None
    mistakes = {
        str(below): "Those are within it.",
        str(total - below): "Those took longer.",
        str(alone): "The counts are cumulative: all buckets before are included.",
    }
    kind = dice.choice(("slower", "between", "percent"))
    if kind == "percent":
        if 100 * below % total:
            return None
        answer, unit, ask = 100 * below // total, "%", f"What percentage of the requests took at most {bound} ms?"
        steps = [Step(f"{below} of {total} took at most {bound} ms: {answer} %.")]
        mistakes = {
            str(100 - answer): "Those took longer.",
            str(round(100 * alone / total)): "The counts are cumulative: all buckets before are included.",
        }
    elif kind == "slower":
        answer, unit, ask = total - below, "", f"How many requests took more than {bound} ms?"
        steps = [Step(f"{total} - {below} = {answer}.")]
        after = histogram.counts[at + 1]
        mistakes[str(after)] = "That counts the fast ones, too."
        mistakes[str(sum(histogram.counts[at + 1 :]))] = "The counts are cumulative, they must not be added up."
    else:
        low = dice.randrange(at)
        answer, unit = below - histogram.counts[low], ""
        ask = f"How many requests took more than {histogram.bounds[low]} ms, but at most {bound} ms?"
        steps = [Step(f"{below} - {histogram.counts[low]} = {answer}.")]
        mistakes[str(sum(histogram.counts[low + 1 : at + 1]))] = "The counts are cumulative, they must not be added up."
    prompt = f"A Prometheus histogram of response times, with cumulative counts. {ask}"
    return text(prompt, answer, steps, listing=shown(count=histogram), unit=unit, mistakes=mistakes)


def _nearest(dice: Random, difficulty: int) -> Instance | None:
    count = dice.randint(7, 9 + difficulty)
    percent = dice.choice((25, 50, 60, 70, 75, 80, 90, 95, 99))
    values = dice.sample(range(10, 1000), count)
    rank = -(-count * percent // 100)
    ordered = sorted(values)
    answer = ordered[rank - 1]
    steps = [
        Step(f"{percent} % of {count} is {count * percent / 100:g}, so the value of rank {rank} counts."),
        Step(f"In order: {words(ordered)}: rank {rank} is {answer}."),
    ]
    down = max(1, count * percent // 100)
    mistakes = {
        str(ordered[down - 1]): f"The rank is rounded up: {down} values are less than {percent} %.",
        str(ordered[min(rank, count - 1)]): "Ranks count from 1.",
        str(values[rank - 1]): "The values have to be sorted first.",
        str(ordered[-1]): "That is the largest.",
        str(round(sum(values) / count)): "That is the mean.",
    }
    prompt = (
        f"Response times of {count} requests in ms. What is their {percent}th percentile by nearest rank (no "
        "interpolation)?"
    )
    return text(prompt, answer, steps, listing=words(values), unit="ms", mistakes=mistakes)


def _value(dice: Random, difficulty: int) -> Instance | None:
    histogram = drawn_histogram(dice, dice.choice((100, 200, 400, 500, 1000)))
    percent = dice.choice((50, 75, 80, 90, 95, 98, 99)[: 3 + difficulty])
    rank = Fraction(histogram.total * percent, 100)
    at, answer = bucket(histogram, rank), quantile(histogram, percent)
    beyond = at == len(histogram.bounds)
    if answer.denominator > 1 or len(set(histogram.counts)) < 6 or (beyond and dice.random() < 0.5):
        return None
    steps = _found(histogram, percent)
    if beyond:
        steps.append(Step(f"It lies beyond all bounds: the result is the highest finite one, {answer}."))
        mistakes = {str(histogram.total): "That is a count.", "+Inf": "It returns the highest finite bound instead."}
    else:
        low, before = (histogram.bounds[at - 1], histogram.counts[at - 1]) if at else (0, 0)
        inside, wide = histogram.counts[at] - before, histogram.bounds[at] - low
        steps.append(
            Step(
                f"The bucket begins at {low} with {before}: {float(rank):g} is number {float(rank - before):g} of "
                f"its {inside}."
            )
        )
        steps.append(Step(f"{low} + {wide} * {float(rank - before):g} / {inside} = {answer}."))
        mistakes = {
            str(histogram.bounds[at]): "That is the bound; within the bucket it interpolates.",
            str(low): "That is the lower bound; within the bucket it interpolates.",
            str((low + histogram.bounds[at]) // 2): "It does not take the middle of the bucket.",
            f"{float(low + wide * rank / histogram.counts[at]):g}": "What counts is the share of this bucket alone.",
        }
    prompt = (
        f"Prometheus 3, a classic histogram of response times (cumulative counts). What does "
        f"`histogram_quantile({percent / 100:g}, …)` return?"
    )
    return text(prompt, answer, steps, listing=shown(count=histogram), unit="ms", mistakes=mistakes)


def _together(dice: Random, difficulty: int) -> Instance | None:
    one = drawn_histogram(dice, dice.randrange(100, 1000, 50 if difficulty < 5 else 20))
    two = drawn_histogram(dice, dice.randrange(100, 1000, 50))._replace(bounds=one.bounds)
    two = Histogram(one.bounds, (*sorted(count * dice.choice((1, 1, 2)) // 2 for count in two.counts[:-1]), two.total))
    percent = dice.choice((50, 75, 80, 90, 95))
    both = merged(one, two)
    places = [bucket(h, Fraction(h.total * percent, 100)) for h in (one, two, both)]
    if places[0] == places[1] or places[2] == len(both.bounds):
        return None
    steps = [Step(f"Added bucket by bucket: {words(both.counts)}."), *_found(both, percent)]
    a, b = (_bound(both, place) for place in places[:2])
    mistakes = {
        a: f"That is server 1 alone; {both.total} requests are to be looked at.",
        b: f"That is server 2 alone; {both.total} requests are to be looked at.",
    }
    if "+Inf" not in (a, b):
        mistakes[f"{(int(a) + int(b)) / 2:g}"] = "Percentiles of two servers cannot be averaged."
    prompt = (
        f"Cumulative counts of response times at two servers. What is the upper bound of the bucket in which the "
        f"{percent}th percentile of all requests lies?"
    )
    return text(
        prompt, _bound(both, places[2]), steps, listing=shown(server_1=one, server_2=two), unit="ms", mistakes=mistakes
    )


def _since(dice: Random, difficulty: int) -> Instance | None:
    new = drawn_histogram(dice, dice.randrange(100, 400, 20))
    reset = difficulty >= 4 and dice.random() < 0.5
    old = drawn_histogram(dice, dice.randrange(500, 2000, 100))._replace(bounds=new.bounds)
    percent = dice.choice((50, 75, 80, 90, 95))
    later = new if reset else merged(old, new)
    places = [bucket(h, Fraction(h.total * percent, 100)) for h in (new, later, old)]
    drops = all(one < two for one, two in zip(later.counts, old.counts, strict=True))
    if (
        places[0] == places[2]
        or (not reset and places[0] == places[1])
        or (reset and not drops)
        or places[0] == len(new.bounds)
    ):
        return None
    if reset:
        steps = [Step("All counts have dropped: the server was restarted, and what it shows now came since then.")]
    else:
        steps = [Step(f"What came in between: {words(new.counts)}.")]
    steps += _found(new, percent)
    mistakes = {
        _bound(new, places[1]): "Counters run since the start of the server: the difference counts.",
        _bound(new, places[2]): "That was before.",
    }
    prompt = (
        "A Prometheus histogram of response times at 12:00 and at 12:05, cumulative counts. What is the upper bound of "
        f"the bucket with the {percent}th percentile of what came in between?"
    )
    return text(
        prompt,
        _bound(new, places[0]),
        steps,
        listing=shown(**{"12:00": old, "12:05": later}),
        unit="ms",
        mistakes=mistakes,
    )


def _unknown(dice: Random, difficulty: int) -> Instance | None:
    histogram = drawn_histogram(dice, dice.randrange(100, 2000, 20))
    at = dice.randrange(1, len(histogram.bounds))
    low, high = histogram.bounds[at - 1], histogram.bounds[at]
    limit = dice.randrange(low + 1, high)
    least, most = histogram.counts[at - 1], histogram.counts[at]
    slow = difficulty >= 4 and dice.random() < 0.5
    if least == most or limit % 5:
        return None
    steps = [
        Step(f"At most {low} ms took {least}, at most {high} ms took {most}; where those between lie is not known."),
    ]
    if slow:
        total = histogram.total
        answer, ask = (
            (total - most, total - least),
            f"How many requests took more than {limit} ms: at least, and at most?",
        )
        steps += [
            Step(f"At least {total} - {most} = {answer[0]}.", str(answer[0])),
            Step(f"At most {total} - {least} = {answer[1]}.", str(answer[1])),
        ]
        mistakes = {words((least, most)): "Those are the ones within it."}
    else:
        answer, ask = (least, most), f"How many requests took at most {limit} ms: at least, and at most?"
        steps += [Step(f"At least {least}.", str(least)), Step(f"At most {most}.", str(most))]
        mistakes = {words((0, most - least)): "Those before the bucket took less than that for certain."}
    prompt = f"A histogram of response times, with cumulative counts. {ask} Give both numbers."
    return sequence(prompt, answer, steps, "numbers of requests", listing=shown(count=histogram), mistakes=mistakes)


KINDS: dict[Kind, int | range] = {
    _which: range(1, 4), _share: range(1, 4), _nearest: range(1, 5), _value: 2, _unknown: 3, _together: 3, _since: 4,
}  # fmt: skip
