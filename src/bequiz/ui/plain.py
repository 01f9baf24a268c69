"""Deck text as plain text: never a control code of the terminal."""

import re

# C0 but tab and newline, DEL, C1, and the invisible marks that reorder text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text with control characters made visible (␛ for escape) or replaced, and tabs widened."""
    return _CONTROL.sub(_visible, text.replace("\r\n", "\n")).expandtabs(4)


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "\ufffd"
