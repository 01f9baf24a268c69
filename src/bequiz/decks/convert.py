"""Texts from YAML -> structs. What does not fit is told field by field, all of it at once."""

import functools
import re
import typing
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec.structs import FieldInfo

from bequiz.decks.yamltext import KEY, Path
from bequiz.model.cards import CARD_TYPES, LEVELS, Card

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
    message = f'there is no card type "{name}"; there are {known}{did_you_mean(str(name), CARD_TYPES)}'
    return None, [Misfit((*path, "type"), "type", message)]


def to_struct(raw: object, kind: type[S], path: Path, *, apart: str = "") -> tuple[S | None, list[Misfit]]:
    """A struct of `kind`, or everything that is wrong. The field `apart` is left out, as if not written."""
    if not isinstance(raw, dict):
        return None, [Misfit(path, "type", f"a mapping with {', '.join(_fields(kind))} is due here")]
    given = {key: value for key, value in raw.items() if value is not None and key != apart}
    try:
        return msgspec.convert(_tidy(given, kind), kind, strict=False), []
    except msgspec.ValidationError:
        return None, list(_misfits(given, kind, path))


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


@functools.cache
def _part(hint: Any) -> type[msgspec.Struct] | None:
    """The struct that a list field holds, if it holds structs."""
    bare = typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint
    inner = typing.get_args(bare)[0] if typing.get_origin(bare) is tuple else None
    return inner if isinstance(inner, type) and issubclass(inner, msgspec.Struct) else None


@functools.cache
def _special(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    """The fields that need more than msgspec does: booleans and lists of structs."""
    return {name: field for name, field in _fields(kind).items() if field.type is bool or _part(field.type)}


def _tidy(raw: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Booleans as YAML authors write them, empty values taken as missing, all the way down."""
    for name, field in _special(kind).items():
        value = raw.get(name)
        if field.type is bool and isinstance(value, str):
            raw = {**raw, name: BOOLEANS.get(value.lower(), value)}
        elif (part := _part(field.type)) and isinstance(value, list):
            raw = {**raw, name: [_tidy(_given(item), part) if isinstance(item, dict) else item for item in value]}
    return raw


def _given(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if value is not None}


def _misfits(raw: dict[str, Any], kind: type[msgspec.Struct], path: Path) -> Iterable[Misfit]:
    known = _fields(kind)
    tag_field = kind.__struct_config__.tag_field
    unknown = [name for name in raw if name not in known and name != tag_field]
    for count, name in enumerate(unknown):
        guess = did_you_mean(name, known) if count < 10 else ""
        yield Misfit((*path, name, KEY), "unknown-field", f"unknown field `{name}`{guess}")
    for name, field in known.items():
        if name not in raw:
            if field.required:
                yield Misfit(path, "missing", f"the field `{name}` is missing")
        elif (part := _part(field.type)) and isinstance(raw[name], list):
            for place, item in enumerate(raw[name]):
                yield from to_struct(item, part, (*path, name, place))[1]
            if not raw[name]:
                yield Misfit((*path, name), "type", f"`{name}` is empty")
        else:
            value = _tidy({name: raw[name]}, kind)[name]
            try:
                msgspec.convert(value, field.type, strict=False)
            except msgspec.ValidationError as error:
                yield Misfit((*path, name, *_inside(str(error))), "type", _sentence(name, value, str(error)))


def _inside(error: str) -> Path:
    """The path that msgspec names behind `$`, as far as it leads into lists and mappings."""
    found = re.search(r"at `\$(.*)`$", error)
    steps = re.findall(r"\[(\d+)\]", found.group(1)) if found else []
    return tuple(int(step) for step in steps)


def _sentence(name: str, value: object, error: str) -> str:
    shown = f' "{value if len(value) <= 40 else value[:37] + "..."}"' if isinstance(value, str) else ""
    match error:
        case _ if "Invalid enum value" in error and name == "level":
            guess = did_you_mean(str(value), LEVELS)
            return f"`level`{shown} must be one of {', '.join(LEVELS)}{guess}"
        case _ if "Invalid enum value" in error and name == "asks":
            return f"`asks`{shown} must be recall or apply{did_you_mean(str(value), ('recall', 'apply'))}"
        case _ if r"\\S" in error:
            return f"`{name}` is empty"
        case _ if "matching regex" in error:
            return f"`{name}`{shown} {_FORMS.get(name, _FORMS['id'])}"
        case _ if "Expected `array`" in error:
            return f"`{name}` must be a list" if "length" not in error else f"`{name}` is empty"
        case _ if "array` of length" in error:
            least = re.search(r">= (\d+)", error)
            return f"`{name}` needs at least {least.group(1) if least else 1} entries"
        case _ if "Expected `object`" in error:
            return f"`{name}` must be a mapping of text to text"
        case _ if "Expected `bool`" in error:
            return f"`{name}`{shown} must be true or false"
        case _ if "Expected `int`" in error:
            low_high = " from 1 to 8" if name == "stage" else " from 1"
            return f"`{name}`{shown} must be a whole number{low_high}"
    return f"`{name}` must be a text"


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
