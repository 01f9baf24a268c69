"""The README keeps its word: every command line in it runs, every command of the program has a help text."""

import re
import shlex

import pytest
from typer.main import get_command

from bequiz.cli.app import build
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines() if line.startswith("bequiz ")]


def test_every_command_line_of_the_readme(bequiz, tmp_path, monkeypatch):
    """In their order, in one collection, with nothing on standard input."""
    monkeypatch.chdir(tmp_path)
    assert bequiz("review", "--limit", "1", stdin="\n").code == 0
    for line in LINES:
        words, _, file = line.partition(" > ")
        result = bequiz(*shlex.split(words)[1:])
        assert result.code == 0, f"{line}\n{result.out}{result.err}"
        if file:
            (tmp_path / file).write_text(result.out)


def test_commands_in_running_text_exist(bequiz):
    for words in re.findall(r"`bequiz ([a-z ]+?)[` A-Z-]", README):
        assert bequiz(*words.split(), "--help").code == 0, words


def commands(command, path=()):
    for name, inner in getattr(command, "commands", {}).items():
        yield (*path, name)
        yield from commands(inner, (*path, name))


@pytest.mark.parametrize("path", list(commands(get_command(build([])))), ids=" ".join)
def test_every_command_explains_itself(path, bequiz):
    result = bequiz(*path, "--help")
    assert result.code == 0
    assert " ".join(("Usage: bequiz", *path)) in result.out
    sentence = result.out.split("Usage")[1].partition("\n")[2].split("╭")[0]
    assert sentence.strip().endswith("."), sentence


def test_the_deck_shown_is_a_deck(bequiz, tmp_path):
    (deck,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "shown.yaml").write_text(deck)
    assert bequiz("deck", "check", str(tmp_path / "shown.yaml")).code == 0


def test_the_keys_shown_are_the_keys_there_are():
    from bequiz.ui.table import COMMANDS

    table = README.split("| key | what it does |")[1].split("\n\n")[0]
    for key in COMMANDS:
        assert f"`{key}`" in table
