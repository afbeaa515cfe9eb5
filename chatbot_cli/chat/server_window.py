"""How many tokens a model holds, and whose word that is. A server's own word is asked for when it may matter."""

from typing import NamedTuple, Protocol

from chatbot_cli.frozen import frozen

YOUR_CONFIG, YOUR_SETTING, THE_SERVER, A_GUESS = "your config", "your setting", "the server", "a guess"
FEWEST = 1_000  # tokens; a request of fewer fits into every window


def the_list_of(day: str) -> str:
    """The source of a number from the list that comes with this version; `day` is YYYY-MM-DD."""
    return f"the list of {day}"


class Fact(NamedTuple):
    """A number, and where it comes from."""

    value: int
    source: str


class ServerWindow(Protocol):
    """Asks a server how many tokens its model holds, and remembers what it `told`; None as long as it has not."""

    @property
    def told(self) -> int | None: ...

    @property
    def may_tell(self) -> bool:
        """Whether to ask may tell more than is known."""
        ...

    async def ask(self) -> None:
        """Ask, for a second at most. It never raises: what a server does not tell stays unknown."""
        ...


@frozen
class NothingToAsk:
    """The ServerWindow of a model whose server is not asked, but may have `told` before."""

    told: int | None = None
    may_tell: bool = False

    async def ask(self) -> None:
        """Nobody is asked."""
