"""The command /docs: the collections that a conversation answers from."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.passages import CollectionReport
from chatbot_cli.commands.outcomes import Outcome, Say, Show, UpdateDocuments
from chatbot_cli.commands.registry import Commands, quoted
from chatbot_cli.errors import ChatError, UsageError
from chatbot_cli.system.file_names import unquoted
from chatbot_cli.text.chart import Chart, Column, Row
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line

ON, OFF, UPDATE = "on", "off", "update"
NO_COLLECTION = "There are no documents yet. In a shell, chat docs add FOLDER makes a collection of a folder."
READ_ANEW = " The next request is read anew: the provider's cache does not know its beginning."
_COLUMNS = (
    Column(),
    Column("collection", stretches=True),
    Column("documents", right=True),
    Column("passages", right=True, spared=True),
    Column("not read", right=True, spared=True),
    Column("", stretches=True),
)

document_commands = Commands()


@document_commands.command(
    "/docs [NAME]", example="/docs on notes", choices=lambda conversation: _choices(conversation)
)
def docs(conversation: Conversation, argument: str) -> Outcome:
    """Answer from documents, or list them.

    /docs NAME, or /docs on NAME, answers from this collection, too; /docs off from none any more, /docs off NAME from
    all but this one.
    /docs update [NAME] reads what has changed. /undo switches back.
    """
    documents = _documents(conversation)
    word, _, rest = argument.partition(" ")
    name = unquoted(rest)
    if not word:
        return _list(documents, conversation.setup.documents)
    if word == ON:
        return _on(conversation, documents, name)
    if word == OFF:
        return _off(conversation, name)
    if word == UPDATE:
        names = (name,) if name else conversation.setup.documents
        documents.library.check(names)
        if not names:
            raise UsageError("No documents are on.", "/docs update NAME reads what has changed of one that is off.")
        return UpdateDocuments(names)
    return _on(conversation, documents, unquoted(argument))


def _documents(conversation: Conversation) -> Documents:
    if conversation.documents is None:
        raise UsageError("There are no documents in this chat.", "chat docs add FOLDER makes a collection of a folder.")
    return conversation.documents


def _on(conversation: Conversation, documents: Documents, name: str) -> Outcome:
    reports = documents.library.collections()
    names = [one.name for one in reports]
    if not name and len(names) == 1:
        name = names[0]
    if not name:
        if not names:
            return Say(NO_COLLECTION)
        raise UsageError("/docs on wants the name of a collection.", f"For example: /docs on {one_line(names[0])}")
    documents.library.check((name,))
    now = conversation.setup.documents
    if name in now:
        return Say(f"Answers come from {one_line(name)} already.")
    _change(conversation, f"/docs on {name}", on := (*now, name))
    count = sum(one.documents for one in reports if one.name in on)
    size = counted(count, "document")
    return Say(f"From here on, answers come from {one_line(', '.join(on))} ({size}).{_anew(conversation, now)}")


def _off(conversation: Conversation, name: str) -> Outcome:
    now = conversation.setup.documents
    if not now:
        return Say("No documents are on.")
    if name and name not in now:
        raise UsageError(
            f"{quoted(name)} is not on.", f"On {'is' if len(now) == 1 else 'are'} {one_line(', '.join(now))}."
        )
    left = tuple(one for one in now if name and one != name)
    _change(conversation, f"/docs off {name}".rstrip(), left)
    if left:
        return Say(f"From here on, answers come from {one_line(', '.join(left))}.")
    return Say(f"From here on, answers come from the model alone.{_anew(conversation, ())}")


def _change(conversation: Conversation, label: str, names: tuple[str, ...]) -> None:
    setup = conversation.setup
    conversation.change_setup(one_line(label), replace(setup, documents=names, chosen=setup.chosen | {"documents"}))


def _anew(conversation: Conversation, others: Sequence[str]) -> str:
    """A sentence, if the beginning of what is sent has changed: a rule follows the system prompt with documents."""
    return READ_ANEW if not others and conversation.exchanges else ""


def _list(documents: Documents, on: Sequence[str]) -> Outcome:
    reports = documents.library.collections()
    lost = [CollectionReport(name, problem="is not there") for name in on if name not in {one.name for one in reports}]
    if not (reports or lost):
        return Say(NO_COLLECTION)
    hint = "/docs off answers without them" if on else f"/docs on {reports[0].name} answers from one"
    after = f"{hint}; chat docs list, in a shell, tells more."
    return Show(Chart(_COLUMNS, tuple(_row(one, is_on=one.name in on) for one in (*reports, *lost)), after=after))


def _row(one: CollectionReport, *, is_on: bool) -> Row:
    not_read = one.skipped + one.failed
    meaning = f"meaning: {one.vectors:,} of {one.passages:,} by {one.meaning}" if one.meaning else ""
    unread = "not all read yet" if one.documents else "not read yet"
    about = one.problem or (unread if one.updated is None else meaning)
    cells = (
        "•" if is_on else " ",
        one.name,
        f"{one.documents:,}",
        f"{one.passages:,}",
        f"{not_read:,}" if not_read else "",
        f"on · {about}" if is_on and about else "on" if is_on else about,
    )
    return Row(cells, quiet=not is_on)


def _choices(conversation: Conversation) -> Iterator[tuple[str, str]]:
    """What is on may be switched off and updated, the others on."""
    on = conversation.setup.documents
    if on:
        yield OFF, "answer without documents"
        yield UPDATE, "read what has changed"
    if conversation.documents is None:
        return
    with suppress(ChatError):  # the command itself says why
        for one in conversation.documents.library.known():
            about = counted(one.documents, "document")
            yield (f"{OFF} {one.name}", "answer without it") if one.name in on else (f"{ON} {one.name}", about)
