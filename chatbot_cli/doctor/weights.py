"""The doctor's checks of files of weights: the library that runs them, and the file of the model."""

from collections.abc import Iterator
from dataclasses import replace

from chatbot_cli.app.given_options import with_stated
from chatbot_cli.chat.server_window import YOUR_CONFIG
from chatbot_cli.doctor.report import Check
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.gguf.cores import threads
from chatbot_cli.providers.gguf.installed import LIBRARY, how_to_install, is_installed, version
from chatbot_cli.providers.gguf.memory import free_memory, needed
from chatbot_cli.providers.gguf.weights import path_of, weights_at
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.text.counts import counted


def check_library() -> Check:
    """Whether the library is there. Most chats need none."""
    return Check("ok", LIBRARY, version() or "not installed; only files of weights (gguf/PATH) need it")


def check_weights(provider: str, written: str, settings: Settings, access: Access) -> Iterator[Check]:
    """What is at the path that is `written` in a spec, and whether this computer can run it. Nothing is started.

    Raises SettingsError.
    """
    yield Check("ok", "provider", provider)
    weights = weights_at(path_of(written))
    yield Check("ok", "file", str(weights.path))
    yield Check("ok", "size", weights.size_in_words)
    if weights.architecture:
        yield Check("ok", "architecture", weights.architecture)
    free = free_memory()
    tokens, source = with_stated(open_model(settings.model, replace(access, sends_nothing=True)), settings).window
    note = source if source == YOUR_CONFIG else ""
    yield Check("ok", "chat template", "there is one")
    yield Check("ok", "window", f"{tokens:,} tokens; the model was trained for {weights.trained:,}", note)
    yield Check("ok", "threads", counted(threads(), "thread"))
    memory = f"about {needed(weights, tokens) / 1e9:,.1f} GB"
    if free is not None and needed(weights, tokens) > free:
        yield Check("fail", "memory", f"{memory} needed, {free / 1e9:,.1f} GB free", fix="Take a smaller file of it")
    else:
        yield Check("ok", "memory", f"{memory} needed" + (f", {free / 1e9:,.1f} GB free" if free is not None else ""))
    if not is_installed():
        yield Check("fail", "library", f"{LIBRARY} is not installed", fix=f"Install it: {how_to_install()}")
