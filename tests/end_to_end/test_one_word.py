"""A model in one word, with the real program: a list where it means several, and a question on a terminal."""

import pytest

from tests.end_to_end.installed_chat import KEY, InstalledChat

DOWN, ENTER, ESCAPE = "\x1b[B", "\r", "\x1b"
SEVERAL = "“flash” may be one of these models."


@pytest.fixture
def two_keys(chat: InstalledChat) -> InstalledChat:
    """Keys of two providers that both have a model called so."""
    chat.environ |= {"GEMINI_API_KEY": KEY, "DEEPSEEK_API_KEY": KEY}
    return chat


def test_a_word_that_means_several_models_is_refused_in_a_pipe_with_a_list(two_keys: InstalledChat) -> None:
    refused = two_keys.run("-m", "flash", "hello")
    assert (refused.exit_code, refused.out) == (2, "")
    first, second, sentence, hint = refused.err.splitlines()
    assert [first.strip(), second.strip()] == ["gemini/gemini-3.8-flash", "deepseek/deepseek-v4-flash"]
    assert sentence == f"chat: {SEVERAL}"
    assert "prefer = " in hint


def test_on_a_terminal_it_is_asked_about(two_keys: InstalledChat) -> None:
    with two_keys.in_terminal("-m", "flash", columns=100) as session:
        session.wait_for(SEVERAL)
        session.send(DOWN + ENTER)
        session.wait_for("deepseek-v4-flash · 0 of")
        assert SEVERAL not in session.text
        session.send(f"/model haik{ENTER}")
        session.wait_for("There is no ANTHROPIC_API_KEY for claude-haiku-5-5.")


def test_nothing_is_opened_if_nothing_is_chosen(two_keys: InstalledChat) -> None:
    with two_keys.in_terminal("-m", "flash", columns=100) as session:
        session.wait_for(SEVERAL)
        session.send(ESCAPE)
        assert session.wait_for_exit() == 2
