"""Files that are sent with a message, as values (pure)."""

from dataclasses import field
from hashlib import sha256
from typing import TYPE_CHECKING

from chatbot_cli.frozen import frozen

if TYPE_CHECKING:
    from chatbot_cli.text.image_sizes import ImageSize

TEXT = "text/plain"  # the media type of whatever is sent as text
MOST_IMAGES = 100  # in a request
MOST_BYTES = 20_000_000  # of all images and files of a request, as they are sent
MOST_BYTES_OF_IMAGE = 5_000_000  # as it is sent
MOST_PIXELS = 8_000  # of an image, in each direction


@frozen
class Attachment:
    """A file that is sent with a message; `name` is what the user calls it.

    An image has its media type, such as "image/png", and its bytes as `content`. What is sent as text has the media
    type TEXT, and as `content` the text that is sent, in UTF-8; `made_from` tells what it was read from, as in "PDF,
    14 pages", and is empty for a file that is text itself; of an image it tells that it was made smaller. Anything else
    is sent as it is, as a file.
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
    def bytes_sent(self) -> int:
        """Its bytes in Base64, as images and files are sent."""
        return (len(self.content) + 2) // 3 * 4

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

    @property
    def size(self) -> "ImageSize | None":
        """The size of an image in pixels; None for what is no image, or tells none."""
        if not self.is_image:
            return None
        from chatbot_cli.text.image_sizes import image_size  # imported here: most messages have no images

        found = image_size(self.content)
        return found if found and found.width and found.height else None
