"""How long until something useful stands on the screen, in multiples of `python -I -c pass`.

    python -m tests.benchmarks.startup [ROUNDS]

Every command is started once in each round, in shuffled order; the medians of the rounds' ratios are printed. The
installed `bequiz` beside this Python is measured, with a warm catalogue, with and without an own deck of 100,000 cards.
"""

import json
import os
import pty
import random
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

BEQUIZ = str(Path(sys.executable).parent / "bequiz")


def whole(*command: str, home: Path | None = None) -> float:
    """Seconds until the command has ended."""
    started = time.perf_counter()
    subprocess.run(command, env=environment(home), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def first_card_in_pipe(home: Path) -> float:
    """Seconds until `bequiz review` has printed its first question into a pipe."""
    started = time.perf_counter()
    process = subprocess.Popen([BEQUIZ, "review"], env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout and process.stdin
    process.stdout.readline()
    taken = time.perf_counter() - started
    process.stdin.close()
    process.stdout.read()
    process.wait()
    return taken


def first_card_on_terminal(home: Path) -> float:
    """Seconds until the foot line of the first question stands on a terminal."""
    started = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(environment(home) | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"})
        os.execv(BEQUIZ, [BEQUIZ, "review"])
    seen = b""
    while b"skip" not in seen:
        select.select([terminal], [], [], 10)
        seen += os.read(terminal, 65536)
    taken = time.perf_counter() - started
    os.write(terminal, b"\x03")
    while True:
        try:
            if not os.read(terminal, 65536):
                break
        except OSError:
            break
    os.waitpid(child, 0)
    os.close(terminal)
    return taken


def environment(home: Path | None) -> dict[str, str]:
    return {**os.environ, "BEQUIZ_HOME": str(home or ""), "PYTHONDONTWRITEBYTECODE": ""}


def large_deck(file: Path, cards: int = 100_000) -> None:
    """An own deck with so many cards in 100 topics."""
    topics = [
        {
            "topic": f"topic-{topic}",
            "title": f"Topic {topic}",
            "cards": [
                {
                    "id": f"card-{topic}-{card}",
                    "type": "typed",
                    "prompt": f"What is {topic} times {card}?",
                    "accept": [str(topic * card)],
                }
                for card in range(cards // 100)
            ],
        }
        for topic in range(100)
    ]
    file.write_text(json.dumps({"deck": "large", "title": "A large deck", "topics": topics}))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        plain, large = Path(folder, "plain"), Path(folder, "large")
        deck = Path(folder, "large.yaml")
        large_deck(deck)
        whole(BEQUIZ, "due", home=plain)
        whole(BEQUIZ, "deck", "add", str(deck), home=large)
        commands: dict[str, Callable[[], float]] = {
            "python -I -c pass": lambda: whole(sys.executable, "-I", "-c", "pass"),
            "first card from a pipe": lambda: first_card_in_pipe(plain),
            "first card on a terminal": lambda: first_card_on_terminal(plain),
            "due --short": lambda: whole(BEQUIZ, "due", "--short", home=plain),
            "first card from a pipe, 100,000 more": lambda: first_card_in_pipe(large),
            "first card on a terminal, 100,000 more": lambda: first_card_on_terminal(large),
            "due --short, 100,000 more": lambda: whole(BEQUIZ, "due", "--short", home=large),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name in random.sample(list(commands), len(commands)):
                times[name].append(commands[name]())
    bare = times["python -I -c pass"]
    print(f"{rounds} rounds; a bare interpreter takes {statistics.median(bare) * 1000:.1f} ms")
    for name, taken in times.items():
        ratios = sorted(mine / its for mine, its in zip(taken, bare, strict=True))
        ratio, fastest = statistics.median(ratios), min(taken) / min(bare)
        print(f"{name:40} {statistics.median(taken) * 1000:7.1f} ms  {ratio:5.2f} x  (fastest {fastest:5.2f} x)")


if __name__ == "__main__":
    main()
