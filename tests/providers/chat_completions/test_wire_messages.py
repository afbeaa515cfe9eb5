"""Messages as they go over the wire: text as it is, calls and results by their ids, files in the address."""

from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.rounds import Attachment
from chatbot_cli.providers.chat_completions.wire_messages import wire_messages
from tests.rounds import A_PICTURE, A_ROUND


def test_text_alone_is_a_role_and_its_content() -> None:
    assert wire_messages([Message("user", "Hi \ud83d")]) == [{"role": "user", "content": "Hi \ufffd"}]


def test_a_round_is_the_assistants_calls_and_a_message_for_each_result() -> None:
    exchange = Exchange("What is the weather?", "It snows.", rounds=(A_ROUND,))
    function = {"name": "weather", "arguments": '{"city": "Oslo"}'}
    assert wire_messages(exchange.messages)[1:] == [
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": [{"id": "c1", "type": "function", "function": function}],
        },
        {"role": "tool", "content": "Snow.", "tool_call_id": "c1"},
        {"role": "assistant", "content": "It snows."},
    ]


def test_calls_without_text_have_no_content() -> None:
    (message,) = wire_messages([Message("assistant", "", A_ROUND.calls)])
    assert message["content"] is None


def test_files_go_along_in_their_address() -> None:
    notes = Attachment("notes.txt", "text/plain", b"Milk")
    (message,) = wire_messages([Message("user", "Look!", (A_PICTURE, notes))])
    text, picture, file = message["content"]
    assert text == {"type": "text", "text": "Look!"}
    assert picture == {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0K"}}
    assert file["file"] == {"filename": "notes.txt", "file_data": "data:text/plain;base64,TWlsaw=="}
