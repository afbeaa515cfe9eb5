"""The demonstration of the tutorial that this program comes from: memory is what is sent, and it can be seen."""

import re

from tests.end_to_end.installed_chat import InstalledChat


def test_a_name_of_turn_one_is_forgotten_in_turn_four_seen_to_be_left_out_and_pinned_is_known_again(
    chat: InstalledChat,
) -> None:
    with chat.in_terminal("--model", "demo", "--max-turns", "2", columns=100, rows=40) as session:
        session.enter("Thanks! My name is Ada.")
        session.enter("Thanks")
        session.enter("Thanks")
        assert "I don't know your name" in session.enter("What is my name?")

        context = session.enter("/context")
        assert re.search(r"4 older messages, \d+ tokens, are not sent: the window holds 2 exchanges", context)
        assert "Ada" not in context

        assert "Exchange 1 is pinned" in session.enter("/pin 1")
        assert re.search(r"^ *1 .*pinned.* Thanks! My name is Ada\.", session.enter("/context"), re.MULTILINE)
        assert "Your name is Ada: you told me in message 2 of the 8 I was sent." in session.enter("What is my name?")
        session.leave()
