"""Every field of a setup survives whatever happens to its conversation: no list of names can leave one out."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.options import NUMBERS, OPTION_NAMES, SUMMARIZE, Options
from chatbot_cli.chat.prices import NothingToPay
from chatbot_cli.chat.setup import Learned, Setup
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.sessions.field_checks import senseless_field
from chatbot_cli.sessions.importing.reading import read_conversations
from chatbot_cli.sessions.resuming import ResumableSessions
from chatbot_cli.sessions.setup_json import setup_as_json, setup_from_json, with_overrides
from tests.fakes import AnyWords, ScriptedModel, model_with

MODEL = replace(
    model_with(ScriptedModel(), spec="ollama/other"), base_url="http://localhost:9/v1", prices=NothingToPay()
)
VALUES: dict[str, Any] = {name: NUMBERS[name].type(1) for name in OPTION_NAMES if name in NUMBERS}
OPTIONS = Options(**VALUES, stop=("END", "###"), effort="low", extra=(("top_k", "40"), ("who", '{"a": ["b"]}')))
BY_HAND = {
    "model": MODEL,
    "examples": (Exchange("Tea?", "Water."),),
    "options": OPTIONS,
    "overflow": SUMMARIZE,
    "learned_tokens": 7000,
    "count_factor": 1.25,
    "learned_level": Level.OBJECT,
    "learned": (
        Learned(("ollama/m", "", "http://localhost:9/v1"), 7000, 0.9, Level.WORDS),
        Learned(("gpt-6", "", ""), None, 1.1, takes_tools=False),
    ),
    "takes_tools": False,
    "tools": ("time", "files.*"),
    "documents": ("notes", "work"),
    "fallback": (replace(MODEL, spec="gpt-6-luna"), replace(MODEL, spec="ollama/m")),
    "fallback_is_own": True,
    "used_tools": (ToolDefinition("stock", "What is there.", '{"type": "object"}'),),
    "given_by": (("temperature", "--temperature"), ("top_k", "by hand")),
    "chosen": frozenset({"model", "max_turns", "shape"}),
    "shape": AnyWords("the schema", "its label", many=True),
    "been_at": frozenset({"http://localhost:9/v1", "https://other.example/v1"}),
}


def unlike_the_default(field: str) -> object:
    """A value that no field of a setup has by default."""
    if field in BY_HAND:
        return BY_HAND[field]
    return 7000 if field in NUMBERS else f"the {field}"


SETUP = Setup(**{field.name: unlike_the_default(field.name) for field in fields(Setup)})  # type: ignore[arg-type]  # made for any field
OF_FIELDS = pytest.mark.parametrize("field", [field.name for field in fields(Setup)])


def revive(saved: Mapping[str, object]) -> Setup:
    return setup_from_json(saved, lambda spec, base_url: replace(MODEL, spec=spec, base_url=base_url), AnyWords)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[ResumableSessions]:
    with closing(ResumableSessions(tmp_path, revive)) as sessions:
        yield sessions


async def conversation_in(archive: ResumableSessions) -> Conversation:
    answering = replace(MODEL, chat_model=ScriptedModel("=Yes."))
    conversation = Conversation(replace(SETUP, model=answering), journal=archive.begin())
    async for _ in conversation.take_turn("Is it?"):
        pass
    return conversation


@OF_FIELDS
async def test_saving_and_resuming(archive: ResumableSessions, field: str) -> None:
    conversation = await conversation_in(archive)
    conversation.journal.close()
    opened = archive.open(archive.last())
    assert getattr(opened.state.setup, field) == getattr(SETUP, field)


@OF_FIELDS
async def test_forking(archive: ResumableSessions, field: str) -> None:
    conversation = await conversation_in(archive)
    fork = archive.fork(conversation.state, conversation.journal).journal
    fork.close()
    assert fork.session is not None
    assert getattr(archive.open(fork.session).state.setup, field) == getattr(SETUP, field)


@OF_FIELDS
async def test_exporting_and_importing(archive: ResumableSessions, field: str) -> None:
    await conversation_in(archive)
    (record,) = read_conversations(archive.export(archive.last(), "json").text.encode(), at=0.0)
    not_taken = {"base_url", "been_at", "learned", "tools", "documents", "extra", "fallback", "fallback_is_own"}
    assert not not_taken & record.setup.keys()  # where it may go and what it is offered, no file decides
    kept = {name: value for name, value in setup_as_json(SETUP).items() if name in not_taken}
    read = revive({**record.setup, **kept})
    assert getattr(read, field) == getattr(SETUP, field)


def test_a_setup_is_json_whose_names_are_those_of_the_settings() -> None:
    written = json.loads(json.dumps(setup_as_json(SETUP)))
    assert written.keys() >= set(NUMBERS)
    assert revive(written) == SETUP


def test_what_an_older_version_did_not_write_has_its_default() -> None:
    assert revive({"system_prompt": "Be brief.", "model": "demo"}).options == Options()
    of_another = {"of": ["gpt-6", "", ""], "tokens": 1, "factor": 1.0}
    older = revive({"model": "demo", "learned": [of_another]})
    assert (older.learned_level, older.learned) == (None, (Learned(("gpt-6", "", ""), 1),))


@pytest.mark.parametrize("nonsense", ["twice", "", 2, ["object"], {"level": "object"}])
def test_a_level_that_makes_no_sense_is_unknown(nonsense: object) -> None:
    of_another = {"of": ["gpt-6", "", ""], "tokens": None, "factor": 1.1, "level": nonsense}
    saved = {"model": "demo", "learned_level": nonsense, "learned": [of_another]}
    assert senseless_field(saved) is None
    read = revive(saved)
    assert (read.learned_level, read.learned[0].level) == (None, None)


def test_a_flag_overrides_one_of_the_other_parameters_and_its_source() -> None:
    saved = setup_as_json(SETUP)
    flags = {"extra": {"top_k": "50"}, "seed": 9, "given_by": {"top_k": "-o", "seed": "--seed"}}
    read = revive(with_overrides(saved, flags))
    assert read.options == replace(OPTIONS, seed=9, extra=(("top_k", "50"), ("who", '{"a": ["b"]}')))
    assert dict(read.given_by) == {"temperature": "--temperature", "top_k": "-o", "seed": "--seed"}


@pytest.mark.parametrize(
    "senseless",
    [{"extra": {"messages": "[]"}}, {"extra": {"a": "no json"}}, {"extra": []}, {"stop": [""]}, {"effort": "huge"}],
)
def test_parameters_that_make_no_sense_are_found(senseless: dict[str, object]) -> None:
    assert senseless_field(setup_as_json(SETUP)) is None
    assert senseless_field(senseless) == next(iter(senseless))
