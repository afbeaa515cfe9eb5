"""Opens a chat; on a terminal, a word that means several models is asked about first."""

import asyncio
from typing import Any

from chatbot_cli.app.assembly import ReadyChat, open_chat
from chatbot_cli.errors import ModelAmbiguous
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.settings.precedence import Flags, Sources
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings


def open_with_choice(flags: Flags, surroundings: Surroundings, **more: Any) -> ReadyChat:
    """What `open_chat` opens. Raises what it raises; ModelAmbiguous if nobody can be asked, or nothing is chosen."""
    try:
        return open_chat(flags, surroundings, **more)
    except ModelAmbiguous as several:
        if not _can_choose(flags, surroundings) or (spec := asyncio.run(_choice(several))) is None:
            raise
    return open_chat({**flags, "model": spec}, surroundings, **more)


def _can_choose(flags: Flags, surroundings: Surroundings) -> bool:
    """Whether a list can be drawn from which a person chooses."""
    from chatbot_cli.app.asking import can_ask  # imported here: most chats are begun without such a question

    if not can_ask(surroundings) or surroundings.is_dumb:
        return False
    folders = Folders.of(surroundings.environ, surroundings.home)
    return not Sources.read(surroundings.environ, surroundings.cwd, folders, key_variables).settle(flags).settings.plain


async def _choice(several: ModelAmbiguous) -> str | None:
    # Imported here: most chats are begun without such a question, and an answer does without prompt_toolkit.
    from chatbot_cli.terminal.choosing_once import choose_once

    return await choose_once(str(several), [(spec, spec) for spec in several.specs])
