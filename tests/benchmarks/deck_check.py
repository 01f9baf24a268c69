"""How long `deck check` and `deck check --strict` take on many cards.

    python -m tests.benchmarks.deck_check [CARDS] [ROUNDS]

Three decks are made from the shipped cards, since what takes time is how alike cards are: `natural` exchanges half of
the words of each prompt for others of the same frequency, `templated` fills in one template, `copied` changes nothing
but the ids. Prints the median of the rounds in seconds.
"""

import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bequiz.decks.yamltext import read
from tests.benchmarks.startup import BEQUIZ, whole
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


def seconds(file: Path, rounds: int, *options: str) -> float:
    # The decks have errors: that they exit with 1 is as it should be.
    command = ["sh", "-c", '"$0" "$@" > /dev/null; true', BEQUIZ, "deck", "check", str(file), *options]
    return statistics.median(whole(*command) for _ in range(rounds))


def main() -> None:
    count, rounds = (int(word) for word in (sys.argv[1:] + ["20000", "3"][len(sys.argv) - 1 :]))
    cards = list(shipped())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "many.yaml"
        for name, prompt in (
            ("natural", natural(cards, random.Random(7))),
            ("templated", templated),
            ("copied", copied),
        ):
            write(file, cards, count, prompt)
            told = subprocess.run(
                [BEQUIZ, "deck", "check", "--strict", "--json", str(file)], capture_output=True, check=False
            )
            problems = json.loads(told.stdout)["problems"]
            size = file.stat().st_size / 1e6
            print(f"{name:9}  {count:,} cards, {size:.1f} MB, {len(problems):,} problems under --strict")
            print(f"           deck check           {seconds(file, rounds):6.2f} s")
            print(f"           deck check --strict  {seconds(file, rounds, '--strict'):6.2f} s")


if __name__ == "__main__":
    main()
