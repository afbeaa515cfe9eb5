"""The finish reasons of all servers: the word that says why a reply ended, and what it means. Pure."""

import re

from chatbot_cli.chat.messages import Ending

_WORDS = {
    Ending.COMPLETE: """
        stop end_turn end_of_turn eos eos_token stop_sequence stop_token stop_tokens stop_word word complete completed
        finished done tool_calls tool_call tool_use function_calls function_call
    """,
    Ending.LENGTH: """
        length max_length max_tokens max_new_tokens max_output_tokens max_completion_tokens max_output token_limit limit
        error_limit model_length context_length context_length_exceeded model_context_window_exceeded
    """,
    Ending.FILTERED: """
        content_filter content_filtered filtered safety image_safety sensitive recitation blocklist blocked
        prohibited_content spii moderation content_policy content_policy_violation guardrail_intervened error_toxic
    """,
    Ending.REFUSED: "refusal refused",
    Ending.LOST: """
        error server_error internal_error network_error connection_error abort aborted cancel cancelled canceled
        user_cancel interrupted timeout failed incomplete overloaded insufficient_system_resource pause_turn language
        other malformed_function_call malformed_response unexpected_tool_call too_many_tool_calls
    """,
}
_ENDINGS = {word: ending for ending, words in _WORDS.items() for word in words.split()}
_CALLS = frozenset(("tool_calls", "tool_call", "tool_use", "function_calls", "function_call"))
_NO_REASON = frozenset(("", "null", "none"))  # what a reply that goes on says in some servers' words
_BEFORE_A_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|[-\s]+")


def ending_named(reason: str) -> Ending | None:
    """How a reply with this finish reason ended; None if the word is not known."""
    return _ENDINGS.get(_plain(reason))


def is_finish_reason(reason: str) -> bool:
    """Whether a reply with this finish reason has ended."""
    return _plain(reason) not in _NO_REASON


def is_tool_call(reason: str) -> bool:
    """Whether the reason is that the model waits for the results of tools."""
    return _plain(reason) in _CALLS


def _plain(reason: str) -> str:
    """`MAX_TOKENS`, `max-tokens`, `maxTokens` and `FinishReason.MAX_TOKENS` as `max_tokens`."""
    word = _BEFORE_A_WORD.sub("_", reason.strip().rpartition(".")[2])
    return word.lower().removeprefix("finish_reason_")
