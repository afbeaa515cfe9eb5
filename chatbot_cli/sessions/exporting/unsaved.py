"""Exports a conversation that is not saved."""

from chatbot_cli.chat.state import State
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.setup_json import setup_as_json
from chatbot_cli.sessions.titles import title_of


def export_unsaved(state: State, form: str, at: float) -> str:
    """The exchanges of a state in one of the FORMATS; `at` is now, in seconds since 1970. Raises SessionError."""
    messages: list[MessageRecord] = []
    for exchange in state.exchanges:
        number = len(messages)
        setup = state.setup
        reply = ReplyRecord(exchange.ending, exchange.reason, setup.model.name, setup.persona, rounds=exchange.rounds)
        question = MessageRecord(number + 1, number or None, exchange.user, at, attached=exchange.attached)
        messages.append(question)
        messages.append(MessageRecord(number + 2, number + 1, exchange.assistant, at, reply))
    title = title_of(messages[0].content) if messages else ""
    record = SessionRecord(
        title, at, at, setup_as_json(state.setup), tuple(messages), len(messages) or None, state.trimmed
    )
    return export(record, form)
