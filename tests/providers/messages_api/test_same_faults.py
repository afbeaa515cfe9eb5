"""All faults of the table, met by the adapter to Messages: the same sentence, hint and text as with the other one."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TextDelta
from chatbot_cli.chat.prices import UnknownPrices
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import ChatError
from chatbot_cli.hints import spelled
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.messages_api.messages_chat import MessagesChat
from chatbot_cli.providers.retrying import RetryingChat
from chatbot_cli.providers.route.endpoint import Endpoint, Timeouts
from tests.end_to_end.installed_chat import KEY
from tests.end_to_end.test_faults import nobody
from tests.fakes import model_with
from tests.faults import CONNECTION, FAULTS, HOSTILITY, IN_A_SCRIPT, Fault
from tests.providers.messages_api.same_faults import in_messages
from tests.streaming_server import BAD_REQUEST, Received, Reply, Script, StreamingServer, page

DIALECT = built_in().rows["anthropic"].dialect
OF_CHAT_COMPLETIONS = (
    "redirects to another host, which does not get the key",  # the key is in another header: see below
    "sends an event named `error` in the middle",  # that of Messages is JSON
    "begins with a byte order mark",
)
ASKED_SHORTER = "as llama-cpp-python does"


def is_tried(fault: Fault) -> bool:
    return fault.does not in OF_CHAT_COMPLETIONS


class Misbehaving:
    """Answers as the table says; the last reply for ever."""

    def __init__(self, replies: list[Script]) -> None:
        self.replies = replies

    def __call__(self, received: Received) -> Reply:
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else reply(received)


class Scene:
    """One server for most of the faults, and one chat with it; special ones have their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self._misbehaving = Misbehaving([])
        self._server = StreamingServer(otherwise=self._misbehaving)
        self._chat: MessagesChat | None = None
        self._server.__enter__()

    def close(self) -> None:
        self._server.__exit__(None, None, None)

    @contextmanager
    def of(self, fault: Fault) -> Iterator[tuple[MessagesChat, dict[str, str]]]:
        """A chat that meets the fault, and what the table's names stand for."""
        replies = [in_messages(one) for one in fault.replies]
        if not (fault.environ or fault.tls or fault.no_tls or fault.url != "{url}"):
            self._misbehaving.replies = replies
            self._chat = self._chat or chat_at(self._server.base_url, Timeouts())
            yield self._chat, names_at(self._server.base_url)
            return
        tls = None
        if fault.tls:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._authority.issue_cert("127.0.0.1").configure_cert(tls)
            self._authority.cert_pem.write_to_path(str(self._folder / "ca.pem"))
            # Else the server would stop while the connection is kept.
            replies = [replace(one, headers={**one.headers, "Connection": "close"}) for one in replies]  # type: ignore[type-var, union-attr]  # none of these is a function
        with StreamingServer(otherwise=Misbehaving(replies), tls=tls, no_tls=fault.no_tls or BAD_REQUEST) as server:
            names = names_at(server.base_url) | {"ca": str(self._folder / "ca.pem")}
            environ = {name: told(value, names) for name, value in fault.environ.items()}
            first, idle = (float(environ.pop(f"CHAT_{one}_TIMEOUT", "5")) for one in ("FIRST_TOKEN", "IDLE"))
            with pytest.MonkeyPatch.context() as patch:
                for name, value in environ.items():
                    patch.setenv(name, value)
                yield chat_at(told(fault.url, names), Timeouts(5, first, idle), environ), names


def chat_at(url: str, timeouts: Timeouts, environ: dict[str, str] | None = None) -> MessagesChat:
    endpoint = Endpoint(url, "gpt-6-luna", KEY, "OPENAI_API_KEY", timeouts, environ or {}, DIALECT)
    return MessagesChat(endpoint, dialect=DIALECT, prices=UnknownPrices())


def names_at(url: str) -> dict[str, str]:
    names = {"url": url, "https": url.replace("http:", "https:"), "proxy": url.removesuffix("/v1")}
    return {**names, "elsewhere": names["proxy"].replace("127.0.0.1", "localhost"), "nobody": nobody()}


def told(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    there = Scene(tmp_path_factory.mktemp("scene"))
    yield there
    there.close()


async def met(chat: MessagesChat, tries: int) -> tuple[str, str, str]:
    """The text that came, and the sentence and the hint of what went wrong."""
    conversation = Conversation(Setup("a", "", model_with(RetryingChat(chat, tries))))
    pieces: list[str] = []
    try:
        async for event in conversation.take_turn("Why?"):
            if isinstance(event, TextDelta):
                pieces.append(event.text)
    except ChatError as error:
        return "".join(pieces), str(error), spelled(error.marked_hint, in_a_script)
    return "".join(pieces), "", ""


@pytest.mark.parametrize("fault", [one for one in FAULTS if is_tried(one)], ids=lambda fault: fault.does)
async def test_a_fault_is_met_as_over_chat_completions(stage: Scene, fault: Fault) -> None:
    try:
        with stage.of(fault) as (chat, names):
            text, sees, hint = await met(chat, int(fault.environ.get("CHAT_TRIES", "1")))
    except ChatError as error:  # no client can be built
        text, sees, hint, names = "", str(error), spelled(error.marked_hint, in_a_script), {}
    assert sees == told(fault.sees, names)
    assert hint == told(fault.hint_in(IN_A_SCRIPT), names)
    if fault not in HOSTILITY:
        assert text == fault.out
    assert KEY not in sees + hint


async def test_another_host_does_not_get_the_key() -> None:
    def elsewhere(received: Received) -> Reply:
        port = received.headers["host"].partition(":")[2]
        return page({}, 307, Location=f"http://localhost:{port}/v1/messages")

    with StreamingServer(otherwise=elsewhere) as server:
        _, sees, hint = await met(chat_at(server.base_url, Timeouts()), 1)
        names = names_at(server.base_url)
        assert len(server.requests) == 1
    (fault,) = (fault for fault in CONNECTION if fault.does.startswith("redirects to another host"))
    assert (sees, hint) == (told(fault.sees, names), told(fault.hint, names))
