"""Recognizes, in the words of many servers, that they refuse to be sent tools, or one of them. Pure."""

import re
from collections.abc import Sequence

from chatbot_cli.errors import RequestRefused, ToolsRefused
from chatbot_cli.hints import setting
from chatbot_cli.providers.failures.refused_parts import refused_part
from chatbot_cli.providers.failures.server_message import sentence
from chatbot_cli.providers.route.endpoint import Endpoint

_TOOLS = (
    r"(?:the )?(?:use of )?['\"`]?"
    r"(?:tools?|tool[ _-](?:use|call(?:s|ing)?|choice)|functions?[ _-]?call(?:s|ing)?)\b['\"`]?"
)
_NO_TOOLS = re.compile(
    rf"(?:does not|doesn['’]t|do not|cannot|can['’]t) (?:yet |currently )?(?:support|handle|use) {_TOOLS}(?![\[.]\w)"
    rf"|\b{_TOOLS} (?:is|are) (?:not |un)(?:yet |currently )?(?:supported|enabled|available|allowed)"  # Groq, Gemini
    rf"|\b{_TOOLS} not (?:supported|enabled)"
    r"|endpoints found that support tool use"  # OpenRouter
    r"|['\"“]?auto['\"”]? tool choice requires|\btool-call-parser\b"  # vLLM, SGLang
    r"|tools? param requires|tools? .{0,30}requires? .{0,12}jinja"  # llama.cpp
    r"|(?:unsupported|unknown|unrecognized|unexpected|unpermitted|extra)"  # OpenAI, Azure, llama.cpp
    r" (?:request )?(?:param(?:eter)?|argument|field|key)s?(?: supplied)?:? ?[\[{(]?['\"`]?tools\b(?![\[.]\w)"
    r"|not support param(?:eter)?s: ?[\[{(]?['\"`]?tools\b",  # LiteLLM
    re.IGNORECASE,
)
_NUMBERED = (
    re.compile(r"function_?declarations?\[(\d{1,4})\]", re.IGNORECASE),  # Gemini, of whose tools there is one
    re.compile(r"\btools(?:\[|\.|['\"]?, ?| ?-> ?)(\d{1,4})\b", re.IGNORECASE),
)
_NAMED = re.compile(r"\b(?:function|tool) ['\"`]([A-Za-z0-9_-]{1,64})['\"`]", re.IGNORECASE)


def tools_refused(
    error: Exception, names: Sequence[str], endpoint: Endpoint, *, begun: bool = False
) -> RequestRefused | None:
    """Our error if a server refuses the tools of these names, or one of them; None if the error is another one."""
    refused = None if begun or not names else refused_part(error, endpoint)
    if refused is None:
        return None
    message, said, number, request_id = refused.message, refused.said, refused.number, refused.request_id
    if any(map(_NO_TOOLS.search, said)) or _is_unknown_field(refused.body):
        hint = f"Set another model with {setting('model')}."
        return ToolsRefused(sentence(f"The server takes no tools{number}", message), hint, request_id=request_id)
    if name := _refused_one(said, names):
        hint = "Leave this tool out, or change the schema of its parameters."
        return RequestRefused(
            sentence(f"The server refuses the tool {name}{number}", message), hint, request_id=request_id
        )
    return None


def _is_unknown_field(body: object) -> bool:
    """Whether a server that checks every field does not know `tools`, as pydantic says it."""
    match body:
        case {"message": dict(inner)} | {"error": dict(inner)}:
            return _is_unknown_field(inner)
        case {"detail": [{"loc": [*_, "tools"], "type": str(kind)}, *_]}:
            return "extra" in kind
    return False


def _refused_one(said: Sequence[str], names: Sequence[str]) -> str:
    """The tool that a server's words are about; empty if they are about none, or nobody knows which."""
    for text in said:
        if named := next((match[1] for match in _NAMED.finditer(text) if match[1] in names), ""):
            return named
        for pattern in _NUMBERED:
            if (match := pattern.search(text)) and int(match[1]) < len(names):
                return names[int(match[1])]
    return ""
