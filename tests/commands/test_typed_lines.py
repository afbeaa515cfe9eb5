"""What is put back into the prompt sends the same text again, and is never a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.commands.typed_lines import command_in, line_that_sends, text_sent_by

TEXTS = st.text(st.sampled_from("/ \t\nasx\r\u3000\x85é"), max_size=12) | st.text(max_size=20)


@given(TEXTS)
def test_every_text_has_a_line_that_sends_it(text: str) -> None:
    line = line_that_sends(text)
    assert text_sent_by(line) == text
    assert command_in(line) == ""


@pytest.mark.parametrize(
    ("line", "text", "command"),
    [
        ("hello", "hello", ""),
        ("/save ~/.bash_login", None, "/save ~/.bash_login"),
        ("  /undo", None, "/undo"),
        ("//save x", "/save x", ""),
        ("///", "//", ""),
        ("  //etc is what?", "  /etc is what?", ""),
        ("/system one\ntwo", None, "/system one\ntwo"),
        ("one\n/two", "one\n/two", ""),
        (" /one\ntwo", " /one\ntwo", ""),
        ("", "", ""),
    ],
)
def test_one_slash_is_a_command_and_two_are_sent_as_one(line: str, text: str | None, command: str) -> None:
    assert (text_sent_by(line), command_in(line)) == (text, command)
