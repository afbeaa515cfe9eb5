"""/attach and /detach: what waits for the next message, and what is said of it."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.attachment_report import what_goes_along, what_it_is, what_was_attached
from chatbot_cli.commands.attachments import NOTHING, AttachmentCommands
from chatbot_cli.commands.branches import branch_commands
from chatbot_cli.commands.outcomes import Attach, Draft, Outcome, Say, Show
from chatbot_cli.commands.registry import Commands
from chatbot_cli.errors import UsageError
from chatbot_cli.text.chart import Row, plain_lines
from tests.fakes import FakeFiles, ScriptedModel, image_file, setup_with, text_file

NOTES = text_file("notes.txt", "three words here\n")
PDF = Attachment("a\x1b[31m\nb.pdf", TEXT, b"one two", "PDF, 2 pages")
PLAN = image_file("plan.png", 1280, 720)


class Typist:
    """Runs lines in a conversation to which files are attached."""

    def __init__(self, *attached: Attachment) -> None:
        self.commands = Commands()
        AttachmentCommands(FakeFiles({"notes.txt": [NOTES], "my.pdf": [PDF]})).register(self.commands)
        self.commands.include(branch_commands)
        self.conversation = Conversation(setup_with(ScriptedModel()))
        self.conversation.attached = attached

    def type(self, line: str) -> Outcome:
        return self.commands.run(line, self.conversation)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.conversation.attached]


def test_files_are_read_after_the_command() -> None:
    typist = Typist()
    assert typist.type("/attach notes.txt my.pdf") == Attach(("notes.txt", "my.pdf"))
    assert typist.type("/attach clipboard") == Attach((), clipboard=True)
    assert typist.type("/attach") == typist.type("/detach") == Say(NOTHING)


def test_what_waits_is_listed_with_its_tokens() -> None:
    shown = Typist(NOTES, PDF, PLAN).type("/attach")
    assert isinstance(shown, Show)
    assert [row.cells[:3] for row in shown.chart.rows if isinstance(row, Row)] == [
        ("1", "notes.txt", "text, 1 line"),
        ("2", "a␛[31m b.pdf", "PDF, 2 pages"),
        ("3", "plan.png", "PNG, 1280×720, 33 bytes"),
    ]
    assert max(map(len, list(plain_lines(shown.chart, 40))[:-1])) <= 40


def test_files_are_taken_out_by_number_or_all() -> None:
    typist = Typist(NOTES, PDF, PLAN)
    assert typist.type("/detach 2") == Say("Taken out: a␛[31m b.pdf. 2 files left.")
    assert typist.names == ["notes.txt", "plan.png"]
    for line in ("/detach", "/detach 3", "/detach 0", "/detach x"):
        with pytest.raises(UsageError):
            typist.type(line)
    assert typist.type("/detach all") == Say("Taken out: notes.txt and plan.png.")
    assert not typist.names
    assert Typist(NOTES).type("/detach") == Say("Taken out: notes.txt.")


def test_paths_are_completed_one_after_another() -> None:
    typist = Typist(NOTES, PLAN)
    assert typist.commands.completions("/attach n", typist.conversation) == [("notes.txt", "")]
    assert typist.commands.completions("/attach my.pdf n", typist.conversation) == [("my.pdf notes.txt", "")]
    assert typist.commands.completions("/attach my.pdf ", typist.conversation)[0] == ("my.pdf my.pdf", "")
    assert typist.commands.completions("/attach cl", typist.conversation) == [("clipboard", "")]
    assert typist.commands.completions("/detach ", typist.conversation)[1] == ("2", "plan.png")


def test_what_was_attached_is_said() -> None:
    typist = Typist(NOTES)
    sentence = "Attached: notes.txt (text, 1 line, 6 tokens). It goes with your next message."
    assert what_was_attached([NOTES], typist.conversation) == sentence
    typist.conversation.attached = (NOTES, PLAN)
    assert what_was_attached([PLAN], typist.conversation).endswith(
        "2 files go with your next message; /attach lists them."
    )


def test_what_goes_along_is_said_with_its_price() -> None:
    setup = setup_with(ScriptedModel())
    assert what_goes_along([NOTES], setup) == "With notes.txt: text, 1 line, 6 tokens."
    many = [replace(NOTES, name=f"{number}.txt") for number in range(5)]
    assert what_goes_along(many, setup) == "With 0.txt, 1.txt, 2.txt and 2 more: 30 tokens."
    dear = replace(setup, model=replace(setup.model, prices=PricePerMillion(1000.0, 1.0)))
    assert what_goes_along([NOTES], dear) == "With notes.txt: text, 1 line, 6 tokens, about $0.006."
    assert dear.model.prices.cost(TokensUsed(6, 0))
    assert what_it_is(replace(PLAN, made_from="made smaller")) == "PNG, 1280×720, 33 bytes, made smaller"


def test_an_edited_message_says_what_goes_along_again() -> None:
    typist = Typist()
    state = typist.conversation.state
    typist.conversation.change("x", replace(state, exchanges=Transcript((Exchange("Hi", "Ho", attached=(PLAN,)),))))
    draft = typist.type("/edit")
    assert isinstance(draft, Draft)
    assert draft.message.endswith("plan.png goes along again; /detach takes it out.")
