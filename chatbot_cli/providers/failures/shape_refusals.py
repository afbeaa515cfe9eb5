"""Recognizes, in the words of many servers, that they refuse a schema or JSON mode. Pure."""

import re

from chatbot_cli.chat.shape import Level
from chatbot_cli.errors import ShapeRefused
from chatbot_cli.hints import setting
from chatbot_cli.providers.failures.refused_parts import refused_part
from chatbot_cli.providers.failures.server_message import LENGTH, sentence
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.secrets.striking import struck
from chatbot_cli.text.short import shorten_foreign

_PROBLEMS = {Level.SCHEMA: "The server refuses the schema", Level.OBJECT: "The server refuses JSON mode"}

_ABOUT_THE_SHAPE = re.compile(
    r"response[_ .]?(?:format|schema|json[_ .]?schema|mime[_ .]?type)"  # OpenAI, Azure, Mistral, LM Studio, Gemini
    r"|json[_ ]?(?:schema|object)\b|json[_ ]mode|json output"  # Groq, vLLM, llama.cpp, DeepSeek
    r"|structured[_ ]?outputs?\b|output_(?:config|format)\b|guided[_ ](?:json|decoding|grammar)"  # Claude, vLLM
    r"|\bgrammar\b"  # llama.cpp, vLLM, Claude: what they make of a schema
    r"|\bschema (?:produces|is too|has too|contains|exceeds)|invalid schema|unsupported schema"  # Gemini, OpenAI
    r"|contain the word .?json"  # OpenAI, DeepSeek: JSON mode needs it in the messages
    r"|expected .?json.? or a json schema|vocabulary required for format"  # Ollama
    r"|endpoints found that (?:can handle|support) the requested parameters",  # OpenRouter
    re.IGNORECASE,
)
# Gemini says no more than this of a schema that is too large for it. Of anything else it says it once more without one.
_SAYS_NOTHING = re.compile(r"request contains an invalid argument", re.IGNORECASE)


def shape_refused(error: Exception, level: Level, endpoint: Endpoint, *, begun: bool = False) -> ShapeRefused | None:
    """Our error if a server refuses to make its reply have a shape at this level; None if the error is another one."""
    refused = None if begun or level not in _PROBLEMS else refused_part(error, endpoint)
    if refused is None:
        return None
    message, said = refused.message, refused.said
    words = next((text for text in said if _ABOUT_THE_SHAPE.search(text)), None)
    if words is None and not (level is Level.SCHEMA and any(map(_SAYS_NOTHING.search, said))):
        return None
    if words and not _ABOUT_THE_SHAPE.search(message) and " " in words:  # what it passes on says more than it does
        message = shorten_foreign(struck(words, *endpoint.secrets), LENGTH)
    problem = _PROBLEMS[level] + refused.number
    hint = f"Check {setting('model')}, or ask for something plainer."
    return ShapeRefused(sentence(problem, message), hint, request_id=refused.request_id)
