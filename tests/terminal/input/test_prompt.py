"""The input line: its keys, its completions, and how it looks."""

import asyncio
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.input import PipeInput
from prompt_toolkit.output.vt100 import Vt100_Output

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.outcomes import Outcome, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.errors import ServerFailed
from chatbot_cli.terminal.input.completing import CommandCompleter
from chatbot_cli.terminal.input.toolbar import Toolbar, window_line
from tests.chat.turns import say
from tests.fakes import (
    AnyWords,
    FakeApprover,
    FakeToolbox,
    ScriptedModel,
    WordCounter,
    model_with,
    setup_with,
    tool_named,
)
from tests.terminal.at_keyboard import LEAVE, PATIENCE, Line, Paper

NEW_LINE = {
    "Alt-Enter": "\x1b\r",
    "Ctrl-J": "\n",
    "Shift-Enter (kitty)": "\x1b[13;2u",
    "Shift-Enter (xterm)": "\x1b[27;2;13~",
}
CTRL_C, TAB = "\x03", "\t"


@pytest.fixture
def line(keyboard: PipeInput, history: Path) -> Line:
    return Line(keyboard, history)


async def test_enter_sends(line: Line) -> None:
    assert await line.read("What is a generator?\r") == "What is a generator?"


@pytest.mark.parametrize("key", NEW_LINE.values(), ids=NEW_LINE)
async def test_a_new_line_is_begun(line: Line, key: str) -> None:
    assert await line.read(f"one{key}two\r") == "one\ntwo"


async def test_a_pasted_text_is_one_message(line: Line) -> None:
    assert await line.read("\x1b[200~def f():\r\n    return 1\r\n\x1b[201~\r") == "def f():\n    return 1\n"


async def test_enter_on_an_empty_line_sends_nothing(line: Line) -> None:
    assert await line.read("\r  \r\nHi\r") == "\nHi"


async def test_ctrl_c_clears_the_line(line: Line) -> None:
    assert await line.read(f"forget this{CTRL_C}Hi\r") == "Hi"


async def test_ctrl_d_leaves_an_empty_line_only(line: Line) -> None:
    assert await line.read(f"Hi{LEAVE}\r") == "Hi"
    with pytest.raises(EOFError):
        await line.read(LEAVE)


async def test_a_draft_can_be_sent_as_it_is_or_continued(line: Line) -> None:
    assert await line.read("\r", draft="one\ntwo") == "one\ntwo"
    assert await line.read(" three\r", draft="one\ntwo") == "one\ntwo three"


async def test_bytes_that_are_no_text_become_some_that_can_be_sent(keyboard: PipeInput, line: Line) -> None:
    keyboard.send_bytes(b"caf\xe9")
    assert await line.read("\r") == "caf?"


async def test_it_says_when_it_is_drawn_once_for_each_line(line: Line) -> None:
    drawn = []
    for _ in range(2):
        line.type("a\x08b\r")
        await line.prompt.read("", lambda: drawn.append(True))
    assert len(drawn) == 2


# Its completions


async def offers(line: Line, text: str) -> list[tuple[str, str]]:
    """The completions of a text, each with its explanation."""
    reading = asyncio.create_task(line.read(""))
    buffer = await line.buffer()
    completions = list(buffer.completer.get_completions(Document(text), CompleteEvent()))
    line.type(LEAVE)
    with pytest.raises(EOFError):
        await reading
    return [(text[: len(text) + offer.start_position] + offer.text, offer.display_meta_text) for offer in completions]


def test_a_foreign_name_in_the_menu_is_harmless_on_one_line_and_taken_as_it_is() -> None:
    commands, name = Commands(), "a\x1b[2J\u202e\u200b\nb\u3164"

    @commands.command("/take [NAME]", example="/take x", choices=lambda _: [name])
    def take(conversation: Conversation, argument: str) -> Outcome:
        """Take it."""
        return Say(argument)

    completer = CommandCompleter(commands, Conversation(setup_with(ScriptedModel())))
    (offer,) = completer.get_completions(Document("/take "), CompleteEvent())
    assert (offer.text, offer.display_text) == (name, "a␛[2J‹RLO› b‹3164›")


async def test_commands_are_completed_with_what_they_do(line: Line) -> None:
    assert await offers(line, "/re") == [
        ("/reset", "Start over with nothing remembered."),
        ("/retry", "Ask the last question again."),
        ("/resume", "Go on with a saved one."),
    ]


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("/persona ", ["/persona tutor", "/persona chef"]),
        ("/persona  t", ["/persona  tutor"]),
        ("/window 10", ["/window 10 exchanges"]),
        ("/window 10 e", ["/window 10 exchanges"]),
        ("/nonsense ", []),
        ("hello", []),
        ("hello /re", []),
        ("/persona\nt", []),
    ],
)
async def test_arguments_are_completed_and_nothing_else(line: Line, text: str, completed: list[str]) -> None:
    assert [text for text, _ in await offers(line, text)] == completed


async def test_tab_takes_what_the_menu_offers(line: Line) -> None:
    reading = asyncio.create_task(line.read(""))
    buffer, changed = await line.buffer(), asyncio.Event()
    buffer.on_completions_changed += lambda _: changed.set()
    line.type("/tri")
    async with asyncio.timeout(PATIENCE):
        while not (buffer.complete_state and buffer.text == "/tri"):
            changed.clear()
            await changed.wait()
    line.type(f"{TAB} 4\r")
    assert await reading == "/trim 4"


# How it looks


async def drawn(keyboard: PipeInput, history: Path, until: str, *, plain: bool) -> str:
    """The output while “Hi” is typed below a greeting, read once it contains `until`."""
    paper = Paper()
    line = Line(keyboard, history, Vt100_Output(paper, lambda: Size(24, 80), term="xterm-256color"), plain=plain)
    line.prompt.say("Welcome.")
    reading = asyncio.create_task(line.read(""))
    await line.buffer()
    line.type("\x1b[2;1RHi")  # first the terminal's answer to where the cursor is: now the room below is known
    await paper.until(until)
    line.type("\r")
    await reading
    return paper.getvalue()


async def test_the_toolbar_below_the_line_shows_the_window(keyboard: PipeInput, history: Path) -> None:
    assert "assistant · fake · 0 of 20 exchanges" in await drawn(keyboard, history, "exchanges", plain=False)


@pytest.mark.parametrize(("most", "shown"), [(0, "0 of 0 exchanges"), (1, "0 of 1 exchange"), (2, "0 of 2 exchanges")])
def test_the_toolbar_counts_in_words(most: int, shown: str) -> None:
    chat = Conversation(setup_with(ScriptedModel(), max_turns=most))
    assert f" · {shown} · " in window_line(chat, 80)


def test_the_toolbar_counts_pinned_exchanges_apart_as_their_number_has_no_limit() -> None:
    chat = Conversation(setup_with(ScriptedModel(), max_turns=2))
    said = Transcript(Exchange("q", "a") for _ in range(5))
    chat.change("", replace(chat.state, exchanges=said, marks=Marks(frozenset({0, 1}))))
    assert " · 2 of 2 exchanges and 2 pinned · " in window_line(chat, 100)
    assert window_line(chat, 40).startswith("not saved · 2/2+2 · ")


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (50, "not saved · 0/20 · 0/64k · アシスタント · a-model"),
        (49, "not saved · 0/20 · 0/64k · アシスタント"),
        (39, "not saved · 0/20 · 0/64k"),
        (10, "not saved"),
        (5, "not saved"),
    ],
)
def test_a_narrow_toolbar_leaves_out_whole_parts(columns: int, shown: str) -> None:
    setup = setup_with(ScriptedModel(), system_prompt="Two words.")
    model = replace(setup.model, name="a-model", context_tokens=1_000_000)
    chat = Conversation(replace(setup, display_name="アシスタント", model=model))
    assert window_line(chat, columns) == shown


def test_the_toolbar_says_that_replies_are_data_where_it_has_room() -> None:
    shape = AnyWords(label="name, age int, and many other fields\x1b", many=True)
    chat = Conversation(replace(setup_with(ScriptedModel()), shape=shape))
    whole = window_line(chat, 200)
    assert whole.endswith(" tokens · data: [name, age int, and many other…]")
    assert window_line(chat, len(whole)).endswith(" tokens · data")
    assert window_line(chat, len(whole) - 40).endswith(" tokens")


def test_the_toolbar_names_the_documents_where_it_has_room() -> None:
    setup = setup_with(ScriptedModel())
    chat = Conversation(replace(setup, documents=("notes", "a manual"), shape=AnyWords(label="name")))
    whole = window_line(chat, 200)
    assert whole.endswith(" tokens · docs: notes, a manual · data: name")
    assert window_line(chat, len(whole)).endswith(" · docs: notes, a manual · data")
    assert window_line(chat, len(whole) - 12).endswith(" · docs: notes, a manual")
    assert window_line(chat, len(whole) - 28).endswith(" tokens · docs")


def test_the_toolbar_is_redone_when_the_counter_is_ready() -> None:
    class Loading(WordCounter):
        is_loaded = False

        @property
        def is_ready(self) -> bool:
            return self.is_loaded

        def count(self, message: Message) -> int:
            return super().count(message) * (1 if self.is_loaded else 5)

    counter = Loading(exact=False)
    toolbar = Toolbar(
        Conversation(setup_with(ScriptedModel(), counter=counter, system_prompt="One two.", max_context_tokens=99))
    )
    estimated = fragment_list_to_text(toolbar())
    counter.is_loaded = True
    assert "~13 of" in estimated
    assert "~5 of" in fragment_list_to_text(toolbar())


def test_the_toolbar_is_redone_when_a_tool_comes_or_goes() -> None:
    toolbox = FakeToolbox([tool_named("stock"), tool_named("order")])
    toolbar = Toolbar(Conversation(setup_with(ScriptedModel()), tools=Tools(toolbox, FakeApprover())))
    assert fragment_list_to_text(toolbar()).endswith(" · tools 12")
    toolbox.off = {"stock"}
    assert fragment_list_to_text(toolbar()).endswith(" · tools 6")
    toolbox.off = {"stock", "order"}
    assert fragment_list_to_text(toolbar()).endswith(" tokens")


async def test_a_command_can_be_begun_right_after_esc(keyboard: PipeInput, history: Path) -> None:
    for keys, read in (("\x1b/tokens\r", "/tokens"), ("/per\x1b/\r", "/per/"), ("a\x1b\x7f\x1b/undo\r", "/undo")):
        assert await Line(keyboard, history).read(keys) == read


async def test_plain_has_no_colours_and_no_toolbar(keyboard: PipeInput, history: Path) -> None:
    written = await drawn(keyboard, history, "Hi", plain=True)
    assert "You: " in written
    assert "exchanges" not in written
    styled = re.compile(r"\x1b\[[\d;]*[1-9]\d*m")
    assert not styled.search(written)
    assert styled.search(await drawn(keyboard, history, "Hi", plain=False))


def test_messages_before_the_first_prompt_are_wrapped_and_harmless(keyboard: PipeInput, history: Path) -> None:
    paper = io.StringIO()
    line = Line(keyboard, history, Vt100_Output(paper, lambda: Size(24, 20), term="xterm"), plain=True)
    line.prompt.say("A greeting of some length.\n\x1b[2JDone.")
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", paper.getvalue())
    assert [row.strip() for row in text.splitlines()] == ["» A greeting of", "» some length.", "» ␛[2JDone."]


def test_a_window_of_one_column_is_no_reason_to_stop(keyboard: PipeInput, history: Path) -> None:
    paper = io.StringIO()
    Line(keyboard, history, Vt100_Output(paper, lambda: Size(24, 1), term="xterm")).prompt.say("Hi")
    assert "H" in paper.getvalue()


async def test_the_line_names_who_answers_while_the_chosen_model_is_out_of_reach() -> None:
    down, other = ScriptedModel([ServerFailed("Overloaded.")]), model_with(ScriptedModel("Yes."), spec="other")
    chat = Conversation(replace(setup_with(down), fallback=(other,)))
    assert "assistant · fake · " in window_line(chat, 100)
    await say(chat, "Hello")
    assert "assistant · other for fake · " in window_line(chat, 100)
