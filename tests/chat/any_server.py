"""What every server asks of a request, as a check: the strictest of them all."""

import re

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.rounds import CallId, ToolCall


def assert_any_server_takes(request: Request) -> None:
    """System first, then user and assistant in turns; each call answered at once, in order, and its tool told of.

    No message is empty, the last is the user's or a tool's.
    """
    messages = [*request.messages]
    if messages[0].role == "system":
        messages.pop(0)
    names = {tool.name for tool in request.tools}
    waiting: list[str] = []
    last = "assistant"
    for message in messages:
        calls = [part for part in message.parts if isinstance(part, ToolCall)]
        match message.role:
            case "user":
                assert (waiting, last) == ([], "assistant"), f"a user's message after {last}"
                assert message.content.strip()
            case "assistant":
                assert (waiting, last) in (([], "user"), ([], "tool")), f"an assistant's message after {last}"
                assert message.content.strip() or (calls and not message.content)
                assert len({call.id for call in calls}) == len(calls)
            case "tool":
                assert [part.id for part in message.parts if isinstance(part, CallId)] == [waiting.pop(0)]
                assert message.content.strip()
            case _:
                raise AssertionError(f"{message.role} in the middle")
        for call in calls:
            assert call.name in names, f"no definition of {call.name}"
            assert re.fullmatch("[A-Za-z0-9_-]{1,64}", call.name)
        waiting += [call.id for call in calls]
        last = message.role
    assert waiting == []
    assert last in ("user", "tool")
    assert len(names) == len(request.tools)
