"""The program: the one place that prints errors."""

import io
import os
import sys

from bequiz.model.errors import BequizError


def main() -> None:
    """Run the command line and leave with its exit code."""
    _prepare_streams()
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except BequizError as error:
        code = _complain(str(error), error.exit_code)
    except BrokenPipeError:
        _drop_output()  # whoever read us has left: nothing to say
        code = 0
    except OSError as error:
        _drop_output()
        code = _complain(f"{error.filename or 'The output'} cannot be written or read: {error.strerror}.")
    except UnicodeEncodeError:
        code = _complain("The command line holds bytes that are no text in this locale. Set LANG to a UTF-8 locale.")
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _prepare_streams() -> None:
    """A terminal without UTF-8 shows question marks, not a traceback; a stream that our caller closed is empty."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115 - open until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _drop_output() -> None:
    """Python would complain once more when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _complain(sentence: str, code: int = 1) -> int:
    sys.stderr.write(f"bequiz: {printable(sentence)}\n")
    return code


def _run(words: list[str]) -> int:
    if words == ["due", "--short"]:
        from bequiz.cli.short import due_short

        line = due_short()
        if line is not None:
            sys.stdout.write(line + "\n")
            return 0
    if words == ["review"]:
        from bequiz.cli.sitting import sit

        sit()
        return 0
    from bequiz.cli.app import run

    return run(words)


def printable(text: str) -> str:
    """The text without control codes, whatever a file name or a deck put into it."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


if __name__ == "__main__":
    main()
