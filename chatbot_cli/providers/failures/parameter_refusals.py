"""Recognizes, in the words of many servers, that they refuse a parameter that a request does without. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from chatbot_cli.errors import ParameterRefused
from chatbot_cli.hints import setting
from chatbot_cli.providers.failures.context_limit import is_too_long
from chatbot_cli.providers.failures.refusals import message_in
from chatbot_cli.providers.failures.refused_parts import READ, texts_in
from chatbot_cli.providers.failures.server_message import sentence
from chatbot_cli.providers.failures.wire_errors import NEEDED, StatusError, shown_id
from chatbot_cli.providers.route.endpoint import Endpoint

STATUSES = (400, 422)
OTHER_NAMES = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
WHOLE = ("stream_options", "response_format")  # nothing in them is left out alone
NEEDED_FIELD = "needed"
LIMITS = frozenset(("max_tokens", "max_completion_tokens"))
_SETTINGS = {
    **{name: name for name in ("temperature", "top_p", "seed", "stop")},
    **{"random_seed": "seed", "stop_sequences": "stop", "reasoning_effort": "effort", "output_config.effort": "effort"},
    **dict.fromkeys(LIMITS, "max_reply_tokens"),
}
_IN_PLACES = ("body", "query", "generation_config", "generationConfig", "extra_body", "config")

_QUOTE = r"['\"`“”‘’\\]*"
_NO_MODEL = r"(?<!model )(?<!model ['\"`“‘])"
_NAME = rf"{_NO_MODEL}{_QUOTE}\b(?P<name>[a-zA-Z_][\w.]*){_QUOTE}"
_KIND = (
    r"(?:request |query |sampling )?(?:param(?:eter)?|argument|field|key|propert(?:y|ie)|value|option|setting|name)s?"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # OpenAI, Azure, Groq, xAI, Gemini, llama.cpp: the kind of mistake, then the name
        r"(?:unsupported|unknown|unrecognized|unexpected|invalid|unpermitted|extra"
        r"|not (?:supported|allowed|permitted))"
        rf" {_KIND}(?: supplied| name| given)?(?: on this model| for this model)?:? ?[\[({{]*{_NAME}",
        rf"{_KIND} (?:is )?not (?:supported|allowed|permitted)[\w ]{{0,30}}: ?[\[({{]*{_NAME}",
        # Claude, OpenAI, Groq: the name, then what is wrong with it
        rf"{_NAME},?(?: {_KIND})?:? (?:is|are|was|has been) (?:currently |yet )?"
        r"(?:not|no longer|deprecated|un(?:supported|available|known|expected)|disabled|removed|fixed|only)\b",
        rf"{_NAME},?(?: {_KIND})? (?:does|do|can|may|must)(?: ?not|n['’]t|nnot)? ?(?:only )?(?:be|support|accept)\b",
        rf"{_NAME}(?:=[\w.-]+)? (?:not|un)[ -]?(?:supported|allowed|permitted)\b",
        rf"{_NAME}[\w.]*: (?:extra inputs|unknown|unsupported|unexpected|this (?:field|parameter)|not )",  # pydantic
        rf"['\"]loc['\"]: ?[(\[]['\"]body['\"], ?{_NAME}",
        # the server or the model does not take it
        rf"(?:does not|doesn['’]t|do not|don['’]t|cannot|not) (?:yet )?(?:support|accept|allow|take|permit)(?:ed|s)?"
        rf"(?: the)?(?: use of)?(?: setting)?(?: {_KIND}:?)? ?[\[({{]*{_NAME}",
        rf"invalid {_NAME}[: ]",  # Moonshot
        rf"invalid value at {_NAME}",  # Gemini
        rf"target type: {_NAME}",  # DeepSeek
    )
)
_BOTH = re.compile(rf"{_NAME} and {_NAME.replace('<name>', '<second>')} cannot both", re.IGNORECASE)  # Claude
_ABOUT_ITS_VALUE = re.compile(
    r"(?:less|greater|more|lower|higher|smaller|larger) than|at (?:most|least) -?[\d.]|between -?[\d.]|out of range"
    r"|\brange\b|(?:above|below|exceeds?) (?:the )?(?:maximum|minimum)|too (?:large|big|small|high|low|many|long)"
    r"|(?:must|should) be (?:a |an )?(?:non-negative|positive|integer|number|string|valid|in\b|<|>|≤|≥)",
    re.IGNORECASE,
)
_WORDS_TAKEN = re.compile(
    r"\b(?:supported|allowed|valid|accepted|permitted|possible) values?(?: are| is)?:?|must be one of|expected one of"
    r"|input should be(?! a )",
    re.IGNORECASE,
)
_QUOTED_WORD = re.compile(r"['\"`“‘]([a-z]{2,12})['\"`”’]")


class Found(NamedTuple):
    """The parameter that an error names. `words` are the values that are taken in its place, if it says so.

    It `is_about_value` if another value may be taken.
    """

    field: str
    words: tuple[str, ...] = ()
    is_about_value: bool = False


def parameter_refused(
    error: Exception,
    endpoint: Endpoint,
    *,
    said_by_user: Iterable[str] = (),
    begun: bool = False,
    needed: frozenset[str] = NEEDED,
) -> ParameterRefused | None:
    """Our error if a server refuses one of the fields that were sent, and the request can do without it.

    What a user has said may be quoted by a server, and names no field. Those that are `needed` are never left out.
    """
    if begun or not isinstance(error, StatusError) or error.status_code not in STATUSES:
        return None
    message, sent = message_in(error, endpoint), error.sent
    if error.code == "model_not_found" or is_too_long(error.status_code, error.code, error.type, message):
        return None
    optional = {name: name for name in _names(sent) if name not in needed}
    found = _named_by_field(error.body, optional, needed) or _named_in_words(error, optional, endpoint, said_by_user)
    if not isinstance(found, Found):
        return None
    value = _value(sent, found.field)
    of_setting = _SETTINGS.get(found.field)
    leave_out = f"Leave out {setting(of_setting)}." if of_setting else "Leave it out."
    return ParameterRefused(
        sentence(f"The server refuses {found.field} ({error.status_code})", message),
        leave_out,
        request_id=shown_id(error.request_id, endpoint),
        field=found.field,
        other=OTHER_NAMES.get(found.field, "") if not (needed & LIMITS or found.is_about_value) else "",
        words=found.words if isinstance(value, str) else (),
        only=json.dumps(value) if found.is_about_value else "",
        value=value,
    )


def _names(sent: Mapping[str, Any]) -> Iterator[str]:
    for name, value in sent.items():
        if isinstance(value, Mapping) and name not in WHOLE:
            yield from (f"{name}.{inner}" for inner in value)
        yield name


def _value(sent: Mapping[str, Any], field: str) -> Any:
    value: Any = sent
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _named_by_field(body: object, optional: Mapping[str, str], needed: frozenset[str]) -> Found | str | None:
    """The parameter that the body names in a field of its own; NEEDED_FIELD if it cannot be left out."""
    for entry, place in _places(body):
        place = [part for part in place if part not in _IN_PLACES]
        if not place:
            continue
        if place[0].partition("[")[0] in needed:
            return NEEDED_FIELD
        if field := _matching(".".join(place), optional):
            return _with_words(field, [*texts_in(entry)])
    return None


def _places(body: object, depth: int = 0) -> Iterator[tuple[object, list[str]]]:
    """The places of a request that an error's body names: pydantic's `loc`, OpenAI's `param`."""
    if depth > 5:
        return
    if isinstance(body, Mapping):
        if isinstance(loc := body.get("loc"), list):
            yield body, [str(part) for part in loc]
        if isinstance(param := body.get("param"), str) and param:
            yield body, param.split(".")
        for name in ("error", "detail", "message", "errors"):
            yield from _places(body.get(name), depth + 1)
    elif isinstance(body, list):
        for entry in body[:20]:
            yield from _places(entry, depth + 1)


def _named_in_words(
    error: StatusError, optional: Mapping[str, str], endpoint: Endpoint, said_by_user: Iterable[str]
) -> Found | None:
    users = [text for text in said_by_user if text]
    named = re.compile(rf"(?<!\w){re.escape(endpoint.model)}(?!\w)")  # a model `max` is no part of `max_tokens`
    for text in (named.sub("", text[:READ]) for text in texts_in(error.body)):
        if (both := _BOTH.search(text)) and (field := _matching(both["second"], optional)):
            return Found(field)
        for pattern in _PATTERNS:
            for match in pattern.finditer(text):
                field = _matching(match["name"], optional)
                if field and not any(match[0].strip() in said for said in users):
                    return _with_words(field, [text])
    return None


def _matching(name: str, optional: Mapping[str, str]) -> str:
    """The field that is meant by a name: itself, or the part of it that was sent."""
    name = name.strip(".")
    parts = [part for part in name.split(".") if part not in _IN_PLACES]
    for candidate in (name, ".".join(parts), *parts[:1], *parts[-1:]):
        if candidate in optional:
            return candidate
    return ""


def _with_words(field: str, said: Sequence[str]) -> Found:
    text = " ".join(said)
    if taken := _WORDS_TAKEN.search(text):
        words = tuple(dict.fromkeys(_QUOTED_WORD.findall(text[taken.end() :])))
        if words:
            return Found(field, words)
    return Found(field, is_about_value=bool(_ABOUT_ITS_VALUE.search(text)))
