"""Runs the listings of code cards: each as a program of its own, many of them in one child process."""

import json
import os
import subprocess
import sys

# Reads {name: code} and writes {name: [exit code, standard output, standard error]}. Each listing runs in a fork of
# its own, so that none can leave anything behind for the next, and Python need not start for each.
RUNNER = """
import json, os, signal, sys, tempfile, types

def run(code, out, err):
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        signal.alarm(20)
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        status = 1
        try:
            exec(compile(code, "<card>", "exec"), main.__dict__)
            status = 0
        except SystemExit as leaving:
            status = leaving.code or 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(child, 0)[1]

found = {}
for name, code in json.load(sys.stdin).items():
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        status = run(code, out, err)
        out.seek(0), err.seek(0)
        found[name] = [status, out.read().decode(), err.read().decode()]
json.dump(found, sys.stdout)
"""


def run_all(listings: dict[str, str], hash_seed: str, folder: str) -> dict[str, list]:
    """What each listing does in an empty folder, with text hashed by that seed."""
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps(listings),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONWARNINGS": "default", "PYTHONUTF8": "1"},
    )
    return json.loads(done.stdout)
