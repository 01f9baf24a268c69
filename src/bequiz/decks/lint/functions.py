"""What a `verify` expression may call, each so bounded that no argument makes it slow or large."""

import functools
import math
from collections.abc import Callable, Iterable
from typing import Any

MOST_BITS = 1024
MOST_ITEMS = 100_000
MOST_IN_A_SET = 1_000
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii", "latin-1")
VALUES = (bool, int, float, str, bytes, list, tuple, set, range)


class Refused(Exception):
    """The expression wants something it may not; the text goes on after "`verify` "."""


def checked(value: Any) -> Any:
    """The value, if it is of a kind and a size that may be."""
    if not isinstance(value, VALUES):
        raise Refused(f"makes a value of the kind {type(value).__name__}; only numbers, texts and lists are allowed")
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise Refused(f"makes a number of more than {MOST_BITS} bits")
    if isinstance(value, range) and len(value) > MOST_ITEMS:
        raise Refused(f"counts through more than {MOST_ITEMS:,} numbers")
    return value


def power(base: Any, exponent: Any, modulus: Any = None) -> Any:
    if modulus is not None:
        _limit(max(abs(number) for number in (base, exponent, modulus)), 2**64, "raises to a power")
    elif isinstance(base, int) and isinstance(exponent, int) and abs(base) > 1:
        _limit(exponent, MOST_BITS // (base.bit_length() - 1), "raises to a power")
    return pow(base, exponent, modulus)


def times(left: Any, right: Any) -> Any:
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, str | bytes | list | tuple) and isinstance(count, int):
            _limit(count, MOST_ITEMS // max(1, weight(sequence)), "repeats a text or list")
    return left * right


def remainder(left: Any, right: Any) -> Any:
    if isinstance(left, str | bytes):
        raise Refused("formats a text; only numbers have a remainder")
    return left % right


def shift_left(number: Any, places: Any) -> Any:
    _limit(places, MOST_BITS, "shifts")
    return number << places


def weight(value: Any) -> int:
    """How much there is to walk through: its items, theirs, and its letters."""
    if isinstance(value, list | tuple | set):
        return 1 + sum(map(weight, value))
    return 1 + len(value) if isinstance(value, str | bytes | range) else 1


def distinct(values: Iterable[Any]) -> set[Any]:
    """The set of the values, given up once it is too large: numbers can be so chosen that filling it crawls."""
    found: set[Any] = set()
    for value in values:
        found.add(value)
        if len(found) > MOST_IN_A_SET:
            raise Refused(f"makes a set of more than {MOST_IN_A_SET:,} items")
    return found


def _limit(number: Any, most: int, does: str) -> None:
    if number > most:
        raise Refused(f"{does} too far for a check: {number} where {most} is the most")


def _round(number: Any, ndigits: int = 0) -> Any:
    _limit(abs(ndigits), 300, "rounds")
    return round(number, ndigits) if ndigits else round(number)


def _sum(values: Iterable[Any], start: Any = 0) -> Any:
    if not isinstance(start, int | float):
        raise Refused("adds up something other than numbers")
    return sum(values, start)


def _product(values: Iterable[Any], start: Any = 1) -> Any:
    return functools.reduce(lambda left, right: checked(times(left, right)), values, start)


def _multiple(*numbers: int) -> int:
    return functools.reduce(lambda left, right: int(checked(math.lcm(left, right))), numbers, 1)


def _bounded(function: Callable[..., Any], most: int) -> Callable[..., Any]:
    def bounded(number: Any, *rest: Any) -> Any:
        _limit(number, most, f"takes {function.__name__}")
        return function(number, *rest)

    return bounded


def _listed(function: Callable[..., Iterable[Any]]) -> Callable[..., list[Any]]:
    return lambda *values, **options: list(function(*values, **options))


def _encode(text: str, encoding: str = "utf-8") -> bytes:
    if encoding.lower() not in ENCODINGS:
        raise Refused(f'encodes as "{encoding}"; it may be {", ".join(ENCODINGS)}')
    return text.encode(encoding)


CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{kind.__name__: kind for kind in (bool, float, int, list, range, str, tuple)},
    **{function.__name__: function for function in (abs, all, any, divmod, len, max, min, sorted)},
    **{
        function.__name__: function
        for function in (
            math.ceil, math.exp, math.fabs, math.floor, math.fmod, math.fsum, math.gcd, math.hypot, math.isclose,
            math.isqrt, math.log, math.log10, math.log1p, math.log2, math.expm1, math.sqrt, math.trunc,
        )
    },
    "set": distinct, "pow": power, "round": _round, "sum": _sum, "prod": _product, "lcm": _multiple,
    "comb": _bounded(math.comb, MOST_BITS), "perm": _bounded(math.perm, MOST_BITS),
    "factorial": _bounded(math.factorial, 170),
    "enumerate": _listed(enumerate), "reversed": _listed(reversed), "zip": _listed(zip),
}  # fmt: skip
TEXT_METHODS: dict[str, Callable[..., Any]] = {
    "encode": _encode, "count": str.count, "endswith": str.endswith, "find": str.find, "lower": str.lower,
    "split": str.split, "startswith": str.startswith, "strip": str.strip, "upper": str.upper,
}  # fmt: skip
