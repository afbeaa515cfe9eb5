"""What servers told of their models is kept for a day, privately, and is never worth an error."""

import os
from pathlib import Path

import pytest

from chatbot_cli.providers.discovery.served import ServedModel
from chatbot_cli.providers.model_lists import ModelLists
from chatbot_cli.system.private_files import is_open_to_others

MODELS = (ServedModel("one", 4096), ServedModel("two"))


def test_a_list_comes_back_for_the_same_address_alone(tmp_path: Path) -> None:
    lists = ModelLists(tmp_path / "cache")
    lists.keep("mistral", "https://api.mistral.ai/v1", MODELS, now=1_000.0)
    lists.keep("mistral", "https://api.mistral.ai/v1", MODELS, now=2_000.0)
    kept = lists.of("mistral", "https://api.mistral.ai/v1")
    assert kept is not None
    assert (kept.models, kept.asked) == (MODELS, 2_000.0)
    assert lists.of("mistral", "https://elsewhere.example/v1") is None
    assert lists.of("groq", "https://api.mistral.ai/v1") is None
    assert [path.name for path in (tmp_path / "cache/models").iterdir()] == ["mistral.json"]


def test_it_is_fresh_for_a_day(tmp_path: Path) -> None:
    lists = ModelLists(tmp_path)
    lists.keep("groq", "here", MODELS, now=1_000.0)
    kept = lists.of("groq", "here")
    assert kept is not None
    assert [kept.is_fresh(now) for now in (1_000.0, 87_399.0, 87_400.0, 999.0)] == [
        True,
        True,
        False,
        False,
    ]


def test_its_file_is_the_owner_s_alone(tmp_path: Path) -> None:
    ModelLists(tmp_path / "cache").keep("groq", "here", MODELS, now=0.0)
    for made in ("cache", "cache/models", "cache/models/groq.json"):
        assert not is_open_to_others((tmp_path / made).stat().st_mode)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"address": "here"}',
        b'{"address": "here", "asked": "x", "models": []}',
        b'{"address": "here", "asked": 0, "models": [["a\\u001b", null]]}',
        b'{"address": "here", "asked": 0, "models": [["a", true]]}',
        b'{"address": "here", "asked": 0, "models": [[7, null]]}',
        b'{"address": "here", "asked": 0, "models": 7}',
        b'{"address": "here", "asked": 1%s, "models": []}' % (b"0" * 400),
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_not_ours_is_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/groq.json").write_bytes(content)
    assert ModelLists(tmp_path).of("groq", "here") is None


def test_no_password_of_an_address_is_kept(tmp_path: Path) -> None:
    address, other = (f"http://me:{secret}@here.example/v1?key={secret}" for secret in ("hunter2", "swordfish"))
    lists = ModelLists(tmp_path)
    lists.keep("mine", address, MODELS, now=0.0)
    assert b"hunter2" not in (tmp_path / "models/mine.json").read_bytes()
    assert lists.of("mine", address)
    assert lists.of("mine", other)  # it is the same server
    assert lists.of("mine", address.replace("here", "there")) is None


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    os.mkfifo(tmp_path / "models/groq.json")
    assert ModelLists(tmp_path).of("groq", "here") is None


def test_what_cannot_be_kept_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file, and no folder")
    lists = ModelLists(tmp_path)
    lists.keep("groq", "here", MODELS, now=0.0)
    assert lists.of("groq", "here") is None
