"""What becomes of a paste: the path of a dragged file is named with an @; any other text names no file."""

from collections.abc import Sequence

from chatbot_cli.chat.ports import Files

LONGEST_LINE = 20_000  # characters
OPENING = "([{<\"'"  # signs after which a path may begin


class Pasting:
    """Makes the text of a paste. Without `files` it stays as it is."""

    def __init__(self, files: Files | None) -> None:
        self._files = files
        self._named: tuple[str, Sequence[str]] = ("", ())  # the text that was looked at last

    def text_of(self, paste: str, before: str = "") -> str:
        """What is typed for a paste that follows the text `before`.

        A stranger's text must not have a file sent: what it names gets a backslash, which everyone can see.
        """
        text = paste.replace("\r\n", "\n").replace("\r", "\n")
        if self._files is None or is_command(before):  # a command takes a path as it is
            return text
        if mention := self._files.mention_of(text):
            gap = "" if not before or before[-1].isspace() or before[-1] in OPENING else " "
            return f"{gap}{mention} "
        return self._files.literal(text)

    def named_in(self, text: str) -> Sequence[str]:
        """The paths of files that a line names, which is asked at every key: not of a long one, and each once."""
        if self._files is None or "@" not in text or len(text) > LONGEST_LINE or is_command(text):
            return ()
        if text != self._named[0]:
            self._named = text, self._files.named_in(text)
        return self._named[1]


def is_command(text: str) -> bool:
    """Whether a line that begins so is a command."""
    return text.startswith("/") and not text.startswith("//") and "\n" not in text
