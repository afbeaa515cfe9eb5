"""The outcomes of slash-commands, as values: the loop shows them or acts on them."""

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.passages import Passage
from chatbot_cli.frozen import frozen
from chatbot_cli.text.chart import Chart

if TYPE_CHECKING:
    from chatbot_cli.chat.compared import Rival


@frozen
class Say:
    """Show this text. It is plain text; columns in it are aligned with blanks."""

    text: str


@frozen
class Show:
    """Show a table."""

    chart: Chart


@frozen
class Send:
    """Take a turn with this text."""

    text: str


@frozen
class Retry:
    """Ask the last question again and replace its answer. `message` is said before; empty for none."""

    message: str = ""


@frozen
class Compare:
    """Ask these the last question again at once, or the next one if there is none. `line` is the command as typed."""

    rivals: "tuple[Rival, ...]"
    line: str = ""


@frozen
class Continue:
    """Ask for the rest of the last answer."""


@frozen
class Remembered:
    """An exchange of the transcript: its number, counted from 1, and whether the next request holds it.

    `labels` are what people call the tools that are there now, by the names that the model calls them by.
    """

    number: int
    exchange: Exchange
    sent: bool
    pinned: bool = False
    dropped: bool = False
    summarized: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def standing(self) -> str:
        """What is to be known about its place in the window, in a few words; empty if it is just sent."""
        if self.dropped:
            return "dropped, not sent"
        if self.pinned:
            return "pinned" if self.sent else "pinned, but too large to be sent"
        if self.sent:
            return ""
        return "sent as a summary alone" if self.summarized else "not sent any more"


@frozen
class Recall:
    """Show these exchanges as they looked when they were new, then `message`."""

    exchanges: tuple[Remembered, ...]
    message: str = ""


@frozen
class Copy:
    """Put a reply on the clipboard, or one of its code blocks, counted from 1."""

    reply: str
    code: int | None


@frozen
class Save:
    """Write a text to a file: a reply, one of its code blocks, counted from 1, or an export. Ask before overwriting.

    Its control characters are replaced, unless it is `raw`; `replaced` counts those for which that was done already.
    """

    text: str
    code: int | None
    path: str
    raw: bool = False
    replaced: int = 0


@frozen
class Draft:
    """Put a line into the prompt, as it might be typed, and show `message`.

    If it sends a text, that follows the first `after_exchange` exchanges.
    """

    line: str
    message: str
    after_exchange: int | None = None


@frozen
class Choose:
    """Let the user choose. An option is a command line with its label; the user may choose none."""

    question: str
    options: tuple[tuple[str, str], ...]


@frozen
class FindOne:
    """Let the user find one of many by typing a part of its name; the user may choose none.

    An option is a command line, the name by which it is found, and what is said beside that. `current` is the command
    line of the one that is chosen now.
    """

    question: str
    options: tuple[tuple[str, str, str], ...]
    current: str = ""


@frozen
class Resume:
    """Another conversation goes on: show its last exchange, a line `about` it and notices that are marked as hints are.

    `draft` is put into the prompt.
    """

    about: str
    last: Remembered | None
    draft: str = ""
    notices: tuple[str, ...] = ()


@frozen
class Restart:
    """Start the server of this name again, and say what became of it."""

    server: str


@frozen
class Attach:
    """Read the files at these paths, or the image on the `clipboard`, and let them go with the next message."""

    paths: tuple[str, ...]
    clipboard: bool = False


@frozen
class OpenSource:
    """Open the file of a passage at a line; or show its text, if the file is gone."""

    passage: Passage
    line: int


@frozen
class UpdateDocuments:
    """Read what has changed in the documents of these collections, while the user waits."""

    names: tuple[str, ...]


@frozen
class ShowThoughts:
    """Show what a model thinks in this way from now on, a word of HOW_TO_SHOW, and say `message`."""

    how: str
    message: str


@frozen
class Quit:
    """Leave the chat."""


Shown = Say | Show | Recall | Copy  # is shown, and then the next prompt is as ever
Outcome = (
    Say
    | Show
    | Send
    | Retry
    | Compare
    | Continue
    | Recall
    | Copy
    | Save
    | Draft
    | Choose
    | FindOne
    | Resume
    | Restart
    | Attach
    | OpenSource
    | UpdateDocuments
    | ShowThoughts
    | Quit
)
