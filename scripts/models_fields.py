"""What two lists say of one model -> its row in `chatbot_cli/providers/models.json.gz`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

CHATS = ("chat", "responses", "completion")  # `mode` in litellm's list
NO_CHAT = re.compile(  # in a name; the lists call some of these chats
    r"audio|bge|clip|computer-use|container|deep-research|embed|flux|guard|image|lyria|moderat|orpheus|parakeet|realtime"
    r"|rerank|retriever|robotics|speech|transcri|translate|tts|video|voxtral|whisper|(^|[-/])(ocr|live|paligemma|fim)\b"
    r"|^(ft:|~|together-ai-)",
    re.IGNORECASE,
)
ABILITIES = {  # a letter: the name in litellm's list
    "v": "supports_vision",
    "t": "supports_function_calling",
    "s": "supports_response_schema",
    "r": "supports_reasoning",
    "a": "supports_adaptive_thinking",
    "A": "thinking_always_on",
}
EFFORTS = {"none": "n", "minimal": "i", "low": "l", "medium": "m", "high": "h", "xhigh": "x", "max": "M"}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
LEAST, MOST = 512, 20_000_000  # tokens of a window that can be true


class Row(NamedTuple):
    """A model. Tokens are 0 if unknown, prices None: dollars for a million tokens, cached ones and written ones, too.

    `input` and `output` are the most of either; `input` is 0 if the whole window may be sent. `can` has a letter for
    each ability. `sampling` is 0 if a temperature is refused, else 1. `efforts` has a letter for each, and is empty if
    they are unknown. `cache_from` is the fewest tokens that are cached.
    """

    context: int
    input: int
    output: int
    price_in: float | None
    price_out: float | None
    price_cached: float | None
    price_written: float | None
    can: str
    sampling: int
    efforts: str
    released: str
    deprecated: str
    cache_from: int


class Sums:
    """Windows by the most that may be sent and the most that comes back, as models.dev has them."""

    def __init__(self, models_dev: Mapping[str, Any]) -> None:
        limits = [model.get("limit", {}) for model in models_dev.get("openai", {}).get("models", {}).values()]
        self._of = {(one["input"], one["output"]): one["context"] for one in limits if one.get("input")}

    def window(self, most_input: int, most_output: int) -> int:
        """The window of a model of which only the two parts are known."""
        return int(self._of.get((most_input, most_output), most_input))


def row_of(
    name: str, one: Mapping[str, Any], other: Mapping[str, Any], sums: Sums, refuses_while_thinking: bool = False
) -> Row | None:
    """The row of a model of which litellm has `one`, and models.dev `other`; None if it is not for chats."""
    if NO_CHAT.search(name) or not _chats(one, other):
        return None
    context, most_input, most_output = _windows(one, other, sums)
    if not context:
        return None
    price_in, price_out, cached, written = (_price(one, other, *names) for names in PRICES)
    thinks = _can("supports_reasoning", "reasoning", one, other)
    if refuses_while_thinking:
        sampling = not thinks or one.get("default_reasoning_effort") == "none"
    else:
        sampling = one.get("supports_sampling_params", other.get("temperature", True)) is not False
    return Row(
        context,
        most_input if most_input < context else 0,
        most_output,
        price_in,
        price_out,
        cached,
        written,
        can="".join(_abilities(one, other)),
        sampling=int(sampling),
        efforts=_efforts(one),
        released=_date(other.get("release_date")),
        deprecated=_date(one.get("deprecation_date")),
        cache_from=_tokens(one.get("prompt_cache_min_tokens")),
    )


def _chats(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if "alias_of" in one or other.get("status") == "deprecated":
        return False
    if one and one.get("mode") not in CHATS:
        return False
    gives = one.get("supported_output_modalities") or other.get("modalities", {}).get("output") or ["text"]
    return "text" in gives and not {"audio", "video"} & set(gives)


def _windows(one: Mapping[str, Any], other: Mapping[str, Any], sums: Sums) -> tuple[int, int, int]:
    """The window, the most that may be sent, and the most that comes back; 0 for what is unknown."""
    theirs = other.get("limit", {})
    context, most_output = _tokens(theirs.get("context")), _tokens(one.get("max_output_tokens", theirs.get("output")))
    most_input = _tokens(one.get("max_input_tokens")) or _tokens(theirs.get("input")) or context
    if most_input == context:  # litellm has the window there, or nobody knows better
        most_input = _tokens(theirs.get("input")) or context
    if not context or context < most_input or context > most_input + most_output:
        context = sums.window(most_input, most_output)
    return context, most_input, most_output


def _tokens(value: Any) -> int:
    """A number of tokens that can be true, else 0."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 < value <= MOST else 0


PRICES = (
    ("input_cost_per_token", "input"),
    ("output_cost_per_token", "output"),
    ("cache_read_input_token_cost", "cache_read"),
    ("cache_creation_input_token_cost", "cache_write"),
)


def _price(one: Mapping[str, Any], other: Mapping[str, Any], ours: str, theirs: str) -> float | None:
    """Dollars for a million tokens; None if neither list says so."""
    per_token, per_million = one.get(ours), other.get("cost", {}).get(theirs)
    value = per_token * 1e6 if isinstance(per_token, int | float) else per_million
    return float(f"{value:.6g}") if isinstance(value, int | float) and 0 <= value < 10_000 else None


def _abilities(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    theirs = {"v": "image", "t": "tool_call", "s": "structured_output", "r": "reasoning"}
    for letter, name in ABILITIES.items():
        if _can(name, theirs.get(letter, ""), one, other):
            yield letter


def _can(ours: str, theirs: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a model has an ability: by litellm's word, or else by that of models.dev."""
    if ours in one:
        return one[ours] is True
    if theirs == "image":
        return theirs in other.get("modalities", {}).get("input", ())
    return other.get(theirs) is True


def _efforts(one: Mapping[str, Any]) -> str:
    """A letter for each effort that a model takes; empty if that is unknown."""
    levels = one.get("reasoning_effort_levels")
    if isinstance(levels, list):
        return "".join(letter for name, letter in EFFORTS.items() if name in levels)
    said = {name: one.get(f"supports_{name}_reasoning_effort") for name in EFFORTS}
    if not any(isinstance(value, bool) for value in said.values()):
        return ""
    usual = ("low", "medium", "high")  # a list that says so of others takes these for granted
    return "".join(letter for name, letter in EFFORTS.items() if said[name] or (name in usual and said[name] is None))


def _date(value: Any) -> str:
    return value if isinstance(value, str) and DATE.fullmatch(value) else ""
