"""The failures that are not of a reply: of the command line, the settings, personas, saved conversations. Pure."""

from collections.abc import Sequence

from chatbot_cli.hints import Spelling, action, as_keyword, setting, spelled, unmarked

FULL_STOPS = ".。．｡।۔։።။។᠃"
ENDS = f"{FULL_STOPS}!?…！？؟‽⁇⁈⁉"


def ended(sentence: str) -> str:
    """A sentence with one end. One that ends with another's words may have two: "It is on fire!." """
    rest = sentence.rstrip(". ")
    if rest == sentence or rest[-1:] in ENDS:
        return rest
    return f"{rest}."


class ChatError(Exception):
    """An expected failure. `str(error)` is one sentence; `error.hint` tells a program what to do about it.

    A door shows `hint_for` its own spelling. `marked_hint` is for another hint that contains this one.
    """

    exit_code: int = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(ended(sentence))
        self.marked_hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """An error gets whole from one process to another, whatever its class takes to be made."""
        return _again, (type(self), self.args), self.__dict__

    @property
    def hint(self) -> str:
        """The hint, with settings as keyword arguments."""
        return self.hint_for(as_keyword)

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should see before the error, marked as hints are: the notes that were added to it."""
        return tuple(getattr(self, "__notes__", ()))

    def hint_for(self, spelling: Spelling) -> str:
        """The hint, with settings and actions as a door spells them."""
        return spelled(self.marked_hint, spelling)


def _again(kind: type[ChatError], args: tuple[object, ...]) -> ChatError:
    return kind.__new__(kind, *args)


class UsageError(ChatError):
    """The command line, or a slash-command, makes no sense."""

    exit_code = 2


class SecretRefused(UsageError):
    """The message holds a secret, and the settings forbid that."""


class NewServer(UsageError):
    """A saved conversation would go to a server where it has not been, and nobody has said that it may."""

    def __init__(self, address: str, been_at: str = "") -> None:
        until_now = f"; until now it was at {been_at}" if been_at else ""
        super().__init__(
            f"This conversation would go to {address}, where it has not been{until_now}.",
            f"If it may go there, say so: {setting('base_url', address)}",
        )


class SchemaError(ChatError):
    """What the reply is to be makes no sense, or cannot be read. Nothing was sent."""

    exit_code = 2


class ToolsError(ChatError):
    """Tools that were asked for are not there, or make no sense."""

    exit_code = 2


class ServerMissing(ToolsError):
    """An MCP server that is required cannot be used, perhaps only now. Nothing was sent."""

    exit_code = 75


class SettingsError(ChatError):
    """A setting, a config file or `.env` is wrong."""

    exit_code = 2


class MissingKey(SettingsError):
    """The provider of `model` wants an API key, and there is none in `variable`. `otherwise` is what else would do."""

    def __init__(self, variable: str, model: str, otherwise: str = f"try {setting('model', 'demo')}") -> None:
        super().__init__(
            f"There is no {variable} for {model}.", f"Set it in the environment or in .env, or {otherwise}."
        )
        self.variable = variable
        self.model = model


class ModelAmbiguous(SettingsError):
    """A word means a model of each of several providers. `specs` are the models; they are notes of the error, too."""

    def __init__(self, word: str, specs: Sequence[str]) -> None:
        super().__init__(
            f"“{unmarked(word)}” may be one of these models.",
            f"Say which with {setting('model', specs[0])}, or in config.toml: "
            f'prefer = ["{specs[0].partition("/")[0]}"]',
        )
        self.word = word
        self.specs = tuple(specs)
        for spec in specs:
            self.add_note(f"  {unmarked(spec)}")


class PriceUnknown(SettingsError):
    """There is a limit of cost, and no price to keep it by. Nothing was sent."""


class PersonaError(ChatError):
    """A persona cannot be found, read or understood."""

    exit_code = 2


class DocumentsError(ChatError):
    """A collection of documents is not there, or cannot be read or written."""


class NoSuchCollection(DocumentsError):
    """No collection of documents has this name."""

    exit_code = 2


class DocumentsBusy(DocumentsError):
    """Another process writes into the collection just now."""

    exit_code = 75


class AttachmentRefused(UsageError):
    """A file cannot be sent with a message: it is not there, too large, broken, or of a kind that nobody reads."""


class SessionError(ChatError):
    """Saved conversations cannot be read, or nothing can be saved."""


class SessionNotFound(SessionError):
    """No saved conversation has this name, or several match it."""

    exit_code = 2


class SessionDamaged(SessionError):
    """One saved conversation makes no sense; the others can be used.

    `what` is a clause: "its setup is no JSON". `session` is its number, None if whoever raises this does not know it.
    """

    def __init__(self, what: str, session: int | None = None, title: str = "") -> None:
        called = f", “{unmarked(title)}”," if title else ""
        which = "A saved conversation" if session is None else f"Conversation {session}{called}"
        others = f"{action('list_sessions')} lists the others, {action('resume')} goes on with one of them"
        super().__init__(f"{which} is damaged: {what}.", f"{others}; chat begins a new one.")
        self.what = what
        self.session = session


class MessageTooLong(ChatError):
    """One message, with the messages that are always sent, is larger than the whole window."""


class CostLimitReached(ChatError):
    """The next request could cost more than the user allows. Nothing was sent."""
