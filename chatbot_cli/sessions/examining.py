"""Looks through all saved conversations for what is damaged in them, without changing anything."""

import sqlite3
from contextlib import closing
from pathlib import Path

from chatbot_cli.errors import SessionDamaged, SessionError
from chatbot_cli.sessions.damage import damaged, naming
from chatbot_cli.sessions.database.reading_only import open_to_read
from chatbot_cli.sessions.summaries import read_summaries
from chatbot_cli.sessions.transfer import read_record


def damaged_conversations(folder: Path) -> list[SessionDamaged]:
    """An error for each conversation with damage. Reads all of them; empty if the database cannot be read."""
    try:
        with closing(open_to_read(folder)) as connection:
            return _damaged(connection)
    except (sqlite3.Error, OSError, SessionError):  # told of the database itself
        return []


def _damaged(connection: sqlite3.Connection) -> list[SessionDamaged]:
    found = []
    for summary in read_summaries(connection, now=0):
        try:
            if summary.problem:
                raise damaged(connection, summary.id, summary.problem)
            with naming(connection, summary.id):
                read_record(connection, summary.id)
        except SessionDamaged as damage:
            found.append(damage)
    return found
