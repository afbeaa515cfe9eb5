"""Files for a message: read, checked, and made ready to be sent. It implements the port of the core."""

from collections.abc import Sequence
from pathlib import Path

from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.errors import AttachmentRefused
from chatbot_cli.readers.document import Unreadable
from chatbot_cli.readers.reading import read_document


class FilesOfFolder:
    """The Files that are named from a folder on."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home

    async def read(self, path: str) -> Sequence[Attachment]:
        file = self._folder / path
        try:
            document = read_document(file, file.read_bytes())
        except OSError as error:
            raise AttachmentRefused(f"{path} cannot be read: {error.strerror}.") from error
        except Unreadable as error:
            raise AttachmentRefused(f"{path} cannot be attached: {error.reason}.", error.mend) from error
        return [Attachment(path, TEXT, document.text.encode())]

    async def from_clipboard(self) -> Attachment:
        raise AttachmentRefused("There is no image on the clipboard.")

    def named_in(self, text: str) -> Sequence[str]:
        return ()

    def completions(self, begun: str) -> Sequence[str]:
        return ()
