"""The doctor's checks of files of weights: the library that runs them, and the file of the model."""

from collections.abc import Iterator

from chatbot_cli.doctor.report import Check
from chatbot_cli.providers.gguf.cores import threads
from chatbot_cli.providers.gguf.installed import LIBRARY, how_to_install, is_installed, version
from chatbot_cli.providers.gguf.memory import free_memory, needed, window_for
from chatbot_cli.providers.gguf.weights import path_of, weights_at
from chatbot_cli.text.counts import counted


def check_library() -> Check:
    """Whether the library is there. Most chats need none."""
    return Check("ok", LIBRARY, version() or "not installed; only files of weights (gguf/PATH) need it")


def check_weights(provider: str, written: str) -> Iterator[Check]:
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
    window = window_for(weights, free)
    yield Check("ok", "chat template", "there is one")
    yield Check("ok", "window", f"{window:,} tokens; the model was trained for {weights.trained:,}")
    yield Check("ok", "threads", counted(threads(), "thread"))
    memory = f"about {needed(weights, window) / 1e9:,.1f} GB"
    if free is not None and needed(weights, window) > free:
        yield Check("fail", "memory", f"{memory} needed, {free / 1e9:,.1f} GB free", fix="Take a smaller file of it")
    else:
        yield Check("ok", "memory", f"{memory} needed" + (f", {free / 1e9:,.1f} GB free" if free is not None else ""))
    if not is_installed():
        yield Check("fail", LIBRARY, "not installed", fix=f"Install it: {how_to_install()}")
