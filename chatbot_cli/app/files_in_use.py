"""The files that go with messages. Without any, nothing of them is loaded."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot_cli.chat.attachments import Attachment

if TYPE_CHECKING:
    from chatbot_cli.attachments.files import FilesOfFolder


class FilesInUse:
    """The Files of a chat, which loads their readers when one is named. Paths begin at the `folder`."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home
        self._made: FilesOfFolder | None = None

    async def read(self, path: str) -> Sequence[Attachment]:
        return await self._loaded.read(path)

    async def from_clipboard(self) -> Attachment:
        return await self._loaded.from_clipboard()

    def named_in(self, text: str) -> Sequence[str]:
        return self._loaded.named_in(text) if "@" in text else ()

    def completions(self, begun: str) -> Sequence[str]:
        return self._loaded.completions(begun)

    @property
    def _loaded(self) -> "FilesOfFolder":
        if self._made is None:
            from chatbot_cli.attachments.files import FilesOfFolder  # imported here: most messages have no files

            self._made = FilesOfFolder(self._folder, self._home)
        return self._made
