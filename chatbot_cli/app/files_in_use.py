"""The files that go with messages. Without any, nothing of them is loaded."""

from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.text.at_signs import may_name_files

MOST_OF_FOLDER = 300_000  # characters of a folder's files: some 80,000 tokens
CHARACTERS_OF_A_TOKEN = 3  # most texts have more, so what is counted so does fit

if TYPE_CHECKING:
    from chatbot_cli.attachments.files import FilesOfFolder
    from chatbot_cli.attachments.paths import Paths


class FilesInUse:
    """The Files of a chat, which loads their readers when one is named. Paths begin at the `folder`.

    `wanted` are the paths of those that the command line names: they go with the first message.
    """

    def __init__(
        self, folder: Path, home: Path, environ: Mapping[str, str] | None = None, wanted: tuple[str, ...] = ()
    ) -> None:
        self._folder, self._home, self._environ = folder, home, environ or {}
        self.wanted = wanted
        self._made: FilesOfFolder | None = None
        self._paths: Paths | None = None
        self._conversation: Conversation | None = None

    def belong_to(self, conversation: Conversation) -> None:
        """Send no more of a folder than its model has room for."""
        self._conversation = conversation

    async def read(self, path: str) -> Sequence[Attachment]:
        return await self._loaded.read(path)

    async def from_clipboard(self) -> Attachment:
        return await self._loaded.from_clipboard()

    def take_notices(self) -> Sequence[str]:
        return self._made.take_notices() if self._made else ()

    def named_in(self, text: str) -> Sequence[str]:
        return self._found.named_in(text) if may_name_files(text) else ()

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

            self._made = FilesOfFolder(self._found, self._environ, self._room)
        return self._made

    def _room(self) -> int:
        """The characters that a folder's files may have."""
        if self._conversation is None:
            return MOST_OF_FOLDER
        from chatbot_cli.chat.attaching import room_for_more  # imported here for the same reason

        tokens = room_for_more(self._conversation.attached, self._conversation.setup)
        return min(MOST_OF_FOLDER, tokens * CHARACTERS_OF_A_TOKEN)
