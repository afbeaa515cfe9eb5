"""What came of a slash-command, as a value: the loop shows it, or acts on it."""

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.frozen import frozen


@frozen
class Say:
    """Show this text. It is plain text; columns in it are aligned with blanks."""

    text: str


@frozen
class Send:
    """Take a turn with this text."""

    text: str


@frozen
class Retry:
    """Ask the last question again, in place of its answer."""


@frozen
class Continue:
    """Ask for the rest of the last answer."""


@frozen
class Remembered:
    """An exchange of the transcript: its number, counted from 1, and whether the next request holds it."""

    number: int
    exchange: Exchange
    sent: bool


@frozen
class Recall:
    """Show these exchanges as they looked when they were new, and a line about them."""

    exchanges: tuple[Remembered, ...]
    message: str = ""


@frozen
class Copy:
    """Put a reply on the clipboard, or one of its code blocks, counted from 1."""

    reply: str
    code: int | None


@frozen
class Save:
    """Write a reply to a file, or one of its code blocks, counted from 1; ask before one is overwritten."""

    reply: str
    code: int | None
    path: str


@frozen
class Draft:
    """Put a text into the prompt and show `message`. Sent, it goes after the first `after_exchange` exchanges."""

    text: str
    message: str
    after_exchange: int


@frozen
class Choose:
    """Let the user choose: each option is a command line, and what it is called. Choosing none is possible."""

    question: str
    options: tuple[tuple[str, str], ...]


@frozen
class Resume:
    """Another conversation goes on: what to know about it, its last exchange, and what was left in its prompt."""

    about: str
    last: Remembered | None
    draft: str = ""


@frozen
class Quit:
    """Leave the chat."""


Outcome = Say | Send | Retry | Continue | Recall | Copy | Save | Draft | Choose | Resume | Quit
