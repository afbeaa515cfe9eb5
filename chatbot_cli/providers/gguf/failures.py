"""The errors of models that this computer is to run: what happened to a child, in words for users."""

from chatbot_cli.errors import ChatError, ProviderError, SettingsError
from chatbot_cli.hints import setting
from chatbot_cli.providers.gguf.child import Unloaded
from chatbot_cli.providers.gguf.installed import EXTRA, how_to_install, how_to_update
from chatbot_cli.providers.gguf.weights import Weights, broken

# What the library says, and what is meant.
_IS_BROKEN = ("corrupted", "not within the file bounds", "unexpected end of file", "failed to read", "invalid magic")
_IS_NEW = ("unknown model architecture", "unknown pre-tokenizer", "missing tensor", "wrong number of tensors")
_NO_MEMORY = ("unable to allocate", "failed to allocate", "out of memory", "cannot allocate", "bad_alloc")

ANOTHER = "Take another file of it."
LOG = f"{setting('debug')} keeps all that it says in a log."


def not_installed() -> SettingsError:
    """The error if there is no library."""
    sentence = f"Files of weights need the extra “{EXTRA}”, which is not installed."
    return SettingsError(sentence, f"Install it: {how_to_install()}")


def cannot_start(weights: Weights, error: OSError) -> ProviderError:
    """The error if the system starts no process."""
    reason = (error.strerror or "no reason is known").lower()
    return ProviderError(f"{weights.name} cannot be started: {reason}.", "End other programs.")


def not_loaded(weights: Weights, unloaded: Unloaded) -> ChatError:
    """The error for a model that was not loaded."""
    reason = unloaded.reason.rstrip(".")
    said, lower = f": {reason}" if reason else "", reason.lower()
    if unloaded.is_missing:
        return SettingsError(f"The extra “{EXTRA}” does not work{said}.", f"Install it again: {how_to_update()}")
    if any(words in lower for words in _IS_BROKEN):
        return broken(weights.path)
    sentence = f"{weights.name} cannot be loaded{said}."
    if any(words in lower for words in _IS_NEW):
        return ProviderError(sentence, f"It may be newer than what loads it: {how_to_update()}")
    if any(words in lower for words in _NO_MEMORY):
        return ProviderError(sentence, "End other programs, or take a smaller file of it, such as one with Q4.")
    return ProviderError(sentence, f"{ANOTHER} {LOG}")


def died(weights: Weights, last: str) -> ProviderError:
    """The error for a model whose process ended in the midst of a request. The next request starts it again."""
    said = f"; its last words: {last.rstrip('.')}" if last else ", without a word"
    return ProviderError(f"{weights.name} has ended{said}.", f"Ask again: it is loaded anew. {LOG}")
