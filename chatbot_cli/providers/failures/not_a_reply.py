"""Describes the body that a server sent in place of a reply. Pure."""

import json
import re

import httpx2

from chatbot_cli.errors import EmptyReply
from chatbot_cli.providers.failures.server_message import message_of, sentence, title_of
from chatbot_cli.providers.route.endpoint import Endpoint, check_base_url
from chatbot_cli.secrets.striking import struck

_NO_EVENT = re.compile(
    r"^(?!:|(?:data|event|id|retry)(?::|$))[^\S\n]*\S", re.MULTILINE
)  # a line that is not part of an event stream
_WORDS = re.compile(r"^data:[^\S\n]*(?!\[DONE\])([^\s{].*)", re.MULTILINE)  # data that is not JSON's
SHOWN = 80  # characters of a body that are shown if it holds no message


def no_chunks(endpoint: Endpoint, headers: httpx2.Headers, beginning: bytes, request_id: str = "") -> EmptyReply:
    """The error for a response of success without a piece of a reply. `beginning` is that of the body, unpacked."""
    sent = {name: headers[name] for name in ("content-type",) if name in headers}
    told = httpx2.Response(200, headers=sent, content=beginning).text.lstrip("\ufeff").strip()
    text = struck(re.sub(r"\r\n?", "\n", told), *endpoint.secrets)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "text/event-stream" and not _NO_EVENT.search(text):
        if words := _WORDS.search(text):
            return EmptyReply(_description(kind, words[1]), check_base_url(endpoint), request_id=request_id)
        hint = f"The message may be too long for the model. {check_base_url(endpoint)}"
        # This is how llama-cpp-python refuses a request that is too long.
        return EmptyReply("The server sent an empty reply.", hint, request_id=request_id, maybe_too_long=True)
    return EmptyReply(_description(kind, text), check_base_url(endpoint), request_id=request_id)


def _description(kind: str, text: str) -> str:
    if not text:
        return "The server sent nothing."
    if kind == "text/html" or text.startswith("<"):
        return sentence("The server sent a web page, not a reply", title_of(text))
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):  # not JSON, or not all of it; thousands of brackets
        form = "JSON" if kind.endswith("json") else "plain text"
        return sentence(f"The server sent {form}, not a reply", message_of(text[:SHOWN]))
    if isinstance(body, dict) and body.get("error"):
        return sentence("The server sent an error, not a reply", message_of(body))
    if isinstance(body, dict) and (body.get("object") == "chat.completion" or body.get("type") == "message"):
        return "The server sent its reply in one piece, and a chat needs it streamed."
    return sentence("The server sent JSON, not a reply", message_of(text[:SHOWN]))
