"""The input line: keys, history across runs, completion of slash-commands, and the toolbar."""

import textwrap
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.input import Input
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.dimension import Dimension, to_dimension
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.shortcuts import CompleteStyle, print_formatted_text
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import is_dumb_terminal

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.ports import Files
from chatbot_cli.commands.outcomes import Choose, FindOne
from chatbot_cli.commands.registry import Commands
from chatbot_cli.secrets.finding import Find, find_secrets
from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.input.completing import ChatCompleter, offers_while_typing
from chatbot_cli.terminal.input.draft_keeper import DraftKeeper
from chatbot_cli.terminal.input.hidden_characters import ShowHidden
from chatbot_cli.terminal.input.input_history import SuggestFromHistory, open_history
from chatbot_cli.terminal.input.keys import chat_keys, suspend_key
from chatbot_cli.terminal.input.long_lines import FoldLongLines
from chatbot_cli.terminal.input.long_pastes import collect_pastes
from chatbot_cli.terminal.input.pasting import Pasting
from chatbot_cli.terminal.input.picker import in_plain_words, let_choose
from chatbot_cli.terminal.input.short_prompts import Problem, read_short
from chatbot_cli.terminal.input.terminal_modes import as_found
from chatbot_cli.terminal.input.toolbar import Toolbar
from chatbot_cli.terminal.input.typeahead import Typeahead, keys_while_streaming
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.text.sign_guard import as_message
from chatbot_cli.text.signs import MESSAGE, PROMPT

STYLE = Style.from_dict(
    {
        "prompt": "bold",
        # The terminal's own colours, so that everything is readable on a light and on a dark background.
        "quiet": "dim",
        "bottom-toolbar": "noreverse fg:default bg:default dim",
        "auto-suggestion": "fg:default dim",
        "completion-menu": "fg:default bg:default",
        "completion-menu.completion": "fg:default bg:default",
        "completion-menu.completion.current": "fg:default bg:default reverse",
        "completion-menu.meta.completion": "fg:default bg:default dim",
        "completion-menu.meta.completion.current": "fg:default bg:default dim reverse",
        "scrollbar.background": "bg:default",
        "scrollbar.button": "bg:default reverse",
    }
)

CONTINUATION = "  "
FREE_ROWS = 4  # rows that the text never takes: the toolbar, and some above

_open_session = partial(
    PromptSession[str],
    multiline=True,
    prompt_continuation=CONTINUATION,
    erase_when_done=True,  # read() prints the text instead: a text taller than the screen would be cut
    complete_style=CompleteStyle.COLUMN,
    reserve_space_for_menu=6,
    tempfile_suffix=".md",
)


class Prompt:
    """Reads lines from a terminal. `plain` leaves out colours and everything that redraws.

    A text in which `find` finds secrets is kept neither in the history, a file at `history`, nor as a draft. The paths
    of `files` are completed, and those that are dragged into it named.
    """

    def __init__(
        self,
        conversation: Conversation,
        commands: Commands,
        history: Path | None,
        *,
        plain: bool = False,
        find: Find = find_secrets,
        files: Files | None = None,
        keyboard: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self._pasting = Pasting(files)
        toolbar = self._toolbar = Toolbar(
            conversation, lambda: self._pasting.named_in(self._session.default_buffer.text)
        )
        self._style = None if plain else STYLE
        self._message = FormattedText([("", f"{MESSAGE}You: ")] if plain else [("class:prompt", PROMPT)])
        offers = Condition(lambda: not plain and offers_while_typing(self._session.default_buffer.document))
        self._session = _open_session(
            self._message,
            history=open_history(history, find),
            auto_suggest=None if plain else SuggestFromHistory(),
            completer=ChatCompleter(commands, conversation, files),
            complete_while_typing=offers,
            bottom_toolbar=None if plain else toolbar,
            key_bindings=chat_keys(toolbar, self._pasting),
            input_processors=[ShowHidden()],
            style=self._style,
            color_depth=ColorDepth.DEPTH_1_BIT if plain else None,
            input=keyboard,
            output=output,
        )
        self._session.default_buffer.on_text_changed += self._note_change
        self.typed = Typeahead()  # while the last reply streamed
        self.emptied = False  # whether the text was empty at some moment while the last line was read
        self.when_emptied: Callable[[], object] = bool  # is called then
        self._drafts = DraftKeeper(conversation, self._session.default_buffer, find)
        self._bear_long_texts()

    def _note_change(self, buffer: Buffer) -> None:
        self._toolbar.clear_hint()
        if not buffer.text:
            self.emptied = True
            self.when_emptied()

    def _limit_height(self) -> None:
        """Keep a tall text from filling the screen: tmux moves what is erased from the top row into its scrollback."""
        window = self._session.layout.current_window  # the window with the input line
        default_height = window.height

        def height() -> Dimension:
            rows = self._session.output.get_size().rows
            return Dimension(min=to_dimension(default_height).min, max=max(1, rows - FREE_ROWS))

        window.height = height

    def _bear_long_texts(self) -> None:
        self._limit_height()
        collect_pastes(self._session.input)
        # Folded before prompt_toolkit's own processors, which take a line apart into its characters.
        control = self._session.layout.current_control
        if isinstance(control, BufferControl):
            control.input_processors = [FoldLongLines(), *(control.input_processors or [])]

    def say(self, text: str) -> None:
        """Print a message of the program above the prompt. Does not need Rich, which is loaded later."""
        width = max(1, self._session.output.get_size().columns - 1)
        lines = [textwrap.fill(line, max(1, width - len(MESSAGE))) for line in safe(text).splitlines()]
        self._print(FormattedText([("class:quiet", as_message("\n".join(lines), width + 1))]))

    def _print(self, text: FormattedText) -> None:
        print_formatted_text(
            text, style=self._style, output=self._session.output, color_depth=self._session.color_depth
        )

    async def read(self, draft: str, when_drawn: Callable[[], None], reminder: str = "") -> str:
        """Read one message, which may have several lines. It begins as `draft`. Raises EOFError for Ctrl-D.

        `when_drawn` is called after the prompt has been drawn for the first time. If the draft is so tall that it
        pushes earlier messages off the screen, the toolbar shows `reminder` until the user types.
        """
        if draft and not self.shows_drafts:  # a text that is not shown must not be sent
            self.say(f"Not answered, and not in the prompt: {draft}")
            draft = ""
        drawn = self.emptied = False

        def after_render(_: object) -> None:
            nonlocal drawn
            if not drawn:
                drawn = True
                if reminder and self._is_tall(draft):
                    self._toolbar.hint = one_line(reminder)
                    self._session.app.invalidate()
                when_drawn()

        self._session.app.after_render += after_render
        try:
            with self._drafts.while_reading(draft), gives_back(self._given_back):
                text = await self._session.prompt_async(default=draft)
        except KeyboardInterrupt:  # Ctrl-C in a dumb terminal's prompt: clears the line, as elsewhere
            return ""
        finally:
            self._session.app.after_render -= after_render
        text = text.encode("utf-8", "replace").decode()  # bytes that are not UTF-8 arrive as lone surrogates
        if not is_dumb_terminal():
            self._print(FormattedText([*self._message, ("", safe(text).replace("\n", f"\n{CONTINUATION}"))]))
        return text

    @asynccontextmanager
    async def _given_back(self) -> AsyncIterator[None]:
        """Leave the terminal to the shell, and draw the prompt again."""
        async with in_terminal():
            yield
        if is_dumb_terminal():  # prompt_toolkit draws nothing again there
            self._session.output.write(f"{fragment_list_to_text(self._message)}{self._session.default_buffer.text}")
            self._session.output.flush()

    @property
    def shows_drafts(self) -> bool:
        """Whether a prompt can begin with a draft."""
        return not is_dumb_terminal()

    def _is_tall(self, text: str) -> bool:
        size = self._session.output.get_size()
        return sum(1 + len(line) // size.columns for line in text.split("\n")) > size.rows // 2

    async def confirm(self, question: str) -> bool:
        """Ask a yes-or-no question. Only y and yes mean yes; Ctrl-C and Ctrl-D mean no."""
        session: PromptSession[str] = PromptSession(
            input=self._session.input, output=self._session.output, key_bindings=suspend_key()
        )
        try:
            with gives_back(in_terminal):
                answer = await session.prompt_async(f"{MESSAGE}{one_line(question)} (y/N) ")
        except (EOFError, KeyboardInterrupt):
            return False
        return answer.strip().lower() in ("y", "yes")

    async def choose(self, choice: Choose | FindOne) -> str | None:
        """Let the user choose one of the options. Returns its command line, or None.

        Where nothing can be redrawn, the options are printed as commands to type, and None is returned.
        """
        if self._style is None or is_dumb_terminal():
            self.say(in_plain_words(choice))
            return None
        return await let_choose(choice, self._session, STYLE)

    @contextmanager
    def quiet_keyboard(self) -> Iterator[None]:
        """Keep keys from being echoed or becoming signals, also between two prompts. The next prompt reads them."""
        with gives_back(as_found(self._session.input)), self._session.input.raw_mode():
            yield

    @contextmanager
    def while_streaming(self, stop: Callable[[], object]) -> Iterator[Typeahead]:
        """Read the keyboard without echo while a reply streams, and save the draft. Ctrl-C and Esc call `stop`."""
        keys = keys_while_streaming(self._session.input, stop, self._pasting.text_of)
        with keys as typed, self._drafts.while_streaming(lambda: typed.text):
            self.typed = typed
            yield typed

    async def line(self, message: str, draft: str = "", problem: Problem | None = None) -> str | None:
        """Read a short answer while a turn waits for it; see `read_short`."""
        with self.typed.read_elsewhere():
            return await read_short(self._session, f"{MESSAGE}{safe(message)}", self._style, draft, problem)
