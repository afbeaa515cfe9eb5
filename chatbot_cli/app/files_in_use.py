"""The files that go with messages. Without any, nothing of them is loaded."""

from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot_cli.chat.attachments import Attachment

if TYPE_CHECKING:
    from chatbot_cli.attachments.files import FilesOfFolder
    from chatbot_cli.attachments.paths import Paths


class FilesInUse:
    """The Files of a chat, which loads their readers when one is named. Paths begin at the `folder`."""

    def __init__(self, folder: Path, home: Path, environ: Mapping[str, str] | None = None) -> None:
        self._folder, self._home, self._environ = folder, home, environ or {}
        self._made: FilesOfFolder | None = None
        self._paths: Paths | None = None

    async def read(self, path: str) -> Sequence[Attachment]:
        return await self._loaded.read(path)

    async def from_clipboard(self) -> Attachment:
        return await self._loaded.from_clipboard()

    def named_in(self, text: str) -> Sequence[str]:
        return self._found.named_in(text) if "@" in text else ()

    def literal(self, text: str, but: Container[str] = ()) -> str:
        return self._found.literal(text, but) if "@" in text else text

    def paths_in(self, argument: str) -> Sequence[str]:
        return self._found.paths_in(argument)

    def mention_of(self, paste: str) -> str:
        return self._found.mention_of(paste)

    def completions(self, begun: str) -> Sequence[str]:
        return self._found.completions(begun)

    @property
    def _found(self) -> "Paths":
        if self._paths is None:
            from chatbot_cli.attachments.paths import Paths  # imported here: most messages name no files

            self._paths = Paths(self._folder, self._home)
        return self._paths

    @property
    def _loaded(self) -> "FilesOfFolder":
        if self._made is None:
            from chatbot_cli.attachments.files import FilesOfFolder  # imported here: most messages have no files

            self._made = FilesOfFolder(self._folder, self._home, self._environ)
        return self._made
