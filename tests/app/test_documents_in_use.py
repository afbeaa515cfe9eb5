"""Documents in an assembled chat: what the flags say, which passages may leave this machine, where sources go."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.app.assembly import ReadyChat, open_chat
from chatbot_cli.app.documents_in_use import WantedDocuments
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.app.secrets_in_passages import SecretsInPassages
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.passages import Retrieved
from chatbot_cli.errors import NoSuchCollection
from chatbot_cli.hints import spelled
from chatbot_cli.secrets.finding import Policy, find_secrets
from chatbot_cli.system.surroundings import Surroundings
from tests.fakes import AnyWords, FakeLibrary, ScriptedModel, passage, setup_with
from tests.settings.home import Home

PASTED = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's
KEY_IN_IT, HARMLESS = passage(f"token: {PASTED}", "notes/keys.md", 3), passage("Tea is made with water.", first=9)
FOUND = Retrieved((KEY_IN_IT, HARMLESS), 2, is_whole=True)
ELSEWHERE = "https://api.openai.com/v1"


class Streams:
    """A home and the streams of an answer from documents."""

    def __init__(self, folder: Path, wanted: WantedDocuments, *replies: str) -> None:
        self.around = Surroundings({}, Home(folder).cwd, folder, io.StringIO(), io.StringIO(), io.StringIO())
        ready = open_chat({"model": "demo"}, self.around, documents=wanted)
        setup = replace(setup_with(ScriptedModel(*replies)), documents=("notes",))
        library = FakeLibrary([HARMLESS])
        self.ready: ReadyChat = replace(ready, conversation=Conversation(setup, documents=Documents(library)))

    @property
    def out(self) -> str:
        return str(self.around.stdout.getvalue())  # type: ignore[attr-defined]  # it is a StringIO

    @property
    def err(self) -> str:
        return str(self.around.stderr.getvalue())  # type: ignore[attr-defined]  # it is a StringIO


def left_out(address: str, policy: Policy = "ask") -> tuple[Retrieved, str]:
    found = SecretsInPassages(find_secrets, policy).left_out(FOUND, address)
    return found, spelled(" ".join(found.notes), in_a_script)


@pytest.mark.parametrize("policy", ["ask", "refuse"])
def test_a_passage_with_a_key_in_it_does_not_leave_this_machine_and_is_named_once(policy: Policy) -> None:
    found, note = left_out(ELSEWHERE, policy)
    assert found.passages == (HARMLESS,)
    assert found.is_whole  # else the first passages of the rest would be sent, not the best
    assert note == (
        "1 passage holds what looks like a key or a password: notes/keys.md:3. That is not sent;"
        " CHAT_SECRETS=warn allows it."
    )
    secrets = SecretsInPassages(find_secrets, policy)
    secrets.left_out(FOUND, ELSEWHERE)
    again = secrets.left_out(FOUND, ELSEWHERE)
    assert (again.passages, again.notes) == ((HARMLESS,), ())


def test_the_headings_and_the_name_of_a_passage_are_looked_at_as_well() -> None:
    for one in (replace(HARMLESS, headings=("Access", PASTED)), replace(HARMLESS, name=f"notes/{PASTED}.md")):
        secrets = SecretsInPassages(find_secrets, "ask")
        assert secrets.left_out(Retrieved((one, HARMLESS)), ELSEWHERE).passages == (HARMLESS,)


def test_it_is_sent_and_named_if_the_user_only_wants_to_be_warned() -> None:
    found, note = left_out(ELSEWHERE, "warn")
    assert found.passages == FOUND.passages
    assert "notes/keys.md:3. That is sent" in note


@pytest.mark.parametrize("address", ["", "http://localhost:11434/v1", "http://127.0.0.1:8080/v1", "http://[::1]/v1"])
def test_a_model_on_this_machine_is_sent_all(address: str) -> None:
    assert left_out(address) == (FOUND, "")


def test_an_unknown_collection_is_refused_with_exit_code_2_unless_documents_are_off(tmp_path: Path) -> None:
    around = Surroundings({}, Home(tmp_path).cwd, tmp_path, io.StringIO(), io.StringIO(), io.StringIO())
    with pytest.raises(NoSuchCollection) as caught:
        open_chat({"model": "demo"}, around, documents=WantedDocuments(("nots",)))
    assert caught.value.exit_code == 2
    ready = open_chat({"model": "demo"}, around, documents=WantedDocuments(("nots",), none=True))
    assert ready.conversation.setup.documents == ()


async def test_stdout_has_the_answer_and_stderr_its_sources(tmp_path: Path) -> None:
    chat = Streams(tmp_path, WantedDocuments(), "With water [1].")
    await answer_once(chat.ready, "How is tea made?", chat.around)
    assert chat.out == "With water [1].\n"
    assert chat.err == "1 passage from 1 document; 1 of them cited:\n[1] /home/ada/notes/setup.md:9\n"


async def test_sources_follow_the_answer_if_they_are_asked_for(tmp_path: Path) -> None:
    chat = Streams(tmp_path, WantedDocuments(sources=True), "With water [1].")
    await answer_once(chat.ready, "How is tea made?", chat.around)
    assert chat.out == "With water [1].\n\n[1] /home/ada/notes/setup.md:9\n"


async def test_data_has_stdout_for_itself_and_its_sources_are_on_stderr(tmp_path: Path) -> None:
    chat = Streams(tmp_path, WantedDocuments(sources=True), '={"a": "With water [1]."}')
    conversation = chat.ready.conversation
    conversation.change_setup("/schema", replace(conversation.setup, shape=AnyWords()))
    await answer_once(chat.ready, "How is tea made?", chat.around)
    assert chat.out == '{"a": "With water [1]."}\n'
    assert "[1] /home/ada/notes/setup.md:9\n" in chat.err
