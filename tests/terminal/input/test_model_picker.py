"""A long list below the prompt: what typing finds in it, and how it is shown."""

import pytest
from prompt_toolkit.input import PipeInput
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.shortcuts import PromptSession
from prompt_toolkit.styles import Style

from chatbot_cli.terminal.input.model_picker import Findable, Finder, find_one
from chatbot_cli.text.width import cells

DOWN, UP, ENTER = "\x1b[B", "\x1b[A", "\r"
NAMES = ("openai/gpt-6-luna", "anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-5-5", "ollama/llama3.3")
MODELS = [Findable(f"/model {name}", name, "1,000,000  $2  $10  vision tools") for name in NAMES]


async def found(keyboard: PipeInput, keys: str) -> str | None:
    keyboard.send_text(keys)
    session: PromptSession[str] = PromptSession(input=keyboard, output=DummyOutput())
    return await find_one("Which model?", MODELS, "/model openai/gpt-6-luna", session, Style([]))


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("", "openai/gpt-6-luna"),
        (DOWN, "anthropic/claude-sonnet-5-5"),
        (f"{DOWN}{DOWN}{UP}", "anthropic/claude-sonnet-5-5"),
        (f"{UP}{UP}", "openai/gpt-6-luna"),
        ("haiku", "anthropic/claude-haiku-5-5"),
        ("snt", "anthropic/claude-sonnet-5-5"),
        ("claude 5.5" + DOWN, "anthropic/claude-haiku-5-5"),
        ("zzz\x7f\x7f\x7fllama", "ollama/llama3.3"),
    ],
)
async def test_a_model_is_found_by_a_few_letters_or_by_the_arrows(keyboard: PipeInput, keys: str, name: str) -> None:
    assert await found(keyboard, f"{keys}{ENTER}") == f"/model {name}"


@pytest.mark.parametrize("key", ["\x1b", "\x03", "\x04"], ids=["Esc", "Ctrl-C", "Ctrl-D"])
async def test_the_list_can_be_left_without_a_choice(keyboard: PipeInput, key: str) -> None:
    assert await found(keyboard, f"son{key}") is None


async def test_enter_does_nothing_where_nothing_is_found(keyboard: PipeInput) -> None:
    assert await found(keyboard, f"qqqq{ENTER}\x03") is None


@pytest.mark.parametrize("columns", [24, 40, 60, 80, 120])
def test_each_row_fits_and_keeps_the_beginning_of_its_name(columns: int) -> None:
    finder = Finder(MODELS, "/model ollama/llama3.3")
    rows = finder.rows(12, columns)
    assert cells(finder.hint(columns)) < columns
    assert columns < 40 or "Esc" in finder.hint(columns)
    for (_, name, about), model in zip(rows, NAMES, strict=True):
        assert cells(name + about) < columns
        assert name[2:12] == model[:10]
    assert [name[:2] for _, name, _ in rows] == ["  ", "  ", "  ", "› "]
    assert columns < 60 or "1,000,000" in rows[0][2]


def test_the_current_model_keeps_its_mark_when_the_cursor_is_elsewhere() -> None:
    finder = Finder(MODELS, "/model openai/gpt-6-luna")
    finder.move(1)
    assert [name[:2] for _, name, _ in finder.rows(12, 80)] == ["• ", "› ", "  ", "  "]


def test_of_a_thousand_models_those_around_the_cursor_are_shown() -> None:
    many = [Findable(str(number), f"vendor/model-{number}", "") for number in range(1_000)]
    finder = Finder(many)
    finder.move(500)
    shown = [name.strip() for _, name, _ in finder.rows(10, 80)]
    assert len(shown) == 10
    assert "› vendor/model-500" in shown
    finder.type("model-499")
    assert finder.counts == "1 of 1,000 models"
    assert finder.chosen == many[499]


def test_what_a_list_says_reaches_the_screen_as_plain_text() -> None:
    finder = Finder([Findable("x", "bad\x1b[2J\nname", "about\x07")])
    assert "\x1b" not in "".join(part for row in finder.rows(5, 80) for part in row[1:])
