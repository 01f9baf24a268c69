"""The small Markdown of deck text -> styled text: code, fences, bold, italics, lists. Links and HTML stay literal."""

import re

from rich.text import Text

from bequiz.ui.plain import plain

CODE = "bold cyan"
_SPAN = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)(?!`)"
    r"|\*\*(?P<bold>\S(?:.*?\S)?)\*\*"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<under>[^\s_](?:[^_]*[^\s_])?)_(?!\w)"
    r"|(?P<gap>____+)"
)
_ITEM = re.compile(r"^(\s*)[-*] (.*)$")


def styled(text: str) -> Text:
    """The text with its markup turned into styles; whatever else looks like markup is shown literally."""
    fenced = False
    shown: list[Text] = []
    for line in plain(text).rstrip("\n").split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            shown.append(Text("    " + line, CODE))
        elif item := _ITEM.match(line):
            shown.append(Text.assemble(item.group(1), "• ", _inline(item.group(2))))
        else:
            shown.append(_inline(line))
    return Text("\n").join(shown)


def _inline(line: str) -> Text:
    text = Text()
    at = 0
    for span in _SPAN.finditer(line):
        text.append(line[at : span.start()])
        match span.lastgroup:
            case "code":
                text.append(span.group("code").strip() or span.group("code"), CODE)
            case "bold":
                text.append_text(_styled_inside(span.group("bold"), "bold"))
            case "italic" | "under" as kind:
                text.append_text(_styled_inside(span.group(kind), "italic"))
            case _:
                text.append(span.group(), "bold yellow")
        at = span.end()
    text.append(line[at:])
    return text


def _styled_inside(inner: str, style: str) -> Text:
    text = _inline(inner)
    text.stylize(style)
    return text
