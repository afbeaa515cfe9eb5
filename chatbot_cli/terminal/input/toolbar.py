"""The line below the prompt: who answers, and how full the window is."""

from prompt_toolkit.application.current import get_app
from prompt_toolkit.formatted_text import FormattedText

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.errors import SessionError
from chatbot_cli.text.safe import one_line


class Toolbar:
    """Draws persona, model, and the exchanges and tokens in the window. It is asked at every key, so it remembers."""

    def __init__(self, chat: Conversation) -> None:
        self._chat = chat
        self._drawn_for: object = None
        self._text = ""
        self.hint = ""

    def clear_hint(self) -> None:
        """Go back to the window, once the user does something else."""
        self.hint = ""

    def __call__(self) -> FormattedText:
        if self.hint:
            return FormattedText([("", self.hint)])
        columns = get_app().output.get_size().columns
        seen = (self._chat.state, self._chat.journal.saving, self._chat.setup.model.counter.exact, columns)
        if seen != self._drawn_for:
            self._drawn_for, self._text = seen, self._line(columns)
        return FormattedText([("", self._text)])

    def _line(self, columns: int) -> str:
        try:
            return window_line(self._chat, columns)
        except SessionError as error:  # what the window holds cannot be read: the next turn will say so
            return one_line(str(error))


def window_line(chat: Conversation, columns: int) -> str:
    """Persona · model · exchanges and tokens in the window, each of its limit; shorter where that does not fit.

    Before it, if that is so, that nothing is saved.
    """
    window, setup = chat.window(), chat.setup
    about = "" if setup.model.counter.exact else "~"
    most, tokens = window.limits.exchanges, short_number(window.limits.tokens)
    held, used = window.exchanges, f"{about}{short_number(window.tokens)}"
    unsaved = "" if chat.journal.saving else "not saved · "
    full = f"{unsaved}{one_line(setup.speaker)} · {held} of {most} exchanges · {used} of {tokens} tokens"
    return full if len(full) < columns else f"{unsaved}{held}/{most} · {used}/{tokens} · {one_line(setup.speaker)}"


def short_number(number: int) -> str:
    """A count in a few characters: 950, 8.2k, 128k, 1.05M."""
    if number < 1000:
        return str(number)
    unit, factor = ("k", 1000) if number < 999_500 else ("M", 1_000_000)
    return f"{number / factor:.3g}{unit}"
