"""The failures: a tree that is as it is drawn, and errors that are whole when they are made."""

import ast
import inspect
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot_cli import errors
from chatbot_cli.errors import (
    ChatError,
    ConnectionFailed,
    ContextTooLong,
    InvalidReply,
    ProviderError,
    RateLimited,
    ReplyCut,
    ServerFailed,
    TransientError,
    Unauthorized,
)
from chatbot_cli.providers.failures.server_message import sentence

PACKAGE = Path(errors.__file__).parent.parent


def drawn() -> Iterator[tuple[int, str, int | None]]:
    """The tree in the docstring: depth, name and exit code of each line, the code None where it is the parent's."""
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"^    ([│├└─ ]*)(\w+) +(\d+)?  ", line):
            yield len(found[1]) // 4, found[2], int(found[3]) if found[3] else None


def test_the_tree_is_as_it_is_drawn() -> None:
    above: list[tuple[str, int]] = []  # the names on the way to a line, with their exit codes
    names = []
    for depth, name, code in drawn():
        kind = getattr(errors, name)
        del above[depth:]
        parent, inherited = above[-1] if above else ("Exception", 0)
        above.append((name, inherited if code is None else code))
        names.append(name)
        assert (kind.__base__.__name__, kind.exit_code) == (parent, above[-1][1]), name
    assert sorted(names) == sorted(name for name, kind in vars(errors).items() if inspect.isclass(kind))


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


def test_a_failure_of_the_way_there_is_of_the_server_and_may_pass() -> None:
    assert issubclass(ConnectionFailed, TransientError)
    assert not issubclass(Unauthorized, TransientError)
    assert ProviderError("No.").retryable is False


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("Slow down", "Slow down."),
        ("Slow down.", "Slow down."),
        ("Slow down..", "Slow down."),
        ("Slow down. ", "Slow down."),
        ("Slow down!", "Slow down!"),
        ("Slow down!!!", "Slow down!!!"),
        ("Slow down! .", "Slow down!"),
        ("Why?", "Why?"),
        ("Wait…", "Wait…"),
        ("Wait...", "Wait."),
        ("请慢一点。", "请慢一点。"),
        ("请慢一点！", "请慢一点！"),
        ("なぜ？", "なぜ？"),
        ("धीरे।", "धीरे।"),
        ("ｶﾅ｡", "ｶﾅ｡"),
        ("لماذا؟", "لماذا؟"),
    ],
)
def test_a_sentence_that_ends_with_anothers_words_ends_once(said: str, end: str) -> None:
    assert str(errors.ChatError(f"The server failed: {said}.")) == f"The server failed: {end}"
    assert str(ReplyCut(said)) == f"The reply was cut off: {end}"
    assert sentence("The server failed", said) == f"The server failed: {end}"


@pytest.mark.parametrize(
    "error",
    [
        InvalidReply('{"age": "old"}', ("$.age: 'old' is not an integer",), 2),
        RateLimited("It is too much.", "Wait.", request_id="r1"),
    ],
)
def test_an_error_gets_whole_from_a_worker_process_to_its_parent(error: ChatError) -> None:
    same = pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    assert type(same) is type(error)
    assert str(same) == str(error)
    assert vars(same) == vars(error)
