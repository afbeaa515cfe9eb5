"""Vectors from a server that behaves badly: everything is embedded that can be, once, and the rest is named."""

from collections.abc import Iterable, Sequence

import pytest

from chatbot_cli.errors import (
    ChatError,
    MissingKey,
    ModelNotFound,
    RateLimited,
    ServerFailed,
    SettingsError,
    TimedOut,
)
from chatbot_cli.providers.embeddings.opening import open_embedder
from chatbot_cli.providers.embeddings.server import ServerEmbedder
from chatbot_cli.providers.route.endpoint import Access, Endpoint, Timeouts
from tests.streaming_server import SILENCE, Received, Reply, Script, StreamingServer, page, stream

TEXTS = [(f"digest {number}", f"text {number}") for number in range(40)]


def vectors(received: Received) -> Reply:
    """A good reply, out of order: each vector begins with the number in its text."""
    rows = [
        {"object": "embedding", "index": index, "embedding": [float(text.split()[-1].strip("?") or 0), 1.0]}
        if text.split()[-1].isdigit()
        else {"object": "embedding", "index": index, "embedding": [0.5, 0.5]}
        for index, text in enumerate(received.body["input"])
    ]
    return page({"object": "list", "data": rows[::-1], "model": "m"})


def refusing(*texts: str, status: int = 400) -> Script:
    """A server that refuses each batch with one of these texts."""

    def reply(received: Received) -> Reply:
        if any(text in received.body["input"] for text in texts):
            return page({"error": {"message": "input is too large"}}, status)
        return vectors(received)

    return reply


class Waits:
    """Waits for nothing, and knows how long it was to wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def embedder(
    server: StreamingServer, model: str = "m", waits: Waits | None = None, idle: float = 30.0
) -> ServerEmbedder:
    endpoint = Endpoint(server.base_url, model, "no-key", timeouts=Timeouts(idle=idle))
    return ServerEmbedder(endpoint, wait=waits or Waits(), tries=4)


async def embedded(
    one: ServerEmbedder, texts: Iterable[tuple[str, str]] = TEXTS
) -> tuple[dict[str, Sequence[float]], dict[str, str]]:
    made: dict[str, Sequence[float]] = {}
    refused: dict[str, str] = {}
    async for some in one.of_texts(texts):
        assert not made.keys() & some.vectors.keys()
        made |= some.vectors
        refused |= some.refused
    return made, refused


def sent(server: StreamingServer) -> list[str]:
    return [text for received in server.requests for text in received.body["input"]]


async def test_each_text_is_sent_once_and_gets_its_own_vector() -> None:
    with StreamingServer(otherwise=vectors) as server:
        made, refused = await embedded(embedder(server))
    assert {digest: vector[0] for digest, vector in made.items()} == {f"digest {n}": n for n in range(40)}
    assert not refused
    assert sent(server) == [text for _, text in TEXTS]
    assert server.requests[0].path == "/v1/embeddings"
    assert server.requests[0].body["encoding_format"] == "float"
    assert "dimensions" not in server.requests[0].body


async def test_a_busy_server_is_given_the_time_it_asks_for() -> None:
    waits = Waits()
    busy = page({"error": {"message": "Slow down."}}, 429, Retry_After="7")
    with StreamingServer(busy, busy, page("<h1>oops</h1>", 500), otherwise=vectors) as server:
        made, refused = await embedded(embedder(server, waits=waits))
    assert waits.seconds[:2] == [7.0, 7.0]
    assert (len(made), refused) == (40, {})


async def test_a_text_that_is_refused_costs_only_itself() -> None:
    with StreamingServer(otherwise=refusing("text 3", "text 38")) as server:
        made, refused = await embedded(embedder(server))
    assert refused.keys() == {"digest 3", "digest 38"}
    assert "input is too large" in refused["digest 3"]
    assert len(made) == 38


async def test_a_text_that_breaks_the_server_costs_only_itself() -> None:
    with StreamingServer(otherwise=refusing("text 3", status=500)) as server:
        made, refused = await embedded(embedder(server), TEXTS[:8])
    assert refused.keys() == {"digest 3"}
    assert len(made) == 7


async def test_a_server_that_refuses_everything_is_a_failure_and_no_text_is_blamed() -> None:
    everything = page({"error": {"message": "dimensions are not supported"}}, 400)
    with (
        StreamingServer(otherwise=everything) as server,
        pytest.raises(ChatError, match="dimensions are not supported"),
    ):
        await embedded(embedder(server))
    assert len(server.requests) < 10


@pytest.mark.parametrize(
    ("reply", "error", "says"),
    [
        (page({"data": [{"index": 0, "embedding": [float("nan")]}]}), ServerFailed, "not made of numbers"),
        (page({"data": [{"index": 0, "embedding": []}]}), ServerFailed, "not made of numbers"),
        (page({"data": []}), ServerFailed, "0 vectors"),
        (page({"data": {"index": 0}}), ServerFailed, "none of vectors"),
        (page("<h1>Welcome</h1>"), ServerFailed, "none of vectors"),
        (page({"error": {"message": "model 'm' not found"}}, 404), ModelNotFound, "model"),
        (page({"error": {"code": "insufficient_quota"}}, 429), RateLimited, "quota"),
        (stream(SILENCE), TimedOut, "made no vectors within 0.2 seconds"),
    ],
)
async def test_what_is_wrong_with_a_server_is_one_sentence(reply: Reply, error: type[ChatError], says: str) -> None:
    with StreamingServer(otherwise=reply) as server, pytest.raises(error, match=says):
        await embedder(server, idle=0.2 if reply.steps == (SILENCE,) else 30).of_question("Where?")


async def test_a_model_is_asked_as_it_wants_to_be() -> None:
    with StreamingServer(otherwise=vectors) as server:
        nomic = embedder(server, "nomic-embed-text")
        await embedded(nomic, TEXTS[:1])
        await nomic.of_question("Where?")
        small = embedder(server, "text-embedding-3-small")
        await embedded(small, TEXTS[:1])
    assert sent(server) == ["search_document: text 0", "search_query: Where?", "text 0"]
    assert server.requests[-1].body["dimensions"] == 512


def test_what_vectors_depend_on_is_in_the_fingerprint() -> None:
    access = Access({"OPENAI_API_KEY": "sk-1"}, base_url="http://elsewhere/v1")
    nomic, small = open_embedder("ollama/nomic-embed-text ", access), open_embedder("text-embedding-3-small", access)
    assert nomic.fingerprint == "ollama/nomic-embed-text · 'search_document: ' · 'search_query: '"
    assert nomic.address == ""
    assert open_embedder("litellm/text-embedding-3-small", access).address  # a proxy passes on what it is sent
    assert small.fingerprint == "openai/text-embedding-3-small · https://api.openai.com/v1 · 512 numbers"
    assert small.address == "https://api.openai.com/v1"
    mine = open_embedder("http://user:pw@10.0.0.7:8081/v1/BAAI/bge-m3", access)
    assert mine.fingerprint == "BAAI/bge-m3 · http://10.0.0.7:8081/v1"
    with pytest.raises(MissingKey, check=lambda error: "ollama/" in error.hint and "demo" not in error.hint):
        open_embedder("openai/text-embedding-3-small", Access({}))
    with pytest.raises(SettingsError, match="demo"):
        open_embedder("demo", access)


async def test_a_model_is_loaded_when_it_is_first_asked() -> None:
    with StreamingServer(otherwise=vectors) as server:
        model = open_embedder(f"{server.base_url}/m", Access({}, sends_nothing=True))
        assert await model.of_question("text 7") == [7.0, 1.0]
        async for some in model.of_texts(TEXTS[:1]):
            assert list(some.vectors) == ["digest 0"]
    assert model.price(1_000_000) == 0.0


async def test_vectors_of_another_length_are_not_mixed_with_the_first() -> None:
    other = page({"data": [{"index": 0, "embedding": [1.0, 2.0, 3.0]}]})
    with StreamingServer(vectors, other) as server:
        one = embedder(server)
        await one.of_question("text 1")
        with pytest.raises(ServerFailed, match="differ in length"):
            await one.of_question("text 2")
