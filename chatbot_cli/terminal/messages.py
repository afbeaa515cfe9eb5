"""Messages of the program on any stream: a terminal sees by their sign that they are no part of a reply."""

from typing import TextIO

from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.text.safe import safe
from chatbot_cli.text.sign_guard import as_message


def tell(text: str, stream: TextIO) -> None:
    """Print a message, which may hold foreign text. What is no terminal gets it without the sign."""
    print(message_for(stream, safe(text)), file=stream, flush=True)


def message_for(stream: TextIO, text: str) -> str:
    """A message as a stream gets it. Its characters are safe already."""
    return as_message(text, columns_of(stream)) if stream.isatty() else text
