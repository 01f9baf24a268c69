"""Three true memories for simulated students; none of them is what the product believes in.

- `Fsrs`: FSRS-6 whose parameters vary from student to student around the published ones.
- `Actr`: a sum of power-law traces, each decaying faster the better the card was known when it was laid down (P. I.
  Pavlik, J. R. Anderson, "Practice and forgetting effects on vocabulary memory", Cognitive Science 29, 2005); cards
  have a hidden difficulty.
- `HalfLife`: exponential forgetting; the half-life grows with each success, more so the later it came, and shrinks with
  each failure; cards have a hidden difficulty.

How often which grade is pressed, and how long it takes, are means over many users of Anki, as the simulator of
open-spaced-repetition/fsrs-rs has them. Ratings are 1 again, 2 hard, 3 good, 4 easy.
"""

from bisect import bisect
from collections.abc import Iterator
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist

from bequiz.model.memory import Trace
from bequiz.scheduling import fsrs

FIRST = (0.240, 0.094, 0.495, 0.171)
PASSED = (0.0, 0.224, 0.631, 0.145)
AGAIN_TODAY = {  # the same day once more, by the rating before: while a card is new, and after it was forgotten
    True: {1: (0.369, 0.063, 0.511, 0.057), 2: (0.044, 0.455, 0.446, 0.055)},
    False: {1: (0.216, 0.064, 0.660, 0.060), 2: (0.050, 0.464, 0.447, 0.039)},
}
SECONDS = {
    "learning": (19.6, 18.8, 13.8, 10.7),
    "review": (19.4, 17.6, 12.4, 8.9),
    "relearning": (16.4, 15.3, 12.3, 8.0),
}
NORMAL = NormalDist()
MIXED = 0.5  # correlation of a rating with a card's hidden difficulty


def pick(shares: tuple[float, ...], chance: float) -> int:
    """The rating at this place of the distribution."""
    sums, total = [], 0.0
    for share in shares:
        total += share
        sums.append(total)
    return min(bisect(sums, chance * total), 3) + 1


class Student:
    """A learner with a true memory. The n-th answer to a card meets the same chance whoever schedules it.

    `strangeness` is a card's hidden difficulty, normally distributed; 0 where there is none.
    """

    def __init__(self, seed: int, cards: int) -> None:
        self.dice = Random(f"{type(self).__name__} {seed}")
        self.strangeness = [0.0] * cards
        self._chances: list[Iterator[float]] = [_stream(f"{seed} {card}") for card in range(cards)]

    def recall(self, card: int, day: int) -> float:
        """The true probability of recall at the beginning of a day; 0 for a card never seen."""
        raise NotImplementedError

    def learn(self, card: int, day: int, rating: int, drill: bool) -> None:
        raise NotImplementedError

    def meet(self, card: int, day: int) -> int:
        """The rating at first sight."""
        rating = self._rated(card, FIRST)
        self.learn(card, day, rating, False)
        return rating

    def review(self, card: int, day: int) -> int:
        known = next(self._chances[card]) < self.recall(card, day)
        rating = self._rated(card, PASSED) if known else 1
        self.learn(card, day, rating, False)
        return rating

    def drill(self, card: int, day: int, before: int, new: bool) -> int:
        """The rating of a repeat on the same day."""
        rating = pick(AGAIN_TODAY[new][before], next(self._chances[card]))
        self.learn(card, day, rating, True)
        return rating

    def _rated(self, card: int, shares: tuple[float, ...]) -> int:
        chance = next(self._chances[card])
        if self.strangeness[card]:
            mixed = sqrt(1 - MIXED**2) * NORMAL.inv_cdf(chance or 1e-9) - MIXED * self.strangeness[card]
            chance = NORMAL.cdf(mixed)
        return pick(shares, chance)


def _stream(seed: str) -> Iterator[float]:
    dice = Random(seed)
    while True:
        yield dice.random()


class Fsrs(Student):
    TALENT = -0.6  # logarithm of stability beside the published parameters

    def __init__(self, seed: int, cards: int) -> None:
        super().__init__(seed, cards)
        varied = [value * exp(self.dice.gauss(0, 0.1)) for value in fsrs.DEFAULT]
        talent = self.dice.gauss(self.TALENT, 0.3)  # some keep everything longer, at first and with each success
        self.params = (*(value * exp(talent) for value in varied[:4]), *varied[4:8], varied[8] + talent, *varied[9:])
        self.traces: dict[int, Trace] = {}

    def recall(self, card: int, day: int) -> float:
        trace = self.traces.get(card)
        return fsrs.retrievability(day - trace.day, trace.stability, self.params) if trace else 0.0

    def learn(self, card: int, day: int, rating: int, drill: bool) -> None:
        self.traces[card] = fsrs.advance(self.traces.get(card), (1, 3, 4, 5)[rating - 1], day, self.params)


class Actr(Student):
    DECAY_SCALE, DECAY_LEAST = 0.217, 0.177  # c and a of the paper
    THRESHOLD, NOISE = -0.704, 0.255
    DAY = 24.0  # nights and days between sessions count for less than time within them
    DRILL = 1.0
    PRIOR = (0.0, 0.15, 0.35, 0.75)  # what was known at first sight was met before

    def __init__(self, seed: int, cards: int) -> None:
        super().__init__(seed, cards)
        self.strangeness = [self.dice.gauss(0, 1) for _ in range(cards)]
        self.talent = self.dice.gauss(0.0, 0.1)
        self.ease = [self.talent - 0.25 * strange for strange in self.strangeness]
        self.traces: dict[int, list[tuple[float, float]]] = {}
        self.clock: dict[int, float] = {}

    def activation(self, card: int, time: float) -> float:
        traces = self.traces.get(card)
        return log(sum((time - laid) ** -decay for laid, decay in traces)) + self.ease[card] if traces else -9.0

    def recall(self, card: int, day: int) -> float:
        if card not in self.traces:
            return 0.0
        return 1 / (1 + exp((self.THRESHOLD - self.activation(card, day * self.DAY)) / self.NOISE))

    def learn(self, card: int, day: int, rating: int, drill: bool) -> None:
        last = self.clock.get(card, -1.0)
        time = max(day * self.DAY, last + self.DRILL) if drill else day * self.DAY
        if card not in self.traces:
            self.ease[card] += self.PRIOR[rating - 1]
        strength = exp(self.activation(card, time)) if card in self.traces else 0.0
        self.traces.setdefault(card, []).append((time, self.DECAY_SCALE * strength + self.DECAY_LEAST))
        self.clock[card] = time


class HalfLife(Student):
    START = (1.5, 4.0, 8.0, 20.0)  # days
    GROWTH = 2.4
    LEFT = 0.4  # of the half-life after a failure

    def __init__(self, seed: int, cards: int) -> None:
        super().__init__(seed, cards)
        self.strangeness = [self.dice.gauss(0, 1) for _ in range(cards)]
        self.talent = exp(self.dice.gauss(0, 0.2))
        self.lives: dict[int, float] = {}
        self.seen: dict[int, int] = {}

    def recall(self, card: int, day: int) -> float:
        return 2 ** (-(day - self.seen[card]) / self.lives[card]) if card in self.lives else 0.0

    def learn(self, card: int, day: int, rating: int, drill: bool) -> None:
        hard = exp(-0.3 * self.strangeness[card])
        if card not in self.lives:
            self.lives[card] = self.START[rating - 1] * self.talent * hard
        elif not drill and rating == 1:
            self.lives[card] = max(0.5, self.lives[card] * self.LEFT)
        elif not drill:
            # The later it was still known, the more it gained; nothing is gained by asking at once.
            late = min(1.0, 5 * (1 - self.recall(card, day)))
            self.lives[card] *= 1 + self.GROWTH * late * hard * (0.7, 1.0, 1.2)[rating - 2]
        self.seen[card] = day


TRUTHS = {"F": Fsrs, "A": Actr, "H": HalfLife}
