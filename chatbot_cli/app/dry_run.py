"""Shows the request that a question would send, and sends nothing."""

import json
import re
from collections.abc import Mapping
from typing import TextIO

from chatbot_cli.app.asking import AskingOneAnswer, can_ask
from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.app.one_answer import (
    asks_for_the_rest,
    name_secrets,
    name_what_is_not_offered,
    take_files_along,
)
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.budget import price_unknown
from chatbot_cli.chat.composing import with_passages
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.document_events import PassagesFound
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.passages import Retrieved
from chatbot_cli.chat.sent_tools import tokens_of
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shape import Level
from chatbot_cli.commands.source_report import how_many, what_was_found
from chatbot_cli.errors import CostLimitReached, PriceUnknown
from chatbot_cli.hints import spelled
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.messages import tell
from chatbot_cli.text.counts import dollars
from chatbot_cli.text.data_urls import shortened_data

_NOT_ASCII = re.compile("[^\n -~]")


async def show_request(ready: ReadyChat, question: str, surroundings: Surroundings) -> None:
    """Print the body of the request for a question as JSON, and on stderr where it would go. Raises ChatError.

    On a terminal, the bytes of images are shortened.
    """
    conversation, opened = ready.conversation, ready.opened
    for notice in (*ready.notices, *(opened.notices if opened else ())):
        tell(spelled(notice, in_a_script), surroundings.stderr)
    await take_files_along(ready, surroundings, tells=True)
    name_secrets(ready, question, surroundings, verb="would be sent")
    _name_tools_left_out(ready, surroundings)
    found: list[Retrieved] = []
    goes_on = asks_for_the_rest(ready, question)
    request = await conversation.next_request(None if goes_on else question, found.append)
    for one in found:
        _tell_found(one, conversation.setup, surroundings.stderr)
    model = conversation.setup.model
    here = f"The {model.name} model runs in this process."
    tell(f"POST {model.posts_to}" if model.posts_to else here, surroundings.stderr)
    await _tell_cost(conversation, request, surroundings.stderr)
    payload = as_json(model.payload(request), surroundings.stdout.encoding)
    if surroundings.stdout.isatty():
        payload = shortened_data(payload)
    print(payload, file=surroundings.stdout)


def _tell_found(found: Retrieved, setup: Setup, stderr: TextIO) -> None:
    """Say what would be sent of documents, and what there is to know of the search."""
    if found.passages:
        tokens = setup.count(Message("user", with_passages("", found.passages)))
        about = "" if setup.counts_exactly else "about "
        tell(f"With {how_many(found.passages)}: {about}{tokens:,} tokens.", stderr)
    if sentences := what_was_found(PassagesFound(found)):
        tell(spelled(sentences, in_a_script), stderr)


def _name_tools_left_out(ready: ReadyChat, surroundings: Surroundings) -> None:
    """Name the tools that the model would not be offered, and those that are not known here."""
    if can_ask(surroundings):
        ready.tools.ask_with(AskingOneAnswer(ready.settings, surroundings))
    name_what_is_not_offered(ready, surroundings)
    if servers := [server.name for server in ready.tools.servers if server.config.enabled]:
        tell(f"Not shown: the tools of {', '.join(servers)}, since nothing is started for this.", surroundings.stderr)


async def _tell_cost(conversation: Conversation, request: Request, stderr: TextIO) -> None:
    """Say what the request may cost, and whether it would be sent, if the conversation may not cost what it will."""
    setup = conversation.setup
    if setup.max_cost is None:
        return
    sent = REPLY_FRAMING_TOKENS + sum(map(setup.count, request.messages)) + _beside(request, setup)
    try:
        most = await conversation.budget.check_unasked(sent, conversation.limits.reserve, setup, conversation.journal)
        if most is None:
            raise price_unknown(setup)
    except (CostLimitReached, PriceUnknown) as problem:
        tell(f"{problem} It would not be sent. {problem.hint_for(in_a_script)}", stderr)
    else:
        if most:
            tell(f"It may cost up to {dollars(most)}.", stderr)


def _beside(request: Request, setup: Setup) -> int:
    """The tokens of what is sent beside the messages: the definitions of tools, and a schema."""
    tools, demand = tokens_of(request.tools, setup), request.demand
    is_sent = demand is not None and demand.level is Level.SCHEMA
    return tools + (setup.count(Message("system", demand.shape.source)) if demand and is_sent else 0)


def as_json(payload: Mapping[str, object], encoding: str | None) -> str:
    """JSON for a reader: what cannot be seen, or is not in the encoding of the stream, is written as an escape."""
    unicode = (encoding or "utf-8").lower().replace("-", "") == "utf8"
    text = json.dumps(payload, ensure_ascii=not unicode, indent=2)
    return _NOT_ASCII.sub(lambda match: match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1], text)
