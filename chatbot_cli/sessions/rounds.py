"""Rounds of tool calls and attachments in the database; each belongs to a message."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.rounds import UNANSWERED, CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.errors import SessionDamaged
from chatbot_cli.sessions.database.opening import bound
from chatbot_cli.sessions.database.selecting import rows_of
from chatbot_cli.sessions.field_checks import amount_or_none
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord
from chatbot_cli.sessions.reply_pieces import read_pieces
from chatbot_cli.sessions.sources import read_sources
from chatbot_cli.sessions.stored_values import arguments_in, bytes_in, text_in
from chatbot_cli.sessions.thoughts import columns_of, read_thoughts, thoughts_in

NO_NAME = "unknown"  # for a tool whose name is missing

_INSERT_ROUND = """
    INSERT INTO rounds (reply, number, text, thought_seconds, thought_model, thought_address, seal, reasoning)
    VALUES (?, ?, CAST(? AS TEXT), ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))
"""
_SELECT_ROUNDS = """
    SELECT reply, number, text, thought_seconds, thought_model, thought_address, seal, reasoning
    FROM rounds WHERE reply IN
"""
_INSERT_CALL = """
    INSERT INTO calls (reply, round, number, call_id, name, arguments, extra)
    VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))
"""
_ANSWER_CALL = """
    UPDATE calls SET outcome = ?, seconds = ?, result = CAST(? AS TEXT) WHERE reply = ? AND round = ? AND number = ?
"""
_INSERT_ATTACHMENT = """
    INSERT INTO attachments (message, number, name, media_type, digest, made_from)
    VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT))
"""


def insert_round(
    connection: sqlite3.Connection,
    reply: int,
    number: int,
    calls: Sequence[ToolCall],
    text: str,
    thoughts: Thoughts | None,
) -> None:
    """Save the calls of a round, which have no results yet. Rounds are numbered from 0. Needs a transaction."""
    connection.execute(_INSERT_ROUND, (reply, number, bound(text), *columns_of(thoughts)))
    rows = ((reply, number, index, *map(bound, call)) for index, call in enumerate(calls))
    connection.executemany(_INSERT_CALL, rows)


def insert_results(connection: sqlite3.Connection, reply: int, number: int, results: Sequence[ToolResult]) -> None:
    """Save the results of a round, in the order of its calls. Needs a transaction."""
    for index, result in enumerate(results):
        insert_result(connection, reply, number, index, result)


def insert_result(connection: sqlite3.Connection, reply: int, of_round: int, number: int, result: ToolResult) -> None:
    """Save the result of one call of a round; both are numbered from 0. Needs a transaction."""
    row = (result.outcome.name.lower(), result.seconds, bound(result.text), reply, of_round, number)
    connection.execute(_ANSWER_CALL, row)


def insert_rounds(connection: sqlite3.Connection, reply: int, rounds: Sequence[Round], first: int = 0) -> None:
    """Save whole rounds; the first of them gets the number `first`. Needs a transaction."""
    for number, one in enumerate(rounds, first):
        insert_round(connection, reply, number, one.calls, one.text, one.thoughts)
        insert_results(connection, reply, number, one.results)


def insert_attachments(connection: sqlite3.Connection, message: int, attached: Sequence[Attachment]) -> None:
    """Save the attachments of a message. Equal bytes are stored once. Needs a transaction."""
    for number, attachment in enumerate(attached):
        connection.execute(
            "INSERT OR IGNORE INTO contents (digest, bytes) VALUES (?, ?)", (attachment.digest, attachment.content)
        )
        of_text = (bound(attachment.name), bound(attachment.media_type), attachment.digest, bound(attachment.made_from))
        row = (message, number, *of_text)
        connection.execute(_INSERT_ATTACHMENT, row)


def drop_unused_contents(connection: sqlite3.Connection) -> None:
    """Remove the bytes that no attachment uses any more. Needs a transaction."""
    connection.execute("DELETE FROM contents WHERE digest NOT IN (SELECT digest FROM attachments)")


def complete(connection: sqlite3.Connection, exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges with all that belongs to their messages, which is read by their keys.

    That is the pieces of the replies, their rounds, sources and thoughts, and what is attached to the questions.
    """
    keys = [exchange.key for exchange in exchanges if exchange.key]
    replies = [reply for _, reply in keys]
    rounds, pieces = read_rounds(connection, replies), read_pieces(connection, replies)
    attached = read_attachments(connection, [question for question, _ in keys])
    sources, thoughts = read_sources(connection, replies), read_thoughts(connection, replies)
    if not (rounds or pieces or attached or sources or thoughts):
        return list(exchanges)

    def completed(one: Exchange, question: int, reply: int) -> Exchange:
        text = one.assistant + pieces.get(reply, "")
        whole = replace(one, assistant=text, rounds=rounds[reply], thoughts=thoughts.get(reply))
        return replace(whole, attached=attached[question], sources=sources[reply])

    return [completed(one, *one.key) if one.key else one for one in exchanges]


def complete_records(connection: sqlite3.Connection, messages: Sequence[MessageRecord]) -> list[MessageRecord]:
    """The messages with the pieces of their text, their rounds, sources and thoughts, and their attachments."""
    numbers = [message.id for message in messages]
    rounds, attached = read_rounds(connection, numbers), read_attachments(connection, numbers)
    pieces, sources = read_pieces(connection, numbers), read_sources(connection, numbers)
    thoughts = read_thoughts(connection, numbers)

    def completed(one: MessageRecord, reply: ReplyRecord) -> MessageRecord:
        text = one.content + pieces.get(one.id, "")
        whole = replace(reply, rounds=rounds[one.id], sources=sources[one.id], thoughts=thoughts.get(one.id))
        return replace(one, content=text, reply=whole)

    return [completed(one, one.reply) if one.reply else replace(one, attached=attached[one.id]) for one in messages]


def read_rounds(connection: sqlite3.Connection, replies: Sequence[int]) -> dict[int, tuple[Round, ...]]:
    """Reply -> its rounds, for the replies that have some. A call without a result gets the outcome UNKNOWN.

    Raises SessionDamaged.
    """
    calls: dict[tuple[int, int], list[tuple[ToolCall, ToolResult]]] = defaultdict(list)
    for reply, number, *call, outcome, seconds, result in rows_of(
        connection,
        "SELECT reply, round, call_id, name, arguments, extra, outcome, seconds, result FROM calls WHERE reply IN",
        "ORDER BY reply, round, number",
        replies,
    ):
        result = ToolResult(text_in(result), _outcome_of(outcome), amount_or_none(seconds) or 0.0)
        calls[reply, number].append((_call(*call), UNANSWERED if outcome is None else result))
    rounds: dict[int, tuple[Round, ...]] = defaultdict(tuple)
    for reply, number, text, *told in rows_of(connection, _SELECT_ROUNDS, "ORDER BY reply, number", replies):
        if answered := calls.get((reply, number)):
            made, results = zip(*answered, strict=True)
            rounds[reply] += (_round(made, results, text_in(text), thoughts_in(*told)),)
    return rounds


def replies_with_words_before_calls(connection: sqlite3.Connection) -> set[int]:
    """The replies of which some words stand before tool calls."""
    return {reply for (reply,) in connection.execute("SELECT DISTINCT reply FROM rounds WHERE text <> ''")}


def words_before_calls(connection: sqlite3.Connection, reply: int) -> str:
    """The words before the tool calls of a reply, each part with an empty line after it, as far as they can be read."""
    rows = connection.execute("SELECT text FROM rounds WHERE reply = ? AND text <> '' ORDER BY number", (reply,))
    return "".join(f"{text_in(text)}\n\n" for (text,) in rows)


def read_attachments(connection: sqlite3.Connection, messages: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
    """Message -> its attachments, for the messages that have some. Raises SessionDamaged."""
    attached: dict[int, tuple[Attachment, ...]] = defaultdict(tuple)
    select = (
        "SELECT message, name, media_type, bytes, made_from"
        " FROM attachments LEFT JOIN contents USING (digest) WHERE message IN"
    )
    for message, *about, content, made_from in rows_of(connection, select, "ORDER BY message, number", messages):
        name, media_type = map(text_in, about)
        attached[message] += (Attachment(name, media_type, bytes_in(content), text_in(made_from)),)
    return attached


def _round(calls: tuple[ToolCall, ...], results: tuple[ToolResult, ...], text: str, thoughts: Thoughts | None) -> Round:
    try:
        return Round(calls, results, text, thoughts)
    except ValueError:
        raise SessionDamaged("two tool calls of a reply have the same id") from None


def _call(call_id: object, name: object, arguments: object, extra: object) -> ToolCall:
    return ToolCall(text_in(call_id), text_in(name) or NO_NAME, arguments_in(arguments), text_in(extra))


def _outcome_of(stored: object) -> CallOutcome:
    return CallOutcome.__members__.get(text_in(stored).upper(), CallOutcome.UNKNOWN)
