"""Makes a collection's file hold nothing of what was dropped."""

import sqlite3

from chatbot_cli.errors import DocumentsBusy
from chatbot_cli.system.transactions import writing


def compact(connection: sqlite3.Connection) -> None:
    """Rewrite the file. The index keeps removed words until its parts are joined, and the file keeps them after that.

    Raises DocumentsBusy while another process reads: then something is left, in the file or beside it.
    """
    with writing(connection):
        connection.execute("DELETE FROM vectors WHERE digest NOT IN (SELECT meant FROM passages)")
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.execute("VACUUM")
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise DocumentsBusy("Another process reads the collection.", "Close it, and try again.")
