"""The line below the prompt: who answers, and how full the window is."""

from prompt_toolkit.formatted_text import FormattedText

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.terminal.safe_text import one_line


class Toolbar:
    """Draws persona, model, and the exchanges and tokens in the window. It is asked at every key, so it remembers."""

    def __init__(self, chat: Conversation) -> None:
        self._chat = chat
        self._drawn_for: object = None
        self._text = ""
        self.hint = ""

    def __call__(self) -> FormattedText:
        if self.hint:
            return FormattedText([("", self.hint)])
        state, exact = self._chat.state, self._chat.setup.model.counter.exact
        if self._drawn_for != (id(state), exact):
            self._drawn_for, self._text = (id(state), exact), window_line(self._chat)
        return FormattedText([("", self._text)])


def window_line(chat: Conversation) -> str:
    """Persona · model · exchanges and tokens in the window, each of its limit."""
    window, setup = chat.window(), chat.setup
    about = "" if setup.model.counter.exact else "~"
    limits = window.limits
    return (
        f"{one_line(setup.persona)} · {one_line(setup.model.name)} · {window.exchanges} of {limits.turns} exchanges · "
        f"{about}{short_number(window.tokens)} of {short_number(limits.tokens)} tokens"
    )


def short_number(number: int) -> str:
    """A count in a few characters: 950, 8.2k, 128k, 1.05M."""
    if number < 1000:
        return str(number)
    unit, factor = ("k", 1000) if number < 999_500 else ("M", 1_000_000)
    return f"{number / factor:.3g}{unit}"
