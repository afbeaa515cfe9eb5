"""A file of weights as a model: its child is started, asked, and always ended. The library is a fake."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from chatbot_cli import Chatbot
from chatbot_cli.chat.events import ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.loading_events import LoadingWeights
from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.server_window import THE_SERVER, YOUR_CONFIG, Fact
from chatbot_cli.errors import ProviderError, SettingsError
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.gguf import installed, weights_chat
from chatbot_cli.providers.gguf.running import SERVERS
from chatbot_cli.providers.route.endpoint import Access
from tests.providers.gguf.made_files import weights_file

HELLO = Request((Message("user", "Hello"),))


def opened(path: Path, **more: object) -> Model:
    return open_model(f"gguf/{weights_file(path)}", Access({}, **more))  # type: ignore[arg-type]  # each value is as Access wants it


async def events_of(model: Model) -> list[ModelEvent]:
    return [event async for event in model.stream(HELLO)]


async def process_of(model: Model) -> int:
    """The number of the process that answers."""
    (text,) = [event.text for event in await events_of(model) if isinstance(event, TextDelta)]
    return int(text.removeprefix("I am "))


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text()


async def soon(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110  a process sets no event
            await asyncio.sleep(0.01)


async def test_it_answers_free_of_charge_in_a_child_that_conversations_share(tmp_path: Path) -> None:
    model, again = opened(tmp_path / "small one.gguf"), opened(tmp_path / "small one.gguf")
    assert (model.name, model.context_tokens, model.is_free, model.address) == ("small one", 8_192, True, "")
    events = await events_of(model)
    assert TokensUsed(9, 3, 0.0, saved=0.0) in [event for event in events if isinstance(event, TokensUsed)]
    pid = await process_of(model)
    assert pid == await process_of(again) != os.getpid()
    model.close()
    assert not is_gone(pid)
    again.close()
    again.close()
    await soon(lambda: is_gone(pid))
    assert await process_of(again) != pid


async def test_another_file_takes_its_place_when_nobody_is_answered_any_more(tmp_path: Path) -> None:
    endless, other = opened(tmp_path / "endless.gguf"), opened(tmp_path / "other.gguf")
    async with aclosing(endless.stream(HELLO)) as events:
        pid = int((await anext(events)).text.removeprefix("I am "))  # type: ignore[union-attr]  # the first event is a text
        assert await process_of(other) != pid
        assert not is_gone(pid)
        assert isinstance(await anext(events), TextDelta)
    await soon(lambda: is_gone(pid))


async def test_loading_is_said_and_can_be_stopped(tmp_path: Path) -> None:
    model = opened(tmp_path / "slow.gguf")
    model.warm_up()
    events = model.stream(HELLO)
    said = await anext(events)
    assert said == LoadingWeights("slow", "0.1 MB")
    assert SERVERS._newest is not None
    pid = SERVERS._newest[1].pid
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await soon(lambda: is_gone(pid))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("broken", "broken.gguf is broken, or not whole."),
        ("crashes", "crashes cannot be loaded: ggml_abort: a [31mred [0m failure."),
        ("dies", "dies has ended, without a word."),
    ],
)
async def test_what_goes_wrong_is_said_with_the_childs_own_words(name: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises((ProviderError, SettingsError)) as raised:
        await events_of(opened(tmp_path / f"{name}.gguf"))
    assert str(raised.value).endswith(sentence)
    assert raised.value.hint


async def test_one_that_was_killed_is_started_anew(tmp_path: Path) -> None:
    model = opened(tmp_path / "small.gguf")
    pid = await process_of(model)
    os.kill(pid, signal.SIGKILL)
    assert SERVERS._newest is not None
    running = SERVERS._newest[1]
    await soon(lambda: running.has_died)
    assert await process_of(model) != pid


async def test_what_memory_cannot_hold_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_chat.WeightsChat.__init__, "__defaults__", (lambda: 300_000_000,))
    model = opened(tmp_path / "small.gguf")
    with pytest.raises(ProviderError, match=r"small needs about 0\.4 GB of memory; 0\.3 GB is free\."):
        await events_of(model)


def test_without_the_library_a_command_is_named_and_a_dry_run_needs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "LIBRARY", "no_such_library")
    with pytest.raises(SettingsError, match="need the extra “local”") as raised:
        opened(tmp_path / "small.gguf")
    assert "'chatbot-cli[local]'" in raised.value.hint
    model = opened(tmp_path / "small.gguf", sends_nothing=True)
    assert model.payload(HELLO)["messages"] == [{"role": "user", "content": "Hello"}]


def test_a_saved_spec_names_the_file_from_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    weights_file(tmp_path / "home" / "a.gguf")
    assert open_model("gguf/home/a.gguf", Access({})).spec == "gguf/~/a.gguf"
    weights_file(tmp_path / "b.gguf")
    assert open_model("gguf/b.gguf", Access({}, base_url="http://localhost:1/v1")).spec == f"gguf/{tmp_path}/b.gguf"


async def test_a_window_that_config_toml_states_is_the_one_it_is_started_with(tmp_path: Path) -> None:
    model = opened(tmp_path / "small.gguf")
    stated = model.holding(4_000)
    assert (model.window, stated.window) == (Fact(8_192, THE_SERVER), Fact(3_840, YOUR_CONFIG))
    await process_of(stated)
    assert SERVERS._newest is not None
    assert SERVERS._newest[0].window == 3_840


PARENT = """
import sys
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.gguf.running import SERVERS
from chatbot_cli.providers.route.endpoint import Access
model = open_model(sys.argv[1], Access({}))
running = model.chat_model.begin()
if "slow" not in sys.argv[1]:
    running.served()
print(running.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("name", ["small", "slow"])
def test_it_ends_with_us_even_when_we_are_killed_while_it_loads(name: str, tmp_path: Path) -> None:
    if name == "slow" and sys.platform != "linux":
        pytest.skip("elsewhere it ends as soon as it is loaded")
    path = weights_file(tmp_path / f"{name}.gguf")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", PARENT, f"gguf/{path}"], env=environ, **pipes) as parent:  # type: ignore[call-overload]  # the pipes are those of Popen
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        parent.kill()
    deadline = time.monotonic() + 20
    while not is_gone(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_script_is_answered_and_a_saved_conversation_goes_on_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    weights_file(tmp_path / "small one.gguf")
    first = chat("-m", "gguf/small one.gguf", "Hello", cwd=tmp_path)
    again = chat("-c", "And you?", cwd=tmp_path / "home")
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert is_gone(int(first.stdout.removeprefix("I am ")))


def chat(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """The real program, with the library of these tests."""
    environ = {"HOME": os.environ["HOME"], "PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [str(Path(sys.executable).with_name("chat")), *arguments]
    return subprocess.run(command, env=environ, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL)


async def test_a_program_that_closes_its_bot_ends_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = weights_file(tmp_path / "small.gguf")
    async with Chatbot(model=f"gguf/{path}") as bot:
        pid = int((await bot.say("Hello")).removeprefix("I am "))
        assert not is_gone(pid)
    await soon(lambda: is_gone(pid))
