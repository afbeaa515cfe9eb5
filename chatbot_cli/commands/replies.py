"""The commands that continue, copy or save a reply."""

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.shape import Shape, is_document
from chatbot_cli.chat.turn import check_continuable
from chatbot_cli.commands.calls import call_in, call_number
from chatbot_cli.commands.outcomes import Continue, Copy, Outcome, Save
from chatbot_cli.commands.registry import Commands, no_argument, raw_in, whole_number
from chatbot_cli.errors import UsageError
from chatbot_cli.system.file_names import unquoted
from chatbot_cli.text.json_documents import is_json_document

CSV = ".csv"

reply_commands = Commands()


@reply_commands.command("/continue", example="/continue")
def continue_(conversation: Conversation, argument: str) -> Outcome:
    """Ask for the rest of a cut reply.

    What comes is joined to it. /undo takes the rest away again.
    """
    no_argument("continue", argument)
    check_continuable(conversation.state)
    return Continue()


@reply_commands.command("/copy [N]", example="/copy 2")
def copy(conversation: Conversation, argument: str) -> Outcome:
    """Copy the last reply, or code block N.

    To the clipboard of the terminal you sit at, over SSH too where the terminal allows it. /copy tool 2 copies the
    result of the last call but one.
    """
    call, rest = call_in(argument)
    if call is not None:
        no_argument("copy", rest)
        return Copy(call_number(conversation, call)[1].text, None)
    return Copy(_last_reply(conversation), whole_number("copy", argument) if argument else None)


@reply_commands.command("/save [N] FILE", example="/save 2 sieve.py")
def save(conversation: Conversation, argument: str) -> Outcome:
    """Save the last reply, or code block N.

    A file that exists is overwritten only if you say so.
    Symbols stand for control characters, as on the screen; /save --raw FILE keeps them.
    A reply that is data is JSON; to a file that ends with .csv it is saved as CSV.
    /save tool 2 FILE saves the result of the last call but one.
    """
    is_raw, argument = raw_in(argument)
    call, argument = call_in(argument)
    number, _, path = argument.partition(" ")
    if call is not None or not number.isdecimal():
        number, path = "", argument
    is_raw_too, path = raw_in(path)
    path = unquoted(path)
    if not path:
        raise UsageError("/save wants a file to save to.", "For example: /save 2 sieve.py")
    if call is not None:
        return Save(call_number(conversation, call)[1].text, None, path, is_raw or is_raw_too)
    code = whole_number("save", number) if number else None
    reply = _last_reply(conversation)
    text = _as_csv(reply, conversation.setup.shape) if code is None and path.lower().endswith(CSV) else reply
    return Save(text, code, path, is_raw or is_raw_too)


def _as_csv(reply: str, shape: Shape | None) -> str:
    """A document of the shape in force as CSV; a text as it is, if it was asked for as one. Raises UsageError."""
    if shape and is_document(reply, shape):
        return shape.csv(reply)
    if is_json_document(reply):
        which = "by the schema in force" if shape else "by a schema: none is in force"
        raise UsageError(f"The last reply is JSON, but no data {which}.", "/save reply.json saves it as it is.")
    if shape:
        raise UsageError("The last reply is a text, no data that CSV could hold.", "/save reply.txt saves it as it is.")
    return reply


def _last_reply(conversation: Conversation) -> str:
    if not conversation.exchanges:
        raise UsageError("There is no reply yet.", "Ask something first.")
    last = conversation.exchanges[-1]
    if last.rounds and not last.assistant.strip():
        raise UsageError("The last reply has no words, only calls.", "/save tool 1 FILE and /copy tool take a result.")
    return last.assistant
