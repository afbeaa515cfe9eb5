"""Servers on this machine: found by their answers, within a limit of time, whatever else is at a port."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from chatbot_cli.providers.discovery.finding import SECONDS_TO_FIND, LocalServer, Place, find_servers
from chatbot_cli.providers.discovery.served import ServedModel, read_served
from chatbot_cli.providers.entries.registry import built_in
from tests.streaming_server import HANG_UP, SILENCE, Pause, Received, Reply, StreamingServer, page, stream

LOCAL = [row for row in built_in() if row.local]
OLLAMA = {
    "/v1/models": {"object": "list", "data": [{"id": "llama3.3:latest", "owned_by": "library"}, {"id": "qwen3:8b"}]}
}
EMPTY_OLLAMA = {"/v1/models": {"object": "list", "data": None}, "/api/version": {"version": "0.14.1"}}
LLAMACPP = {"/v1/models": {"data": [{"id": "big.gguf", "owned_by": "llamacpp", "meta": {"n_ctx": 2048}}]}}
VLLM = {"/v1/models": {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 4096}]}}
PROXY = {"/v1/models": {"data": [{"id": "m", "owned_by": "openai"}]}, "/health/readiness": {"status": "healthy"}}
UNKNOWN = {"/v1/models": {"data": [{"id": "m", "owned_by": "someone", "max_model_len": 32_000}]}}
NOT_OURS: dict[str, object] = {"/v1/models": {"data": []}}
WEB_PAGE = {"/v1/models": "<html>"}


def answering(pages: dict[str, object]) -> Callable[[Received], Reply]:
    return lambda received: page(pages[received.path]) if received.path in pages else page({"error": "no"}, 404)


@pytest.fixture
def at() -> Iterator[Callable[..., list[LocalServer]]]:
    """Looks at the addresses of the entries named, where servers answer as they are told."""
    with ExitStack() as running:

        def find(
            to_list: float = 20.0, **answers: dict[str, object] | Reply | Callable[[Received], Reply]
        ) -> list[LocalServer]:
            places = []
            for name, said in answers.items():
                script = answering(said) if isinstance(said, dict) else said
                server = running.enter_context(StreamingServer(otherwise=script))
                entry = next(row for row in LOCAL if row.name == name)
                places.append(Place(entry, server.base_url, {"Authorization": "Bearer mine"}))
            return find_servers(places, LOCAL, to_list)

        yield find


@pytest.mark.parametrize(
    ("answers", "program", "models"),
    [
        (OLLAMA, "ollama", [ServedModel("llama3.3"), ServedModel("qwen3:8b")]),
        (EMPTY_OLLAMA, "ollama", []),
        (LLAMACPP, "llamacpp", [ServedModel("big.gguf", 2048)]),
        (VLLM, "vllm", [ServedModel("m", 4096)]),
        (PROXY, "litellm", [ServedModel("m")]),
        (UNKNOWN, "sglang", [ServedModel("m", 32_000)]),
    ],
    ids=["ollama", "empty ollama", "llama.cpp", "vllm", "litellm", "unknown"],
)
def test_what_answers_says_what_it_is_whatever_the_port(
    at: Callable[..., list[LocalServer]], answers: dict[str, object], program: str, models: list[ServedModel]
) -> None:
    """One that nobody knows is taken for the program whose port it is at."""
    (found,) = at(sglang=answers)
    assert (found.provider, found.program.name, list(found.models)) == ("sglang", program, models)


@pytest.mark.parametrize("said", [NOT_OURS, WEB_PAGE, {}, stream(HANG_UP), Reply((b"SSH-2.0-x\r\n",), bare=True)])
def test_what_is_no_server_of_models_is_passed_over(at: Callable[..., list[LocalServer]], said: object) -> None:
    assert at(vllm=said) == []


def test_one_that_says_nothing_holds_nobody_up(at: Callable[..., list[LocalServer]]) -> None:
    began = time.monotonic()
    found = at(0.0, ollama=OLLAMA, vllm=stream(SILENCE))
    assert time.monotonic() - began < SECONDS_TO_FIND + 5  # a limit for a broken program
    assert [server.provider for server in found] in (["ollama"], [])  # a busy machine may answer too late
    began = time.monotonic()
    assert [server.provider for server in at(8.0, ollama=OLLAMA, vllm=stream(SILENCE))] == ["ollama"]
    assert time.monotonic() - began < 7  # one that says nothing gets a part of the time that others have to list


def test_one_that_lists_its_models_and_says_no_more_is_listed(at: Callable[..., list[LocalServer]]) -> None:
    drop = (b" ", Pause(0.05))
    drips = Reply((b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", *drop * 400), bare=True)

    def says_no_more(received: Received) -> Reply:
        return page(UNKNOWN["/v1/models"]) if received.path == "/v1/models" else drips

    (found,) = at(2.0, vllm=says_no_more)
    assert (found.program.name, found.models) == ("vllm", (ServedModel("m", 32_000),))


def test_servers_come_in_the_order_of_their_entries_with_what_they_hold(at: Callable[..., list[LocalServer]]) -> None:
    loaded = OLLAMA | {"/api/ps": {"models": [{"name": "qwen3:8b", "context_length": 4096}]}}
    found = at(ollama=loaded, llamacpp=LLAMACPP)
    assert [server.provider for server in found] == ["ollama", "llamacpp"]
    assert b"4096" in (found[0].about or b"")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]x", b'"text"', b'{"data": 7}', b'{"data": [1, {"id": 7}]}', b"[" * 100_000, b"\xff", b"1" * 5000],
)
def test_a_body_that_is_no_list_is_none(body: bytes) -> None:
    assert read_served(body) is None


def test_only_what_can_be_a_name_or_a_window_is_taken_over() -> None:
    rows = b'[{"id": "a\\u001b[2J"}, {"id": " b "}, {"id": "c", "w": -1}, {"id": "d", "w": true}, {"id": "e", "w": 9}]'
    listed = read_served(rows, ["w"])
    assert listed is not None
    assert listed.models == (ServedModel("b"), ServedModel("c"), ServedModel("d"), ServedModel("e", 9))


def test_a_window_may_stand_in_a_list_as_at_hugging_face() -> None:
    window = built_in().rows["huggingface"].window
    rows = b'[{"id": "a/b", "providers": [{"provider": "x", "context_length": 9}]}, {"id": "c", "providers": []}]'
    listed = read_served(rows, window)
    assert listed is not None
    assert listed.models == (ServedModel("a/b", 9), ServedModel("c"))
