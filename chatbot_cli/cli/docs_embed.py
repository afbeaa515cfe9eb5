"""`chat docs embed`: gives a collection vectors, so that it is searched by meaning, too. What leaves is asked first."""

import asyncio
from contextlib import closing, nullcontext
from typing import Annotated

import typer

from chatbot_cli.app.embedding import embedder_of, embedding_shown
from chatbot_cli.app.messages import tell
from chatbot_cli.app.secrets_in_embedding import HELD, without_secrets
from chatbot_cli.chat.embedding import Embedder, model_in
from chatbot_cli.cli.docs_consent import Consents
from chatbot_cli.cli.docs_place import DocsPlace
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.errors import ChatError, DocumentsError, ProviderError, SettingsError, UsageError
from chatbot_cli.providers.embeddings.opening import ServerModel
from chatbot_cli.retrieval.collection import Collection
from chatbot_cli.retrieval.embedding import SHOWN, ToEmbed, Vectors, lacking
from chatbot_cli.retrieval.embedding import embed as embed_rest
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line

EXAMPLE = "ollama/nomic-embed-text"  # on this machine: nothing leaves it
YES = ("y", "yes")
INTERRUPTED = 130


def embed(
    name: Annotated[str, typer.Argument(metavar="NAME", hidden=True)],
    model: Annotated[str, typer.Option("--model", "-m", metavar="SPEC", help="PROVIDER/NAME, or an address.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Send the texts without asking.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Make all vectors anew.")] = False,
) -> None:
    """Let a collection be searched by meaning, too.

    A model makes vectors of its texts. If the model is not on this machine, all texts go to its server: that is
    said, and asked once.
    """
    with failures_become_exit_codes():
        place = DocsPlace.of_process()
        surroundings, settings = place.surroundings, place.settings
        embedder = embedder_of(settings, surroundings.environ, model)
        if embedder is None:
            raise SettingsError(
                "No model is named that makes vectors.", f"For example: chat docs embed {name} --model {EXAMPLE}"
            )
        place.named(name)
        with place.shelf.writing(name), closing(place.shelf.open(name)) as collection:
            todo = lacking(collection, embedder.fingerprint, again=again)
            _ask(collection, embedder, todo, place, yes=yes)
            if again:
                collection.set_fingerprint("")
            _run(collection, without_secrets(embedder, settings), todo, surroundings)
        if model and model.strip() != settings.embedding_model:
            _say(surroundings, f"Chats use the vectors once they have the setting: {_as_setting(model.strip())}")


def embed_what_is_new(place: DocsPlace, name: str) -> None:
    """Make the vectors of what an update has read, if the user has agreed to that with `chat docs embed`.

    A failure is told, and is none of the update. The caller is `writing`.
    """
    try:
        with closing(place.shelf.open(name)) as collection:
            if not collection.fingerprint():
                if place.settings.embedding_model:
                    _say(place.surroundings, f"`chat docs embed {name}` lets it be found by meaning, too.")
                return
            embedder = embedder_of(place.settings, place.surroundings.environ)
            if embedder is None or collection.fingerprint() != embedder.fingerprint:
                return
            todo = lacking(collection, embedder.fingerprint)
            if todo.texts and embedder.address and not _consents(place).has(name, embedder.fingerprint):
                _say(place.surroundings, f"`chat docs embed {name}` lets what is new be found by meaning, too.")
            elif todo.texts:
                _run(collection, without_secrets(embedder, place.settings), todo, place.surroundings)
    except ChatError as error:
        again = (isinstance(error, DocumentsError) and error.hint) or f"chat docs embed {name} tries again."
        _say(place.surroundings, f"The search by meaning lacks what is new: {error}", again)


def _ask(collection: Collection, embedder: ServerModel, todo: ToEmbed, place: DocsPlace, *, yes: bool) -> None:
    """Go on if the texts may be sent: to this machine, to where the user has agreed, or agrees. Raises UsageError."""
    surroundings, consents = place.surroundings, _consents(place)
    known = collection.fingerprint()
    if known and known != embedder.fingerprint:
        _say(surroundings, f"The vectors of {model_in(known)} will be replaced.")
    has_agreed = known == embedder.fingerprint and consents.has(collection.name, known)
    if not embedder.address or has_agreed or not todo.texts:
        return None
    dollars = embedder.price(todo.tokens)
    price = "" if dollars is None else f", ${dollars:.2f}" if dollars >= 0.01 else ", less than a cent"
    what = f"{counted(todo.texts, 'text')}, about {counted(todo.tokens, 'token')}{price}"
    sentence = f"All that {collection.name} holds goes to {embedder.address}: {what}."
    if yes:
        consents.add(collection.name, embedder.fingerprint)
        return _say(surroundings, sentence)
    if not (surroundings.stdin_is_terminal and surroundings.stderr.isatty()):
        raise UsageError(f"{sentence[:-1]}, and nobody was asked.", f"chat docs embed {collection.name} --yes")
    print(f"{sentence}\nSend it? [y/N] ", end="", file=surroundings.stderr, flush=True)
    said = surroundings.stdin.readline() if surroundings.stdin else ""
    if said.strip().casefold() not in YES:
        raise UsageError("Nothing was sent.", "Words are searched as before.")
    consents.add(collection.name, embedder.fingerprint)
    return None


def _consents(place: DocsPlace) -> Consents:
    return Consents(place.ours[0], place.settings.docs_url)


def _run(collection: Collection, embedder: Embedder, todo: ToEmbed, surroundings: Surroundings) -> None:
    """Make the vectors. Ctrl-C ends it with what is kept."""
    again = f"chat docs embed {collection.name} goes on."
    try:
        with embedding_shown(todo.texts, surroundings) if todo.texts else nullcontext(_unseen) as progress:
            made = asyncio.run(embed_rest(collection, embedder, progress))
    except KeyboardInterrupt:
        _say(surroundings, f"Stopped. {_standing(collection)}; `chat docs embed {collection.name}` goes on.")
        raise typer.Exit(INTERRUPTED) from None
    except ProviderError as error:
        error.add_note(f"{_standing(collection)}; {again}")
        raise
    _tell_of(made, collection, embedder, surroundings)


def _unseen(done: int) -> None:
    """The progress of what is done already."""


def _tell_of(made: Vectors, collection: Collection, embedder: Embedder, surroundings: Surroundings) -> None:
    model = model_in(embedder.fingerprint)
    _say(surroundings, f"{_standing(collection)}, by {model}.")
    if held := made.refused.count(HELD):
        hold = "1 text holds" if held == 1 else f"{held:,} texts hold"
        _say(
            surroundings, f"{hold} what looks like a key or a password. That is not sent; CHAT_SECRETS=warn allows it."
        )
    if refused := [reason for reason in made.refused if reason != HELD]:
        reasons = list(dict.fromkeys(refused))[:SHOWN]
        _say(surroundings, f"{model} refused {counted(len(refused), 'text')}: {' '.join(reasons)}")


def _standing(collection: Collection) -> str:
    report = collection.report()
    return f"{report.vectors:,} of {counted(report.passages, 'passage')} can be found by meaning"


def _as_setting(model: str) -> str:
    """The line of config.toml. Who has put a password into an address knows it."""
    return f'embedding_model = "{"…" if "@" in model else model}"'


def _say(surroundings: Surroundings, *sentences: str) -> None:
    tell(f"chat: {' '.join(one_line(sentence) for sentence in sentences)}", surroundings.stderr)
