"""Prompts for one answer in words, which are erased when it is given."""

import asyncio
import textwrap
from collections.abc import Callable
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.styles import BaseStyle
from prompt_toolkit.utils import is_dumb_terminal
from prompt_toolkit.validation import ValidationError, Validator

from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.input.hidden_characters import ShowHidden
from chatbot_cli.terminal.input.keys import suspend_key
from chatbot_cli.terminal.input.typeahead import Typeahead
from chatbot_cli.text.signs import INDENT

ESCAPE_SECONDS = 0.2  # a pause this long after Esc tells the key Esc from Alt-Enter, which begins like it

Problem = Callable[[str], tuple[str, int]]
"""What is wrong with a text, in a sentence, and where; an empty sentence if nothing is."""


class Keyboard(Protocol):
    """Where a question about a call is answered."""

    @property
    def typed(self) -> Typeahead:
        """What gets the keys now."""
        ...

    @property
    def shows_drafts(self) -> bool:
        """Whether a prompt can begin with a draft."""
        ...

    def say(self, text: str) -> None:
        """Print a message of the program."""
        ...

    async def line(self, message: str, draft: str = "", problem: Problem | None = None) -> str | None:
        """Read a short answer; see `read_short`."""
        ...


async def read_short(
    session: PromptSession[str], message: str, style: BaseStyle | None, draft: str = "", problem: Problem | None = None
) -> str | None:
    """Read an answer, which begins as `draft`; one with a `problem` is edited on. Esc and Ctrl-D go back: None.

    Raises CancelledError for Ctrl-C, as if the turn had been stopped.
    """
    asking: PromptSession[str] = PromptSession(
        input=session.input,
        output=None if is_dumb_terminal() else session.output,
        key_bindings=merge_key_bindings([suspend_key(), _keys()]),
        multiline=problem is not None,
        prompt_continuation=INDENT,
        erase_when_done=True,
        input_processors=[ShowHidden()],
        validator=_Checked(problem) if problem else None,
        validate_while_typing=False,
        style=style,
        color_depth=session.color_depth,
    )
    asking.app.timeoutlen = asking.app.ttimeoutlen = ESCAPE_SECONDS
    try:
        with gives_back(in_terminal):
            text: str | None = await asking.prompt_async(
                FormattedText([("class:quiet", _wrapped(message, session))]),
                default=draft,
                handle_sigint=False,  # the turn has its own handler, which would be lost
            )
    except EOFError:
        return None
    except KeyboardInterrupt:
        raise asyncio.CancelledError from None
    return None if text is None else text.encode("utf-8", "replace").decode()


def _wrapped(message: str, session: PromptSession[str]) -> str:
    """Its lines broken for the screen: prompt_toolkit cuts off what does not fit."""
    columns = max(20, session.output.get_size().columns - 1)
    *above, last = message.split("\n")
    return "\n".join([*(textwrap.fill(line, columns, subsequent_indent=INDENT) for line in above), last])


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("escape")
    def go_back(event: KeyPressEvent) -> None:
        event.app.exit(result=None)

    @keys.add("enter")
    def take(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    @keys.add("c-j")
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


class _Checked(Validator):
    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def validate(self, document: Document) -> None:
        sentence, position = self._problem(document.text)
        if sentence:
            raise ValidationError(position, sentence)
