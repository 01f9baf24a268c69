"""The process in the sandbox: gives up what SQL never needs, then answers requests until its input ends.

It is started without an environment, at `/`, with two pipes and no other file. A request, and every answer, is a JSON
text behind its length (4 bytes, big-endian). There is one answer for the setup, then one for each try.

    {"setup": [SQL, ...], "tries": [TRY, ...], "seconds": S}
    TRY = {"do": "run", "sql": SQL, "allow": ["insert", ...]} | {"do": "show", "rows": N}
        | {"do": "plan", "query": SQL, "answer": SQL}, each with "drop": "" | "all" | "third", the rows to do without

Every try has a copy of the database that `setup` made, so that none sees what another did.
"""

import json
import os
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

from bequiz.sandbox.guard import Guard, Refused
from bequiz.sandbox.work import WORK, Answer, drop, make

HEAP = 48 * 1024 * 1024  # bytes that SQLite may hold
SPACE = 160 * 1024 * 1024  # bytes of addresses beyond those of the interpreter: that heap, the result
PROCESSOR = 4  # seconds: should whoever started us be gone, an endless query ends by itself


def main() -> None:
    _send({"type": "hello", "memory": close_off(), "sqlite": sqlite3.sqlite_version})
    while request := _receive():
        for answer in answers(request):
            _send(answer)
            if answer.get("kind") == "memory":
                return  # what is left of this process is not to be relied on


def close_off() -> bool:
    """Give up further files, further processes' cores, and memory. Returns whether memory is really limited now."""
    sqlite3.connect(":memory:").execute(f"PRAGMA hard_heap_limit = {HEAP}")
    space = _held() + SPACE
    for limit, value in ((resource.RLIMIT_NOFILE, 3), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (value, value))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (space, space))
        bytearray(space)  # never touched: where it can be had, there is no limit
    except (ValueError, OSError):
        return False
    except MemoryError:
        return True
    return False


def _held() -> int:
    """How many bytes of addresses this process has; 0 where no /proc tells (nor is the limit of much use there)."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123 - pathlib would take a tenth of the time to start
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def answers(request: Answer) -> Iterator[Answer]:
    """First whether the setup worked, then an answer to each try."""
    with closing(Guard(time.monotonic() + request["seconds"])) as ground:
        yield from _answers(ground, request)


def _answers(ground: Guard, request: Answer) -> Iterator[Answer]:
    seconds, tries = request["seconds"], request["tries"]

    def prepare() -> Answer:
        make(ground, request["setup"])
        if any(order["do"] == "plan" for order in tries):
            ground.db.execute("ANALYZE")
        return {"type": "ready"}

    def attempt(order: Answer) -> Answer:
        with closing(Guard(time.monotonic() + seconds)) as guard:
            ground.deadline = guard.deadline
            ground.db.backup(guard.db)
            guard.db.execute("SELECT 1 FROM sqlite_master")  # reads the schema that has changed under the connection
            drop(guard, order["drop"])
            return WORK[order["do"]](guard, order)

    ready = _told(prepare)
    yield ready
    if ready["type"] == "ready":
        yield from (_told(partial(attempt, order)) for order in tries)


def _told(work: Callable[[], Answer]) -> Answer:
    """What the work answers, or the fault that stopped it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + PROCESSOR
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        return work()
    except Refused as refused:
        return {"type": "fault", "kind": refused.kind, "sentence": refused.sentence, "at": refused.at}
    except MemoryError:
        return {"type": "fault", "kind": "memory", "sentence": ""}
    except sqlite3.Error as error:
        late = getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
        return {"type": "fault", "kind": "time" if late else "run", "sentence": "" if late else str(error)}


def _receive() -> Answer | None:
    head = _exactly(4)
    request: Answer | None = json.loads(_exactly(int.from_bytes(head, "big"))) if head else None
    return request


def _exactly(count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = os.read(0, count - len(data))
        if not part:
            return b""
        data += part
    return data


def _send(answer: Answer) -> None:
    body = json.dumps(answer).encode()
    data = len(body).to_bytes(4, "big") + body
    while data:
        data = data[os.write(1, data) :]
