"""How long `deck check` and `deck check --strict` take on many cards.

    python -m tests.benchmarks.deck_check [CARDS] [ROUNDS]

Three decks are made from the shipped cards, since what takes time is how alike cards are: `natural` exchanges half of
the words of each prompt for others of the same frequency, `templated` fills in one template, `copied` changes nothing
but the ids. Prints the medians of the rounds.
"""

import json
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bequiz.decks.yamltext import read
from tests.benchmarks.startup import BEQUIZ
from tests.conftest import DECKS

TOPIC = 40
Card = dict[str, Any]


def shipped() -> Iterator[Card]:
    for file in sorted(DECKS.glob("*/*.yaml")):
        yield from read(file.read_bytes()).value.get("cards", [])


def natural(cards: list[Card], dice: random.Random) -> Callable[[Card, int], str]:
    """Half of the words of a prompt exchanged; what stands in blanks and ticks stays."""
    words = [word for card in cards for word in re.findall("[A-Za-z]+", card["prompt"])]

    def exchanged(card: Card, _: int) -> str:
        parts = re.split(r"(\{\{.*?\}\}|`[^`]*`)", card["prompt"])
        return "".join(
            part
            if place % 2
            else re.sub("[A-Za-z]+", lambda found: dice.choice((found.group(), dice.choice(words))), part)
            for place, part in enumerate(parts)
        )

    return exchanged


def templated(card: Card, number: int) -> str:
    gap = f" {{{{{number}}}}}" if card["type"] == "cloze" else ""
    return f"A table has {number} rows on pages of {number % 97 + 3} rows each. How many pages does a scan read?{gap}"


def copied(card: Card, _: int) -> str:
    return str(card["prompt"])


def write(file: Path, cards: list[Card], count: int, prompt: Callable[[Card, int], str]) -> None:
    lines = ["deck: many", "title: Many cards", "topics:"]
    for number, card in enumerate(islice(cycle(cards), count)):
        if number % TOPIC == 0:
            lines += [f"  - topic: t{number // TOPIC}", f"    title: Topic {number // TOPIC}", "    cards:"]
        fields = {key: value for key, value in card.items() if key not in ("requires", "contrast", "was")}
        fields |= {"id": f"c{number}", "prompt": prompt(card, number)}
        first, *others = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
        lines += [f"      - {first}", *(f"        {field}" for field in others)]
    file.write_text("\n".join(lines) + "\n")


def seconds(file: Path, rounds: int, *options: str) -> str:
    """Medians of the rounds, by the clock and by the processor's time, which a busy machine stretches less."""
    command = [BEQUIZ, "deck", "check", str(file), *options]
    wall, processor = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall.append(time.perf_counter() - began)
        processor.append(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)
    return f"{statistics.median(wall):6.2f} s, processor {statistics.median(processor):6.2f} s"


def main() -> None:
    count, rounds = (int(word) for word in (sys.argv[1:] + ["20000", "3"][len(sys.argv) - 1 :]))
    cards = list(shipped())
    decks = (("natural", natural(cards, random.Random(7))), ("templated", templated), ("copied", copied))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "many.yaml"
        for name, prompt in decks:
            write(file, cards, count, prompt)
            told = subprocess.run(
                [BEQUIZ, "deck", "check", "--strict", "--json", str(file)], capture_output=True, check=False
            )
            problems = len(json.loads(told.stdout)["problems"])
            print(f"{name}: {count:,} cards, {file.stat().st_size / 1e6:.1f} MB, {problems:,} problems under --strict")
            print(f"  deck check           {seconds(file, rounds)}")
            print(f"  deck check --strict  {seconds(file, rounds, '--strict')}", flush=True)


if __name__ == "__main__":
    main()
