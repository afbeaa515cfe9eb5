"""The files of a folder for a message: those that can be read as text, in the order of their paths, up to a budget."""

from collections import Counter
from pathlib import Path
from threading import Event

from chatbot_cli.attachments.images import is_image
from chatbot_cli.attachments.page_marks import with_pages
from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.errors import AttachmentRefused
from chatbot_cli.frozen import frozen
from chatbot_cli.readers.document import Unreadable
from chatbot_cli.readers.formats import format_of
from chatbot_cli.readers.kinds import MOST_BYTES, unwanted, unwanted_content
from chatbot_cli.readers.reading import read_document
from chatbot_cli.readers.walking import Walk, Wanted
from chatbot_cli.system.extras import install_command
from chatbot_cli.system.regular_files import read_regular_file
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line

MOST_FILES = 200
MOST_LOOKED_AT = 5_000
IMAGE, NO_TEXT, NO_ROOM, UNWANTED, UNREADABLE = "image", "no text", "no room", "unwanted", "unreadable"
LACKING = "lacking"
NOT_SEEN = "not seen"
CLOSED = "closed"
_IN_WORDS = {
    IMAGE: "{} (to be named one by one)",
    NO_TEXT: "{} without text",
    NO_ROOM: "{} for which there is no room",
    UNWANTED: "{} with keys, or made by a program",
    LACKING: "{} that need {command}",
    UNREADABLE: "{} that cannot be read",
    CLOSED: "{} that cannot be looked at",
    NOT_SEEN: f"all after the first {MOST_LOOKED_AT:,}",
}


@frozen
class FolderFiles:
    """What is sent of a folder, with sentences on what is not."""

    attachments: tuple[Attachment, ...]
    notices: tuple[str, ...]


def read_folder(name: str, folder: Path, room: int, stopped: Event) -> FolderFiles:
    """The readable files of a folder, of at most `room` characters. Raises AttachmentRefused if there are none.

    Hidden files, those that are ignored and those that hold keys are no part of it.
    """
    taken: list[Attachment] = []
    left_out: Counter[str] = Counter()
    walk = Walk(str(folder), Wanted())
    for number, file in enumerate(walk.files()):
        if stopped.is_set():
            break
        if number >= MOST_LOOKED_AT:
            left_out[NOT_SEEN] += 1
            break
        if len(taken) >= MOST_FILES or room <= 0:
            left_out[NO_ROOM] += 1
            continue
        try:
            read = _read(f"{name}/{file.below}" if name else file.below, Path(file.path), file.size, room, stopped)
        except (OSError, Unreadable) as error:
            left_out[_why(error)] += 1
            continue
        if isinstance(read, Attachment):
            taken.append(read)
            room -= len(read.content)
        else:
            left_out[read] += 1
    left_out.update([CLOSED] * len(walk.problems))
    if not taken:
        what = f": it has {_in_words(left_out)}" if left_out else ": it has no files that are not hidden or ignored"
        raise AttachmentRefused(f"Nothing of {f'the folder {name}' if name else 'this folder'} can be sent{what}.")
    return FolderFiles(tuple(taken), _notices(name, len(taken), left_out))


def _read(name: str, path: Path, size: int, room: int, stopped: Event) -> Attachment | str:
    """A file as it is sent, or why it is left out."""
    if unwanted(path, size):
        return UNWANTED
    if size > 4 * room and not _has_reader(path):  # a text has at least a quarter as many characters
        return NO_ROOM
    content = read_regular_file(path, MOST_BYTES, follow_links=False)  # the walk has met no link here
    if is_image(content):
        return IMAGE
    if unwanted_content(path, content):
        return UNWANTED
    is_text = format_of(path, content) is None
    document = read_document(path, content, stopped.is_set)
    if not document.text.strip():
        return NO_TEXT
    text = with_pages(document).encode("utf-8", "replace")
    return NO_ROOM if len(text) > room else Attachment(one_line(name), TEXT, text, "" if is_text else document.kind)


def _why(error: OSError | Unreadable) -> str:
    if isinstance(error, Unreadable) and error.mend:
        return LACKING
    return UNREADABLE if isinstance(error, OSError) or error.failed else NO_TEXT


def _has_reader(path: Path) -> bool:
    """Whether a file's name tells that it is read by more than its bytes, so that its text may be much shorter."""
    try:
        return format_of(path, b"?") is not None
    except Unreadable:
        return True


def _notices(name: str, taken: int, left_out: Counter[str]) -> tuple[str, ...]:
    """What is left out; nothing if all is sent, since the files are named anyway."""
    if not left_out:
        return ()
    return (f"{name or 'This folder'}: {counted(taken, 'file')}; left out: {_in_words(left_out)}.",)


def _in_words(left_out: Counter[str]) -> str:
    nouns = {IMAGE: "image", CLOSED: "folder"}
    counts = {kind: counted(left_out[kind], nouns.get(kind, "file")) for kind in _IN_WORDS if left_out[kind]}
    command = install_command("documents") if LACKING in counts else ""
    return ", ".join(_IN_WORDS[kind].format(count, command=command) for kind, count in counts.items())
