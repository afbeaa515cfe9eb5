"""A long list below the prompt, from which the user finds one by typing a few letters of its name."""

from collections.abc import Sequence
from typing import NamedTuple

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, create_app_session, in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout import BufferControl, FormattedTextControl, HSplit, Layout, VSplit, Window
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import BaseStyle

from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.input.keys import suspend_key
from chatbot_cli.text.counts import counted
from chatbot_cli.text.fuzzy import best_first
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.text.signs import MESSAGE, PROMPT
from chatbot_cli.text.width import cells, cut

MOST_ROWS = 12  # of the list; more are reached by going down, or by typing
OTHER_ROWS = 5  # rows of the screen that the list never takes
GAP = "  "
SIGN, NO_SIGN, CURRENT = "› ", "  ", "• "
STEPS = {"up": -1, "c-p": -1, "s-tab": -1, "down": 1, "c-n": 1, "tab": 1}  # the rows by which a key moves
KEY_HINT = "Type a part of a name; Enter takes it, Esc leaves."
SHORT_KEY_HINT = "Enter, or Esc."
NAMES_SHARE = 0.6  # of the width, at most, where something is said beside the names


class Findable(NamedTuple):
    """One of many: what it is worth, its name, by which it is found, and what is said beside the name."""

    value: str
    name: str
    about: str


class Finder:
    """What the user has typed, what that finds, and where the cursor is. Draws nothing."""

    def __init__(self, options: Sequence[Findable], current: str = "") -> None:
        self._options = [one._replace(name=one_line(one.name), about=_in_columns(one.about)) for one in options]
        self._current = current
        self.widest = max((cells(one.name) for one in self._options), default=0)
        self.found: Sequence[Findable] = self._options
        self.at = next((place for place, one in enumerate(self._options) if one.value == current), 0)
        self._top = 0

    @property
    def chosen(self) -> Findable | None:
        """The one at which the cursor is; None if nothing is found."""
        return self.found[self.at] if self.found else None

    def type(self, typed: str) -> None:
        """Find what a text means. The cursor goes to the best."""
        self.found = best_first(typed, self._options, lambda one: one.name, all_of_them=False)
        self.at = self._top = 0

    def move(self, rows: int) -> None:
        """Move the cursor, as far as the list goes."""
        self.at = max(0, min(len(self.found) - 1, self.at + rows))

    def rows(self, height: int, columns: int) -> list[tuple[bool, str, str]]:
        """The rows to show, the one at the cursor among them: whether it is that, the name and the rest, cut."""
        self._top = max(min(self._top, self.at), self.at - height + 1, 0)
        room = columns - len(SIGN) - 1
        widest = min(self.widest, room if room < 40 else int(NAMES_SHARE * room))
        rows = []
        for place, one in enumerate(self.found[self._top : self._top + height], self._top):
            here = place == self.at
            sign = SIGN if here else CURRENT if one.value == self._current else NO_SIGN
            name = cut(one.name, widest)
            left = room - widest - len(GAP)
            about = GAP + cut(one.about, left) if left >= 8 else ""
            rows.append((here, f"{sign}{name}{' ' * (widest - cells(name))}", about.rstrip()))
        return rows

    @property
    def counts(self) -> str:
        """How many are found, and of how many."""
        whole = counted(len(self._options), "model")
        return whole if len(self.found) == len(self._options) else f"{len(self.found):,} of {whole}"

    def hint(self, columns: int) -> str:
        """How many are found, and the keys, in as many words as there is room for."""
        whole = f"  {self.counts}. {KEY_HINT}"
        return whole if cells(whole) < columns else cut(f"  {self.counts}. {SHORT_KEY_HINT}", columns - 1)


def _in_columns(text: str) -> str:
    """A text on one line that keeps the blanks which align it."""
    return safe(text).replace("\n", " ")


async def find_one(
    question: str, options: Sequence[Findable], current: str, session: PromptSession[str], style: BaseStyle
) -> str | None:
    """Let the user find one of the options. Returns its value, None if the user leaves. The list is erased then."""
    finder = Finder(options, current)
    typed = Buffer(multiline=False, on_text_changed=lambda buffer: finder.type(buffer.text))
    with create_app_session(session.input, session.output), gives_back(in_terminal):
        application: Application[str | None] = Application(
            layout=_layout(question, finder, typed, session),
            key_bindings=merge_key_bindings([suspend_key(), _keys(finder, session)]),
            style=style,
            color_depth=session.color_depth or ColorDepth.default(),
            erase_when_done=True,
        )
        return await application.run_async()


def _layout(question: str, finder: Finder, typed: Buffer, session: PromptSession[str]) -> Layout:
    line = Window(BufferControl(typed), height=1)
    entry = VSplit([Window(FormattedTextControl(PROMPT), height=1, width=cells(PROMPT)), line])

    def head() -> StyleAndTextTuples:
        return [("", cut(f"{MESSAGE}{one_line(question)}", session.output.get_size().columns - 1))]

    def listed() -> StyleAndTextTuples:
        text: StyleAndTextTuples = []
        for here, name, about in finder.rows(_height(session), session.output.get_size().columns):
            style = "class:completion-menu.completion.current" if here else ""
            text += [(style, name), (f"{style} class:quiet", about), ("", "\n")]
        return text or [("class:quiet", "  No model is called so.\n")]

    def hint() -> StyleAndTextTuples:
        return [("class:quiet", finder.hint(session.output.get_size().columns))]

    rows = Window(
        FormattedTextControl(listed),
        height=lambda: Dimension.exact(max(1, min(_height(session), len(finder.found)))),
        wrap_lines=False,
    )
    above = Window(FormattedTextControl(head), height=1)
    return Layout(HSplit([above, entry, rows, Window(FormattedTextControl(hint), height=1)]), focused_element=line)


def _height(session: PromptSession[str]) -> int:
    return max(1, min(MOST_ROWS, session.output.get_size().rows - OTHER_ROWS))


def _keys(finder: Finder, session: PromptSession[str]) -> KeyBindings:
    keys = KeyBindings()
    for key, rows in STEPS.items():
        keys.add(key)(lambda _, rows=rows: finder.move(rows))
    keys.add("pageup")(lambda _: finder.move(-_height(session)))
    keys.add("pagedown")(lambda _: finder.move(_height(session)))

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        if finder.chosen:
            event.app.exit(result=finder.chosen.value)

    @keys.add("escape", eager=True)
    @keys.add("c-c", eager=True)
    @keys.add("c-d", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result=None)

    return keys
