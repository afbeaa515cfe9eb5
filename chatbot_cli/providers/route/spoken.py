"""Which protocol is spoken with a server: the one in its entry, if the library for it is installed."""

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.entries.provider import MESSAGES, Dialect
from chatbot_cli.text.short import shorten_foreign

LIBRARY, EXTRA = "anthropic", "claude"
WITHOUT_IT = "over Chat Completions, without cache, thinking and schema, so a long chat costs about ten times as much"

LONGEST_SAID = 200  # characters of what Python says of a library


def spoken(dialect: Dialect) -> Dialect:
    """A dialect as it is spoken here: what its entry says to speak instead, if the library is missing.

    Raises SettingsError if the entry says nothing of the kind.
    """
    if not is_missing(dialect):
        return dialect
    if dialect.instead is None:
        raise SettingsError("A server that speaks Messages takes Anthropic's library.", what_mends_it())
    return dialect.instead


def posts_to(address: str, dialect: Dialect) -> str:
    """Where a request goes, by the base URL."""
    if dialect.speaks == MESSAGES:
        return f"{address.removesuffix('/v1')}/v1/messages"
    return f"{address}/chat/completions"


def is_missing(dialect: Dialect) -> bool:
    """Whether the library for a protocol is not installed."""
    if dialect.speaks != MESSAGES:
        return False
    # Here, because a model of most providers is opened without it.
    from importlib.util import find_spec

    return find_spec(LIBRARY) is None


def cannot_be_loaded(error: ImportError) -> SettingsError:
    """The error that the library for a protocol is there, and broken."""
    # Here, because only a broken installation needs it.
    from chatbot_cli.system.extras import update_command

    said = shorten_foreign(str(error), LONGEST_SAID)
    return SettingsError(f"The library {LIBRARY} cannot be loaded: {said}.", f"Try this: {update_command(LIBRARY)}")


def what_it_costs(model: str) -> str:
    """What is lost because the library is missing, and the command that mends it."""
    return f"{model} answers {WITHOUT_IT}. This mends it: {what_mends_it()}"


def what_mends_it() -> str:
    """The command that installs the library."""
    # Here, because only an installation without the library needs it.
    from chatbot_cli.system.extras import install_command

    return install_command(EXTRA)
