"""A person at the keyboard of a chat: the real prompt, loop and plain screen; keys from a pipe, nothing drawn."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput, Output

from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.app.tools_in_use import ToolsInUse
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.settings.tool_settings import ToolSettings
from chatbot_cli.terminal.clipboard import Clipboard
from chatbot_cli.terminal.files_to_send import FilesToSend
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.terminal.repl import Repl
from chatbot_cli.terminal.secret_guard import SecretGuard
from chatbot_cli.terminal.waiting_for_servers import WaitingForServers
from tests.fakes import FakeFiles, FakeSetups, Script, ScriptedModel, setup_with

PATIENCE = 10.0  # seconds; a limit for a broken program, not a wait
LEAVE = "\x04"

CAST = FakeSetups({name: setup_with(ScriptedModel(), persona=name) for name in ("tutor", "chef")})


class Paper(io.StringIO):
    """Collects the output of a screen, and waits for a text in it."""

    def __init__(self) -> None:
        super().__init__()
        self._grown = asyncio.Event()

    def write(self, text: str) -> int:
        self._grown.set()
        return super().write(text)

    async def until(self, text: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while text not in self.getvalue():
                self._grown.clear()
                await self._grown.wait()


class Gate(asyncio.Event):
    """A gate at which a scripted model waits; `reached` is set when it does."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.reached.set()
        async with asyncio.timeout(PATIENCE):
            return await super().wait()


class InputLine:
    """Types into prompts, and waits until the next one is drawn."""

    def __init__(self, keys: PipeInput) -> None:
        self._keys = keys
        self._drawn: asyncio.Queue[Application[object]] = asyncio.Queue()

    def type(self, keys: str) -> None:
        self._keys.send_text(keys)

    def when_drawn(self) -> None:
        self._drawn.put_nowait(get_app())

    async def buffer(self) -> Buffer:
        """The buffer of the next prompt, once that is drawn."""
        async with asyncio.timeout(PATIENCE):
            return (await self._drawn.get()).current_buffer

    async def draft(self) -> str:
        """The text in the next prompt when it is drawn."""
        return (await self.buffer()).text


class Line(InputLine):
    """An input line with all commands."""

    def __init__(
        self,
        keyboard: PipeInput,
        history: Path,
        output: Output | None = None,
        *,
        plain: bool = False,
        files: FakeFiles | None = None,
    ) -> None:
        super().__init__(keyboard)
        chat = Conversation(setup_with(ScriptedModel()))
        commands = slash_commands(CAST, files=files)
        self.prompt = Prompt(
            chat, commands, history, plain=plain, files=files, keyboard=keyboard, output=output or DummyOutput()
        )

    async def read(self, keys: str, draft: str = "") -> str:
        """The line that is read when these keys are pressed."""
        self.type(keys)
        async with asyncio.timeout(PATIENCE):
            return await self.prompt.read(draft, self.when_drawn)


class ChatAtKeyboard(InputLine):
    """A chat with a scripted model, ready to be run."""

    def __init__(
        self,
        keys: PipeInput,
        history: Path,
        scripts: tuple[Script | str, ...],
        setups: FakeSetups,
        tools: Tools | None = None,
        files: FakeFiles | None = None,
    ) -> None:
        super().__init__(keys)
        self.model = ScriptedModel(*scripts)
        self.conversation = Conversation(setup_with(self.model), tools=tools)
        self.out, self.problems = Paper(), Paper()
        screen = PlainScreen(self.out, self.out, self.problems, labels=True)
        files = files or FakeFiles()
        commands = slash_commands(setups, files=files)
        prompt = Prompt(self.conversation, commands, history, files=files, keyboard=keys, output=DummyOutput())
        clipboard, guard = Clipboard(self.out, {}), SecretGuard(prompt)
        none = ToolsInUse(ToolSettings())
        servers = WaitingForServers(none.begin, none.servers)
        to_send = FilesToSend(self.conversation, files, prompt, guard)
        self._repl = Repl(
            self.conversation, commands, prompt, lambda: screen, self.when_drawn, clipboard, servers, to_send
        )
        self.running: asyncio.Task[None] | None = None

    def start(self, first: str | None = None) -> None:
        self.running = asyncio.create_task(self._repl.run(first))

    async def ended(self) -> None:
        """Wait until the chat is over."""
        assert self.running is not None
        async with asyncio.timeout(PATIENCE):
            await self.running

    async def say(self, text: str) -> str:
        """Send a line from a fresh prompt, and return the text in the next one."""
        self.type(f"{text}\r")
        return await self.draft()

    @property
    def last_request(self) -> Request:
        return self.model.requests[-1]

    @property
    def asked(self) -> list[str]:
        """The user's messages of the last request."""
        return [message.content for message in self.last_request.messages if message.role == "user"]


@asynccontextmanager
async def chat_at_keyboard(
    history: Path,
    *scripts: Script | str,
    setups: FakeSetups | None = None,
    first: str | None = None,
    tools: Tools | None = None,
    files: FakeFiles | None = None,
) -> AsyncIterator[ChatAtKeyboard]:
    """A running chat; leaves it at the end if that has not been done."""
    with create_pipe_input() as keys:
        chat = ChatAtKeyboard(keys, history, scripts, setups or FakeSetups(), tools, files)
        chat.start(first)
        try:
            yield chat
        finally:
            if chat.running and not chat.running.done():
                chat.running.cancel()
                await asyncio.wait([chat.running])
