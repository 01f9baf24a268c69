"""The editor for SQL in a review: several lines, highlighted, with the queries written before; above it the card."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyBindings, KeyPress
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.layout import BufferControl, Dimension, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.layout.processors import AfterInput, ConditionalProcessor
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style
from pygments.lexers.sql import SqlLexer  # type: ignore[import-untyped]
from rich.console import RenderableType
from rich.text import Text

from bequiz.ui.keys import Draft, Keys
from bequiz.ui.screen import TALL_ENOUGH, Screen

LOWEST, HIGHEST = 3, 12  # lines of the editor
HOW = "Enter begins a new line; after a ; it runs the statement"
STYLE = Style.from_dict({
    "pygments.keyword": "ansicyan bold", "pygments.name.builtin": "ansicyan", "pygments.literal.string": "ansigreen",
    "pygments.literal.number": "ansimagenta", "pygments.comment": "ansibrightblack italic",
    "how": "ansibrightblack", "line": "ansibrightblack",
})  # fmt: skip


class _SameScreen(Vt100_Output):
    """Draws where the review draws, which has changed to the terminal's other screen already."""

    def enter_alternate_screen(self) -> None:
        pass

    def quit_alternate_screen(self) -> None:
        pass


class _View:
    """The card above the editor: rendered anew for another width, scrolled by so many lines."""

    def __init__(self, screen: Screen, **parts: Callable[[], Sequence[RenderableType]]) -> None:
        self.screen, self.parts = screen, parts
        self.at = 0
        self._width = 0
        self._lines: dict[str, list[str]] = {}

    def lines(self, part: str) -> list[str]:
        """A part of it as lines with escape codes."""
        if self.screen.console.width != self._width:
            self._width = self.screen.console.width
            self._lines = {name: self.screen.rendered(made()) for name, made in self.parts.items()}
        return self._lines[part]

    def room(self, editor: int) -> int:
        """How many lines of the body are to be seen above an editor of that height."""
        around = 3 + editor + len(self.lines("notice")) + len(self.lines("foot"))
        height = min(self.screen.console.height, max(TALL_ENOUGH, len(self.lines("body")) + around))
        return max(1, height - around)

    def scroll(self, by: int, editor: int) -> None:
        most = max(0, len(self.lines("body")) - self.room(editor))
        self.at = min(max(0, self.at + by), most)

    def mark(self, editor: int) -> str:
        self.scroll(0, editor)
        below = len(self.lines("body")) - self.at - self.room(editor)
        told = [f"↑ {self.at} more above"] if self.at else []
        told += [f"↓ {below} more below"] if below > 0 else []
        return f"{', '.join(told)} (page up, page down)" if told else ""


def edit(
    screen: Screen, keys: Keys, head: Callable[[], Text], body: Sequence[RenderableType],
    notice: Sequence[RenderableType], foot: Text, draft: Draft, written: Iterable[str], commands: Iterable[str],
) -> tuple[str, Draft]:  # fmt: skip
    """Let the learner write below a head line, a body that scrolls and a notice, until a key ends it.

    Returns that key (`enter` to run the statement, one of `commands`, `ctrl-c`, `ctrl-d`) and what stands there then.
    """
    begun = Document(draft.text, min(draft.at, len(draft.text)))
    buffer = Buffer(multiline=True, history=InMemoryHistory(list(written)), document=begun)
    view = _View(screen, head=lambda: [head()], body=lambda: body, notice=lambda: notice, foot=lambda: [foot])

    def height() -> int:
        return min(max(LOWEST, buffer.document.line_count), HIGHEST, max(LOWEST, screen.console.height // 3))

    application: Application[str] = Application(
        layout=_layout(view, buffer, height), key_bindings=_bindings(view, buffer, height, commands), style=STYLE,
        full_screen=True, input=(source := create_input(sys.stdin)),
        output=_SameScreen.from_pty(sys.stdout, term=os.environ.get("TERM")),
        color_depth=ColorDepth.DEPTH_1_BIT if screen.console.no_color or not screen.console.color_system else None,
    )  # fmt: skip
    ahead: list[KeyPress] = []
    parser = Vt100Parser(ahead.append)
    parser.feed(keys.take())
    parser.flush()
    store_typeahead(source, ahead)
    screen.console.file.write("\x1b[H\x1b[2J")
    with keys.cooked():
        key = application.run()
    keys.give("".join(press.data for press in get_typeahead(source)))
    screen.console.file.write("\x1b[?25l\x1b[2J")
    return key, Draft(buffer.text, buffer.cursor_position)


def _layout(view: _View, buffer: Buffer, height: Callable[[], int]) -> Layout:
    def seen() -> ANSI:
        return ANSI("\n".join(view.lines("body")[view.at : view.at + view.room(height())]))

    def fixed(text: Callable[[], ANSI | str], lines: Callable[[], int] | int, style: str = "") -> Window:
        return Window(FormattedTextControl(text), height=lines, style=style)

    def whole(part: str) -> Window:
        return fixed(lambda: ANSI("\n".join(view.lines(part))), lambda: len(view.lines(part)))

    how = ConditionalProcessor(AfterInput(HOW, "class:how"), Condition(lambda: not buffer.text))
    control = BufferControl(buffer, lexer=PygmentsLexer(SqlLexer), input_processors=[how])
    editor = Window(
        control, height=height, dont_extend_height=True, wrap_lines=True,
        get_line_prefix=lambda line, wrapped: [("bold ansicyan", "  " if line or wrapped else "› ")],
    )  # fmt: skip
    # On a terminal that is too small for all of it, the body gives way.
    body = Window(
        FormattedTextControl(seen), dont_extend_height=True, height=lambda: Dimension(preferred=view.room(height()))
    )
    rows = [
        fixed(lambda: ANSI(view.lines("head")[0]), 1),
        fixed(lambda: view.mark(height()), 1, "class:how"),
        body,
        whole("notice"),
        Window(char="─", height=1, style="class:line"),
        editor,
        whole("foot"),
        Window(),
    ]
    return Layout(HSplit(rows), focused_element=editor)


def _bindings(view: _View, buffer: Buffer, height: Callable[[], int], commands: Iterable[str]) -> KeyBindings:
    bindings = KeyBindings()

    def leave_with(name: str) -> Callable[[KeyPressEvent], None]:
        return lambda event: event.app.exit(result=name)

    for name in ("ctrl-c", "ctrl-d", *commands):
        bindings.add(name.replace("ctrl-", "c-"), eager=True)(leave_with(name))
    bindings.add("c-r", eager=True)(leave_with("enter"))
    bindings.add("escape", "enter", eager=True)(leave_with("enter"))

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        if not buffer.text.strip() or sqlite3.complete_statement(buffer.text):
            event.app.exit(result="enter")
        else:
            buffer.insert_text("\n")

    @bindings.add("tab")
    def _(_event: KeyPressEvent) -> None:
        buffer.insert_text("  ")

    @bindings.add("pageup")
    def _(_event: KeyPressEvent) -> None:
        view.scroll(-max(1, view.room(height()) - 1), height())

    @bindings.add("pagedown")
    def _(_event: KeyPressEvent) -> None:
        view.scroll(max(1, view.room(height()) - 1), height())

    return bindings
