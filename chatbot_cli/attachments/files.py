"""Files for a message: read, checked, and made ready to be sent. It implements a part of the core's port `Files`."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event

from chatbot_cli.attachments.clipboard_image import image_on_clipboard
from chatbot_cli.attachments.folders import read_folder
from chatbot_cli.attachments.images import image, is_image
from chatbot_cli.attachments.mentions import is_absolute
from chatbot_cli.attachments.page_marks import with_pages
from chatbot_cli.attachments.paths import Paths
from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.errors import AttachmentRefused
from chatbot_cli.hints import action
from chatbot_cli.readers.document import Unreadable
from chatbot_cli.readers.formats import format_of
from chatbot_cli.readers.reading import read_document, stop_reading
from chatbot_cli.system.regular_files import in_words, read_regular_file
from chatbot_cli.text.counts import megabytes
from chatbot_cli.text.safe import one_line

MOST_BYTES_OF_FILE = 60_000_000  # of an image, which can be made smaller; documents have a limit of their own
MOST_BYTES_OF_TEXT = 8_000_000  # more than any model reads
CLIPBOARD = "clipboard.png"


class FilesOfFolder:
    """The files that are named from a folder on. `room` tells how many characters of a folder's files may be sent."""

    def __init__(self, paths: Paths, environ: Mapping[str, str], room: Callable[[], int]) -> None:
        self._paths, self._environ, self._room = paths, environ, room
        self._notices: list[str] = []

    async def read(self, path: str) -> Sequence[Attachment]:
        """The file at a path; those of a folder. Raises AttachmentRefused. To cancel it ends the reading."""
        stopped = Event()
        try:
            return await asyncio.to_thread(self._read, path, stopped)
        except asyncio.CancelledError:
            stopped.set()
            stop_reading()
            raise

    async def from_clipboard(self) -> Attachment:
        """The image on the clipboard. Raises AttachmentRefused."""
        return self._noted(await asyncio.to_thread(self._image_on_clipboard))

    def _image_on_clipboard(self) -> Attachment:
        return image(CLIPBOARD, image_on_clipboard(self._environ))

    def take_notices(self) -> Sequence[str]:
        """What there is to say of what was read since the last call, in sentences."""
        notices, self._notices = self._notices, []
        return notices

    def _read(self, path: str, stopped: Event) -> Sequence[Attachment]:
        if not path.strip():  # as of a variable that is not set: what is meant is not the folder
            raise AttachmentRefused("A file to attach has no name.", "Give a path, or . for this folder.")
        where, name = self._paths.resolved(path), one_line(path)
        if is_absolute(path) and not path.startswith("~"):  # a shell writes out the name of the home folder
            name = one_line(self._paths.short(where))
        try:
            if where.is_dir():
                found = read_folder("" if name in (".", "./") else name.rstrip("/"), where, self._room(), stopped)
                self._notices += found.notices
                return found.attachments
            content = read_regular_file(where, MOST_BYTES_OF_FILE)
        except (OSError, ValueError) as error:  # a path may hold what no path can
            reason = in_words(error) if isinstance(error, OSError) else "no file can have that name"
            raise AttachmentRefused(f"{name} cannot be read: {reason}.") from error
        return [
            self._noted(image(name, content)) if is_image(content) else self._document(name, where, content, stopped)
        ]

    def _document(self, name: str, where: Path, content: bytes, stopped: Event) -> Attachment:
        try:
            is_text = format_of(where, content) is None
            document = read_document(where, content, stopped.is_set)
        except Unreadable as error:
            of_image = "Save it as a PNG or JPEG image." if "image" in error.reason else ""
            hint = f"{error.mend} lets it be read." if error.mend else of_image
            raise AttachmentRefused(f"{name} cannot be attached: {error.reason}.", hint) from error
        if not document.text.strip():
            raise AttachmentRefused(f"{name} cannot be attached: it has no text.")
        text = with_pages(document).encode("utf-8", "replace")
        if len(text) > MOST_BYTES_OF_TEXT:
            has, most = megabytes(len(text)), megabytes(MOST_BYTES_OF_TEXT)
            sentence = f"{name} has {has} of text, and a message may have {most}."
            raise AttachmentRefused(sentence, f"Make a collection of it: {action('collect')}")
        self._notices += [f"{name}: {note}." for note in document.notes]
        return Attachment(name, TEXT, text, "" if is_text else document.kind)

    def _noted(self, made: Attachment) -> Attachment:
        if made.made_from:
            self._notices.append(f"{made.name} is {made.made_from}; now it has {made.size}.")
        return made
