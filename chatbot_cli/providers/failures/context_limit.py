"""Recognizes, in the words of many servers, a request that is too long; reads its tokens and the limit. Pure."""

import re
from collections.abc import Mapping

CODES = ("context_length_exceeded", "exceed_context_size_error")  # OpenAI's, llama.cpp's

LONGEST_NUMBER = 12  # digits of a number of tokens; a longer one is none

_NUMBER = r"(\d[\d,]*)"
_LIMITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"maximum context length (?:is|of) {_NUMBER}",  # OpenAI, vLLM, and LiteLLM in front of them
        rf"{_NUMBER} tokens? > {_NUMBER} maximum",  # Claude
        rf"context limit: {_NUMBER} \+ \d+ > {_NUMBER}",
        rf"maximum number of tokens allowed \(?{_NUMBER}",  # Gemini
        rf"context (?:window|size|length)(?: of| is(?: only)?| \()? ?\(?{_NUMBER}",  # llama.cpp, its relatives, SGLang
        rf"n_ctx\D{{0,5}}{_NUMBER}",
        rf"{_NUMBER} maximum context length",  # Mistral
        rf"maximum prompt length is {_NUMBER}",  # xAI
        rf"maximum (?:model|allowed input) length of {_NUMBER}",  # vLLM, Xinference; SGLang
        rf"`max_new_tokens` must be <= {_NUMBER}",  # TGI
    )
)
_COUNTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"messages resulted in {_NUMBER} tokens",  # OpenAI
        rf"{_NUMBER} (?:in the messages|of text input)",  # OpenAI and vLLM, OpenRouter; the rest is for the reply
        rf"request has {_NUMBER} input tokens",  # vLLM
        rf"{_NUMBER} tokens? > {_NUMBER} maximum",  # Claude
        rf"context limit: {_NUMBER} \+ \d+ > ",
        rf"input token count \(?(?:is )?{_NUMBER}",  # Gemini
        rf"request(?:ed tokens)? \({_NUMBER}",  # llama.cpp, llama-cpp-python
        rf"(?:prompt|request) contains {_NUMBER} tokens",  # Mistral, xAI
        rf"keep the first {_NUMBER} tokens",  # LM Studio
        rf"prompt \(length {_NUMBER}\)",  # vLLM
        rf"input \({_NUMBER} tokens\)",  # SGLang
        rf"input length \(?{_NUMBER}\)? exceeds",
        rf"{_NUMBER} tokens from the input messages",
        rf"given: {_NUMBER} `inputs` tokens",  # TGI
    )
)
_WORDS = re.compile(
    r"maximum (?:context|prompt) length|context[ _](?:window|length|size|limit)|(?:prompt|input) is too long"
    r"|maximum (?:model|allowed input) length|`inputs` tokens \+"
    r"|input token count .* exceeds|too many tokens|ContextWindowExceeded",
    re.IGNORECASE,
)


def is_too_long(status: int, code: object, kind: object, message: str) -> bool:
    """Whether a refusal means that the request has too many tokens. `message` is the server's."""
    return any(known in (code, kind) for known in CODES) or (
        status in (400, 413, 422, 500) and _WORDS.search(message) is not None
    )


def limit_in(body: object, message: str) -> int | None:
    """The number of tokens that the model holds; None if the server does not say."""
    if isinstance(body, Mapping) and (held := _sensible(body.get("n_ctx"))):
        return held
    matches = (pattern.search(message) for pattern in _LIMITS)
    return next((_sensible(_whole(match[match.lastindex or 1])) for match in matches if match), None)


def counted_in(body: object, message: str) -> int | None:
    """The tokens that the server counted in the request, those for the reply aside; None if it does not say."""
    if isinstance(body, Mapping) and (counted := _sensible(body.get("n_prompt_tokens"))):
        return counted
    matches = (pattern.search(message) for pattern in _COUNTS)
    return next((_sensible(_whole(match[1])) for match in matches if match), None)


def _whole(digits: str) -> int:
    digits = digits.replace(",", "")
    return int(digits) if len(digits) <= LONGEST_NUMBER else 0


def _sensible(number: object) -> int | None:
    """A number of tokens that a request can have; None for anything else."""
    return number if type(number) is int and 0 < number < 10**LONGEST_NUMBER else None
