"""When do two short texts say the same? What a learner types is compared here with what a card accepts."""

import re
import unicodedata

QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "\u00a0": " "}
)
NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:[, _]\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
LONG_ENOUGH = 5


def tidy(text: str) -> str:
    """The text with case, white space, code ticks and outer punctuation taken out of account.

    Signs that carry meaning (`C++`, `*`, `-1`, `/`) stay; only quotes, ticks and sentence marks at the ends go.
    """
    text = unicodedata.normalize("NFKC", text).translate(QUOTES).casefold().replace("`", "")
    text = " ".join(text.split())
    return text.strip("\"'").rstrip(".,;:!?").strip("\"'").strip() or text


def number(text: str) -> int | float | None:
    """The number that the whole text is, `1,000` and `1 000` included, whole ones exactly; None if it is none."""
    text = tidy(text)
    if not any(sign.isdigit() for sign in text) or not NUMBER.fullmatch(text):
        return None
    text = re.sub("[, _]", "", text)
    return int(text) if text.lstrip("+-").isdecimal() and len(text) < 300 else float(text)


def same(given: str, wanted: str) -> bool:
    """Whether two answers are the same text, the same number, or differ only in hyphens, underscores and spaces."""
    return sense(given) == sense(wanted)


def sense(text: str) -> str | int | float:
    """What an answer says: texts that are the `same` have one sense."""
    value = number(text)
    # `read-committed`, `read_committed` and `read committed` are one answer; `-1` and `1` are not.
    return re.sub(r"(?<=[a-z])[-_ ]+(?=[a-z])", "", tidy(text)) if value is None else value


def within(given: str, wanted: str, tolerance: str) -> bool:
    """Whether a number lies within `tolerance` (`0.5` absolute, `5%` of the wanted number) of another."""
    left, right = number(given), number(wanted)
    if left is None or right is None or not tolerance:
        return False
    amount = float(tolerance.rstrip("% "))
    room = abs(right) * amount / 100 if tolerance.endswith("%") else amount
    return abs(left - right) <= room * (1 + 1e-12)


def without_unit(text: str, unit: str) -> str:
    """The text less the unit behind its number; other texts as they are."""
    text, unit = tidy(text), tidy(unit)
    if unit and text.endswith(unit) and number(text.removesuffix(unit)) is not None:
        return text.removesuffix(unit).strip()
    return text


def slip(given: str, wanted: str) -> bool:
    """Whether the two differ by one typing slip in one word of five letters or more, never in a word with digits."""
    left, right = tidy(given).split(), tidy(wanted).split()
    if len(left) != len(right):
        return False
    different = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    if len(different) != 1:
        return False
    mine, theirs = different[0]
    return len(theirs) >= LONG_ENOUGH and theirs.isalpha() and mine.isalpha() and one_edit(mine, theirs)


def one_edit(left: str, right: str) -> bool:
    """Whether one letter too many, missing, wrong or swapped with its neighbour turns one word into the other."""
    if len(left) > len(right):
        left, right = right, left
    start = 0
    while start < len(left) and left[start] == right[start]:
        start += 1
    rest, other = left[start:], right[start:]
    if len(left) < len(right):
        return rest == other[1:]
    return rest[1:] == other[1:] or (rest[2:] == other[2:] and rest[:2] == other[1::-1])


def output(text: str) -> str:
    """Printed output with what is tiresome to type taken out of account: quote style, spaces beside signs, line ends.

    Letter case and spaces between words stay.
    """
    text = unicodedata.normalize("NFKC", text).translate(QUOTES).replace('"', "'").replace("`", "")
    text = " ".join(text.replace("\\n", " ").split())
    return re.sub(r"(?<!\w) | (?!\w)", "", text)
