"""Parameters as they are written: texts at which a reply stops, and fields of a request beside those that chat knows.

A list or a mapping is written as JSON in one line, wherever a setting is a text.
"""

from collections.abc import Mapping
from typing import Any

from chatbot_cli.errors import UsageError
from chatbot_cli.hints import setting

NOBODY = "none"  # in place of a list of models
MOST_STOPS = 16
LONGEST_STOP = 200  # characters
MOST_FIELDS = 50
LONGEST_FIELD = 10_000  # characters of a value
DEEPEST = 20

OWNED: Mapping[str, str] = {
    "model": f"{setting('model', 'SPEC')} sets it.",
    "messages": f"{setting('system', 'TEXT')} sets what comes first.",
    "system": f"{setting('system', 'TEXT')} sets it.",
    "stream": "A reply always streams.",
    "stream_options": "A reply always streams.",
    "n": "A retry asks for another answer.",
    "tools": "Tools are offered by their names.",
    "functions": "Tools are offered by their names.",
    "response_format": "A schema asks for data.",
    "output_config": "A schema asks for data.",
    "temperature": f"{setting('temperature', 'X')} sets it.",
    "top_p": f"{setting('top_p', 'X')} sets it.",
    "seed": f"{setting('seed', 'N')} sets it.",
    "stop": f"{setting('stop', 'TEXT')} sets it.",
    "stop_sequences": f"{setting('stop', 'TEXT')} sets it.",
    "effort": f"{setting('effort', 'WORD')} sets it.",
    "max_tokens": f"{setting('max_reply_tokens', 'N')} sets it.",
    "max_completion_tokens": f"{setting('max_reply_tokens', 'N')} sets it.",
    "max_reply_tokens": f"{setting('max_reply_tokens', 'N')} sets it.",
    "prompt_cache_key": "It is drawn by lot for each conversation.",
}
"""The fields of a request that only chat writes, each with a hint."""


def field_in(text: str) -> tuple[str, str]:
    """The name of a field and its value as JSON, from KEY=VALUE. Raises UsageError."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise UsageError(f"“{text[:40]}” is not KEY=VALUE.", f"For example: {setting('extra', 'top_k=40')}")
    return field_of(key.strip(), value.strip())


def field_of(key: str, value: str) -> tuple[str, str]:
    """The name of a field and its value as JSON; a value that is no JSON is a text. Raises UsageError."""
    if problem := senseless_key(key):
        raise UsageError(problem, OWNED.get(key, "A name has letters, digits, _, - and dots."))
    try:
        return key, _as_json(value)
    except ValueError:
        raise UsageError(f"The value of {key} is no text of at most {LONGEST_FIELD:,} characters.") from None


def senseless_key(key: str) -> str:
    """Why a field cannot be set by this name, as a sentence; empty if it can."""
    if key in OWNED:
        return f"{key} is a parameter that chat writes itself."
    if not (0 < len(key) <= 64 and key.isascii() and key.replace("_", "").replace("-", "").replace(".", "").isalnum()):
        return f"“{key[:40]}” is no name of a parameter."
    return ""


def stops_in(text: str) -> tuple[str, ...]:
    """The texts that a JSON list holds; any other text is the only one. Raises ValueError."""
    texts = _list_in(text) if text.startswith("[") else None
    texts = [text] if texts is None else texts
    if len(texts) > MOST_STOPS or not all(is_stop(one) for one in texts):
        raise ValueError
    return tuple(dict.fromkeys(texts))


def specs_in(text: str) -> tuple[str, ...]:
    """The models in a list: JSON, or with commas between them; NOBODY is an empty one. Raises ValueError."""
    parts = stops_in(text) if text.startswith("[") else text.split(",")
    specs = tuple(dict.fromkeys(spec for part in parts if (spec := part.strip())))
    if not all(spec.isprintable() and _is_sound(spec) for spec in specs):
        raise ValueError
    return () if specs == (NOBODY,) else specs


def is_stop(value: object) -> bool:
    """Whether a reply can stop at it."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_STOP and _is_sound(value)


def extra_in(text: str) -> tuple[tuple[str, str], ...]:
    """The fields that a JSON object holds, each with its value as JSON. Raises ValueError."""
    import json  # here because few have such fields, and start-up counts

    fields = json.loads(text, parse_constant=_refuse)
    if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
        raise ValueError
    return tuple((key, written_out(value)) for key, value in fields.items())


def written_out(value: object) -> str:
    """A value as JSON in one line. Raises ValueError."""
    import json  # here for the same reason

    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if not _is_sound(text) or len(text) > LONGEST_FIELD:
        raise ValueError
    return text


def as_text(value: Any) -> str:
    """A list of texts, or fields with their values as JSON, as one line of JSON; empty for none."""
    match value:
        case ():
            return ""
        case (tuple(), *_):
            import json  # here for the same reason

            return json.dumps({key: json.loads(text) for key, text in value}, ensure_ascii=False)
        case tuple():
            return written_out([*value])
    return str(value)


def _as_json(value: str) -> str:
    import json  # here for the same reason

    try:
        return written_out(json.loads(value, parse_constant=_refuse))
    except (ValueError, RecursionError):  # also of thousands of digits or brackets
        return written_out(value)


def _list_in(text: str) -> list[str] | None:
    import json  # here for the same reason

    try:
        texts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return texts if isinstance(texts, list) else None


def _is_sound(text: str) -> bool:
    """Whether it can be sent as UTF-8."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
