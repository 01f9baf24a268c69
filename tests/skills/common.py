"""What must hold for every skill, and the comparison with an oracle that knows nothing but the text of the problem.

    def test_heap_operations() -> None:
        check_skill("heap-operations", oracle)

An oracle takes an instance, reads the problem from `prompt`, `listing` and `options` as a learner does, and returns the
right answer found in a way of its own: a text for `text`, the elements in order for `sequence` and `arrange`, the right
option for `pick`, a set or list of texts for `pick-many`.
"""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection

import msgspec

from bequiz.grading.text import same, sense
from bequiz.model.instance import Instance
from bequiz.skills import skill

Right = str | Collection[str]
WORDS, LINES = 60, 12
REPEATED = 100  # instances made a second time in another process
IN_ANOTHER_PROCESS = "import sys; from tests.skills.common import digest; print(digest(sys.argv[1], int(sys.argv[2])))"


def check_skill(name: str, oracle: Callable[[Instance], Right], count: int = 1000) -> None:
    """Make `count` instances, a fifth of each difficulty, and hold them to the rules and to the oracle."""
    seeds = range(count // 5)
    asked: list[Instance] = []
    began = time.process_time()
    for difficulty in range(1, 6):
        asked += [skill(name).make(seed, difficulty) for seed in seeds]
    took = (time.process_time() - began) / len(asked)
    for place, instance in enumerate(asked):
        where = f"{name} seed {place % len(seeds)} difficulty {place // len(seeds) + 1}: {instance.prompt}"
        _well_formed(instance, where)
        _agrees(instance, oracle(instance), where)
    for difficulty in range(5):
        _no_two_alike(asked[difficulty * len(seeds) : (difficulty + 1) * len(seeds)], f"{name} at {difficulty + 1}")
    _not_to_be_guessed([instance for instance in asked if instance.form == "pick"], name)
    assert took < 0.010, f"{name}: an instance takes {took * 1000:.1f} ms"
    _same_everywhere(name)


def digest(name: str, count: int) -> str:
    """A hash of the first instances of a skill, over all difficulties."""
    made = [msgspec.json.encode(skill(name).make(seed, seed % 5 + 1)) for seed in range(count)]
    return hashlib.sha256(b"\n".join(made)).hexdigest()


def found(pattern: str, text: str) -> str:
    """The first group of a pattern that must be there, for oracles that read a prompt."""
    match = re.search(pattern, text)
    assert match, f"{pattern} in {text}"
    return match.group(1)


def _well_formed(instance: Instance, where: str) -> None:
    assert len(instance.prompt.split()) <= WORDS, f"{where}: prompt too long"
    assert len(instance.listing.splitlines()) <= LINES, f"{where}: listing too long"
    assert instance.steps, f"{where}: no worked solution"
    assert all(step.text.strip() for step in instance.steps), f"{where}: an empty step"
    assert all(wrong.strip() and why.strip() for wrong, why in instance.why_not.items()), f"{where}: an empty mistake"
    assert instance.answer, f"{where}: no answer"
    senses = [sense(option) for option in instance.options]
    assert len(set(senses)) == len(senses), f"{where}: options alike {instance.options}"
    told = " ".join(step.text for step in instance.steps)
    match instance.form:
        case "text":
            assert not instance.options
            assert instance.answer[0] in told, f"{where}: the steps do not reach {instance.answer[0]}"
            assert not any(same(wrong, right) for wrong in instance.why_not for right in instance.answer), where
        case "sequence":
            assert not instance.options
            assert instance.each, f"{where}: what are the elements?"
            assert all(re.fullmatch(r"[^\s,;]+", element) for element in instance.answer), f"{where}: {instance.answer}"
            assert all(element in told for element in instance.answer), f"{where}: the steps lack an element"
            assert tuple(given := " ".join(step.gives for step in instance.steps).split()) in ((), instance.answer), (
                f"{where}: the steps give {given}, the answer is {instance.answer}"
            )
            right = " ".join(instance.answer)
            assert not any(same(" ".join(re.split(r"[\s,;]+", wrong)), right) for wrong in instance.why_not), where
        case "pick" | "pick-many":
            fewest, most = (1, 1) if instance.form == "pick" else (1, len(instance.options))
            assert len(instance.options) >= 3, f"{where}: too few options"
            assert fewest <= len(instance.answer) <= most, f"{where}: {len(instance.answer)} right options"
            assert set(instance.answer) <= set(instance.options), f"{where}: a right option is not shown"
            assert set(instance.why_not) <= set(instance.options) - set(instance.answer), f"{where}: why_not"
        case "arrange":
            assert sorted(instance.answer) == sorted(instance.options), (
                f"{where}: what is arranged is not what is shown"
            )
            assert instance.answer != instance.options, f"{where}: shown in the right order"


def _agrees(instance: Instance, right: Right, where: str) -> None:
    seen = f"{where}\n{instance.listing}\n{instance.options}\nanswer {instance.answer}, oracle {right}"
    match instance.form:
        case "text":
            assert isinstance(right, str), seen
            assert any(same(right, accepted) for accepted in instance.answer), seen
        case "sequence" | "arrange":
            assert tuple(right) == instance.answer, seen
        case "pick" | "pick-many":
            assert ({right} if isinstance(right, str) else set(right)) == set(instance.answer), seen


def _no_two_alike(asked: list[Instance], where: str) -> None:
    texts = [(instance.prompt, instance.listing, tuple(sorted(instance.options))) for instance in asked]
    for place, text in enumerate(texts):
        assert text not in texts[place + 1 : place + 10], f"{where}: {place} comes again within ten seeds: {text}"


def _not_to_be_guessed(picks: list[Instance], name: str) -> None:
    """Right options stand everywhere, and are not told by being the longest or the shortest."""
    by_number: dict[int, list[Instance]] = defaultdict(list)
    for instance in picks:
        by_number[len(instance.options)].append(instance)
    for number, asked in by_number.items():
        if len(asked) < 100:
            continue
        room = 1 / number + 0.15
        places = Counter(instance.options.index(instance.answer[0]) for instance in asked)
        assert max(places.values()) / len(asked) < room, f"{name}: the right option stands at {places}"
        for extreme in (max, min):
            told = sum(_stands_out(instance, extreme) for instance in asked)
            assert told / len(asked) < room, (
                f"{name}: {told} of {len(asked)} right options are the only {extreme} length"
            )


def _stands_out(instance: Instance, extreme: Callable[[Collection[int]], int]) -> bool:
    lengths = [len(option) for option in instance.options]
    return lengths.count(extreme(lengths)) == 1 and len(instance.answer[0]) == extreme(lengths)


def _same_everywhere(name: str) -> None:
    here = digest(name, REPEATED)
    assert here == digest(name, REPEATED), f"{name}: a second run makes other problems"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-c", IN_ANOTHER_PROCESS, name, str(REPEATED)]
    there = subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    assert here == there, f"{name}: another process makes other problems"
