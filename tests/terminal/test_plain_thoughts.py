"""What a model thinks in plain text: among the notes, never in the reply."""

import asyncio
import io

import pytest

from chatbot_cli.chat.events import ReasoningDelta, ReplyEnded, TextDelta
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.thoughts import FOLD, HIDE, HOW_TO_SHOW, SHOW
from chatbot_cli.terminal.plain_screen import PlainScreen
from tests.terminal.test_plain_screen import Terminal


async def shown(how: str, *, script: bool = False) -> tuple[str, str]:
    """What is on stdout and among the notes; a `script` reads stdout."""
    out, notes = (io.StringIO(), io.StringIO()) if script else (Terminal(), Terminal())
    screen = PlainScreen(out, notes, notes, labels=not script, thoughts=how)
    async with screen.reply("Title") as view:
        for text in ("I won", "der.\nIs it \x1b[2J", "snow?"):
            view.show(ReasoningDelta(text))
        view.show(TextDelta("Yes."))
        view.show(ReplyEnded(Ending.COMPLETE, 1.0, None))
    return out.getvalue(), notes.getvalue()


TOLD = {
    SHOW: "» Thinking …\n» Thinks: I wonder.\n» Thinks: Is it ␛[2Jsnow?\n» Thought for a moment.\n",
    FOLD: "» Thinking …\n» Thought for a moment.\n",
    HIDE: "» Thinking …\n",
}


@pytest.mark.parametrize("how", HOW_TO_SHOW)
async def test_who_listens_is_told_that_the_model_thinks(how: str) -> None:
    out, notes = await shown(how)
    assert out == "» Assistant: Yes.\n"
    assert notes.startswith(TOLD[how])
    assert ("Thinks" in notes) == (how == SHOW)


@pytest.mark.parametrize("how", HOW_TO_SHOW)
async def test_a_script_gets_the_reply_and_beside_it_only_what_it_asked_for(how: str) -> None:
    out, notes = await shown(how, script=True)
    assert out == "Yes.\n"
    assert notes == ("Thinks: I wonder.\nThinks: Is it ␛[2Jsnow?\n" if how == SHOW else "")


async def test_a_line_without_an_end_is_written_before_its_end() -> None:
    notes = Terminal()
    async with PlainScreen(Terminal(), notes, notes, thoughts=SHOW).reply("Title") as view:
        for _ in range(300):
            view.show(ReasoningDelta("a word "))
        assert notes.getvalue().count("Thinks: ") == 2


async def test_a_heartbeat_tells_thinking_from_waiting() -> None:
    notes = Terminal()
    screen = PlainScreen(Terminal(), notes, notes, heartbeat=0.01)
    async with screen.reply("Title") as view:
        for word in ("waiting", "thinking"):
            async with asyncio.timeout(5):
                while f"({word} for" not in notes.getvalue():  # noqa: ASYNC110  a screen has no event to wait for
                    await asyncio.sleep(0.005)
            view.show(ReasoningDelta("Hm."))
        view.show(TextDelta("Yes."))
