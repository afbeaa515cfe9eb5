"""The commands about saved conversations."""

from collections.abc import Callable
from pathlib import PurePath

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.journal import SearchHit, SessionSummary
from chatbot_cli.chat.ports import Archive, Exported, Opened
from chatbot_cli.chat.state import State
from chatbot_cli.commands.outcomes import Choose, Outcome, Resume, Save, Say
from chatbot_cli.commands.registry import Commands, no_argument, quoted, raw_in
from chatbot_cli.commands.session_report import about_session, size_in_words
from chatbot_cli.commands.shape_report import what_data
from chatbot_cli.commands.window_report import remembered
from chatbot_cli.errors import MissingKey, UsageError
from chatbot_cli.system.file_names import file_to_write, unquoted
from chatbot_cli.text.ages import age_in_words

MOST_OFFERED = 100  # conversations or hits to choose from
SNIPPET = 44  # characters of a snippet in a list
BEFORE_HIT = 16  # characters of a snippet before its first hit


class SessionCommands:
    """The commands. `open_archive` returns the archive or raises SessionError; `now` returns seconds since 1970.

    `export_unsaved` is Archive.export for a conversation that is not saved.
    """

    def __init__(
        self,
        open_archive: Callable[[], Archive],
        now: Callable[[], float],
        export_unsaved: Callable[[State, str, bool], Exported],
    ) -> None:
        self._open_archive = open_archive
        self._now = now
        self._export_unsaved = export_unsaved

    def register(self, commands: Commands) -> None:
        """Add the commands to a registry."""
        commands.command("/sessions", example="/sessions")(self.sessions)
        commands.command("/resume ID|TITLE", example="/resume 12")(self.resume)
        commands.command("/find WORDS", example="/find sorting")(self.search)
        commands.command("/title [TEXT]", example="/title Sorting")(self.title)
        commands.command("/fork", example="/fork")(self.fork)
        commands.command("/export FILE", example="/export talk.md")(self.export)

    def sessions(self, conversation: Conversation, argument: str) -> Outcome:
        """Show saved conversations."""
        no_argument("sessions", argument)
        summaries = self._open_archive().sessions()[:MOST_OFFERED]
        if not summaries:
            return Say("There are no saved conversations yet.")
        options = tuple((f"/resume {one.id}", _line(conversation, one, self._now())) for one in summaries)
        return Choose("Which conversation?", options)

    def resume(self, conversation: Conversation, argument: str) -> Outcome:
        """Go on with a saved one.

        By its number, or the beginning of its title; /sessions lists them. The one you are in stays saved as it is.
        """
        if not argument:
            return self.sessions(conversation, "")
        archive = self._open_archive()
        about = archive.find(argument)
        if about.id == conversation.journal.session:
            return Say(f"You are in it: {about_session(about, self._now())}")
        _check_all_is_saved(conversation)
        try:
            opened = archive.open(about.id)
        except MissingKey as missing:  # another model in this conversation does not help
            elsewhere = f"open it with another model: chat --resume {about.id} --model demo"
            raise MissingKey(missing.variable, missing.model, elsewhere) from missing
        if conversation.documents:
            opened = conversation.documents.without_lost(opened)
        conversation.go_to(opened)
        return resumed(conversation, opened, self._now())

    def search(self, conversation: Conversation, argument: str) -> Outcome:
        """Search all conversations.

        Words in quotes are a phrase: /find "binary search" sorting
        """
        if not argument:
            raise UsageError("/find wants words to search for.", "For example: /find binary search")
        hits = self._open_archive().search(argument)[:MOST_OFFERED]
        if not hits:
            return Say(f"Nothing was found for {quoted(argument)}.")
        options = tuple((f"/resume {hit.session}", _hit_line(hit, self._now())) for hit in hits)
        return Choose("Open which?", options)

    def title(self, conversation: Conversation, argument: str) -> Outcome:
        """Show or set the title."""
        session, archive = _saved(conversation), self._open_archive()
        if argument:
            archive.rename(session, argument)
        return Say(about_session(archive.summary(session), self._now()))

    def fork(self, conversation: Conversation, argument: str) -> Outcome:
        """Go on in a copy; this one stays.

        Both are saved from here on, and share nothing but what was said so far.
        """
        no_argument("fork", argument)
        _saved(conversation)
        opened = self._open_archive().fork(conversation.state, conversation.journal)
        conversation.go_to(opened)
        return Say(f"From here on in {about_session(opened.about, self._now())}")

    def export(self, conversation: Conversation, argument: str) -> Outcome:
        """Write all of it to a file.

        The ending says how: .md, .json, .jsonl or .html. A file that exists is overwritten only if you say so.
        Symbols stand for control characters, except in JSON; /export --raw FILE keeps them in Markdown.
        """
        raw, argument = raw_in(argument)
        path = unquoted(argument)
        if not path:
            raise UsageError("/export wants a file to write to.", "For example: /export talk.md")
        file_to_write(path, "talk.md")
        ending = PurePath(path).suffix.removeprefix(".").lower() or "md"
        form = {"markdown": "md", "htm": "html"}.get(ending, ending)
        if conversation.journal.saving:
            exported = self._open_archive().export(_saved(conversation), form, raw)
        else:
            exported = self._export_unsaved(conversation.state, form, raw)
        return Save(exported.text, None, path, raw, exported.replaced)


def resumed(conversation: Conversation, opened: Opened, now: float) -> Resume:
    """What to show when a saved conversation goes on: a line about it, its notices, its last exchange and its draft."""
    last = next(remembered(conversation, max(0, len(conversation.exchanges) - 1)), None)
    about, shape = about_session(opened.about, now), conversation.setup.shape
    lines = [about, *([f"Replies are data: {what_data(shape)}."] if shape else [])]
    return Resume("\n".join(lines), last, opened.draft, opened.notices)


def _check_all_is_saved(conversation: Conversation) -> None:
    """Raise UsageError if going on with another conversation would lose a part of this one."""
    if conversation.journal.problem is not None:
        sentence = "A part of this conversation is not saved, and would be lost."
        raise UsageError(sentence, "/export FILE writes it to a file; then begin another chat to go on with that one.")


def _saved(conversation: Conversation) -> int:
    """The number of the conversation. Raises UsageError if it is not saved."""
    if not conversation.journal.saving:
        raise UsageError("This conversation is not saved.", "/export FILE writes it to a file.")
    if conversation.journal.session is None:
        raise UsageError("This conversation is not saved yet.", "It is from your first message on.")
    return conversation.journal.session


def _line(conversation: Conversation, summary: SessionSummary, now: float) -> str:
    here = " (here)" if summary.id == conversation.journal.session else ""
    about = f"{age_in_words(now - summary.active)} · {size_in_words(summary)}"
    return f"#{summary.id} {summary.title}{here} · {about}"


def _hit_line(hit: SearchHit, now: float) -> str:
    begin = max(0, hit.hits[0][0] - BEFORE_HIT) if hit.hits else 0
    snippet = ("…" if begin else "") + hit.snippet[begin : begin + SNIPPET].rstrip()
    return f"#{hit.session} {snippet} · {hit.title}, {age_in_words(now - hit.at)}"
