"""Every fault of the table, tried in a script and in a conversation that goes on; every failure in a program too."""

import os
import re
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from chatbot_cli import Chatbot, ChatError
from tests.end_to_end.forked_process import ForkServer
from tests.end_to_end.installed_chat import ACCOUNT, KEY, ChatSession, InstalledChat
from tests.faults import FAULTS, HOSTILITY, IN_A_CONVERSATION, IN_A_PROGRAM, IN_A_SCRIPT, LIMIT, Fault
from tests.streaming_server import BAD_REQUEST, Received, Reply, Script, StreamingServer, answer

QUESTION, NEXT = "Why?", "And then?"
OPENING = " ".join(["word"] * LIMIT)  # so much that the question no longer fits beside it where tokens are scarce
LONG = 1_000  # characters of a reply

every_fault = pytest.mark.parametrize("fault", FAULTS, ids=[fault.does for fault in FAULTS])
FAILURES = [fault for fault in FAULTS if fault.sees]
every_failure = pytest.mark.parametrize("fault", FAILURES, ids=[fault.does for fault in FAILURES])


class Misbehaving:
    """Answers the question as the table says, and everything else as it should be."""

    def __init__(self, replies: Sequence[Script] = ()) -> None:
        self.replies = list(replies)

    def __call__(self, received: Received) -> Reply:
        if received.body and received.body["messages"][-1]["content"] in (OPENING, NEXT):
            return answer("Fine.")
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else reply(received)


@dataclass(frozen=True)
class Scene:
    """The program in front of a server that misbehaves, and what the table's names stand for."""

    chat: InstalledChat
    server: StreamingServer
    names: Mapping[str, str]

    def told(self, text: str) -> str:
        """A text of the table as it is here."""
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def in_terminal(self) -> ChatSession:
        return self.chat.in_terminal(columns=100, rows=30)


class Stage:
    """Where faults are met in conversation: in the same one, one after the other, as long as they need nothing special.

    It costs less than to begin a new one each time, and shows that the chat goes on whatever comes.
    """

    def __init__(self, folder: Path, authority: trustme.CA, fork_server: ForkServer | None) -> None:
        self._folder = folder
        self._fork_server = fork_server
        self._authority = authority
        self._server = Misbehaving()
        self._open = ExitStack()
        self._shared: tuple[Scene, ChatSession] | None = None

    @contextmanager
    def conversation_at(self, fault: Fault) -> Iterator[tuple[Scene, ChatSession]]:
        if is_special(fault):
            with self._scene(fault, Misbehaving(fault.replies)) as there, there.in_terminal() as session:
                session.forbidden = None if fault in HOSTILITY else session.forbidden
                yield there, session
                session.leave()
            return
        there, session = self._shared = self._shared or self._begin(fault)
        self._server.replies[:] = fault.replies
        there.server.requests.clear()
        try:
            session.enter("\x15/reset")
            yield there, session
        except BaseException:  # the next fault shall not suffer from what went wrong with this one
            self._shared = None
            raise

    def close(self) -> None:
        self._open.close()

    def _begin(self, fault: Fault) -> tuple[Scene, ChatSession]:
        there = self._open.enter_context(self._scene(fault, self._server))
        return there, self._open.enter_context(there.in_terminal())

    def _scene(self, fault: Fault, server: Misbehaving) -> Any:
        self._folder = self._folder / "next"
        self._folder.mkdir()
        return scene(InstalledChat(self._folder, fork_server=self._fork_server), fault, server, self._authority)


def is_special(fault: Fault) -> bool:
    """Whether a fault leaves traces, or wants surroundings of its own."""
    surroundings = fault.environ or fault.url != "{url}" or fault.tls or fault.no_tls
    return bool(surroundings or fault.in_chat or fault in HOSTILITY or len(fault.out) > LONG)


@contextmanager
def scene(chat: InstalledChat, fault: Fault, replies: Misbehaving, authority: trustme.CA) -> Iterator[Scene]:
    certificate = chat.folder / "ca.pem"
    authority.cert_pem.write_to_path(str(certificate))
    tls = None
    if fault.tls:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(tls)
    with StreamingServer(otherwise=replies, tls=tls, no_tls=fault.no_tls or BAD_REQUEST) as server:
        url = server.base_url
        names = {
            "url": url,
            "https": url.replace("http:", "https:"),
            "proxy": url.removesuffix("/v1"),
            "elsewhere": url.removesuffix("/v1").replace("127.0.0.1", "localhost"),
            "nobody": nobody(),
            "ca": str(certificate),
        }
        there = Scene(chat, server, names)
        chat.environ |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": there.told(fault.url)}
        chat.environ |= {name: there.told(value) for name, value in fault.environ.items()}
        yield there


def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA, fork_server: ForkServer | None
) -> Iterator[Stage]:
    there = Stage(tmp_path_factory.mktemp("stage"), authority, fork_server)
    yield there
    there.close()


@every_fault
def test_in_a_script(chat: InstalledChat, fault: Fault, authority: trustme.CA) -> None:
    with scene(chat, fault, Misbehaving(fault.replies), authority) as there:
        run = chat.run(QUESTION)
        said = [f"chat: {fault.sees}", f"      {fault.hint_in(IN_A_SCRIPT)}"] if fault.sees else []
        assert run.err.splitlines() == [there.told(line) for line in (fault.told, *said) if line]
    assert run.out == (fault.out and f"{fault.out}\n")
    assert run.exit_code == fault.exit_code
    assert KEY not in run.out + run.err
    assert [path for path in chat.home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()] == []


@every_fault
def test_in_a_conversation(stage: Stage, fault: Fault) -> None:
    with stage.conversation_at(fault) as (there, session):
        before = len(session.raw)
        if fault.in_chat:
            session.enter(f"\x1b[200~{OPENING}\x1b[201~")
        shown = session.enter(QUESTION)
        assert_seen(there, fault, shown)
        assert session.line == (QUESTION if fault.is_asked_again else "")
        if fault.lasting:
            session.enter("\x15/model demo")
        after = session.enter(f"\x15{NEXT}")
        assert ("Assistant · demo" if fault.lasting else "Fine.") in after
        assert ACCOUNT.search(after)
        assert KEY.encode() not in session.raw[before:]
        assert b"\x1b]0;" not in session.raw[before:]
        for received in there.server.requests:
            assert_sendable(received.body)


@every_failure
async def test_in_a_program(
    chat: InstalledChat, fault: Fault, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scene(chat, fault, Misbehaving(fault.replies), authority) as there:
        for variable in {*os.environ} - {*chat.environ}:
            monkeypatch.delenv(variable)
        for variable, value in chat.environ.items():
            monkeypatch.setenv(variable, value)
        with pytest.raises(ChatError) as raised:
            await Chatbot().say(QUESTION)
        hint = there.told(fault.hint_in(IN_A_PROGRAM))
        assert (str(raised.value), raised.value.hint) == (there.told(fault.sees), hint)
    assert raised.value.exit_code == fault.exit_code
    assert not re.search(r"--|(?<![\w/])/[a-z]", hint)  # neither a flag nor a slash-command


def assert_seen(there: Scene, fault: Fault, shown: str) -> None:
    """What the conversation shows of a fault: a sentence and a hint, or a reply and how it ended."""
    line, letters = " ".join(shown.split()), "".join(shown.split())
    if fault.in_chat:
        assert fault.in_chat in line
        assert "Short enough." in line
    elif fault.out:
        assert "".join((fault.shown or fault.out).split()) in letters
        assert (f"── {fault.marked} · " in line) if fault.marked else ACCOUNT.search(shown)
    else:
        assert line == there.told(f"» {fault.sees} {fault.hint_in(IN_A_CONVERSATION)}")


def assert_sendable(body: Any) -> None:
    """Whether a request is one that any server takes: the system message first, then by turns, all of it text."""
    if body is None:  # what asks for a way through a proxy
        return
    first, *others = body["messages"]
    roles = [message["role"] for message in others]
    assert first["role"] == "system"
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    for message in body["messages"]:
        assert message["content"].encode()
