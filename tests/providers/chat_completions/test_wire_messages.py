"""Messages as they go over the wire: text as it is, calls and results by their ids, files in the address."""

import json

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Exchange, Message, Request
from chatbot_cli.chat.options import Options
from chatbot_cli.providers.chat_completions.request_body import payload_of
from chatbot_cli.providers.chat_completions.wire_messages import wire_messages
from chatbot_cli.providers.wire.call_marks import WireIds
from chatbot_cli.providers.wire.call_reader import short_id
from tests.entries import OPENAI
from tests.rounds import A_PICTURE, A_ROUND


def test_text_alone_is_a_role_and_its_content() -> None:
    assert wire_messages([Message("user", "Hi \ud83d")]) == [{"role": "user", "content": "Hi \ufffd"}]


def test_a_round_is_the_assistants_calls_and_a_message_for_each_result() -> None:
    exchange = Exchange("What is the weather?", "It snows.", rounds=(A_ROUND,))
    function = {"name": "weather", "arguments": '{"city": "Oslo"}'}
    wire = wire_messages(exchange.messages)[1:]
    sent_id = wire[1]["tool_call_id"]
    assert wire == [
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": [{"id": sent_id, "type": "function", "function": function}],
        },
        {"role": "tool", "content": "Snow.", "tool_call_id": sent_id},
        {"role": "assistant", "content": "It snows."},
    ]


def test_an_id_that_every_server_takes_is_sent_as_it_is_unless_it_comes_twice() -> None:
    ids = WireIds()
    assert (ids.of_call("aB3456789"), ids.of_result("aB3456789")) == ("aB3456789", "aB3456789")
    again = ids.of_call("aB3456789")
    assert again != "aB3456789"
    assert ids.of_result("aB3456789") == again
    assert ids.of_result("of no call") == short_id("of no call")


def test_without_tools_a_request_is_what_it_was_before_there_were_any() -> None:
    messages = Message("system", "Be brief."), *Exchange("Hi \ud83d", "Hello.").messages, Message("user", "So?")
    request = Request(messages, Options(max_reply_tokens=7, temperature=0.5, top_p=0.9), "4b1d")
    assert json.dumps(payload_of(request, "m", OPENAI.dialect), ensure_ascii=False) == (
        '{"model": "m", "stream": true, "messages": [{"role": "system", "content": "Be brief."}, '
        '{"role": "user", "content": "Hi �"}, {"role": "assistant", "content": "Hello."}, '
        '{"role": "user", "content": "So?"}], "max_completion_tokens": 7, "prompt_cache_key": "4b1d", '
        '"stream_options": {"include_usage": true}, "temperature": 0.5, "top_p": 0.9}'
    )


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


def test_two_messages_of_the_user_in_a_row_are_one() -> None:
    before, notes = Message("user", "So far: tea."), Attachment("notes.txt", "text/plain", b"Milk")
    question, reply = Exchange("And now?", "Milk.").messages
    assert wire_messages([Message("system", "Be brief."), before, question, reply]) == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "So far: tea.\n\nAnd now?"},
        {"role": "assistant", "content": "Milk."},
    ]
    (message,) = wire_messages([before, Message("user", "Look!", (A_PICTURE,)), Message("user", "And?", (notes,))])
    assert [part.get("text", part["type"]) for part in message["content"]] == [
        *("So far: tea.", "Look!", "image_url"),
        *("And?", "file"),
    ]


def test_a_message_that_has_been_sent_is_the_same_in_the_next_request() -> None:
    summary, question = Message("user", "So far: tea."), Message("user", "And now?")
    first = wire_messages([summary, question])
    assert wire_messages([summary, question, Message("assistant", "Milk.")])[:1] == first
