"""Texts from YAML -> structs. What does not fit is told field by field, all of it at once."""

import functools
import typing
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec.structs import FieldInfo

from bequiz.decks.yamltext import KEY, Path
from bequiz.model.cards import CARD_TYPES, LEVELS, Card, Want, Writing

BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
S = TypeVar("S", bound=msgspec.Struct)


class Misfit(NamedTuple):
    """A problem at a path inside the document."""

    path: Path
    rule: str
    message: str


def to_card(raw: object, path: Path) -> tuple[Card | None, list[Misfit]]:
    """A card, or everything that is wrong with it."""
    if not isinstance(raw, dict):
        return None, [Misfit(path, "type", "a card is a mapping with id, type and prompt")]
    name = raw.get("type")
    kind = CARD_TYPES.get(name) if isinstance(name, str) else None
    if kind is not None:
        return to_struct(raw, kind, path)
    known = ", ".join(CARD_TYPES)
    if name is None:
        return None, [Misfit(path, "missing", f"the field `type` is missing; it is one of {known}")]
    message = f"`type` must be one of {known}"
    if isinstance(name, str):
        message = f'there is no card type "{name}"; there are {known}{did_you_mean(name, CARD_TYPES)}'
    return None, [Misfit((*path, "type"), "type", message)]


def to_struct(raw: object, kind: type[S], path: Path, *, apart: str | None = None) -> tuple[S | None, list[Misfit]]:
    """A struct of `kind`, or everything that is wrong. The field `apart` is left out, as if not written."""
    if not isinstance(raw, dict):
        return None, [Misfit(path, "type", f"a mapping with {', '.join(_fields(kind))} is due here")]
    given = {key: value for key, value in _given(raw, kind).items() if key != apart}
    try:
        return msgspec.convert(_tidy(given, kind), kind, strict=False), []
    except msgspec.ValidationError:
        return None, list(_misfits(given, kind, path))


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


@functools.cache
def _items(hint: Any) -> tuple[Any, int]:
    """What a list field holds and how many of it at least; None for what is no list."""
    bare, *notes = typing.get_args(hint) if typing.get_origin(hint) is typing.Annotated else [hint]
    part = typing.get_args(bare)[0] if typing.get_origin(bare) is tuple else None
    return part, max((note.min_length or 0 for note in notes), default=0)


def _is_struct(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


@functools.cache
def _special(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The fields that need more than msgspec does: booleans (bool) and lists of structs (their struct)."""
    hints = {name: _items(field.type)[0] or field.type for name, field in _fields(kind).items()}
    return {name: hint for name, hint in hints.items() if hint is bool or _is_struct(hint)}


def _tidy(raw: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Booleans as YAML authors write them, empty values taken as missing, all the way down."""
    for name, hint in _special(kind).items():
        value = raw.get(name)
        if hint is bool and isinstance(value, str):
            raw = {**raw, name: BOOLEANS.get(value.lower())}  # None, which does not fit, for `1` and the like
        elif hint is not bool and isinstance(value, list):
            raw = {**raw, name: [_tidy(_given(item, hint), hint) if isinstance(item, dict) else item for item in value]}
    return raw


def _given(raw: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """What is written. An empty value is a missing one; an unknown field is one even when empty, since `{why: a, b}`
    holds the field `b`, where a text with a comma was meant."""
    known = _fields(kind)
    return {key: value for key, value in raw.items() if value is not None or key not in known}


def _misfits(raw: dict[str, Any], kind: type[msgspec.Struct], path: Path) -> Iterable[Misfit]:
    known = _fields(kind)
    tag_field = kind.__struct_config__.tag_field
    unknown = [name for name in raw if name not in known and name != tag_field]
    for count, name in enumerate(unknown):
        guess = did_you_mean(name, known) if count < 10 else ""
        if raw[name] is None and " " in name:
            guess = "; put text with a comma in it between quotes"
        yield Misfit((*path, name, KEY), "unknown-field", f"unknown field `{name}`{guess}")
    for name, field in known.items():
        if name in raw:
            yield from _value_misfits(name, raw[name], field.type, (*path, name))
        elif field.required:
            yield Misfit(path, "missing", f"the field `{name}` is missing")


def _value_misfits(name: str, value: object, hint: Any, path: Path) -> list[Misfit]:
    """What is wrong with the value of a field, or with every single item of it."""
    if _is_struct(hint):
        return to_struct(value, hint, path)[1]
    part, least = _items(hint)
    if part and isinstance(value, list):
        found = [misfit for at, item in enumerate(value) for misfit in _value_misfits(name, item, part, (*path, at))]
        if len(value) < least:
            few = f"`{name}` needs at least {least} entries" if value and least > 1 else f"`{name}` is empty"
            found.append(Misfit(path, "type", few))
        return found
    if typing.get_origin(hint) is dict and isinstance(value, dict):
        return [misfit for key, item in value.items() for misfit in _value_misfits(name, item, str, (*path, key))]
    if hint is bool and isinstance(value, str) and value.lower() in BOOLEANS:
        return []
    try:
        msgspec.convert(value, hint, strict=False)
    except msgspec.ValidationError as error:
        return [Misfit(path, "type", _sentence(name, value, str(error)))]
    return [Misfit(path, "type", _sentence(name, value, "Expected `bool`"))] if hint is bool else []


def _sentence(name: str, value: object, error: str) -> str:
    shown = f' "{value if len(value) <= 40 else value[:37] + "..."}"' if isinstance(value, str) else ""
    match error:
        case _ if "Invalid enum value" in error and name == "level":
            guess = did_you_mean(str(value), LEVELS)
            return f"`level`{shown} must be one of {', '.join(LEVELS)}{guess}"
        case _ if "Invalid enum value" in error and name == "asks":
            return f"`asks`{shown} must be recall or apply{did_you_mean(str(value), ('recall', 'apply'))}"
        case _ if "Invalid enum value" in error and name in _ONE_OF:
            return f"`{name}`{shown} must be one of {', '.join(_ONE_OF[name])}{did_you_mean(str(value), _ONE_OF[name])}"
        case _ if r"\\S" in error:
            return f"`{name}` is empty"
        case _ if "matching regex" in error:
            return f"`{name}`{shown} {_FORMS.get(name, _FORMS['id'])}"
        case _ if value is None:
            return f"`{name}` is empty"
        case _ if "Expected `array`" in error:
            return f"`{name}` must be a list"
        case _ if "Expected `object`" in error:
            return f"`{name}` must be a mapping of text to text"
        case _ if "Expected `bool`" in error:
            return f"`{name}`{shown} must be true or false"
        case _ if "Expected `int" in error:
            low_high = " from 1 to 8" if name == "stage" else " from 1"
            return f"`{name}`{shown} must be a whole number{low_high}"
    return f"`{name}` must be a text"


_ONE_OF = {"want": typing.get_args(Want), "allow": typing.get_args(Writing)}
_FORMS = {
    "id": "must be made of small letters, digits, dots and dashes, and begin with a letter or digit",
    "url": "must begin with http:// or https:// and hold no spaces",
    "asof": "must be a month, YYYY-MM",
    "tolerance": "must be a number (0.5) or a percentage (5%)",
}
for _name in ("requires", "contrast", "was"):
    _FORMS[_name] = "must name cards, as `card` or `deck/card`"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean "x"?)`, or nothing where nothing is near."""
    near = _nearest(word, tuple(known))
    return f' (did you mean "{near}"?)' if near else ""


@functools.lru_cache
def _nearest(word: str, known: tuple[str, ...]) -> str:
    import difflib  # only wanted when something is wrong

    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.6)), "")
