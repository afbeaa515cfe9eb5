"""Text as it is in the file."""

from chatbot_cli.readers.document import Unreadable
from chatbot_cli.text.decoding import Decoded, NotText, decode


def decoded(content: bytes) -> Decoded:
    """The text of the bytes. Raises Unreadable for what is no text."""
    try:
        return decode(content)
    except NotText as error:
        raise Unreadable(f"binary ({error.kind})") from None


def with_plain_newlines(text: str) -> str:
    """The text with a "\\n" at the end of each line that an editor counts."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
