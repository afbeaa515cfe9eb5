"""The keyboard while a reply streams: what stops it, and what is kept for the next prompt."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from chatbot_cli.terminal.input import prompt  # noqa: F401 - it teaches prompt_toolkit Shift-Enter, as in the program
from chatbot_cli.terminal.input.typeahead import Typeahead, keys_while_streaming

PATIENCE = 10.0  # seconds; a limit for a broken program, not a wait
ALT_ENTER, SHIFT_ENTER_KITTY, SHIFT_ENTER_XTERM = "\x1b\r", "\x1b[13;2u", "\x1b[27;2;13~"


class Typist:
    """Someone who types while a reply streams."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self.ahead = Typeahead()
        self.stopped = asyncio.Event()

    async def type(self, keys: str, kept: str) -> None:
        """Press keys, and wait until what is kept of all the keys so far is `kept`."""
        self._send(keys)
        async with asyncio.timeout(PATIENCE):
            while self.ahead.text != kept:  # noqa: ASYNC110 - a keyboard has no event to wait for
                await asyncio.sleep(0)

    async def stop_with(self, keys: str) -> None:
        """Press keys, and wait until the reply is stopped."""
        self._send(keys)
        async with asyncio.timeout(PATIENCE):
            await self.stopped.wait()


@contextmanager
def at_the_keyboard() -> Iterator[Typist]:
    with create_pipe_input() as keyboard:
        typist = Typist(keyboard.send_text)
        with keys_while_streaming(keyboard, typist.stopped.set) as typist.ahead:
            yield typist


@pytest.mark.parametrize("key", ["\x03", "\x1b", "\x1b\x1b"], ids=["Ctrl-C", "Esc", "Esc twice"])
async def test_ctrl_c_and_esc_stop_the_reply_and_typed_text_is_kept(key: str) -> None:
    with at_the_keyboard() as typist:
        await typist.type("wait", kept="wait")
        assert not typist.stopped.is_set()
        await typist.stop_with(key)
        assert typist.ahead.text == "wait"


@pytest.mark.parametrize(
    "keys", ["\x1b[A\x1b[B\x1b[C\x1b[D", "\x1bOP", "\x1b[3~", "\x1b[1;5C"], ids=["arrows", "F1", "Delete", "Ctrl-Right"]
)
async def test_keys_that_begin_like_esc_do_not_stop_it(keys: str) -> None:
    with at_the_keyboard() as typist:
        await typist.type(f"a{keys}b", kept="ab")
        assert not typist.stopped.is_set()


async def test_a_key_that_arrives_in_two_pieces_does_not_stop_it() -> None:
    with at_the_keyboard() as typist:
        await typist.type("a\x1b", kept="a")
        await typist.type("[Ab", kept="ab")
        assert not typist.stopped.is_set()


@pytest.mark.parametrize("key", [ALT_ENTER, SHIFT_ENTER_KITTY, SHIFT_ENTER_XTERM, "\r", "\n"])
async def test_a_new_line_is_kept_and_does_not_stop_it(key: str) -> None:
    with at_the_keyboard() as typist:
        await typist.type(f"a{key}b", kept="a\nb")
        assert not typist.stopped.is_set()


async def test_backspace_and_ctrl_u_take_back() -> None:
    with at_the_keyboard() as typist:
        await typist.type("hallo\x7f\x7f\x7f\x7fello", kept="hello")
        await typist.type("\x15", kept="")
        await typist.type("\x7f\x08again", kept="again")


async def test_a_pasted_text_is_kept_as_it_is() -> None:
    with at_the_keyboard() as typist:
        await typist.type("\x1b[200~def f():\r\n\treturn 1\rdone\x1b[201~", kept="def f():\n\treturn 1\ndone")
        assert not typist.stopped.is_set()


async def test_characters_of_any_alphabet_are_kept() -> None:
    with at_the_keyboard() as typist:
        await typist.type("naïve 東京 🙂", kept="naïve 東京 🙂")


async def test_keys_that_arrived_with_enter_count_as_typed_while_streaming() -> None:
    stops = []
    with create_pipe_input() as keyboard:
        store_typeahead(keyboard, [KeyPress("b", "b"), KeyPress(Keys.ControlC, "\x03")])
        with keys_while_streaming(keyboard, lambda: stops.append(True)) as ahead:
            assert ahead.text == "b"
    assert stops == [True]
