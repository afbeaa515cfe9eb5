"""The files that a command line, or a program, sends with a message: read and checked before anything is sent."""

import asyncio
from collections.abc import Iterable, Sequence

from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.chat.attaching import tokens_of
from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.text.counts import counted, dollars
from chatbot_cli.text.safe import one_line

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
    if sum(len(one.content) for one in found.values() if one.is_text) > ready.conversation.limits.room:
        await ready.conversation.setup.model.counter.ready()  # an estimate would do, if all fits anyway
    return tuple(found.values())


async def attach_wanted(ready: ReadyChat) -> Sequence[str]:
    """The same for the files that the command line names."""
    return await attach(ready, ready.files.wanted) if ready.files.wanted else ()


async def what_goes_along(ready: ReadyChat) -> str:
    """A sentence about what is attached to the next message: its tokens, and their price if it is known."""
    attached, setup = ready.conversation.attached, ready.conversation.setup
    tokens = tokens_of(attached, setup)
    cost = None if setup.model.is_free else await asyncio.to_thread(setup.model.prices.cost, TokensUsed(tokens, 0))
    price = f", about {dollars(cost.dollars)}" if cost and cost.dollars else ""
    about = "" if setup.counts_exactly and all(one.is_text for one in attached) else "about "
    what = one_line(attached[0].name) if len(attached) == 1 else counted(len(attached), "file")
    return f"Sent along: {what}, {about}{tokens:,} tokens{price}."


def is_worth_telling(ready: ReadyChat) -> bool:
    """Whether what is attached is so large that it is named in any case."""
    return tokens_of(ready.conversation.attached, ready.conversation.setup) >= MANY_TOKENS
