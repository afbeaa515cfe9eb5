"""The demonstration of the tutorial that this program comes from: memory is what is sent, and it can be seen."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.end_to_end.test_approval import settle

pytestmark = pytest.mark.usefixtures("in_a_hurry")


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


def test_the_call_in_the_readme_is_asked_about_and_answered_as_it_shows(chat: InstalledChat) -> None:
    section = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8").partition("\n## Tools\n")[2]
    shown, after = re.findall(r"^```text\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[:2]
    shop, _, typed = shown.removeprefix("$ cat shop.py\n").partition("$ chat ")
    command, _, screen = typed.partition("\n› ")
    (chat.folder / "shop.py").write_text(shop, "utf-8")
    with chat.in_terminal(*command.split()) as session:
        session.wait_until_ready()
        session.send(f"{screen.splitlines()[0]}\r")
        session.wait_for(lambda: screen.rstrip() in "\n".join(session.screen))
        settle(session)
        session.send("y")
        took = re.compile(r", \d\.\d\d s$")  # on a slow machine it is told how long the call took
        session.wait_for(lambda: after.rstrip() in "\n".join(took.sub("", line) for line in session.screen))
        session.leave()
