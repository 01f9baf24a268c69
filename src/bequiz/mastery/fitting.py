"""FSRS's parameters fitted to a learner's own answers, and whether they predict better than the ones in use."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from bequiz.mastery.controller import Evidence
from bequiz.mastery.hindsight import foretold, log_loss
from bequiz.model.errors import BequizError
from bequiz.model.memory import Trace
from bequiz.scheduling import fsrs

HELD_OUT = 0.2  # share of the cross-day reviews, the latest ones, on which old and new are compared
LEAST = 200  # cross-day reviews; fewer say too little about twenty-one parameters

# The answers to a card that left a trace: (day as an ordinal, quality), in their order.
History = Sequence[tuple[int, int]]


class Fit(Struct, frozen=True):
    """Both sets of parameters, each with its log loss on the reviews held out, of which there are `tested`."""

    old: tuple[float, ...]
    new: tuple[float, ...]
    old_loss: float
    new_loss: float
    learnt: int
    tested: int

    @property
    def better(self) -> bool:
        return self.new_loss < self.old_loss


def fit(histories: Iterable[History], old: tuple[float, ...] = fsrs.DEFAULT) -> Fit:
    """Fit new parameters to all but the latest fifth of the cross-day reviews, and compare on that fifth.

    Both are compared as they are used: with the controller's weekly correction. Raises BequizError if there are too few
    reviews, or if fsrs-rs-python, which does the fitting, is not installed.
    """
    try:
        import fsrs_rs_python as fsrs_rs
    except ImportError:
        raise BequizError(
            "Fitting needs the package fsrs-rs-python, which is not installed.",
            "Install bequiz with it: pip install 'bequiz[fit]'.",
        ) from None
    histories = list(histories)
    days = sorted(day for history in histories for (before, _), (day, _) in pairwise(history) if day > before)
    if len(days) < LEAST:
        raise BequizError(
            f"There are {len(days)} reviews on a later day than the first so far, and a fit needs {LEAST}.",
            "Go on; the published parameters serve until then.",
        )
    border = days[int(len(days) * (1 - HELD_OUT))]
    items = sorted(_items(histories, border), key=lambda found: found[0])
    model = fsrs_rs.FSRS(list(fsrs.DEFAULT))
    reviews = [[fsrs_rs.FSRSReview(rating, elapsed) for rating, elapsed in item] for _, item in items]
    new = tuple(model.compute_parameters([fsrs_rs.FSRSItem(found) for found in reviews], enable_short_term=True))
    tested = sum(day >= border for day in days)
    return Fit(old, new, _loss(histories, old, border), _loss(histories, new, border), len(days) - tested, tested)


def evidence(histories: Iterable[History], params: Sequence[float] = fsrs.DEFAULT) -> list[Evidence]:
    """The cross-day reviews of these cards in the order of their days, with the stabilities by these parameters."""
    found = []
    for history in histories:
        trace: Trace | None = None
        for day, quality in history:
            if trace and day > trace.day:
                found.append(Evidence(day, day - trace.day, trace.stability, trace.difficulty, int(quality >= 3)))
            trace = fsrs.advance(trace, quality, day, params)
    return sorted(found, key=lambda seen: seen.day)


def _loss(histories: Iterable[History], params: Sequence[float], border: int) -> float:
    """The log loss of the reviews from a day on, each foretold from what came before it."""
    seen = evidence(histories, params)
    tested = [(share, one.passed) for share, one in zip(foretold(seen, params), seen, strict=True) if one.day >= border]
    return log_loss(*zip(*tested, strict=True))


def _items(histories: Iterable[History], border: int) -> Iterable[tuple[int, list[tuple[int, int]]]]:
    """What the optimiser learns from: each prefix of a history that ends in a cross-day review before a day, as
    (its last day, pairs of rating and days since the answer before)."""
    for history in histories:
        prefix: list[tuple[int, int]] = []
        last = 0
        for day, quality in history:
            if day >= border:
                break
            elapsed = day - last if prefix else 0
            prefix.append((quality - 1 if quality > 2 else 1, elapsed))
            last = day
            if elapsed:
                yield day, list(prefix)
