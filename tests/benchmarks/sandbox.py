"""How long the sandbox takes to start, to answer, and to stop what means harm.

    python -m tests.benchmarks.sandbox [ROUNDS]

Prints the start of the process (to its first word), an answer to a small query, and for each hostile statement what
stopped it, within which time, and how much memory the process had held by then.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bequiz.model.tables import Fault
from bequiz.sandbox.client import Run, Sandbox
from tests.hostile import HOSTILE, SETUP


def milliseconds(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def start() -> float:
    sandbox = Sandbox()
    started = time.perf_counter()
    sandbox.start()
    taken = milliseconds(started)
    sandbox.close()
    return taken


def bare() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-S", "-c", "pass"], check=True)
    return milliseconds(started)


def answer(sandbox: Sandbox) -> float:
    started = time.perf_counter()
    sandbox.run([SETUP], [Run("SELECT * FROM t")])
    return milliseconds(started)


def most_memory(sandbox: Sandbox) -> str:
    """The most memory that the process ever held, where Linux tells it."""
    status = Path(f"/proc/{sandbox._process.pid}/status") if sandbox._process else Path()
    return f"{int(status.read_text().split('VmHWM:')[1].split()[0]) / 1024:.0f} MB" if status.is_file() else "ended"


def told(name: str, times: list[float]) -> str:
    return f"{name:32} {statistics.median(times):7.1f} ms (fastest {min(times):.1f}, slowest {max(times):.1f})"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    both = [(bare(), start()) for _ in range(rounds)]
    print(f"{rounds} rounds")
    print(told("a bare interpreter", [first for first, _ in both]))
    print(told("the sandbox, to its first word", [second for _, second in both]))
    sandbox = Sandbox()
    sandbox.start()
    print(told("an answer to a small query", [answer(sandbox) for _ in range(rounds)]))
    print(f"\n{'statement':32} {'fault':9} {'time':>7}  {'memory':>6}  what stopped it")
    with tempfile.TemporaryDirectory() as folder:
        for hostile in HOSTILE:
            sandbox.start()
            sql = hostile.sql.replace("{file}", f"{folder}/file").replace("{folder}", folder)
            started = time.perf_counter()
            stopped = sandbox.run([SETUP], [Run(sql)])[0]
            taken = milliseconds(started) / 1000
            kind = stopped.kind if isinstance(stopped, Fault) else "NONE"
            print(f"{hostile.name:32} {kind:9} {taken:6.2f}s  {most_memory(sandbox):>6}  {hostile.by}")
        print(f"files made: {len(list(Path(folder).iterdir()))}")
    sandbox.close()


if __name__ == "__main__":
    main()
