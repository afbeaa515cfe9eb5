"""The way to a server of Qdrant, and what its failures mean."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from qdrant_client import QdrantClient
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from chatbot_cli.errors import DocumentsError

PREFIX = "qdrant+"
PORT = 6333
PATIENCE = 30  # seconds for a request
_SETTING = "CHAT_DOCS_URL, or docs_url in config.toml"


class Server:
    """The server at a URL such as qdrant+https://KEY@host:6333. `client` is another way to one, for tests."""

    def __init__(self, url: str, client: QdrantClient | None = None) -> None:
        parts = urlsplit(url.removeprefix(PREFIX))
        self.place = f"Qdrant at {parts.hostname or 'no host'}"
        key = unquote(parts.password or parts.username or "") or None
        self.client = client or _client(parts.scheme == "https", parts.hostname or "", parts.port, parts.path, key)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Let failures of the server be DocumentsErrors."""
        try:
            yield
        except UnexpectedResponse as error:
            raise self._refused(error.status_code or 0) from error
        except ResponseHandlingException as error:
            reason = "it took too long" if "timed out" in str(error).lower() else "nothing answers"
            raise DocumentsError(
                f"{self.place} cannot be reached: {reason}.", f"Is the server running? Check {_SETTING}."
            ) from error
        except ApiException as error:
            raise DocumentsError(f"{self.place} failed.", "Try again.") from error

    def has(self, collection: str) -> bool:
        """Whether the server has a collection of its own by this name."""
        with self.explained():
            return self.client.collection_exists(collection)

    def made(self, collection: str, **configuration: object) -> bool:
        """Make a collection. Returns false if it is there."""
        try:
            with self.explained():
                self.client.create_collection(collection, **configuration)  # type: ignore[arg-type]  # of any kind
        except (DocumentsError, ValueError):  # ValueError is what the client's own engine raises
            if self.has(collection):
                return False
            raise
        return True

    def _refused(self, status: int) -> DocumentsError:
        if status in (401, 403):
            return DocumentsError(
                f"{self.place} does not accept the key.", f"Check {_SETTING}: qdrant+https://KEY@HOST"
            )
        if status == 404:
            return DocumentsError(f"{self.place} has no such collection any more.", "chat docs list names those there.")
        if status == 507:
            return DocumentsError(f"The disk of {self.place} is full.", "What was kept before is still there.")
        return DocumentsError(f"{self.place} refused a request ({status}).", "Is its version 1.10 or newer?")


def _client(secure: bool, host: str, port: int | None, path: str, key: str | None) -> QdrantClient:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a key without TLS, which a server in the house may do with
        return QdrantClient(
            host=host,
            port=port or PORT,
            https=secure,
            prefix=path.strip("/") or None,
            api_key=key,
            timeout=PATIENCE,
            check_compatibility=False,
        )
