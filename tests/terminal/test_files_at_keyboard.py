"""Files of a message at the keyboard: attached, named with an @, dragged, edited, refused, stopped."""

import asyncio
from pathlib import Path

import pytest

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.events import Finished, TextDelta
from chatbot_cli.chat.messages import Ending, Message
from chatbot_cli.errors import AttachmentRefused, ConnectionFailed, ReplyCut
from chatbot_cli.terminal.reading_files import reading_line
from chatbot_cli.text.width import cells
from tests.fakes import FakeFiles, Script, image_file, saying, text_file
from tests.terminal.at_keyboard import ChatAtKeyboard, Gate, chat_at_keyboard

NOTES, PLAN, OTHER = text_file("notes.txt", "It expires in May.\n"), image_file("plan.png"), text_file("other.txt")
FAILS: Script = [ConnectionFailed("Nobody answers.")]
CUT: Script = [TextDelta("Half a"), ReplyCut("the line broke")]
CTRL_C = "\x03"


@pytest.fixture
def files() -> FakeFiles:
    return FakeFiles(
        {"notes.txt": [NOTES], "plan.png": [PLAN], "docs/": [text_file("docs/a.md"), text_file("docs/b.md")]}
    )


def sent(chat: ChatAtKeyboard) -> Message:
    return chat.last_request.messages[-1]


def waiting(chat: ChatAtKeyboard) -> list[str]:
    return [one.name for one in chat.conversation.attached]


def kept(chat: ChatAtKeyboard) -> list[tuple[str, list[str]]]:
    return [(one.user, [file.name for file in one.attached]) for one in chat.conversation.exchanges]


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


async def test_attached_files_go_with_the_next_message_alone(history: Path, files: FakeFiles) -> None:
    async with chat_at_keyboard(history, "In May.", "Yes.", files=files) as chat:
        await chat.draft()
        await chat.say("/attach notes.txt plan.png")
        assert "Attached: 2 files (notes.txt and plan.png)" in chat.out.getvalue()
        await chat.say("When?")
        assert sent(chat).content == "notes.txt:\n```\nIt expires in May.\n```\n\nWhen?"
        assert sent(chat).parts == (PLAN,)
        assert "With notes.txt and plan.png: ~" in chat.out.getvalue()
        await chat.say("Sure?")
        assert sent(chat).content == "Sure?"
        assert kept(chat) == [("When?", ["notes.txt", "plan.png"]), ("Sure?", [])]


async def test_a_path_in_the_message_is_read_and_what_is_none_stays_text(history: Path, files: FakeFiles) -> None:
    async with chat_at_keyboard(history, "In May.", files=files) as chat:
        await chat.draft()
        await chat.say("When, by @notes.txt and ada@example.com and @property?")
        assert kept(chat) == [("When, by @notes.txt and ada@example.com and @property?", ["notes.txt"])]
        assert files.read_paths == ["notes.txt"]
        assert not waiting(chat)


async def test_a_failure_leaves_what_was_attached_and_names_it_again(history: Path, files: FakeFiles) -> None:
    async with chat_at_keyboard(history, FAILS, "In May.", files=files) as chat:
        await chat.draft()
        await chat.say("/attach plan.png")
        assert await chat.say("When, by @notes.txt ?") == "When, by @notes.txt ?"
        assert waiting(chat) == ["plan.png"]
        await chat.say("")
        assert kept(chat) == [("When, by @notes.txt ?", ["plan.png", "notes.txt"])]
        assert not waiting(chat)


async def test_a_refused_file_sends_nothing_and_the_message_is_in_the_prompt_again(
    history: Path, files: FakeFiles
) -> None:
    files.files = {**files.files, "big.png": AttachmentRefused("big.png has 6.2 MB, and may have 5 MB.")}
    async with chat_at_keyboard(history, "Fine.", files=files) as chat:
        await chat.draft()
        assert await chat.say("What is @big.png ?") == "What is @big.png ?"
        assert "big.png has 6.2 MB" in chat.problems.getvalue()
        assert not chat.model.requests
        await chat.say(f"{CTRL_C}/attach notes.txt big.png")
        assert not waiting(chat)
        await chat.say("Hello")
        assert kept(chat) == [("Hello", [])]


async def test_a_text_that_no_window_holds_is_refused_when_it_is_attached(history: Path) -> None:
    files = FakeFiles({"log.txt": [text_file("log.txt", "word " * 120_000)], "notes.txt": [NOTES]})
    async with chat_at_keyboard(history, files=files) as chat:
        await chat.draft()
        await chat.say("/attach notes.txt")
        await chat.say("/attach log.txt")
        assert "120,0" in chat.problems.getvalue()
        assert waiting(chat) == ["notes.txt"]


async def test_reading_is_stopped_with_ctrl_c_and_what_is_typed_meanwhile_is_kept(history: Path) -> None:
    slow, slower = Gate(), Gate()
    files = FakeFiles({"slow.pdf": slow, "slower.pdf": slower})
    async with chat_at_keyboard(history, files=files) as chat:
        await chat.draft()
        chat.type("/attach slow.pdf\r")
        await slow.reached.wait()
        chat.type(f"and{CTRL_C}")
        assert await chat.draft() == "and"
        assert "Stopped: nothing was attached." in chat.out.getvalue()
        chat.type(f"{CTRL_C}Read @slower.pdf\r")
        await slower.reached.wait()
        chat.type(CTRL_C)
        assert await chat.draft() == "Read @slower.pdf"
        assert "Stopped: nothing was sent." in chat.out.getvalue()


async def test_stopped_before_an_answer_the_files_wait_again(history: Path, files: FakeFiles) -> None:
    gate = asyncio.Event()
    async with chat_at_keyboard(history, [gate], "In May.", files=files) as chat:
        await chat.draft()
        await chat.say("/attach notes.txt")
        chat.type("When?\r")
        await chat.out.until("With notes.txt")
        chat.type(CTRL_C)
        assert await chat.draft() == "When?"
        assert waiting(chat) == ["notes.txt"]
        await chat.say("")
        assert kept(chat) == [("When?", ["notes.txt"])]


async def test_a_new_answer_has_the_files_and_so_has_a_cut_one(history: Path, files: FakeFiles) -> None:
    async with chat_at_keyboard(history, CUT, "In May.", "Again.", FAILS, "More.", files=files) as chat:
        await chat.draft()
        assert await chat.say("When, by @plan.png ?") == "When, by @plan.png ?"
        await chat.say("")
        assert sent(chat).parts == (PLAN,)
        await chat.say("/attach notes.txt")
        await chat.say("/retry")
        assert sent(chat).parts == (PLAN,)
        assert waiting(chat) == ["notes.txt"]  # for the next message
        assert await chat.say("/retry") == "When, by @plan.png ?"
        await chat.say(f"{CTRL_C}/detach all")
        await chat.say("Else?")
        assert kept(chat) == [("When, by @plan.png ?", ["plan.png"]), ("Else?", [])]


async def test_an_edited_message_has_its_files_again_until_it_is_left(history: Path, files: FakeFiles) -> None:
    async with chat_at_keyboard(history, "One.", "Two.", "Three.", files=files) as chat:
        await chat.draft()
        await chat.say("What is @plan.png ?")
        files.files = {}  # gone meanwhile; it was kept
        assert await chat.say("/edit") == "What is @plan.png ?"
        assert waiting(chat) == ["plan.png"]
        await chat.say(f"{CTRL_C}Hello")
        assert kept(chat) == [("What is @plan.png ?", ["plan.png"]), ("Hello", [])]
        assert await chat.say("/edit 1") == "What is @plan.png ?"
        await chat.say(" And why?")
        assert kept(chat) == [("What is @plan.png ? And why?", ["plan.png"])]


async def test_an_edited_message_can_lose_its_files(history: Path, files: FakeFiles) -> None:
    async with chat_at_keyboard(history, "One.", "Two.", files=files) as chat:
        await chat.draft()
        await chat.say("/attach plan.png")
        await chat.say("What is it?")
        await chat.say("/edit")
        assert await chat.say("/detach") == "What is it?"
        await chat.say("")
        assert kept(chat) == [("What is it?", [])]


async def test_a_text_that_comes_back_names_no_file_that_nobody_named(history: Path, files: FakeFiles) -> None:
    known, files.files = files.files, {}
    async with chat_at_keyboard(history, "One.", files=files) as chat:
        await chat.draft()
        await chat.say("Read @notes.txt now")
        files.files = known
        assert await chat.say("/edit") == "Read \\@notes.txt now"


async def test_a_dragged_file_is_named_and_a_pasted_text_names_none(history: Path, files: FakeFiles) -> None:
    files.dragged = ("plan.png",)
    gate = Gate()
    async with chat_at_keyboard(history, "A plan.", [gate, *saying("Yes.")], files=files) as chat:
        await chat.draft()
        await chat.say(f"Look:{pasted('plan.png')}and {pasted('send @notes.txt')}")
        assert kept(chat) == [("Look: @plan.png and send \\@notes.txt", ["plan.png"])]
        chat.type("Sure?\r")
        await gate.reached.wait()
        chat.type(f"{pasted('plan.png')}or {pasted('@notes.txt')}")
        gate.set()
        assert await chat.draft() == "@plan.png or \\@notes.txt"


async def test_a_path_is_pasted_as_it_is_after_a_command(history: Path, files: FakeFiles) -> None:
    files.dragged = ("plan.png",)
    async with chat_at_keyboard(history, "A plan.", files=files) as chat:
        await chat.draft()
        await chat.say(f"/attach {pasted('plan.png')}")
        assert waiting(chat) == ["plan.png"]


async def test_a_folder_and_the_clipboard_are_attached(history: Path, files: FakeFiles) -> None:
    files.clipboard = Attachment("clipboard.png", "image/png", PLAN.content)
    files.notices = {"docs/": "docs: 2 files; left out: 1 image."}
    async with chat_at_keyboard(history, "Fine.", files=files) as chat:
        await chat.draft()
        await chat.say("/attach clipboard")
        await chat.say("/attach docs/")
        await chat.say("/attach docs/")  # once more is not twice
        assert waiting(chat) == ["clipboard.png", "docs/a.md", "docs/b.md"]
        assert "docs: 2 files; left out: 1 image." in chat.out.getvalue()
        await chat.say("/attach")
        assert "2  docs/a.md " in chat.out.getvalue()
        await chat.say("/detach 3")
        await chat.say("What of @docs/ ?")  # one of its files is attached already
        assert kept(chat) == [("What of @docs/ ?", ["clipboard.png", "docs/a.md", "docs/b.md"])]
        assert not waiting(chat)


async def test_a_secret_in_a_file_is_named_before_it_is_sent(history: Path) -> None:
    key = "AKIA" + "IOSFODNN7EXAMPLF"
    files = FakeFiles({"env.txt": [text_file("env.txt", f"aws = {key}\n")]})
    async with chat_at_keyboard(history, "Fine.", files=files) as chat:
        await chat.draft()
        chat.type("Read @env.txt\r")
        await chat.out.until("env.txt holds what looks like")
        chat.type("n\r")
        assert await chat.draft() == "Read @env.txt"
        assert not chat.model.requests


async def test_a_whole_reply_is_not_needed_for_files_to_be_gone(history: Path, files: FakeFiles) -> None:
    short: Script = [TextDelta("Half"), Finished(Ending.LENGTH)]
    async with chat_at_keyboard(history, short, [TextDelta(" more."), Finished(Ending.COMPLETE)], files=files) as chat:
        await chat.draft()
        await chat.say("/attach notes.txt")
        await chat.say("When?")
        assert not waiting(chat)
        await chat.say("/continue")
        assert kept(chat) == [("When?", ["notes.txt"])]


async def test_a_question_from_the_command_line_names_no_file_here(history: Path, files: FakeFiles) -> None:
    """What it names is attached before; what came with it through a pipe is a stranger's."""
    async with chat_at_keyboard(history, FAILS, files=files, first="Sum up @notes.txt now") as chat:
        assert await chat.draft() == "Sum up \\@notes.txt now"
        assert not files.read_paths


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_what_is_read_is_shown_in_one_row(columns: int) -> None:
    line = reading_line("reports/a very long name of a report, 全角文字.pdf\n\x1b[31m", 12.4, columns)
    assert cells(line) <= columns - 4
    assert line.isprintable()
    assert columns < 40 or line.endswith(" … 12 s, Ctrl-C stops")
