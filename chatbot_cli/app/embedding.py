"""The embedding model of the settings, and how a collection gets its vectors in front of the user."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from chatbot_cli.app.model_access import access_of
from chatbot_cli.chat.embedding import Embedded, Embedder
from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.providers.embeddings.opening import ServerModel, open_embedder
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.system.extras import install_command
from chatbot_cli.system.surroundings import Surroundings

if TYPE_CHECKING:
    from chatbot_cli.retrieval.embedding import Progress


class Unreachable:
    """An Embedder that cannot be asked, and says why: the words of a chat are searched nevertheless."""

    def __init__(self, model: ServerModel, error: SettingsError) -> None:
        self.fingerprint, self.address, self._error = model.fingerprint, model.address, error

    async def load(self) -> None:
        pass

    async def of_question(self, text: str) -> Sequence[float]:
        raise self._error

    async def of_texts(self, texts: Iterable[tuple[str, str]]) -> AsyncGenerator[Embedded, None]:
        raise self._error
        yield  # unreachable, but it makes this a generator


def embedder_of(settings: Settings, environ: Mapping[str, str], spec: str = "") -> ServerModel | None:
    """The model that `spec` names, or the settings; None if neither does. Raises SettingsError and MissingKey."""
    if not (spec or settings.embedding_model):
        return None
    check_numpy(settings)
    return open_embedder(spec or settings.embedding_model or "", access_of(settings, environ))


def embedder_for_questions(settings: Settings, environ: Mapping[str, str]) -> Embedder | None:
    """The same for a chat, which goes on without a key. Raises SettingsError."""
    try:
        return embedder_of(settings, environ)
    except MissingKey as error:
        access = replace(access_of(settings, environ), sends_nothing=True)
        return Unreachable(open_embedder(settings.embedding_model or "", access), error)


def check_numpy(settings: Settings) -> None:
    """Raises SettingsError if vectors are to be searched on this machine, and numpy is not there."""
    if settings.docs_url is None and find_spec("numpy") is None:
        raise SettingsError("embedding_model takes numpy.", install_command("semantic"))


@contextmanager
def embedding_shown(texts: int, surroundings: Surroundings) -> Iterator["Progress"]:
    """Show on stderr how many of the texts are done, while this lasts."""
    # Imported here: only who embeds documents waits for it.
    from chatbot_cli.terminal.embedding_bar import EmbeddingBar, EmbeddingLines

    errors = surroundings.stderr
    if surroundings.is_dumb or not errors.isatty():
        yield EmbeddingLines(errors, texts)
        return
    with EmbeddingBar(errors, texts).drawn() as bar:
        yield bar
