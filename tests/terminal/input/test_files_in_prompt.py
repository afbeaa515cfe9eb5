"""Files in the input line: what is offered after an @, what is pasted, what the toolbar says."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.registry import Commands
from chatbot_cli.terminal.input.completing import ChatCompleter, begun_path, offers_while_typing
from chatbot_cli.terminal.input.pasting import Pasting
from chatbot_cli.terminal.input.toolbar import window_line
from chatbot_cli.text.width import cells
from tests.fakes import FakeFiles, ScriptedModel, image_file, setup_with, text_file
from tests.terminal.at_keyboard import PATIENCE, Line

TAB = "\t"


@pytest.fixture
def files() -> FakeFiles:
    return FakeFiles(
        {name: [text_file(name)] for name in ("notes.txt", "notes/a.md", "plan.png")}, dragged=("plan.png",)
    )


def offered(files: FakeFiles, typed: str) -> Sequence[tuple[str, str, int]]:
    """What is offered: its text, how it is shown, and how much of what was typed it replaces."""
    completer = ChatCompleter(Commands(), Conversation(setup_with(ScriptedModel())), files)
    found = completer.get_completions(Document(typed), CompleteEvent())
    return [(one.text, one.display_text, one.start_position) for one in found]


def test_paths_are_offered_after_an_at(files: FakeFiles) -> None:
    assert offered(files, "see @no") == [("notes.txt", "notes.txt", -2), ("notes/a.md", "a.md", -2)]
    assert offered(files, "(@plan") == [("plan.png", "plan.png", -4)]
    assert len(offered(files, "@")) == 3
    assert offered(files, "// see @plan") == [("plan.png", "plan.png", -4)]  # a message that begins with a slash


@pytest.mark.parametrize("typed", ["ada@no", "ada.b@no", "\\@no", "@ no", "no", "`@no", "@no done", "/@no"])
def test_nothing_is_offered_elsewhere(files: FakeFiles, typed: str) -> None:
    assert offered(files, typed) == []
    assert offers_while_typing(Document(typed)) == typed.startswith("/")


@pytest.mark.parametrize(
    ("typed", "begun"),
    [
        ("see @no", "no"),
        ("@", ""),
        ('@"my f', '"my f'),
        ("ada@exa", None),
        ("@done now", None),
        ("\\@no", None),
        ("no", None),
    ],
)
def test_a_path_that_is_being_typed_is_known(typed: str, begun: str | None) -> None:
    assert begun_path(Document(typed)) == begun


async def test_paths_are_offered_while_typing_and_tab_takes_one(
    keyboard: PipeInput, history: Path, files: FakeFiles
) -> None:
    line = Line(keyboard, history, files=files)
    reading = asyncio.create_task(line.read("What is @pl"))
    buffer, changed = await line.buffer(), asyncio.Event()
    buffer.on_completions_changed += lambda _: changed.set()
    async with asyncio.timeout(PATIENCE):
        while not (buffer.complete_state and buffer.text == "What is @pl"):
            changed.clear()
            await changed.wait()
    line.type(f"{TAB}?\r")
    assert await reading == "What is @plan.png?"


async def test_tab_again_offers_what_is_in_the_folder_that_was_completed(
    keyboard: PipeInput, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FakeFiles()
    monkeypatch.setattr(files, "completions", lambda begun: ["notes/a.md" if "/" in begun else "notes/"])
    line = Line(keyboard, history, files=files)
    reading = asyncio.create_task(line.read(""))
    buffer, changed = await line.buffer(), asyncio.Event()
    buffer.on_completions_changed += lambda _: changed.set()
    buffer.on_text_changed += lambda _: changed.set()
    line.type("See @no")
    for text, keys in (("See @no", TAB), ("See @notes/", TAB), ("See @notes/a.md", " \r")):
        async with asyncio.timeout(PATIENCE):
            while not (buffer.text == text and (buffer.complete_state or keys != TAB)):
                changed.clear()
                await changed.wait()
        line.type(keys)
    assert await reading == "See @notes/a.md "


async def test_a_dragged_file_is_named_where_it_is_dropped(
    keyboard: PipeInput, history: Path, files: FakeFiles
) -> None:
    line = Line(keyboard, history, files=files)
    assert await line.read("See\x1b[200~plan.png\x1b[201~now\r") == "See @plan.png now"
    assert await line.read("\x1b[200~a @notes.txt\r\nb\x1b[201~\r") == "a \\@notes.txt\nb"
    assert await line.read("/attach \x1b[200~plan.png\x1b[201~\r") == "/attach plan.png"


def test_without_files_a_paste_stays_as_it_is() -> None:
    assert Pasting(None).text_of("@a\r\nb\rc") == "@a\nb\nc"


def test_the_toolbar_names_what_goes_along_as_far_as_there_is_room() -> None:
    conversation = Conversation(setup_with(ScriptedModel()))
    usual = window_line(conversation, 100)
    conversation.attached = (image_file("a\x1bvery long name of a plan, 第一版.png"),)
    assert window_line(conversation, 100) == f"{usual} · a␛very…plan, 第一版.png ~0"
    conversation.attached = (text_file("notes.txt"), image_file("plan.png"))
    assert window_line(conversation, 100).endswith(" · notes.txt, plan.png ~5")
    assert window_line(conversation, 100, ["docs/", "plan.png"]).endswith(" · notes.txt, plan.png ~5, @docs/")
    assert window_line(conversation, 80).endswith(" · 2 files ~5")
    assert window_line(conversation, 76).startswith("not saved · notes.txt, plan.png ~5 · ")
    assert window_line(conversation, 40).startswith("not saved · 2 files · ")
    for columns in range(10, 100):
        assert columns < 20 or cells(window_line(conversation, columns, ["docs/"])) < columns
    conversation.attached = ()
    assert window_line(conversation, 100, ["a", "b", "c"]).endswith(" · @a, @b, 1 more")
