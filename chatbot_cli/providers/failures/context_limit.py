"""Recognizes, in the words of many servers, a request that is too long, and reads the model's limit. Pure."""

import re
from collections.abc import Mapping

CODES = ("context_length_exceeded", "exceed_context_size_error")  # OpenAI's, llama.cpp's

_NUMBER = r"(\d[\d,]*)"
_LIMITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"maximum context length (?:is|of) {_NUMBER}",  # OpenAI, vLLM, and LiteLLM in front of them
        rf"{_NUMBER} tokens? > {_NUMBER} maximum",  # Claude
        rf"maximum number of tokens allowed \(?{_NUMBER}",  # Gemini
        rf"context (?:window|size|length)(?: of| is| \()? ?\(?{_NUMBER}",  # llama.cpp and its relatives
        rf"n_ctx\D{{0,5}}{_NUMBER}",
    )
)
_WORDS = re.compile(
    r"maximum context length|context[ _](?:window|length|size)|(?:prompt|input) is too long"
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
    if isinstance(body, Mapping) and isinstance(held := body.get("n_ctx"), int):
        return held
    for pattern in _LIMITS:
        if match := pattern.search(message):
            return int(match[match.lastindex or 1].replace(",", "")) or None
    return None
