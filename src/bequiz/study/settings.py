"""The settings there are, and config.toml, in which they are kept."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bequiz.model.errors import BequizError

REMEDY = "Mend it, or delete it to go back to the defaults."


class Setting(NamedTuple):
    """`read` turns its text into what is stored in the file; it raises ValueError for a text that is none."""

    default: str
    meaning: str
    read: Callable[[str], int | str]
    form: str


def minutes(text: str) -> int:
    """`04:00` -> 240. Raises ValueError for what is no time of day."""
    hours, _, rest = text.partition(":")
    found = int(hours) * 60 + int(rest or 0)
    if not 0 <= found < 24 * 60 or not 0 <= int(rest or 0) < 60:
        raise ValueError(text)
    return found


def _time(text: str) -> str:
    found = minutes(text)
    return f"{found // 60:02}:{found % 60:02}"


def _count(text: str) -> int:
    found = int(text)
    if not 0 <= found <= 10_000:
        raise ValueError(text)
    return found


SETTINGS = {
    "day.rollover": Setting("04:00", "when the study day changes", _time, "a time of day such as 04:00"),
    "new.per_day": Setting("10", "new cards a day", _count, "a whole number from 0 to 10000"),
}


def parse(path: str, text: str) -> dict[str, str]:
    """The settings in the text of config.toml, by their dotted keys. Raises BequizError for a bad one."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BequizError(f"{path} is not TOML: {error}.", REMEDY) from None
    except RecursionError:
        raise BequizError(f"{path} is not TOML: it is nested too deep.", REMEDY) from None
    found: dict[str, str] = {}
    for table, entries in tables.items():
        for key, value in entries.items() if isinstance(entries, dict) else [("", entries)]:
            name = f"{table}.{key}".rstrip(".")
            try:
                found[name] = str(SETTINGS[name].read(str(value)))
            except KeyError:
                raise BequizError(
                    f'{path}: there is no setting "{name}".', f"There are: {', '.join(SETTINGS)}."
                ) from None
            except ValueError:
                raise BequizError(f'{path}: {name} is "{value}".', f"It must be {SETTINGS[name].form}.") from None
    return found


def read(path: str) -> dict[str, str]:
    """The settings that config.toml sets; none if there is no such file."""
    try:
        return parse(path, Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise BequizError(f"{path} is not UTF-8.", REMEDY) from None


def write(path: str, key: str, value: str) -> None:
    """Set one key, leaving the rest of the file as it is, comments included."""
    import tomlkit

    if key not in SETTINGS:
        raise BequizError(f'There is no setting "{key}".', f"There are: {', '.join(SETTINGS)}.")
    try:
        wanted = SETTINGS[key].read(value)
    except ValueError:
        raise BequizError(f'{key} cannot be "{value}".', f"It must be {SETTINGS[key].form}.") from None
    read(path)
    file = Path(path)
    document = tomlkit.parse(file.read_text(encoding="utf-8") if file.exists() else "")
    table, _, name = key.partition(".")
    document.setdefault(table, tomlkit.table())[name] = wanted
    file.write_text(tomlkit.dumps(document), encoding="utf-8")
