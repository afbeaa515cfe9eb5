"""Files that are sent with a message, as values (pure)."""

from dataclasses import field
from hashlib import sha256

from chatbot_cli.frozen import frozen

TEXT = "text/plain"  # the media type of whatever is sent as text


@frozen
class Attachment:
    """A file that is sent with a message; `name` is what the user calls it.

    An image has its media type, such as "image/png", and its bytes as `content`. What is sent as text has the media
    type TEXT, and as `content` the text that is sent, in UTF-8; `made_from` tells what it was read from, as in "PDF,
    14 pages", and is empty for a file that is text itself. Anything else is sent as it is, as a file.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    made_from: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal: the same bytes are stored once."""
        return sha256(self.content).hexdigest()

    @property
    def is_image(self) -> bool:
        """Whether it is sent as an image."""
        return self.media_type.startswith("image/")

    @property
    def is_text(self) -> bool:
        """Whether it is sent as a text."""
        return self.media_type == TEXT

    @property
    def text(self) -> str:
        """The text that is sent of it; empty for an image, or another file."""
        return self.content.decode("utf-8", "replace") if self.is_text else ""
