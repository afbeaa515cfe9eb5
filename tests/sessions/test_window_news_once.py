"""That the window slid is said when exchanges begin to leave it, and not again with each run of a conversation."""

from dataclasses import replace
from pathlib import Path

from chatbot_cli.chat.events import WindowSlid
from tests.chat.turns import take_turn
from tests.sessions.resumable_conversation import ResumableConversation


async def test_a_resumed_conversation_says_only_what_leaves_now(tmp_path: Path) -> None:
    conversation = ResumableConversation(tmp_path)
    conversation.chat.change_setup("window", replace(conversation.chat.setup, max_turns=4))
    told = []
    for turn in range(10):
        if turn:
            conversation.come_back()
        events = await take_turn(conversation.chat, f"question {turn}")
        told.append([(event.window.left_out, event.before) for event in events if isinstance(event, WindowSlid)])

    assert told == [[], [], [], [], [], [(2, 0)], [], [(4, 2)], [], [(6, 4)]]
