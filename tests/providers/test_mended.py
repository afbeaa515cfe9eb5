"""Refused parameters mend themselves: one more request, one line, and the next one is right at once."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Retrying, TextDelta
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.setup import Setup
from chatbot_cli.commands.mend_report import what_was_not_sent
from chatbot_cli.errors import ModelNotFound, ParameterRefused, RequestRefused
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.learnt import DAY, FILE, MOST, Learnt
from chatbot_cli.providers.mended import MendingChat
from chatbot_cli.providers.mends import Mend, Mends, nearest
from chatbot_cli.providers.route.endpoint import Access
from tests.chat.turns import take_turn
from tests.fakes import ScriptedModel
from tests.providers.adapter_contract import Ends, Says
from tests.providers.asking import Answer, ask
from tests.providers.messages_api.as_wire import Messages
from tests.streaming_server import Received, Reply, StreamingServer, answer, page

Body = Mapping[str, Any]
SPEC = NAME = "own"
ALL = Options(temperature=0.2, max_reply_tokens=50, seed=7, effort="low", extra=(("top_k", "40"),))


def openai(message: str, param: str | None = None) -> Reply:
    return page({"error": {"message": message, "type": "invalid_request_error", "param": param}}, 400)


def unless_taken(refuses: Callable[[Body], Reply | None]) -> Callable[[Received], Reply]:
    """A server that answers what it does not refuse."""
    return lambda received: (refuses(received.body) if received.body else page({}, 404)) or answer("Yes.")


def no_temperature(body: Body) -> Reply | None:
    return openai("`temperature` is deprecated for this model.") if "temperature" in body else None


def no_old_limit(body: Body) -> Reply | None:
    said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    return openai(said, "max_tokens") if "max_tokens" in body else None


def no_stream_options(body: Body) -> Reply | None:
    entry = {"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}
    return page({"detail": [entry]}, 422) if "stream_options" in body else None


def few_efforts(body: Body) -> Reply | None:
    said = "Unsupported value: 'reasoning_effort' does not support 'max'. Supported values are: 'low', and 'high'."
    return openai(said, "reasoning_effort") if body.get("reasoning_effort") not in (None, "low", "high") else None


async def asked(server: StreamingServer, options: Options, state: Path | None = None, tries: int = 1) -> Answer:
    model = open_model(SPEC, Access({}, server.base_url), tries=tries, state=state)
    return await ask(model.chat_model, Request((Message("user", "Hello"),), options))


def bodies(server: StreamingServer) -> list[Body]:
    return [received.body for received in server.requests if received.body]


def said_of(reply: Answer) -> list[str]:
    return [what_was_not_sent(event) for event in reply.events if isinstance(event, SentWithout)]


MENDS = [
    (no_temperature, Options(temperature=0.2), f"{NAME} takes no temperature: sent without.", {}),
    (
        no_old_limit,
        Options(max_reply_tokens=50),
        f"{NAME} takes no max_tokens: sent as max_completion_tokens.",
        {"max_completion_tokens": 50},
    ),
    (no_stream_options, Options(), f"{NAME} takes no stream_options: sent without.", {}),
    (
        few_efforts,
        Options(effort="max"),
        f"{NAME} takes low, high as effort: sent high.",
        {"reasoning_effort": "high"},
    ),
    (
        lambda body: openai("Unrecognized request argument supplied: top_k") if "top_k" in body else None,
        Options(extra=(("top_k", "40"),)),
        f"{NAME} takes no top_k: sent without.",
        {},
    ),
]


@pytest.mark.parametrize(
    ("refuses", "options", "line", "sent"), MENDS, ids=["temperature", "limit", "usage", "effort", "-o"]
)
async def test_a_refused_parameter_mends_itself_once_and_for_all(
    refuses: Callable[[Body], Reply | None], options: Options, line: str, sent: Body, tmp_path: Path
) -> None:
    with StreamingServer(otherwise=unless_taken(refuses)) as server:
        first = await asked(server, options, tmp_path)
        again = await asked(server, options, tmp_path)  # as another process
    assert (first.text, first.error) == ("Yes.", None)
    assert said_of(first) == [line]
    _, mended, next_one = bodies(server)
    assert mended == next_one
    own = {name: value for name, value in mended.items() if name not in ("model", "messages", "stream")}
    usage = {} if refuses is no_stream_options else {"stream_options": {"include_usage": True}}
    assert own == {**sent, **usage}
    assert again.error is None
    assert set(said_of(again)) <= {line}


async def test_in_a_conversation_one_line_says_so() -> None:
    with StreamingServer(otherwise=unless_taken(no_temperature)) as server:
        model = open_model(SPEC, Access({}, server.base_url))
        conversation = Conversation(Setup("assistant", "", model, options=Options(temperature=0.2)))
        events = [event for question in ("One?", "Two?", "Three?") for event in await take_turn(conversation, question)]
    assert [event for event in events if isinstance(event, SentWithout)] == [SentWithout("temperature", "", NAME)]
    assert ["temperature" in body for body in bodies(server)] == [True, False, False, False]
    assert len(conversation.exchanges) == 3


async def test_at_most_two_mends_and_none_of_them_is_a_try(tmp_path: Path) -> None:
    def refuses(body: Body) -> Reply | None:
        for name in ("temperature", "seed", "top_k"):
            if name in body:
                return openai(f"Unknown parameter: '{name}'.", name)
        return None

    with StreamingServer(otherwise=unless_taken(refuses)) as server:
        reply = await asked(server, ALL, tries=3)
        two = await asked(server, Options(temperature=0.2, seed=7))
        assert (await asked(server, ALL, tmp_path)).error is not None
        assert (await asked(server, ALL, tmp_path)).text == "Yes."  # what has helped is kept: the third is mended now
    assert isinstance(reply.error, RequestRefused)
    assert "top_k" in str(reply.error)
    assert len(bodies(server)) == 3 + 3 + 3 + 2
    assert (two.text, len(said_of(two))) == ("Yes.", 2)
    assert not any(isinstance(event, Retrying) for event in reply.events)


async def test_a_limit_that_is_refused_by_both_names_is_left_out() -> None:
    def refuses(body: Body) -> Reply | None:
        name = next((one for one in body if one.startswith("max_")), "")
        return openai(f"Unsupported parameter: '{name}'", name) if name else None

    with StreamingServer(otherwise=unless_taken(refuses)) as server:
        reply = await asked(server, Options(max_reply_tokens=50))
    assert reply.text == "Yes."
    assert len(bodies(server)) == 3


NEVER = [
    page({"error": {"message": "The model `own` does not exist", "code": "model_not_found", "param": "model"}}, 404),
    page({"error": {"message": "model 'temperature' not found"}}, 400),
    openai("Invalid type for 'messages[0].content': temperature is not a text.", "messages[0].content"),
    page({"detail": [{"type": "extra_forbidden", "loc": ["body", "messages", 0, "name"], "msg": "Extra inputs"}]}, 422),
]


@pytest.mark.parametrize("refusal", NEVER, ids=["model", "its name", "messages", "loc"])
async def test_a_refusal_of_model_or_messages_is_never_asked_again(refusal: Reply, tmp_path: Path) -> None:
    with StreamingServer(otherwise=lambda received: refusal) as server:
        reply = await asked(server, ALL, tmp_path)
    assert isinstance(reply.error, RequestRefused | ModelNotFound)
    assert len(bodies(server)) == 1
    assert not (tmp_path / FILE).exists()


async def test_what_does_not_help_is_not_remembered(tmp_path: Path) -> None:
    with StreamingServer(otherwise=lambda received: openai("Unknown parameter: 'seed'.", "seed")) as server:
        model = open_model(SPEC, Access({}, server.base_url), state=tmp_path)
        replies = [await ask(model.chat_model, Request((Message("user", "?"),), ALL)) for _ in range(2)]
    assert ["seed" in str(reply.error) for reply in replies] == [True, True]
    assert ["seed" in body for body in bodies(server)] == [True, False, True, False]
    assert Learnt(tmp_path).all() == []


async def test_once_a_word_has_come_nothing_is_sent_again() -> None:
    scripted = ScriptedModel([TextDelta("Ye"), ParameterRefused("No seed.", field="seed")], "Yes.")
    reply = await ask(MendingChat(scripted, Mends(), NAME), Request((Message("user", "?"),)))
    assert (reply.text, str(reply.error)) == ("Ye", "No seed.")


async def test_a_value_that_is_refused_is_left_out_alone(tmp_path: Path) -> None:
    def refuses(body: Body) -> Reply | None:
        high = body.get("temperature", 0) > 1
        return openai("temperature: Input should be less than or equal to 1", "temperature") if high else None

    with StreamingServer(otherwise=unless_taken(refuses)) as server:
        model = open_model(SPEC, Access({}, server.base_url), state=tmp_path)
        replies = [
            await ask(model.chat_model, Request((Message("user", "?"),), Options(temperature=one)))
            for one in (1.5, 0.5)
        ]
    assert said_of(replies[0]) == [f"{NAME} takes no temperature of 1.5: sent without."]
    assert [body.get("temperature") for body in bodies(server)] == [1.5, None, 0.5]
    assert not (tmp_path / FILE).exists()


async def test_what_the_list_knows_to_be_refused_is_not_sent_and_said() -> None:
    with StreamingServer(otherwise=unless_taken(lambda body: None)) as server:
        model = open_model("anthropic/claude-sonnet-5-5", Access({"ANTHROPIC_API_KEY": "k"}, server.base_url))
        reply = await ask(model.chat_model, Request((Message("user", "?"),), Options(temperature=0.2)))
    (body,) = bodies(server)
    assert "temperature" not in body
    assert [line.partition(" takes")[2] for line in said_of(reply)] == [" no temperature: sent without."]


async def test_what_nobody_has_set_is_left_out_and_not_told() -> None:
    with StreamingServer(answer("Yes.")) as server:
        own = built_in().with_own({"mine": {"url": server.base_url, "never": ["stream_options"]}})
        model = open_model("mine/m", Access({}, providers=own))
        reply = await ask(model.chat_model, Request((Message("user", "?"),)))
    assert ["stream_options" in body for body in bodies(server)] == [False]
    assert (reply.text, said_of(reply)) == ("Yes.", [])


async def test_a_request_is_told_of_what_was_set_for_itself_alone() -> None:
    with StreamingServer(page({}, 500), answer("Yes.")) as server:
        model = open_model("anthropic/claude-sonnet-5-5", Access({"ANTHROPIC_API_KEY": "k"}, server.base_url))
        failed, reply = [
            await ask(model.chat_model, Request((Message("user", "?"),), options))
            for options in (Options(temperature=0.2, seed=7), Options())
        ]
    assert failed.error
    assert (reply.text, said_of(reply)) == ("Yes.", [])


@pytest.mark.parametrize(("effort", "temperature"), [("none", 0.2), ("low", None)])
async def test_a_model_that_takes_a_temperature_only_without_thinking_is_sent_it_then(
    effort: str, temperature: float | None
) -> None:
    with StreamingServer(answer("Yes.")) as server:
        model = open_model("gpt-6-luna", Access({"OPENAI_API_KEY": "k"}, openai_base_url=server.base_url))
        await ask(model.chat_model, Request((Message("user", "?"),), Options(temperature=0.2, effort=effort)))
    assert [body.get("temperature") for body in bodies(server)] == [temperature]


# The file of lessons.


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    one, other = Learnt(tmp_path), Learnt(tmp_path)
    assert one.all() == other.all() == []
    one.remember("http://a", "m", Mend("temperature"))
    other.remember("http://a", "m", Mend("max_tokens", "max_completion_tokens"))
    mends = [Mend("temperature"), Mend("max_tokens", "max_completion_tokens")]
    assert sorted(Learnt(tmp_path).of("http://a", "m")) == sorted(other.of("http://a", "m")) == sorted(mends)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0 or os.name == "nt"
    assert Learnt(tmp_path).of("http://b", "m") == []
    assert (Learnt(tmp_path).forget(), Learnt(tmp_path).all()) == (2, [])


def test_lessons_are_forgotten_after_thirty_days_and_the_file_has_an_end(tmp_path: Path) -> None:
    now = 1_000_000_000.0
    for number in range(3):
        Learnt(tmp_path, lambda: now).remember("http://a", f"m{number}", Mend("seed"))
    assert len(Learnt(tmp_path, lambda: now + 30 * DAY - 1).all()) == 3
    assert Learnt(tmp_path, lambda: now + 30 * DAY + 1).all() == []
    rows = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps([{**rows[0], "model": str(number)} for number in range(MOST + 20)]))
    assert len(Learnt(tmp_path, lambda: now).all()) == MOST


@pytest.mark.parametrize("content", [b"", b"{", b"[1, {}, null]", b"\xff\xfe", b'{"a": 1}', b"[" * 5000])
def test_a_damaged_file_is_ignored_and_written_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    learnt = Learnt(tmp_path)
    assert learnt.all() == []
    learnt.remember("http://a", "m", Mend("seed"))
    assert Learnt(tmp_path).of("http://a", "m") == [Mend("seed")]


@pytest.mark.parametrize(
    ("entry", "is_sound"),
    [({}, True), ({"at": 11.0}, False), ({"at": 10**400}, False), ({"mend": Mend("messages")._asdict()}, False)],
)
def test_what_a_lesson_cannot_say_is_ignored(tmp_path: Path, entry: dict[str, object], is_sound: bool) -> None:
    lesson = {"address": "http://a", "model": "m", "at": 9.0, "mend": Mend("seed")._asdict(), **entry}
    (tmp_path / FILE).write_text(json.dumps([lesson]))
    (tmp_path / FILE).chmod(0o600)
    assert bool(Learnt(tmp_path, lambda: 10.0).all()) is is_sound
    (tmp_path / FILE).chmod(0o606)  # others may have written it
    assert os.name == "nt" or not Learnt(tmp_path, lambda: 10.0).all()


def test_where_nothing_can_be_written_it_lasts_as_long_as_the_process(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    learnt = Learnt(tmp_path / "state")
    learnt.remember("http://a", "m", Mend("seed"))
    assert learnt.of("http://a", "m") == [Mend("seed")]


def test_a_field_in_another_one_is_left_out_alone() -> None:
    mends = Mends(lambda: [Mend("output_config.effort"), Mend("thinking.budget", unless=("top_k", "1"))])
    sent = mends.applied({"output_config": {"effort": "low", "format": 1}, "thinking": {"budget": 5}}).payload
    assert sent == {"output_config": {"format": 1}}
    assert mends.applied({"output_config": {"effort": "low"}, "a": 1}).payload == {"a": 1}


@pytest.mark.parametrize(
    ("effort", "among", "word"),
    [
        ("max", ("low", "medium", "high"), "high"),
        ("none", ("minimal", "low"), "minimal"),
        ("medium", ("low", "high", "max"), "low"),
        ("low", ("low", "high"), "low"),
        ("high", ("default",), ""),
    ],
)
def test_the_nearest_effort(effort: str, among: tuple[str, ...], word: str) -> None:
    assert nearest(effort, among) == word


# The other protocol: Anthropic's own.


async def asked_natively(
    server: StreamingServer,
    options: Options,
    state: Path | None = None,
    *,
    model: str = NAME,
    never: tuple[str, ...] = (),
) -> Answer:
    pytest.importorskip("anthropic")
    claude = built_in().with_own({"anthropic": {"url": server.base_url, **({"never": [*never]} if never else {})}})
    opened = open_model(f"anthropic/{model}", Access({"ANTHROPIC_API_KEY": "k"}, providers=claude), state=state)
    return await ask(opened.chat_model, Request((Message("user", "Hello"),), options))


async def test_over_messages_a_refused_parameter_mends_itself_and_what_has_no_field_is_said(tmp_path: Path) -> None:
    def serve(received: Received) -> Reply:
        if "temperature" in (received.body or {}):
            error = {"type": "invalid_request_error", "message": "`temperature` is deprecated for this model."}
            return page({"type": "error", "error": error}, 400)
        return Messages().reply((Says("Yes."), Ends()))

    with StreamingServer(otherwise=serve) as server:
        first = await asked_natively(server, Options(temperature=0.2, seed=7), tmp_path)
        again = await asked_natively(server, Options(temperature=0.2), tmp_path)
    assert (first.text, first.error, again.text) == ("Yes.", None, "Yes.")
    assert said_of(first) == [f"{NAME} takes no temperature: sent without.", f"{NAME} takes no seed: sent without."]
    assert ["temperature" in body for body in bodies(server)] == [True, False, False]


async def test_over_messages_all_is_said_that_is_not_sent_as_it_is_set() -> None:
    options = Options(temperature=0.2, stop=("END", "\n"), effort="low", max_reply_tokens=99_999)
    never = ("temperature",)
    with StreamingServer(otherwise=lambda received: Messages().reply((Says("Yes."), Ends()))) as server:
        long = await asked_natively(server, options, never=never)
        short = await asked_natively(
            server, replace(options, max_reply_tokens=1_500), model="claude-haiku-4-5", never=never
        )
    always = [f'{NAME} takes no stop of ["\\n"]: sent without.', f"{NAME} takes no temperature: sent without."]
    assert sorted(said_of(long)) == sorted([f"{NAME} takes at most 32000 as max_tokens: sent 32000.", *always])
    assert "claude-haiku-4-5 takes no effort of low: sent without." in said_of(short)
    assert [body["stop_sequences"] for body in bodies(server)] == [["END"]] * 2


async def test_over_messages_the_limit_is_never_left_out() -> None:
    error = {"type": "invalid_request_error", "message": "max_tokens: Input should be greater than 100"}
    with StreamingServer(otherwise=lambda received: page({"type": "error", "error": error}, 400)) as server:
        reply = await asked_natively(server, Options(max_reply_tokens=50))
    assert "max_tokens" in str(reply.error)
    assert len(bodies(server)) == 1
