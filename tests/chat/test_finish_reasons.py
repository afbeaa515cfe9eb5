"""What the word means with which a server says why a reply ended."""

import pytest

from chatbot_cli.chat.finish_reasons import ending_named, is_finish_reason, is_tool_call
from chatbot_cli.chat.messages import Ending

MEANINGS = {
    Ending.COMPLETE: "stop STOP Stop end_turn END_TURN eos eos_token stop_sequence tool_calls function_call tool_use",
    Ending.LENGTH: """
        length LENGTH max_tokens MAX_TOKENS maxTokens max-tokens FinishReason.MAX_TOKENS FINISH_REASON_MAX_TOKENS
        max_output_tokens model_length max_length model_context_window_exceeded
    """,
    Ending.FILTERED: """
        content_filter content-filter ContentFilter CONTENT_FILTER SAFETY safety RECITATION sensitive blocklist
        PROHIBITED_CONTENT SPII IMAGE_SAFETY guardrail_intervened
    """,
    Ending.REFUSED: "refusal",
    Ending.LOST: """
        error ERROR abort aborted network_error insufficient_system_resource cancelled canceled timeout LANGUAGE OTHER
        MALFORMED_FUNCTION_CALL interrupted
    """,
}
CASES = [(word, ending) for ending, words in MEANINGS.items() for word in words.split()]


@pytest.mark.parametrize(("word", "ending"), [*CASES, (" max tokens\n", Ending.LENGTH)])
def test_a_servers_word_is_understood_however_it_is_written(word: str, ending: Ending) -> None:
    assert ending_named(word) is ending


@pytest.mark.parametrize("word", ["", "hiccup", "stopping", "über", "…", "unknown", "maxtokens!"])
def test_a_word_that_nobody_knows_has_no_meaning(word: str) -> None:
    assert ending_named(word) is None


@pytest.mark.parametrize(
    ("word", "is_one"), [("stop", True), ("hiccup", True), ("", False), (" ", False), ("null", False), ("None", False)]
)
def test_some_words_say_that_a_reply_goes_on(word: str, is_one: bool) -> None:
    assert is_finish_reason(word) is is_one


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("tool_calls", True), ("tool-calls", True), ("ToolUse", True), ("function_call", True), ("stop", False)],
)
def test_some_words_ask_for_a_tool(word: str, is_one: bool) -> None:
    assert is_tool_call(word) is is_one
