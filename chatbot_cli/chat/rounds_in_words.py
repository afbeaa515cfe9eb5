"""Tool calls and attachments in words, for people who read a conversation (pure)."""

from collections.abc import Iterator, Sequence

from chatbot_cli.chat.rounds import NO_RESULT, Attachment, CallOutcome, Round, ToolCall, ToolResult


def rounds_in_words(rounds: Sequence[Round], before_result: str = "\n") -> list[str]:
    """The rounds before a reply, in order: the text before the calls, then each call with its result after it."""
    return [
        text for one in rounds for text in (*([one.text] if one.text else []), *_calls_in_words(one, before_result))
    ]


def attached_in_words(attachment: Attachment) -> str:
    """An attachment of a message: its name, its media type and its size in bytes."""
    return f"Attached: {attachment.name} ({attachment.media_type}, {len(attachment.content):,} bytes)"


def _calls_in_words(one: Round, before_result: str) -> Iterator[str]:
    for call, result in zip(one.calls, one.results, strict=True):
        yield f"{_call_in_words(call, result)}{before_result}{result.text or NO_RESULT}"


def _call_in_words(call: ToolCall, result: ToolResult) -> str:
    ending = "" if result.outcome is CallOutcome.DONE else f" ({result.outcome.value})"
    return f"{call.name} {call.arguments}{ending}"
