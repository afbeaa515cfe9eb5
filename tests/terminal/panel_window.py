"""A reply panel on an emulated terminal, and a long reply to show in it."""

import io
import re
from collections.abc import Sequence

import pyte
from rich.console import Console

from chatbot_cli.chat.events import Finished, ReplyEnded, TextDelta, TokensUsed, TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.thoughts import FOLD
from chatbot_cli.terminal.reply_panel import ReplyPanel
from chatbot_cli.terminal.theme import THEME
from tests.scrolling_screen import ScrollingScreen

REPLY = """\
# A title

Some *soft*, **strong** and `literal` words, with a [link](https://example.org/page).
A second line of the same paragraph, and a verylongword{long} in it, and 日本語の文 and naïve.

1. first
2. second
   - nested

     ```python
     def inside_a_list(x):
         return "a"
     ```
3. third

- [ ] a task
- [x] another

> quoted **words**
> and a second line of them

| left | right |
|:-----|------:|
| a    |     1 |
| b    |    22 |

```python
{code}
```

{paragraphs}

{items}

---

See <b>this</b>, $x^2$, 👍 and a last line without an end""".format(
    long="long" * 12,
    code="\n".join(f"line_{number} = f({number})  # {'and_so_on ' * (number % 7)}" for number in range(70)),
    paragraphs="\n\n".join(f"Paragraph {number} says this and that." for number in range(20)),
    items="\n".join(f"{number}. item number {number}" for number in range(95, 120)),
)


def without_codes(text: str) -> str:
    return re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", text)


class Paper(io.StringIO):
    """A file that remembers each write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.writes.append(text)
        return super().write(text)


class Window:
    """A console that writes into a terminal emulator."""

    def __init__(self, columns: int = 60, rows: int = 12) -> None:
        self.emulator = ScrollingScreen(columns, rows)
        self._stream = pyte.Stream(self.emulator)
        self._file = Paper()
        self.console = Console(
            file=self._file, width=columns, height=rows, theme=THEME, force_terminal=True, color_system="standard"
        )

    @property
    def lines(self) -> list[str]:
        """Scrollback and screen, without the empty rows below the last line."""
        self._catch_up()
        return "\n".join([*self.emulator.scrollback, *self.emulator.visible]).rstrip("\n").split("\n")

    @property
    def screen(self) -> str:
        self._catch_up()
        return "\n".join(self.emulator.visible)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """The cells of the screen: characters with their styles."""
        self._catch_up()
        rows = [self.emulator.buffer[number] for number in range(self.emulator.lines)]
        return [[row[column] for column in range(self.emulator.columns)] for row in rows]

    @property
    def writes(self) -> list[str]:
        """Every write so far."""
        return self._file.writes

    def widen(self, columns: int) -> None:
        """Make the window wider. The emulator leaves what it shows as it is, as many terminals do."""
        self._catch_up()
        self.emulator.resize(self.emulator.lines, columns)
        self.console.width = columns

    @property
    def cursor_is_visible(self) -> bool:
        self._catch_up()
        return not self.emulator.cursor.hidden

    def _catch_up(self) -> None:
        """Let the emulator read what has been written."""
        self._stream.feed(self._file.getvalue().replace("\n", "\r\n"))
        self._file.seek(0)
        self._file.truncate()


class Clock:
    """Time that does not pass during a paint, only between two events."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class EagerPanel(ReplyPanel):
    """A panel that has time to paint after every event."""

    def __init__(
        self, window: Window, reply_so_far: str = "", title: str = "tutor · demo", thoughts: str = FOLD
    ) -> None:
        self._time = Clock()
        super().__init__(window.console, title, reply_so_far, self._time, thoughts=thoughts)

    def show(self, event: TurnEvent) -> None:
        self._time.now += 1
        super().show(event)


async def play(
    window: Window,
    events: Sequence[TurnEvent],
    error: BaseException | None = None,
    reply_so_far: str = "",
    thoughts: str = FOLD,
) -> None:
    async with EagerPanel(window, reply_so_far, thoughts=thoughts) as panel:
        for event in events:
            panel.show(event)
        if error is not None:
            raise error


def words(text: str) -> list[TurnEvent]:
    return [TextDelta(piece) for piece in re.findall(r"\s*\S+|\s+$", text)]


def end(ending: Ending = Ending.COMPLETE) -> list[TurnEvent]:
    used = TokensUsed(12, 34, 0.0021)
    return [Finished(ending), used, ReplyEnded(ending, 2.34, used)]
