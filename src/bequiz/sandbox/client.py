"""The learner's side of the sandbox: starts the process, asks it, and ends it when it takes too long."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from bequiz.model.errors import BequizError
from bequiz.model.tables import Fault, Planned, Result, Shown

SECONDS = 2.0
IN_PROCESS = 0.8  # of that time: then the query is stopped from within, and the process lives on
LARGEST = 8 * 1024 * 1024  # bytes of an answer
BOOT = "import sys; sys.path.append(sys.argv[1]); from bequiz.sandbox.child import main; main()"
ROOT = str(Path(__file__).parents[2])

Drop = Literal["", "all", "third"]
SENTENCES = {
    "time": "It was stopped after {seconds:g} s: it does far more work than this needs. "
    "A recursion without an end, or a join without its condition?",
    "memory": "It was stopped because it wanted more memory than a query may have here.",
    "size": "It was stopped because it makes, or is, a text of more than 64 KiB.",
}


class Run(msgspec.Struct, frozen=True, tag_field="do", tag="run"):
    """A statement that reads, or does what `allow` says."""

    sql: str
    allow: tuple[str, ...] = ()
    drop: Drop = ""


class Show(msgspec.Struct, frozen=True, tag_field="do", tag="show"):
    """What the tables hold, so many rows of each."""

    rows: int = 100
    drop: Drop = ""


class Plan(msgspec.Struct, frozen=True, tag_field="do", tag="plan"):
    """A query's plan and result after an answer to a tuning card; none for an empty one."""

    query: str
    answer: str = ""
    drop: Drop = ""


Try = Run | Show | Plan
Outcome = Result | Shown | Planned | Fault


class _Request(msgspec.Struct):
    setup: Sequence[str]
    tries: Sequence[Try]
    seconds: float


class _Hello(msgspec.Struct, tag="hello"):
    memory: bool
    sqlite: str


class _Ready(msgspec.Struct, tag="ready"):
    pass


_decoder = msgspec.json.Decoder(_Hello | _Ready | Outcome)


class SetupFault(BequizError):
    """The SQL with which a deck makes a database does not run."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"The tables of this card cannot be made: {fault.sentence}", "`bequiz deck check` says where.")
        self.fault = fault


class Sandbox:
    """A process that runs SQL, started when it is first needed and kept. To be closed at the end."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.memory_limited = False
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, setup: Sequence[str], tries: Sequence[Try]) -> list[Outcome]:
        """What came of each try, each on a database of its own with what `setup` made.

        Raises SetupFault for a setup that does not run, BequizError if there is no process to run anything.
        """
        outcomes: list[Outcome] = []
        while len(outcomes) < len(tries):
            self.start()
            left = tries[len(outcomes) :]
            self._send(_Request(setup, left, self.seconds * IN_PROCESS))
            ready = self._receive()
            if isinstance(ready, Fault):
                raise SetupFault(ready)
            while self._process and len(outcomes) < len(tries):
                answer = self._receive()
                assert not isinstance(answer, _Hello | _Ready)
                outcomes.append(answer)
        return outcomes

    def start(self) -> None:
        """Start the process unless it runs. Raises BequizError if it cannot be started."""
        if self._process:
            return
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", BOOT, ROOT],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={}, cwd="/", start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise BequizError(f"The process that runs SQL cannot be started: {error.strerror}.") from None
        hello = self._receive(30)  # a busy machine may take its time; nothing of the learner's runs yet
        if not isinstance(hello, _Hello):
            self.close()
            raise BequizError("The process that runs SQL ends as soon as it is started.", "See `bequiz doctor`.")
        self.memory_limited = hello.memory

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _send(self, request: _Request) -> None:
        body = msgspec.json.encode(request)
        assert self._process and self._process.stdin
        try:
            self._process.stdin.write(len(body).to_bytes(4, "big") + body)
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; reading will tell
        except BaseException:
            self.close()
            raise

    def _receive(self, seconds: float | None = None) -> _Hello | _Ready | Outcome:
        """The next answer. A process that is late, or has ended, is cleared away, and a fault is the answer."""
        seconds = self.seconds if seconds is None else seconds
        until = time.monotonic() + seconds
        try:
            size = int.from_bytes(self._exactly(4, until), "big")
            if size > LARGEST:
                raise EOFError
            answer: _Hello | _Ready | Outcome = _decoder.decode(self._exactly(size, until))
        except (TimeoutError, EOFError, msgspec.DecodeError) as error:
            self.close()
            kind: Literal["time", "memory"] = "time" if isinstance(error, TimeoutError) else "memory"
            return self._told(Fault(kind=kind, sentence=""))
        except BaseException:
            self.close()  # whatever is still to come belongs to no question
            raise
        if isinstance(answer, Fault):
            if answer.kind == "memory":
                self.close()
            return self._told(answer)
        return answer

    def _told(self, fault: Fault) -> Fault:
        sentence = fault.sentence or SENTENCES[fault.kind].format(seconds=self.seconds)
        return msgspec.structs.replace(fault, sentence=sentence)

    def _exactly(self, count: int, until: float) -> bytes:
        assert self._process and self._process.stdout
        pipe, data = self._process.stdout.fileno(), b""
        while len(data) < count:
            if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
                raise TimeoutError
            part = os.read(pipe, count - len(data))
            if not part:
                raise EOFError
            data += part
        return data
