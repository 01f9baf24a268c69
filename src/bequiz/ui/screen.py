"""One screen: a head line, a body that scrolls when it is too tall, a line to type in, a foot line."""

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.text import Text

WIDEST = 100
TALL_ENOUGH = 28


class Screen:
    """Draws on a console. `at` is the first line of the body shown; None stands for its end."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.at: int | None = 0
        self._most = 0

    def draw(self, head: Text, body: Sequence[RenderableType], foot: Text, entry: Text | None = None) -> None:
        width = min(self.console.width, WIDEST)
        lines = self._lines(body, width)
        bottom = self._lines(
            [*([Text("")] if entry is not None else []), *([entry] if entry is not None else []), foot], width
        )
        # On a tall terminal the foot stays near the question instead of far below it.
        height = min(self.console.height, max(TALL_ENOUGH, len(lines) + 2 + len(bottom)))
        room = max(1, height - 2 - len(bottom))
        self._most = max(0, len(lines) - room)
        at = self._most if self.at is None else min(self.at, self._most)
        shown = lines[at : at + room]
        above, below = at, len(lines) - at - len(shown)
        head_line = self._lines([head], width)[0]
        mark = self._mark(above, below)
        segments: list[Segment] = []
        for line in [head_line, self._lines([mark], width)[0], *shown]:
            segments += [*line, Segment("\x1b[K\n")]
        segments.extend([Segment("\x1b[K\n")] * (room - len(shown)))
        for number, line in enumerate(bottom):
            segments += [*line, Segment("\x1b[K" if number == len(bottom) - 1 else "\x1b[K\n")]
        self.console.file.write("\x1b[H" + self._encode(segments) + "\x1b[J")
        self.console.file.flush()

    def rendered(self, body: Sequence[RenderableType]) -> list[str]:
        """The lines of a body with their escape codes, to be drawn by somebody else."""
        return [self._encode(line) for line in self._lines(body, min(self.console.width, WIDEST))]

    def scroll(self, key: str) -> bool:
        """Move the body by a key; False if it is none that scrolls."""
        at = self._most if self.at is None else self.at
        step = max(1, self.console.height - 6)
        match key:
            case "up":
                at -= 1
            case "down":
                at += 1
            case "page-up":
                at -= step
            case "page-down":
                at += step
            case _:
                return False
        self.at = min(max(0, at), self._most)
        return True

    def _lines(self, body: Sequence[RenderableType], width: int) -> list[list[Segment]]:
        options = self.console.options.update(width=width, height=None)
        return [line for part in body for line in self.console.render_lines(part, options, pad=False)]

    def _mark(self, above: int, below: int) -> Text:
        if not above and not below:
            return Text("")
        told = [f"↑ {above} more above"] if above else []
        told += [f"↓ {below} more below"] if below else []
        return Text(", ".join(told) + " (arrow keys)", style="dim", justify="right")

    def _encode(self, segments: Sequence[Segment]) -> str:
        colours = self.console._color_system
        text = ""
        for segment in segments:
            if segment.style and not segment.control:
                legacy = self.console.legacy_windows
                text += segment.style.render(segment.text, color_system=colours, legacy_windows=legacy)
            else:
                text += segment.text
        return text
