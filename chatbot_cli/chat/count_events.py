"""What the server of a model says of the tokens that it holds, or was sent."""

from chatbot_cli.frozen import frozen


@frozen
class ServerHolds:
    """The server says that it holds only so many `tokens`: therefore the request holds less than it would have.

    `window_setting` names what sets the size of its window, if that is known.
    """

    tokens: int
    window_setting: str = ""


@frozen
class ServerReadFewer:
    """The server says that it read `read` of the `counted` tokens that were sent: it has left out the rest.

    `window_setting` names what sets the size of its window, if that is known. `is_estimate` tells that the tokenizer
    may have made another count of them.
    """

    read: int
    counted: int
    window_setting: str = ""
    is_estimate: bool = False


@frozen
class CountsApart:
    """The server says that `said` tokens were sent, and we `counted` so many: too far apart to learn from it."""

    said: int
    counted: int
    is_estimate: bool = False


CountEvent = ServerHolds | ServerReadFewer | CountsApart
