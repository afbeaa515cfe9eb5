"""The calls of tools that the demo model makes, and what it says of their results. Pure.

It calls only what it is offered, and only what the newest message asks for in so many words.
"""

import json
import re
from collections.abc import Callable, Sequence

from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.rounds import CallId, ToolCall
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.chat.turn import GO_ON_WITH_TOOLS
from chatbot_cli.text.counts import counted
from chatbot_cli.text.short import shorten

SHOWN = 400  # characters of a result that is repeated
LONGEST_LOOP = 100  # calls

_TIME = re.compile(r"\bwhat (?:time|day|date)\b|\bthe (?:time|date)\b|\bhow late\b", re.IGNORECASE)
_ZONE = re.compile(r"\b[A-Z][A-Za-z_]+/[A-Z][A-Za-z_/]+\b")
_SUM = re.compile(r"(?<![\w.])[-(]*\d[\d\s.,()]*(?:(?:\*\*|[-+*/^%×÷−])[\s(−-]*\d[\d.,)]*\s*)+")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?/\d\d?/\d{4}")
_CALL = re.compile(
    r"\b(?:call|run|use)\s+(?P<any>the tool\s+)?(?P<name>[\w.-]+)(?P<with>\s+with\s+(?=\{))?",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\b(?P<times>\d{1,3}) times\b", re.IGNORECASE)
_FOREVER = re.compile(r"\b(?:again and again|in a loop|forever)\b", re.IGNORECASE)

_STARTS_WITH_DAY = re.compile(r"\w+day\b")
_IS_NUMBER = re.compile(r"[-−]?[\d.,]+(?:e[+-]?\d+)?(?:/\d+)?", re.IGNORECASE)

Wish = tuple[str, dict[str, object]]  # a tool's name, and the arguments


def calls_for(request: Request) -> tuple[ToolCall, ...]:
    """The calls that a request is answered with; none if nothing is asked for, or it has all the results already."""
    if not request.tools or (request.demand is not None and request.messages[-1].role == "tool"):
        return ()
    question, since = _newest_question(request.messages)
    wishes = _wishes(question, request.tools)
    made = sum(bool(message.parts) for message in since if message.role == "assistant")
    if not wishes or made >= _rounds(question):
        return ()
    begin = sum(len(message.parts) for message in request.messages if message.role == "assistant")
    return tuple(
        ToolCall(f"demo{begin + number:05}", name, json.dumps(arguments, ensure_ascii=False))
        for number, (name, arguments) in enumerate(wishes)
    )


def after_calls(messages: Sequence[Message]) -> str:
    """What the model says of the results that it was sent."""
    _, since = _newest_question(messages)
    names = {part.id: part.name for message in since for part in message.parts if isinstance(part, ToolCall)}
    results = [
        (names.get(part.id, ""), shorten(message.content, SHOWN))
        for message in since
        for part in message.parts
        if isinstance(part, CallId)
    ]
    if len(results) == 1:
        return _said_of(*results[0])
    if len({result for _, result in results}) == 1:
        return f"The same {len(results)} times: {results[0][1]}"
    listed = (f"- `{name}`: {result}" for name, result in results)
    return "\n".join((f"I have {counted(len(results), 'result')}:", "", *listed))


def _said_of(name: str, result: str) -> str:
    """A sentence about one result."""
    if name == "time" and _STARTS_WITH_DAY.match(result):
        return f"It is {result}."
    if name == "calculate" and _IS_NUMBER.fullmatch(result):
        return f"That is {result}."
    return f"`{name}` says: {result}"


def _newest_question(messages: Sequence[Message]) -> tuple[str, Sequence[Message]]:
    """The newest message of the user, and what came after it."""
    for number in range(len(messages) - 1, -1, -1):
        is_asked = not messages[number].content.startswith(GO_ON_WITH_TOOLS)
        if messages[number].role == "user" and is_asked:
            return messages[number].content, messages[number + 1 :]
    return "", ()


def _rounds(question: str) -> int:
    """How many times in a row the calls are made."""
    if _FOREVER.search(question):
        return LONGEST_LOOP
    times = _TIMES.search(question)
    return min(LONGEST_LOOP, int(times["times"])) if times else 1


def _wishes(question: str, tools: Sequence[ToolDefinition]) -> list[Wish]:
    """The calls that a question asks for, of the tools that are there."""
    names = {tool.name for tool in tools}
    wishes = [(name, arguments) for name, arguments in _named(question, tools)]
    for name, wish in _KNOWN.items():
        if name in names and name not in dict(wishes) and (arguments := wish(question)) is not None:
            wishes.append((name, arguments))
    return wishes


def _named(question: str, tools: Sequence[ToolDefinition]) -> list[Wish]:
    """The calls that a question names: `call stock with {"item": "tea"}`. A server's tool goes by its own name, too."""
    wishes: list[Wish] = []
    end = 0
    while match := _CALL.search(question, end):
        arguments, end = _arguments(question, match.end()) if match["with"] else ({}, match.end())
        wanted = match["name"].rstrip(".").replace(".", "__")
        found = next((one.name for one in tools if wanted in (one.name, one.name.partition("__")[2])), None)
        if found or match["any"]:  # a tool that is not there is called, too: one can see what becomes of that
            wishes.append((found or wanted, arguments))
    return wishes


def _arguments(question: str, begin: int) -> tuple[dict[str, object], int]:
    """The JSON object that begins there, and where it ends; an empty one if it is none."""
    try:
        read, end = json.JSONDecoder().raw_decode(question, begin)
    except (ValueError, RecursionError):
        return {}, begin
    return (read, end) if isinstance(read, dict) else ({}, end)


def _time(question: str) -> dict[str, object] | None:
    if not _TIME.search(question):
        return None
    zone = _ZONE.search(question)
    return {"zone": zone[0]} if zone else {}


def _sum(question: str) -> dict[str, object] | None:
    match = _SUM.search(question)
    if match is None or _DATE.search(match[0]):
        return None
    return {"expression": match[0].rstrip(" \n\t,.(").lstrip().translate(str.maketrans("×÷−", "*/-"))}


_KNOWN: dict[str, Callable[[str], dict[str, object] | None]] = {"time": _time, "calculate": _sum}
