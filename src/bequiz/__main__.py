"""The program: the one place that prints errors."""

import io
import os
import sys

from bequiz.model.errors import BequizError


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows question marks, not a traceback
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except BequizError as error:
        sys.stderr.write(f"bequiz: {printable(str(error))}\n")
        code = error.exit_code
    except BrokenPipeError:
        # Whoever read us has left: nothing to say. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 0
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _run(words: list[str]) -> int:
    if words == ["due", "--short"]:
        from bequiz.cli.short import due_short

        line = due_short()
        if line is not None:
            sys.stdout.write(line + "\n")
            return 0
    from bequiz.cli.app import run

    return run(words)


def printable(text: str) -> str:
    """The text without control codes, whatever a file name or a deck put into it."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


if __name__ == "__main__":
    main()
