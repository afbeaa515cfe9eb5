"""The files that a command line, or a program, sends with a message: read and checked before anything is sent."""

from collections.abc import Iterable, Sequence

from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.chat.attaching import ready_to_count, tokens_of
from chatbot_cli.chat.attachments import Attachment

MANY_TOKENS = 10_000  # of files that are named even where nobody is at the terminal


async def attach(ready: ReadyChat, paths: Sequence[str]) -> Sequence[str]:
    """Attach the files at these paths to the next message. Returns what there is to say of them, in sentences.

    Raises AttachmentRefused; then none of them is attached.
    """
    found = await read_files(ready, paths)
    ready.conversation.attach(found)
    return ready.files.take_notices()


async def read_files(ready: ReadyChat, paths: Iterable[str]) -> tuple[Attachment, ...]:
    """The files at these paths, each once. Raises AttachmentRefused."""
    found: dict[str, Attachment] = {}
    for path in paths:
        found |= {one.name: one for one in await ready.files.read(path)}
    await ready_to_count(found.values(), ready.conversation.setup)
    return tuple(found.values())


async def attach_wanted(ready: ReadyChat) -> Sequence[str]:
    """The same for the files that the command line names."""
    return await attach(ready, ready.files.wanted) if ready.files.wanted else ()


def is_worth_telling(ready: ReadyChat) -> bool:
    """Whether what is attached is so large that it is named in any case."""
    return tokens_of(ready.conversation.attached, ready.conversation.setup) >= MANY_TOKENS
