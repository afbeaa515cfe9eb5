"""What the flag --compare means for a start."""

from chatbot_cli.app.comparing import specs_in
from chatbot_cli.app.saved_chats import WhichConversation
from chatbot_cli.cli.data_flags import DataFlags
from chatbot_cli.errors import UsageError
from chatbot_cli.settings.precedence import Flags


def compared(
    named: str, flags: Flags, which: WhichConversation, as_data: DataFlags, *, dry_run: bool
) -> tuple[Flags, list[str]]:
    """The flags of the start, and the specs of the models. A new conversation goes on with the first of them.

    Raises UsageError.
    """
    if dry_run:
        raise UsageError("--dry-run shows one request, --compare sends several.", "Leave one of them out.")
    if given := as_data.given:
        raise UsageError(f"{given[0]} writes one answer, --compare shows several.", "Leave one of them out.")
    specs = specs_in(named)
    is_new = which == WhichConversation() and flags.get("model") is None
    return ({**flags, "model": specs[0]} if is_new else flags), specs
