"""A connection to PostgreSQL, opened when it is needed and again when it was lost; and what its failures mean."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from chatbot_cli.errors import DocumentsError
from chatbot_cli.retrieval.postgres.schema import SCHEMA, prepare
from chatbot_cli.text.safe import one_line

CONNECT = 10  # seconds to wait for a connection
_SETTING = "CHAT_DOCS_URL, or docs_url in config.toml"


class Database:
    """The database at a URL, as one user of it sees it. Any thread may use it, one at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None
        self.has_vectors = False

    def connected(self) -> psycopg.Connection[Any]:
        """The connection. Raises DocumentsError."""
        if self._connection is None or self._connection.closed:
            with self.explained():
                self._connection = self.another()
                self.has_vectors = prepare(self._connection)
        return self._connection

    def another(self) -> psycopg.Connection[Any]:
        """A connection of its own. Raises psycopg.Error."""
        options = f"-c search_path={SCHEMA},public"
        return psycopg.connect(
            self._url, autocommit=True, connect_timeout=CONNECT, options=options, application_name="chat"
        )

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection[Any]]:
        """The connection inside of a transaction, or of a part of one."""
        connection = self.connected()
        with self.explained(), connection.transaction():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection[Any]]:
        """The connection, whose failures are explained."""
        connection = self.connected()
        with self.explained():
            yield connection

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Let failures of the database be DocumentsErrors."""
        try:
            yield
        except psycopg.Error as error:
            raise self._failure(error) from error

    def interrupt(self) -> None:
        """End what another thread asks just now."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.cancel_safe(timeout=1.0)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def place(self) -> str:
        """The database as it may be shown: without user and password."""
        try:
            parts = conninfo_to_dict(self._url)
        except psycopg.Error:
            return "PostgreSQL"
        return f"PostgreSQL at {parts.get('host') or 'this machine'}"

    def _failure(self, error: psycopg.Error) -> DocumentsError:
        """Our error for one of the database. Its own words can repeat the URL, so few of them are shown."""
        if isinstance(error, errors.QueryCanceled):
            return DocumentsError("The search was stopped.")
        if isinstance(error, errors.InsufficientPrivilege):
            hint = f"Its owner can allow it: GRANT CREATE ON DATABASE … TO …; GRANT USAGE ON SCHEMA {SCHEMA} TO …"
            return DocumentsError(f"{self.place} does not let this user keep collections there.", hint)
        if isinstance(error, errors.DiskFull):
            return DocumentsError(f"The disk of {self.place} is full.", "What was kept before is still there.")
        if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
            return DocumentsError("docs_url is no address of PostgreSQL.", "postgresql://USER@HOST/DATABASE")
        if isinstance(error, psycopg.OperationalError):
            return self._not_connected(str(error).lower())
        return DocumentsError(f"{self.place} failed: {error.sqlstate or type(error).__name__}.", "Try again.")

    def _not_connected(self, said: str) -> DocumentsError:
        if "password" in said or "authentication" in said or "pg_hba" in said:
            return DocumentsError(f"{self.place} does not accept the user or the password.", f"Check {_SETTING}.")
        if "database" in said and "does not exist" in said:
            name = conninfo_to_dict(self._url).get("dbname", "")
            return DocumentsError(f"There is no database “{one_line(str(name))}” at {self.place}.", f"createdb {name}")
        if "role" in said and "does not exist" in said:
            return DocumentsError(f"{self.place} does not know the user.", f"Check {_SETTING}.")
        if "refused" in said or "no such file" in said:
            return DocumentsError(f"Nothing answers: {self.place}.", f"Is the server running? Check {_SETTING}.")
        if "timeout" in said or "timed out" in said:
            return DocumentsError(f"{self.place} did not answer within {CONNECT} seconds.", f"Check {_SETTING}.")
        if "resolve" in said or "translate" in said or "known" in said:
            return DocumentsError(f"{self.place} cannot be found.", f"Check {_SETTING}.")
        return DocumentsError(f"The connection to {self.place} was lost.", "Try again.")
