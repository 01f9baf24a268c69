"""Generators: one skill a module, found by its name, the same problem for the same seed for ever.

A module `src/bequiz/skills/heap_operations.py` is the skill `heap-operations`. Its docstring is one paragraph with the
source of its rules. It has

    TITLE = "A binary heap after some operations"
    VERSION = 1          # raised whenever the same seed would make another problem
    def make(seed: int, difficulty: int) -> Instance

`make` is a pure function: all chance comes from `random.Random(seed)`, difficulty goes from 1 to 5. Its answer is
computed by a small, honest simulator in the module, which also yields the steps of the worked solution.
"""

import importlib
import pkgutil
from typing import Protocol, cast

from bequiz.model.errors import BequizError
from bequiz.model.instance import Instance


class Skill(Protocol):
    """What a generator's module offers."""

    TITLE: str
    VERSION: int

    def make(self, seed: int, difficulty: int) -> Instance: ...


def names() -> list[str]:
    """All skills there are, by name."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_")


def skill(name: str) -> Skill:
    """A skill by its name. Raises BequizError for one that is not there."""
    if name not in names():
        raise BequizError(f'There is no skill "{name}".', f"There are: {', '.join(names())}.")
    return cast(Skill, importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))
