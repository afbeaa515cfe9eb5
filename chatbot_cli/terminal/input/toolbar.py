"""The line below the prompt: persona, model, and how full the window is."""

from collections.abc import Sequence
from itertools import product

from prompt_toolkit.application.current import get_app
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.utils import get_cwidth

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.sent_tools import tokens_of
from chatbot_cli.chat.shape import Shape
from chatbot_cli.errors import SessionError
from chatbot_cli.text.counts import counted, short_number
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten_foreign

SEPARATOR = " · "
LONGEST_LABEL = 30  # characters of a schema


class Toolbar:
    """Draws the line below the prompt. It is redrawn at every key, so its text is cached until something changes.

    A `hint` is shown in place of the line.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._drawn_for: object = None
        self._text = ""
        self.hint = ""

    def clear_hint(self) -> None:
        """Show the window again."""
        self.hint = ""

    def __call__(self) -> FormattedText:
        if self.hint:
            return FormattedText([("", self.hint)])
        columns = get_app().output.get_size().columns
        conversation = self._conversation
        counter = conversation.setup.model.counter
        tools = tuple(conversation.tools.offered(conversation.setup)) if conversation.tools else ()
        shown = (conversation.state, conversation.journal.saving, counter.exact, counter.is_ready, tools, columns)
        if shown != self._drawn_for:
            self._drawn_for, self._text = shown, self._line(columns)
        return FormattedText([("", self._text)])

    def _line(self, columns: int) -> str:
        try:
            return window_line(self._conversation, columns)
        except SessionError as error:  # the saved exchanges cannot be read; the next turn reports the same
            return one_line(str(error))


def window_line(conversation: Conversation, columns: int) -> str:
    """Persona · model · exchanges and tokens in the window, each with its limit; a shorter form in a narrow terminal.

    What does not fit even so is left out from the end, each part whole. The tokens are those of a line of /context.
    Exchanges that are pinned do not count against their limit. "not saved" comes first in a chat that is not saved;
    the tokens of tools and that replies are data come last, where there is room for them.
    """
    window, setup = conversation.window(), conversation.setup
    persona_and_model = one_line(setup.display_name or setup.persona), one_line(setup.model.name)
    unsaved = "" if conversation.journal.saving else "not saved"
    exchanges, most_exchanges, pinned = window.exchanges - window.pinned, window.limits.exchanges, window.pinned
    used, most = window.fullness
    tokens, most_tokens = f"{'' if setup.counts_exactly else '~'}{short_number(used)}", short_number(most)
    held = f"{exchanges} of {counted(most_exchanges, 'exchange')}{f' and {pinned} pinned' if pinned else ''}"
    whole = (unsaved, *persona_and_model, held, f"{tokens} of {most_tokens} tokens")
    tools = f"tools {short_number(tokens_of(window.tools, setup))}" if window.tools else ""
    for data, of_tools in product((*_data_in_words(setup.shape), ""), (tools, "")):
        line = SEPARATOR.join(filter(None, (*whole, of_tools, data)))
        if get_cwidth(line) < columns:
            return line
    held = f"{exchanges}/{most_exchanges}{f'+{pinned}' if pinned else ''}"
    parts = [*([unsaved] if unsaved else []), held, f"{tokens}/{most_tokens}", *persona_and_model]
    while len(parts) > 1 and get_cwidth(SEPARATOR.join(parts)) >= columns:
        parts.pop()
    return SEPARATOR.join(parts)


def _data_in_words(shape: Shape | None) -> Sequence[str]:
    """That replies are data, the fullest wording first."""
    if shape is None:
        return ()
    label = shorten_foreign(shape.label, LONGEST_LABEL)
    return (f"data: [{label}]" if shape.many else f"data: {label}", "data")
