"""Files of a message in a real terminal: completed, dragged, shown, sent as text and as images, refused."""

import base64
from pathlib import Path

from tests.end_to_end.installed_chat import InstalledChat
from tests.fakes import image_file
from tests.rounds import PIXEL
from tests.streaming_server import StreamingServer

TAB, CTRL_C = "\t", "\x03"


def test_files_are_attached_completed_dragged_and_sent(chat: InstalledChat, server: StreamingServer) -> None:
    chat.folder.joinpath("my plan.png").write_bytes(PIXEL)
    chat.folder.joinpath("notes.txt").write_text("It expires in May.\n")
    with chat.at(server).in_terminal("-m", "gpt-4o") as session:
        session.wait_until_ready()
        assert "my plan.png (PNG, 1×1, 70 bytes, ~255 tokens)" in session.enter("/attach 'my plan.png'")
        assert session.toolbar.endswith(" · my plan.png ~255")
        session.send("When does @no")
        session.wait_for(lambda: "notes.txt" in session.text)  # the menu below the line
        session.send(f"{TAB} expire, see \x1b[200~{chat.folder}/missing.txt\x1b[201~")
        assert "With my plan.png and notes.txt: ~" in session.enter("?")
        assert "Hello!" in session.text
        session.leave()
    sent = server.requests[0].body["messages"][-1]["content"]
    assert sent[0]["text"] == (
        f"notes.txt:\n```\nIt expires in May.\n```\n\nWhen does @notes.txt expire, see {chat.folder}/missing.txt?"
    )
    assert sent[1]["image_url"]["url"] == f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"


def test_a_broken_image_is_refused_and_the_next_message_works(chat: InstalledChat, server: StreamingServer) -> None:
    broken = Path(chat.folder, "broken.png")
    broken.write_bytes(image_file("broken.png").content[:30])
    with chat.at(server).in_terminal() as session:
        session.wait_until_ready()
        session.send(f"\x1b[200~'{broken}' \x1b[201~")
        session.wait_for_line("@broken.png")
        assert "» broken.png is no whole PNG image" in session.enter("What is it?")
        session.wait_for_line("@broken.png What is it?")
        assert not server.requests
        session.enter(f"{CTRL_C}Hi")
        session.leave()
    assert server.requests[0].body["messages"][-1]["content"] == "Hi"
