"""A list below the prompt: what the user chooses, and how it is left."""

import pytest
from prompt_toolkit.input import PipeInput
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.shortcuts import PromptSession
from prompt_toolkit.styles import Style

from chatbot_cli.terminal.input.picker import choose

DOWN, ENTER = "\x1b[B", "\r"
OPTIONS = [("/resume 7", "#7 a binary search"), ("/resume 8", "#8 a list that\x1b[2J\nerases")]


async def chosen(keyboard: PipeInput, keys: str) -> str | None:
    keyboard.send_text(keys)
    session: PromptSession[str] = PromptSession(input=keyboard, output=DummyOutput())
    return await choose("Open which?", OPTIONS, session, Style([]))


async def test_enter_takes_the_option_that_the_arrows_lead_to(keyboard: PipeInput) -> None:
    assert await chosen(keyboard, ENTER) == "/resume 7"
    assert await chosen(keyboard, f"{DOWN}{ENTER}") == "/resume 8"


@pytest.mark.parametrize("key", ["\x1b", "\x03", "\x04"], ids=["Esc", "Ctrl-C", "Ctrl-D"])
async def test_the_list_can_be_left_without_a_choice(keyboard: PipeInput, key: str) -> None:
    assert await chosen(keyboard, key) is None
