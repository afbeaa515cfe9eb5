"""Lets the user choose from a list before there is a prompt. This module loads prompt_toolkit."""

from collections.abc import Sequence

from prompt_toolkit import PromptSession

from chatbot_cli.terminal.input.picker import choose
from chatbot_cli.terminal.input.prompt import STYLE


async def choose_once(question: str, options: Sequence[tuple[str, str]]) -> str | None:
    """Let the user choose an option, a value with its label. Returns its value; None if the user leaves."""
    session: PromptSession[str] = PromptSession()
    return await choose(question, options, session, STYLE)
