"""The event of a turn that another model answers than the one that was chosen."""

from chatbot_cli.errors import ChatError
from chatbot_cli.frozen import frozen


@frozen
class FellBack:
    """The model `failed` cannot answer, as the `error` tells, and `answers` is asked in its place; both are specs.

    Nobody is if `answers` is empty. `speaker` is the label of the reply that comes, and a `note` what the user should
    know of who answers. Sentences in `left_out` tell who might have answered, and why not. It `is_old` if it could not
    answer a moment ago, and was not asked now.
    """

    failed: str
    answers: str
    error: ChatError
    speaker: str = ""
    left_out: tuple[str, ...] = ()
    is_old: bool = False
    note: str = ""
