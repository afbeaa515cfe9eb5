"""What a server sent in place of a reply, in a sentence. Pure."""

import json
import re

import httpx2

from chatbot_cli.errors import EmptyReply
from chatbot_cli.hints import setting
from chatbot_cli.providers.failures.server_message import message_of, sentence, title_of
from chatbot_cli.providers.route.endpoint import Endpoint, check_base_url
from chatbot_cli.secrets.striking import struck

_NO_EVENT = re.compile(
    r"^(?!:|data:|event:|id:|retry:)\s*\S", re.MULTILINE
)  # a line that is none of a stream of events
SHOWN = 80  # characters of a body that says nothing else


def no_chunks(endpoint: Endpoint, headers: httpx2.Headers, beginning: bytes, request_id: str = "") -> EmptyReply:
    """The server agreed to answer, and sent no piece of a reply; its body, as it came, has this `beginning`."""
    said = struck(_text_of(headers, beginning).strip(), *endpoint.secrets)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "text/event-stream" and not _NO_EVENT.search(said):
        hint = f"The message may be too long for the model. {check_base_url(endpoint)}"
        # llama-cpp-python says like this that it is too long.
        return EmptyReply("The server sent an empty reply.", hint, request_id=request_id, maybe_too_long=True)
    return EmptyReply(_what_came(kind, said), check_base_url(endpoint), request_id=request_id)


def called_a_tool(name: str) -> EmptyReply:
    """The model ended properly, and wants a tool to be called instead of saying something."""
    what = f"The model called the tool {name}, and this chat has none."
    return EmptyReply(what, f"Ask again in other words, or another model: {setting('model')}.")


def _what_came(kind: str, said: str) -> str:
    if not said:
        return "The server sent nothing."
    if kind == "text/html" or said.startswith("<"):
        return sentence("The server sent a web page, not a reply", title_of(said))
    try:
        body = json.loads(said)
    except (ValueError, RecursionError):  # no JSON, or not all of it; thousands of brackets
        what = "JSON" if kind.endswith("json") else "plain text"
        return sentence(f"The server sent {what}, not a reply", message_of(said[:SHOWN]))
    if isinstance(body, dict) and body.get("error"):
        return sentence("The server sent an error, not a reply", message_of(body))
    if isinstance(body, dict) and body.get("object") == "chat.completion":
        return "The server sent its reply in one piece, and a chat needs it streamed."
    return sentence("The server sent JSON, not a reply", message_of(said[:SHOWN]))


def _text_of(headers: httpx2.Headers, beginning: bytes) -> str:
    """The text that the body begins with, as far as it can be read."""
    sent = {name: headers[name] for name in ("content-type", "content-encoding") if name in headers}
    try:
        return httpx2.Response(200, headers=sent, content=beginning).text
    except httpx2.DecodingError:  # cut in the middle of what was packed
        return ""
