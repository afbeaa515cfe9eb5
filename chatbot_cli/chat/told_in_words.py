"""Rounds of tool calls in words, for a server that takes no tools (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import overload

from chatbot_cli.chat.context import Context
from chatbot_cli.chat.messages import LONGEST_EARLIER_RESULT, Exchange, Message, cut, messages_of_round
from chatbot_cli.chat.rounds import ToolCall

GO_ON_WITHOUT_TOOLS = "Answer with these results: no more tools can be called now."


def in_words(context: Context) -> Context:
    """The same context without a call in it: what was called, and what came of it, is said by the assistant."""
    return replace(context, exchanges=_InWords(context.exchanges), new=_without_calls(context.new))


class _InWords(Sequence[Exchange]):
    """Exchanges that are put into words when they are looked at: of a long transcript, few are."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._exchanges = exchanges

    def __len__(self) -> int:
        return len(self._exchanges)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | Sequence[Exchange]:
        return _InWords(self._exchanges[index]) if isinstance(index, slice) else _told(self._exchanges[index])


def _told(exchange: Exchange) -> Exchange:
    """An exchange without rounds; it has no key then, since it is not the one that the journal keeps."""
    if not exchange.rounds:
        return exchange
    words = [_round_in_words(messages_of_round(one)) for one in exchange.rounds]
    said = "\n\n".join((*words, exchange.reply_as_sent))
    return replace(exchange, assistant=said, rounds=(), key=None, token_counts=(exchange.token_counts[0], None))


def _without_calls(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Messages of a turn, with those of the assistant and the tools between two of the user in one."""
    told: list[Message] = []
    for is_said, group in groupby(messages, lambda message: message.role in ("assistant", "tool")):
        part = tuple(group)
        if is_said and any(message.role == "tool" for message in part):
            part = (Message("assistant", _round_in_words(part)),)
        told += part
    if len(messages) > 1 and told[-1].role == "assistant":
        told.append(Message("user", GO_ON_WITHOUT_TOOLS))
    return tuple(told)


def _round_in_words(messages: Sequence[Message]) -> str:
    """Messages of the assistant and of tools as one text."""
    texts: list[str] = []
    waiting: list[ToolCall] = []
    for message in messages:
        if message.role == "tool":
            call, result = waiting.pop(0), cut(message.content, LONGEST_EARLIER_RESULT)
            texts.append(f"[I called {call.name} with {call.arguments}. The result:]\n{result}")
        elif message.content:
            texts.append(message.content)
        waiting += [part for part in message.parts if isinstance(part, ToolCall)]
    return "\n\n".join(texts)
