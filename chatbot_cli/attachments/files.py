"""Files for a message: read, checked, and made ready to be sent. It implements the port of the core."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from chatbot_cli.attachments.clipboard_image import image_on_clipboard
from chatbot_cli.attachments.paths import Paths
from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.errors import AttachmentRefused
from chatbot_cli.readers.document import Unreadable
from chatbot_cli.readers.reading import read_document


class FilesOfFolder:
    """The Files that are named from a folder on."""

    def __init__(self, folder: Path, home: Path, environ: Mapping[str, str] | None = None) -> None:
        self._paths, self._environ = Paths(folder, home), environ or {}

    async def read(self, path: str) -> Sequence[Attachment]:
        file = self._paths.resolved(path)
        try:
            document = read_document(file, file.read_bytes())
        except OSError as error:
            raise AttachmentRefused(f"{path} cannot be read: {error.strerror}.") from error
        except Unreadable as error:
            raise AttachmentRefused(f"{path} cannot be attached: {error.reason}.", error.mend) from error
        return [Attachment(path, TEXT, document.text.encode())]

    async def from_clipboard(self) -> Attachment:
        content = await asyncio.to_thread(image_on_clipboard, self._environ)
        return Attachment("clipboard.png", "image/png", content)
