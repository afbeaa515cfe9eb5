"""`chat --dry-run`: the request that would be sent, to the letter, and nothing is sent, saved or changed."""

import io
import json
from pathlib import Path
from typing import Any, TextIO

import pytest

from chatbot_cli.app.assembly import ReadyChat, open_chat
from chatbot_cli.app.documents_in_use import NO_DOCUMENTS, WantedDocuments
from chatbot_cli.app.dry_run import as_json, show_request
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.app.saved_chats import WhichConversation
from chatbot_cli.app.tools_in_use import NO_TOOLS, WantedTools
from chatbot_cli.chat.passages import Place
from chatbot_cli.cli.chat import run
from chatbot_cli.errors import CostLimitReached, MessageTooLong, SecretRefused, SessionNotFound, UsageError
from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.sessions.resuming import ResumableSessions
from chatbot_cli.system.surroundings import Surroundings
from tests.settings.home import SECRET, Home
from tests.streaming_server import DONE, StreamingServer, answer, chunk, stream, text

NEW, LAST = WhichConversation(), WhichConversation(last=True)
PASTED = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's


class Started:
    """One start of the program in a home, with what it wrote."""

    def __init__(self, home: Home, **environ: str) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.around = Surroundings(environ, home.cwd, home.cwd.parent, io.StringIO(), self.out, self.err)
        self.documents = NO_DOCUMENTS

    async def dry_run(self, question: str, which: WhichConversation = NEW, **flags: str) -> dict[str, Any]:
        await show_request(self.opened(flags, which, sends_nothing=True), question, self.around)
        payload: dict[str, Any] = json.loads(self.out.getvalue())
        return payload

    async def ask(self, question: str, which: WhichConversation = NEW, **flags: str) -> None:
        ready = self.opened(flags, which)
        await answer_once(ready, question, self.around)
        archive = ready.saved.archive()
        assert isinstance(archive, ResumableSessions)
        archive.close()

    def opened(self, flags: dict[str, str], which: WhichConversation, *, sends_nothing: bool = False) -> ReadyChat:
        wanted = self.documents
        return open_chat(flags, self.around, which=which, sends_nothing=sends_nothing, documents=wanted)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def files_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_it_prints_what_a_server_is_sent_to_the_letter(home: Home) -> None:
    cut = stream(text("Half of"), chunk("length"), DONE)
    with StreamingServer(answer("Hello, Ada."), cut, otherwise=answer("Grüße.")) as server:
        await Started(home).ask("I am \ud83d Ada.", base_url=server.base_url, model="m", persona="tutor")
        for question, flags in (("Who?", {"max_turns": "0", "top_p": "0.5"}), ("/continue", {}), ("你好 \x1b", {})):
            before, started = files_in(home.cwd.parent), Started(home)
            shown = await started.dry_run(question, LAST, **flags)
            assert files_in(home.cwd.parent) == before
            assert started.err.getvalue().endswith(f"POST {server.base_url}/chat/completions\n")
            await Started(home).ask(question, LAST, **flags)
            assert json.dumps(server.requests[-1].body) == json.dumps(shown)  # in the same order, too
    assert len(server.requests) == 4


async def test_what_would_be_sent_of_documents_is_counted(home: Home) -> None:
    notes = FileShelf(home.folders.data / "docs").make("notes")
    notes.put(FileRecord("/notes/a.md", "notes/a.md", 1, 1, "d"), (Piece("The bus leaves at nine.", Place(3, 3)),))
    notes.close()
    started = Started(home)
    started.documents = WantedDocuments(("notes",))
    shown = await started.dry_run("When does the bus leave?", model="demo")
    assert "[1] notes/a.md, line 3" in shown["messages"][1]["content"]
    assert started.err.getvalue().startswith("With 1 passage from 1 document: 39 tokens.\n")
    await started.ask("Hi.", model="demo")
    again = Started(home)
    again.documents = WantedDocuments(("notes",), none=True)  # no documents, whatever else asks
    assert "<documents" not in json.dumps(await again.dry_run("And the bus?", LAST))


async def test_a_conversation_that_does_not_exist_yet_is_not_begun(home: Home) -> None:
    before = files_in(home.cwd.parent)
    shown = await Started(home).dry_run("Hi", WhichConversation(name="thesis"), model="demo")
    assert [message["role"] for message in shown["messages"]] == ["system", "user"]
    with pytest.raises(SessionNotFound):
        await Started(home).dry_run("Hi", LAST)
    assert files_in(home.cwd.parent) == before


async def test_a_conversation_that_is_open_elsewhere_is_neither_forked_nor_locked(home: Home) -> None:
    with StreamingServer() as server:
        await Started(home).ask("I am Ada.", base_url=server.base_url, model="m")
        elsewhere = Started(home).opened({}, LAST)
        shown = await Started(home).dry_run("Who am I?", LAST)
        elsewhere.conversation.journal.close()
    assert [message["content"] for message in shown["messages"][1:]] == ["I am Ada.", "Hello!", "Who am I?"]
    assert len(elsewhere.saved.archive().sessions()) == 1


async def test_the_key_of_the_cache_stays_that_of_the_conversation(home: Home) -> None:
    with StreamingServer() as server:
        await Started(home).ask("I am Ada.", base_url=server.base_url, model="m")
    at_openai = {"base_url": "https://api.openai.com/v1"}
    shown = [await Started(home).dry_run("Who am I?", LAST, **at_openai) for _ in range(2)]
    assert shown[0]["prompt_cache_key"] == shown[1]["prompt_cache_key"]
    assert "prompt_cache_key" not in server.requests[0].body


async def test_no_key_is_needed_and_none_is_shown(home: Home) -> None:
    without, with_key = Started(home), Started(home, OPENAI_API_KEY=SECRET)
    shown = [await started.dry_run("Hi", system="Be kind.") for started in (without, with_key)]
    keys = [payload.pop("prompt_cache_key") for payload in shown]
    assert shown[0] == shown[1]
    assert keys[0] != keys[1]
    assert SECRET not in with_key.out.getvalue() + with_key.err.getvalue()
    assert without.err.getvalue() == "POST https://api.openai.com/v1/chat/completions\n"


async def test_the_demo_model_is_sent_nothing_anywhere(home: Home) -> None:
    started = Started(home)
    shown = await started.dry_run("Hi", model="demo", system="Be kind.")
    assert shown["messages"] == [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]
    assert started.err.getvalue() == "The demo model runs in this process.\n"


async def test_what_it_may_cost_is_said_where_that_is_limited(home: Home) -> None:
    text = '[prices."m"]\ninput = 1.0\noutput = 10.0\n'
    config = home.cwd.parent / ".config" / "chatbot-cli" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(text)
    flags = {"model": "m", "system": "", "max_reply_tokens": "100"}
    with StreamingServer(answer("Hello.", usage=(1_000, 1_000))) as server:
        flags["base_url"] = server.base_url
        await Started(home).ask("Hi", NEW, **flags)  # $0.011
        unlimited, within, beyond = Started(home), Started(home), Started(home)
        await unlimited.dry_run("Hi", LAST, **flags)
        await within.dry_run("Hi", LAST, **flags, max_cost="0.5")
        await beyond.dry_run("Hi", LAST, **flags, max_cost="0.011")
        with pytest.raises(CostLimitReached):
            await Started(home).ask("Hi", LAST, **flags, max_cost="0.011")
    assert "cost" not in unlimited.err.getvalue()
    assert within.err.getvalue().endswith("/chat/completions\nIt may cost up to $0.001.\n")
    would_stop = "\nIt may cost up to $0.001; $0.011 of $0.011 is spent. It would not be sent. --max-cost 0.013 allows"
    assert would_stop in beyond.err.getvalue()
    assert len(server.requests) == 1


async def test_the_tools_that_it_tells_of_are_in_what_it_may_cost_and_others_are_named(home: Home) -> None:
    config = home.cwd.parent / ".config" / "chatbot-cli" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        '[prices."m"]\ninput = 1000.0\noutput = 0.0\n[mcp.servers.x]\ncommand = "x"\n'
    )  # a token costs $0.001
    costs = []
    for tools in (NO_TOOLS, WantedTools(("time", "folder"))):
        started = Started(home)
        flags = {"model": "m", "system": "", "base_url": "http://127.0.0.1:9/v1", "max_cost": "1"}
        ready = open_chat(flags, started.around, which=NEW, sends_nothing=True, tools=tools)
        await show_request(ready, "Hi", started.around)
        costs.append(float(started.err.getvalue().rpartition("$")[2].rstrip(".\n")))
        assert ("tools" in json.loads(started.out.getvalue())) is (tools is not NO_TOOLS)
    assert 0.02 < costs[1] - costs[0] < 0.1
    assert started.err.getvalue().splitlines()[:2] == [
        "Not offered: folder.list, folder.read, folder.search (they would ask; --allow folder).",
        "Not shown: the tools of x, since nothing is started for this.",
    ]


async def test_a_limit_without_a_price_is_said_to_stop_it(home: Home) -> None:
    started = Started(home)
    await started.dry_run("Hi", base_url="https://llm.acme.test/v1", api_key=SECRET, model="acme", max_cost="1")
    assert "The price of acme is unknown, so the budget cannot be kept. It would not be sent." in started.err.getvalue()


async def test_what_could_not_be_sent_is_refused_as_ever(home: Home) -> None:
    started = Started(home, CHAT_SECRETS="refuse")
    with pytest.raises(MessageTooLong):
        await started.dry_run("word " * 50, model="demo", system="", max_context_tokens="40")
    with pytest.raises(SecretRefused):
        await started.dry_run(PASTED, model="demo")
    assert started.out.getvalue() == ""


async def test_a_secret_is_named(home: Home) -> None:
    started = Started(home)
    await started.dry_run(PASTED, model="demo")
    assert "a GitHub token (ghp_…k3). It would be sent;" in started.err.getvalue()


@pytest.mark.parametrize(("words", "interactive"), [([], False), (["Hi"], True)])
def test_it_takes_one_prompt(home: Home, words: list[str], interactive: bool) -> None:
    terminal: TextIO = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]  # stdin of a terminal
    around = Surroundings({}, home.cwd, home.cwd.parent, terminal, io.StringIO(), io.StringIO())
    with pytest.raises(UsageError, match="--dry-run"):
        run(words, [], {}, NEW, around, interactive=interactive, dry_run=True)


def test_what_cannot_be_seen_or_written_is_an_escape() -> None:
    text = "Grüße, 你好 \x1b\x9b \u202e \u200d"
    for encoding, seen in (("utf-8", "Grüße, 你好 "), ("latin-1", "Gr\\u00fc\\u00dfe"), (None, "你好")):
        shown = as_json({"a": text}, encoding)
        assert seen in shown
        assert "\\u202e \\u200d" in shown
        assert set(shown) & set("\x1b\x9b\u202e\u200d") == set()
        assert json.loads(shown) == {"a": text}
