"""What /save makes of a line."""

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.outcomes import Save
from chatbot_cli.commands.replies import reply_commands
from chatbot_cli.errors import UsageError
from tests.fakes import ScriptedModel, setup_with


@pytest.mark.parametrize(
    ("line", "number", "path"),
    [
        ("/save a.py", None, "a.py"),
        ("/save a b.py", None, "a b.py"),
        ("/save 'a b.py'", None, "a b.py"),
        ('/save 2 "a b.py"', 2, "a b.py"),
        ("/save “q.md”", None, "q.md"),
        ('/save "2 x.py"', None, "2 x.py"),
        ("/save ~/q.md", None, "~/q.md"),
        ("/save a --raw b", None, "a --raw b"),
    ],
)
async def test_a_path_is_taken_without_the_quotes_around_it(line: str, number: int | None, path: str) -> None:
    talk = Conversation(setup_with(ScriptedModel("Sure.")))
    async for _ in talk.take_turn("Will you?"):
        pass
    assert reply_commands.run(line, talk) == Save("Sure.", number, path)


@pytest.mark.parametrize(
    ("line", "number", "path"),
    [
        ("/save --raw a.py", None, "a.py"),
        ("/save --raw 2 a b.py", 2, "a b.py"),
        ("/save 2 --raw 'a b.py'", 2, "a b.py"),
        ("/save 2 a.py --raw", 2, "a.py"),
    ],
)
async def test_a_flag_keeps_control_characters(line: str, number: int | None, path: str) -> None:
    talk = Conversation(setup_with(ScriptedModel("Sure.")))
    async for _ in talk.take_turn("Will you?"):
        pass
    assert reply_commands.run(line, talk) == Save("Sure.", number, path, raw=True)


@pytest.mark.parametrize("line", ["/save", "/save 2", '/save ""', "/save 2 ''", "/save --raw", "/save 2 --raw"])
def test_without_a_path_it_says_so(line: str) -> None:
    with pytest.raises(UsageError, match="wants a file"):
        reply_commands.run(line, Conversation(setup_with(ScriptedModel())))
