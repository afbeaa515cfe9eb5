"""The completions of the input line: commands, their arguments, and paths after an @."""

import re
from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.ports import Files
from chatbot_cli.commands.registry import Commands
from chatbot_cli.terminal.input.pasting import is_command
from chatbot_cli.text.at_signs import BEGINS
from chatbot_cli.text.safe import one_line

LONGEST_PATH = 1_000  # characters
_BEGUN_PATH = BEGINS + r"""("[^"\n]*|'[^'\n]*|(?:\\ |[^\s"'`])*)\Z"""


class CommandCompleter(Completer):
    """Completes slash-commands and their arguments."""

    def __init__(self, commands: Commands, conversation: Conversation) -> None:
        self._commands = commands
        self._conversation = conversation

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        text = document.text_before_cursor
        if not text.startswith("/") or "\n" in text:
            return
        word = text if " " not in text else text.partition(" ")[2].lstrip()
        for completion, meaning in self._commands.completions(text, self._conversation):
            yield Completion(completion, -len(word), display=one_line(completion), display_meta=one_line(meaning))


class ChatCompleter(Completer):
    """Completes commands, and in a message the paths of `files`."""

    def __init__(self, commands: Commands, conversation: Conversation, files: Files | None) -> None:
        self._commands, self._files = CommandCompleter(commands, conversation), files

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        if is_command(document.text_before_cursor):
            yield from self._commands.get_completions(document, complete_event)
        elif self._files is not None and (begun := begun_path(document)) is not None:
            for path in self._files.completions(begun):
                yield Completion(path, -len(begun), display=one_line(_last_part(path)))


def offers_while_typing(document: Document) -> bool:
    """Whether completions are offered without Tab: for a command, and for a path after an @."""
    return is_command(document.text) or begun_path(document) is not None


def begun_path(document: Document) -> str | None:
    """What was typed of a path after its @, up to the cursor; None if no path is being typed."""
    line = document.current_line_before_cursor[-LONGEST_PATH:]
    found = re.search(_BEGUN_PATH, line) if "@" in line else None
    return found[1] if found else None


def _last_part(path: str) -> str:
    """A file's name, or a folder's with its slash, without those that it is in."""
    shown = path.strip("\"'")
    return shown[shown.rstrip("/").rfind("/") + 1 :]
