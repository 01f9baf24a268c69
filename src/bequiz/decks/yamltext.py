"""YAML read as what its author wrote: every scalar is its text, and whatever would read surprisingly is refused.

PyYAML's parse events are turned into dicts, lists and texts by a small builder, so that nothing is guessed (`no`,
`1.10` and `0755` stay as they are), nothing is constructed from tags, and no alias can blow up. An empty value is None.
"""

from typing import Any, NamedTuple

import yaml

try:
    from yaml import CBaseLoader as Parser
except ImportError:  # PyYAML built without libyaml: slower, the same events
    from yaml import BaseLoader as Parser  # type: ignore[assignment]

DEEPEST = 30
ABYSS = 1000  # libyaml's time grows with the square of the depth
LONGEST_TEXT = 65_536
END = "#end"  # behind a path: where the value ends
KEY = "#key"  # behind a path: where its key stands
DROPPED = "#dropped"  # behind a path: the value of a key that stands there a second time

Path = tuple[str | int, ...]
Place = tuple[int, int]


class Fault(NamedTuple):
    """What is wrong with a document, at a line and column counted from 1."""

    line: int
    column: int
    rule: str
    message: str


class Document(NamedTuple):
    """`value` is None if the text is no YAML at all; `places` is filled when asked for."""

    value: Any
    faults: list[Fault]
    places: dict[Path, Place]


class _Stop(Exception):
    """Nothing sensible can be read any further."""


class _Frame:
    """An open list or mapping. `dropped` says that the value of `key` has no place in it."""

    __slots__ = ("dropped", "into", "key", "path")

    def __init__(self, into: Any, path: Path) -> None:
        self.into = into
        self.key: str | None = None
        self.dropped = False
        self.path = path


def read(data: bytes, *, places: bool = False) -> Document:
    """Read one document. Never raises: what is wrong is among the faults."""
    faults: list[Fault] = []
    found: dict[Path, Place] = {}
    value, text = None, ""
    try:
        text = _decode(data)
        value = _build(text, faults, found if places else None)
    except _Stop as stop:
        faults.append(stop.args[0])
    except yaml.reader.ReaderError:
        sign = yaml.reader.Reader.NON_PRINTABLE.search(text)
        shown = f"the character U+{ord(sign.group()):04X}" if sign else "a control character"
        place = _place(text[: sign.start()] if sign else "")
        faults.append(Fault(*place, "encoding", f"{shown} is not allowed in YAML; remove it"))
    except yaml.YAMLError as error:
        faults.append(_syntax(error, text))
    return Document(value, faults, found)


def _decode(data: bytes) -> str:
    if data[:3] == b"\xef\xbb\xbf" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _Stop(Fault(1, 1, "encoding", "the file begins with a byte order mark; save it as UTF-8 without one"))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode(errors="replace"))
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _Stop(Fault(line, column, "encoding", message)) from None
    if "\0" in text:
        raise _Stop(Fault(*_place(text[: text.index("\0")]), "encoding", "a NUL byte stands here; remove it"))
    return text


def _place(before: str) -> Place:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _syntax(error: yaml.YAMLError, text: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    sign = text[mark.index : mark.index + 1] if mark else ""
    hint = ""
    if sign == "\t":
        hint = "; indent with spaces, not with tabs"
    elif "cannot start any token" in problem:
        hint = f"; put text that begins with {sign} between quotes"
    elif "mapping values are not allowed" in problem:
        hint = "; put text with a colon in it between quotes"
    return Fault(line, column, "syntax", "not YAML: " + (f"{context}: " if context else "") + problem + hint)


def _build(text: str, faults: list[Fault], places: dict[Path, Place] | None) -> Any:
    parser = Parser(text)
    stack: list[_Frame] = []
    anchors: dict[str, str | None] = {}
    documents = 0
    ignored = 0  # how many lists and mappings are open that are read over
    root: Any = None

    def place(event: yaml.Event | None) -> Place:
        # The parser counts lines and columns from 0, we from 1.
        mark = event.start_mark if event else None
        assert mark is not None
        return mark.line + 1, mark.column + 1

    def fault(event: yaml.Event, rule: str, message: str) -> Fault:
        return Fault(*place(event), rule, message)

    def put(value: Any, event: yaml.Event) -> Path:
        """Hang a value below the innermost open container; return its path."""
        nonlocal root
        if not stack:
            root = value
            return ()
        frame = stack[-1]
        if isinstance(frame.into, list):
            path = (*frame.path, len(frame.into)) if places is not None else ()
            frame.into.append(value)
        elif frame.key is None:
            frame.key = value if isinstance(value, str) else ""
            frame.dropped = True
            if not isinstance(value, str):
                faults.append(fault(event, "key", "a key must be plain text"))
            elif value == "<<" and not getattr(event, "style", None):
                faults.append(fault(event, "merge", "merge keys (<<) are not supported; write the fields out"))
            elif value in frame.into:
                faults.append(fault(event, "repeated-key", f'the key "{value}" stands here a second time'))
            else:
                frame.dropped = False
                if places is not None:
                    places[(*frame.path, value, KEY)] = place(event)
            return ()
        else:
            path = (*frame.path, frame.key, *([DROPPED] if frame.dropped else [])) if places is not None else ()
            if not frame.dropped:
                frame.into[frame.key] = value
            frame.key, frame.dropped = None, False
        if places is not None:
            places[path] = place(event)
        return path

    while parser.check_event():
        event = parser.get_event()
        if ignored:
            ignored += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if ignored > ABYSS:
                if places is not None:
                    places.update({(*frame.path, END): place(event) for frame in stack})
                break
            continue
        match event:
            case yaml.ScalarEvent():
                if event.tag is not None:
                    faults.append(fault(event, "tag", f"tags are not supported ({event.tag}); remove it"))
                if len(event.value) > LONGEST_TEXT:
                    size = f"this text has {len(event.value):,} characters; the most is {LONGEST_TEXT:,}"
                    faults.append(fault(event, "size", size))
                value = event.value[:LONGEST_TEXT] if event.value or event.style else None
                if event.anchor:
                    anchors[event.anchor] = value
                put(value if value is not None or not _is_key(stack) else "", event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if event.tag is not None:
                    faults.append(fault(event, "tag", f"tags are not supported ({event.tag}); remove it"))
                if event.anchor:
                    anchors.pop(event.anchor, None)
                into: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                if len(stack) >= DEEPEST:
                    faults.append(fault(event, "depth", f"lists and mappings lie more than {DEEPEST} deep here"))
                    into = None
                if into is None or _is_key(stack):
                    put(into, event)
                    ignored = 1
                else:
                    stack.append(_Frame(into, put(into, event)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                frame = stack.pop()
                if places is not None:
                    places[(*frame.path, END)] = place(event)
            case yaml.AliasEvent():
                if event.anchor not in anchors and not (stack and stack[-1].dropped):
                    message = f"*{event.anchor} does not name a single text; write the value out"
                    faults.append(fault(event, "alias", message))
                put(anchors.get(event.anchor or ""), event)
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    faults.append(fault(event, "document", "a second document begins here; a deck is one document"))
                    break
    return root


def _is_key(stack: list[_Frame]) -> bool:
    return bool(stack) and isinstance(stack[-1].into, dict) and stack[-1].key is None
