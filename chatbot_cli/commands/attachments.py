"""/attach and /detach: the files that go with the next message."""

import re
from collections.abc import Iterable

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.ports import Files
from chatbot_cli.commands.outcomes import Attach, Outcome, Say, Show
from chatbot_cli.commands.registry import Commands, quoted, whole_number
from chatbot_cli.errors import UsageError
from chatbot_cli.text.counts import counted

CLIPBOARD, ALL = "clipboard", "all"
NOTHING = "No file waits for your next message. /attach PATH takes one along, and so does @path in the message."
_LAST_WORD = r"""(?:\A|(?<=\s))("[^"]*|'[^']*|(?:\\ |[^\s"'])*)\Z"""


class AttachmentCommands:
    """The commands about the `files` that go with the next message."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def register(self, commands: Commands) -> None:
        commands.command("/attach [PATH]", example="/attach plan.png", completes=self._completions)(self.attach)
        commands.command("/detach [N]", example="/detach 2", choices=_numbers)(detach)

    def attach(self, conversation: Conversation, argument: str) -> Outcome:
        """Send files with your next message.

        Any number of them: text, PDF and Word documents, web pages, images, or all that can be read in a folder. A path
        with blanks is written in quotation marks. /attach clipboard takes the image on the clipboard. /attach alone
        lists the files that wait. In a message, @path names a file; Tab completes it.
        """
        if not argument:
            return _listed(conversation)
        if argument == CLIPBOARD:
            return Attach((), clipboard=True)
        return Attach(tuple(self._files.paths_in(argument)))

    def _completions(self, argument: str) -> Iterable[str]:
        found = re.search(_LAST_WORD, argument)
        if found is None:
            return ()
        before, word = argument[: found.start(1)], found[1]
        names = [CLIPBOARD] if not before and CLIPBOARD.startswith(word) else []
        return [f"{before}{one}" for one in (*self._files.completions(word), *names)]


def detach(conversation: Conversation, argument: str) -> Outcome:
    """Take files out of your next message.

    /detach 2 takes out the second that /attach lists, /detach all takes out all.
    """
    # Imported here, and below: most chats have no files.
    from chatbot_cli.commands.attachment_report import names_of, shown_name

    attached = conversation.attached
    if not attached:
        return Say(NOTHING)
    if argument.lower() == ALL or (not argument and len(attached) == 1):
        conversation.attached = ()
        return Say(f"Taken out: {names_of(attached)}.")
    if not argument:
        raise UsageError(
            f"{len(attached)} files wait: /detach wants the number of one, or “all”.", "/attach lists them."
        )
    if not argument.isdecimal():
        raise UsageError(f"/detach takes a number, or “all”, not {quoted(argument)}.", "/attach lists them.")
    number = whole_number("detach", argument)
    if number > len(attached):
        waits = "1 file waits" if len(attached) == 1 else f"{len(attached)} files wait"
        raise UsageError(f"There is no file {number}: {waits}.", "/attach lists them.")
    conversation.attached = (*attached[: number - 1], *attached[number:])
    left = f" {counted(len(conversation.attached), 'file')} left." if conversation.attached else ""
    return Say(f"Taken out: {shown_name(attached[number - 1])}.{left}")


def _listed(conversation: Conversation) -> Outcome:
    if not conversation.attached:
        return Say(NOTHING)
    from chatbot_cli.commands.attachment_report import list_of_files  # imported here for the same reason

    return Show(list_of_files(conversation))


def _numbers(conversation: Conversation) -> Iterable[tuple[str, str]]:
    names = [(f"{number}", one.name) for number, one in enumerate(conversation.attached, 1)]
    return [*names, (ALL, "")] if len(names) > 1 else names
