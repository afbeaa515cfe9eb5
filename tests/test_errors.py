"""The failures: a tree that is as its page says, errors that are whole when they are made, and hints for every door."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli import errors
from chatbot_cli.app.spelling import in_a_conversation, in_a_script
from chatbot_cli.errors import (
    ACTIONS,
    MARKS,
    ChatError,
    ConnectionFailed,
    ContextTooLong,
    MissingKey,
    ProviderError,
    RateLimited,
    ReplyCut,
    ServerFailed,
    TransientError,
    Unauthorized,
    action,
    as_keyword,
    setting,
    spelled,
    unmarked,
)

PACKAGE = Path(errors.__file__).parent
DOORS = (as_keyword, in_a_script, in_a_conversation)


def drawn() -> Iterator[tuple[int, str, int | None]]:
    """The tree in the docstring: depth, name and exit code of each line, the code None where it is the parent's."""
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"^    ([│├└─ ]*)(\w+) +(\d+)?  ", line):
            yield len(found[1]) // 4, found[2], int(found[3]) if found[3] else None


def built(kind: type[ChatError] = ChatError, depth: int = 0) -> Iterator[tuple[int, str]]:
    yield depth, kind.__name__
    for child in kind.__subclasses__():
        yield from built(child, depth + 1)


def test_the_tree_is_as_it_is_drawn() -> None:
    lines = list(drawn())
    assert sorted((depth, name) for depth, name, _ in lines) == sorted(
        (depth, name) for depth, name in built() if hasattr(errors, name)
    )
    codes: list[int] = []
    for depth, name, code in lines:
        codes[depth:] = [codes[-1] if code is None else code]
        kind = getattr(errors, name)
        assert kind.exit_code == codes[-1], name
        assert depth == 0 or getattr(errors, name).__mro__[depth] is ChatError


def test_a_cut_reply_is_no_reason_to_try_the_same_request_again() -> None:
    cut = ReplyCut("the connection was lost")
    assert not isinstance(cut, TransientError)
    assert (cut.exit_code, cut.retryable, cut.retry_after) == (3, False, None)


@pytest.mark.parametrize("kind", TransientError.__subclasses__())
def test_what_may_pass_ends_with_75_unless_it_is_known_not_to(kind: type[TransientError]) -> None:
    assert (kind("Busy.").exit_code, kind("Busy.").retryable) == (75, True)
    assert (kind("No.", retryable=False).exit_code, kind("No.", retryable=False).retryable) == (1, False)


def test_a_failure_is_whole_when_it_is_made() -> None:
    limited = RateLimited("Too many.", "Wait.", request_id="req_1", retry_after=7.0)
    assert (limited.hint, limited.retry_after) == ("Wait. Request id: req_1", 7.0)
    assert ServerFailed("No.", "See http://h/v1", request_id="req_1").hint == "See http://h/v1 · Request id: req_1"
    assert ContextTooLong("Too long.", limit=600).limit == 600
    with pytest.raises(AttributeError):
        limited.hint = "Another one."  # type: ignore[misc]  # that is what is tried


def test_nothing_is_set_on_an_error_after_it_is_made() -> None:
    fields = {"exit_code", "marked_hint", "limit", "maybe_too_long", "request_id", "retry_after", "retryable"}
    late = [
        f"{path.name}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in fields
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "reply"))
    ]
    assert late == []


def test_each_door_spells_a_hint_in_its_own_way() -> None:
    error = ChatError(
        "No.", f"Raise {setting('max_reply_tokens')}, or {action('continue')} with {setting('model', 'demo')}."
    )
    assert error.hint == "Raise max_reply_tokens, or continuing with model='demo'."
    assert error.hint_for(in_a_script) == "Raise --max-reply-tokens, or chat -c /continue with --model demo."
    assert error.hint_for(in_a_conversation) == "Raise --max-reply-tokens, or /continue with /model demo."


def test_a_hint_that_repeats_another_one_is_spelled_as_well() -> None:
    missing = MissingKey("OPENAI_API_KEY", "gpt-6-luna")
    again = ChatError(f"thesis: {missing}", missing.marked_hint)
    assert again.hint_for(in_a_script) == "Set it in the environment or in .env, or try --model demo."


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("max_context_tokens", "N", "max_context_tokens=N"),
        ("max_context_tokens", "600", "max_context_tokens=600"),
        ("model", "NAME", "model=NAME"),
        ("base_url", "http://h/v1", "base_url='http://h/v1'"),
        ("model", "", "model"),
    ],
)
def test_a_program_is_told_the_keyword_argument(name: str, value: str, told: str) -> None:
    assert spelled(setting(name, value), as_keyword) == told


@pytest.mark.parametrize("name", ACTIONS)
def test_a_program_is_told_of_no_flag_and_no_command(name: str) -> None:
    assert not re.search(r"--|/", as_keyword(name))


@given(st.text(st.sampled_from(f"{MARKS}ab model=")))
def test_no_mark_is_ever_shown_even_if_it_is_broken(text: str) -> None:
    for told in (spelled(text, door) for door in DOORS):
        assert not set(told) & set(MARKS)


@given(st.text(st.sampled_from(f"{MARKS}ab")))
def test_a_value_can_mark_nothing(value: str) -> None:
    assert spelled(setting("model", value), lambda name, given: f"<{name} {given}>") == f"<model {unmarked(value)}>"


def test_a_failure_of_the_way_there_is_of_the_server_and_may_pass() -> None:
    assert issubclass(ConnectionFailed, TransientError)
    assert not issubclass(Unauthorized, TransientError)
    assert ProviderError("No.").retryable is False
