"""The commands about saved conversations, on an archive that is kept in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.journal import SearchHit, SessionSummary
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.ports import Exported, Journal, Opened
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.chat.usage_sums import UsageReport
from chatbot_cli.commands.outcomes import Choose, Outcome, Resume, Save, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.sessions import SessionCommands
from chatbot_cli.errors import MissingKey, SessionError, SessionNotFound, UsageError
from tests.fakes import AnyWords, ScriptedModel, setup_with

NOW = 1_000_000.0
HOUR = 3600


@dataclass
class Numbered(Unsaved):
    """A journal that says it saves, under a number, and knows when it was left."""

    saving: bool = True
    session: int | None = None
    left: bool = False

    def close(self) -> None:
        self.left = True


@dataclass
class FakeArchive:
    """An Archive of summaries, each with one exchange."""

    summaries: list[SessionSummary]
    hits: list[SearchHit] = field(default_factory=list)
    problem: MissingKey | None = None
    controls: int = 0
    shape: AnyWords | None = None

    def sessions(self) -> Sequence[SessionSummary]:
        return self.summaries

    def search(self, words: str) -> Sequence[SearchHit]:
        return [hit for hit in self.hits if words in hit.snippet]

    def find(self, wanted: str) -> SessionSummary:
        for summary in self.summaries:
            if wanted in (str(summary.id), summary.title):
                return summary
        raise SessionNotFound(f"There is no conversation “{wanted}”.")

    def summary(self, session: int) -> SessionSummary:
        return self.find(str(session))

    def open(self, session: int) -> Opened:
        if self.problem:
            raise self.problem
        exchanges = Transcript([Exchange("What?", "That.", Ending.STOPPED)])
        return Opened(
            self.summary(session),
            State(replace(setup(), shape=self.shape), exchanges),
            Numbered(session=session),
            "unsent",
            ("By the way.",),
        )

    def fork(self, state: State, journal: Journal) -> Opened:
        fork = SessionSummary(
            99, "A fork", NOW, NOW, len(state.exchanges), "tutor", "demo", forked_from=journal.session
        )
        self.summaries.insert(0, fork)
        return Opened(fork, state, Numbered(session=99))

    def rename(self, session: int, title: str) -> None:
        self.summaries = [SessionSummary(session, title, NOW, NOW, 1, "tutor", "demo")]

    def usage(self, session: int | None = None) -> UsageReport:
        raise SessionNotFound("There are no replies.")

    def export(self, session: int, form: str, raw: bool = False) -> Exported:
        return Exported(f"{session} as {form}", 0 if raw else self.controls)


def setup() -> Setup:
    return setup_with(ScriptedModel())


SORTING = SessionSummary(7, "Sorting", NOW - 50 * HOUR, NOW - 30 * HOUR, 12, "tutor", "demo")
PIRATES = SessionSummary(8, "Pirates", NOW - 3 * HOUR, NOW - 2 * HOUR, 1, "pirate", "demo")


class Talk:
    """A conversation that is saved as number 8, and its commands."""

    def __init__(self, session: int | None = 8) -> None:
        self.journal = Numbered(session=session)
        self.conversation = Conversation(setup(), journal=self.journal)
        hit = SearchHit(7, "Sorting", "assistant", NOW - HOUR, "a binary search", ((2, 8),))
        self.archive = FakeArchive([PIRATES, SORTING], [hit])
        self.commands = Commands()
        SessionCommands(
            lambda: self.archive, lambda: NOW, lambda state, form, raw: Exported(f"unsaved as {form}")
        ).register(self.commands)

    def run(self, line: str) -> Outcome:
        return self.commands.run(line, self.conversation)


@pytest.mark.parametrize("line", ["/sessions", "/resume"])
def test_a_conversation_can_be_picked(line: str) -> None:
    assert Talk().run(line) == Choose(
        "Which conversation?",
        (
            ("/resume 8", "#8 Pirates (here) · 2 hours ago · 1 exchange"),
            ("/resume 7", "#7 Sorting · 1 day ago · 12 exchanges"),
        ),
    )


def test_without_saved_conversations_there_is_nothing_to_pick() -> None:
    talk = Talk()
    talk.archive.summaries.clear()
    assert talk.run("/sessions") == Say("There are no saved conversations yet.")


def test_another_conversation_is_resumed_and_this_one_is_left() -> None:
    talk = Talk()
    outcome = talk.run("/resume Sorting")
    assert isinstance(outcome, Resume)
    assert outcome.about == "“Sorting” · 1 day ago · 12 exchanges · tutor · demo"
    assert outcome.notices == ("By the way.",)
    assert outcome.last is not None
    assert outcome.last.exchange.assistant == "That."
    assert outcome.draft == "unsent"
    assert talk.journal.left
    assert talk.conversation.journal.session == 7


def test_of_a_conversation_whose_replies_are_data_that_is_told() -> None:
    talk = Talk()
    talk.archive.shape = AnyWords(many=True)
    outcome = talk.run("/resume Sorting")
    assert isinstance(outcome, Resume)
    assert outcome.about.splitlines()[1:] == ["Replies are data: a list of words."]
    assert [exchange.user for exchange in talk.conversation.exchanges] == ["What?"]
    assert talk.conversation.undo() is None  # of the conversation that was left


def test_a_conversation_whose_key_is_missing_can_be_opened_with_another_model() -> None:
    talk = Talk()
    talk.archive.problem = MissingKey("OPENAI_API_KEY", "gpt-6-luna")
    with pytest.raises(MissingKey, match=r"^There is no OPENAI_API_KEY for gpt-6-luna\.$") as failure:
        talk.run("/resume Sorting")
    assert failure.value.hint.endswith(" or open it with another model: chat --resume 7 --model demo.")
    assert not talk.journal.left


def test_the_conversation_one_is_in_is_not_opened_again() -> None:
    talk = Talk()
    assert talk.run("/resume 8") == Say("You are in it: “Pirates” · 2 hours ago · 1 exchange · pirate · demo")
    assert not talk.journal.left


def test_a_conversation_that_is_not_saved_is_not_left_for_another() -> None:
    talk = Talk()
    talk.journal.problem = SessionError("Nothing is saved: the disk is full.")
    with pytest.raises(UsageError, match="would be lost") as refused:
        talk.run("/resume Sorting")
    assert "/export FILE" in refused.value.hint
    assert not talk.journal.left


def test_what_is_not_there_is_not_resumed_and_nothing_changes() -> None:
    talk = Talk()
    with pytest.raises(SessionNotFound):
        talk.run("/resume Nothing")
    assert not talk.journal.left


def test_words_are_found_in_all_conversations() -> None:
    outcome = Talk().run("/find binary")
    assert outcome == Choose("Open which?", (("/resume 7", "#7 a binary search · Sorting, 1 hour ago"),))
    assert Talk().run("/find nothing") == Say("Nothing was found for “nothing”.")
    with pytest.raises(UsageError):
        Talk().run("/find")


def test_a_title_is_shown_and_set() -> None:
    talk = Talk()
    assert talk.run("/title") == Say("“Pirates” · 2 hours ago · 1 exchange · pirate · demo")
    assert talk.run("/title Ships") == Say("“Ships” · just now · 1 exchange · tutor · demo")


def test_a_fork_goes_on_from_here() -> None:
    talk = Talk()
    state = talk.conversation.state
    assert talk.run("/fork") == Say("From here on in “A fork” · just now · 0 exchanges · tutor · demo")
    assert talk.conversation.journal.session == 99
    assert talk.conversation.state is state
    assert talk.journal.left


@pytest.mark.parametrize(
    ("line", "form"),
    [("/export a.md", "md"), ("/export A.JSON", "json"), ("/export a.htm", "html"), ("/export notes", "md")],
)
def test_the_ending_of_the_file_says_how_it_is_written(line: str, form: str) -> None:
    assert Talk().run(line) == Save(f"8 as {form}", None, line.partition(" ")[2])


@pytest.mark.parametrize(
    ("line", "path", "form"),
    [
        ('/export "q.md"', "q.md", "md"),
        ("/export 'a b.json'", "a b.json", "json"),
        ("/export “q.html”", "q.html", "html"),
        ("/export a b.md", "a b.md", "md"),
        ("/export ../talk", "../talk", "md"),
    ],
)
def test_a_path_is_taken_without_the_quotes_around_it(line: str, path: str, form: str) -> None:
    assert Talk().run(line) == Save(f"8 as {form}", None, path)


def test_an_export_says_how_many_control_characters_it_has_replaced_unless_it_keeps_them() -> None:
    talk = Talk()
    talk.archive.controls = 3
    assert talk.run("/export a b.md") == Save("8 as md", None, "a b.md", raw=False, replaced=3)
    for line in ("/export --raw a b.md", "/export a b.md --raw"):
        assert talk.run(line) == Save("8 as md", None, "a b.md", raw=True)
    with pytest.raises(UsageError, match="wants a file"):
        talk.run("/export --raw")


@pytest.mark.parametrize("line", ["/export new/", "/export ./new/", "/export v1.2/", "/export .", '/export "new/"'])
def test_a_folder_is_named_as_the_mistake_before_anything_is_exported(line: str) -> None:
    with pytest.raises(UsageError, match="it is a folder, not a file"):
        Talk().run(line)


def test_a_quotation_mark_that_is_never_closed_is_named() -> None:
    with pytest.raises(UsageError, match="never closed"):
        Talk().run('/export "q.md')


def test_what_is_saved_nowhere_is_exported_from_memory_and_has_no_title() -> None:
    talk = Talk(session=None)
    talk.journal.saving = False
    assert talk.run("/export a.md") == Save("unsaved as md", None, "a.md")
    for line in ("/title", "/fork"):
        with pytest.raises(UsageError, match="This conversation is not saved"):
            talk.run(line)


def test_a_long_snippet_is_cut_around_what_was_searched_for() -> None:
    talk = Talk()
    words = "word " * 20
    talk.archive.hits = [SearchHit(7, "Sorting", "user", NOW, f"{words}binary {words}", ((100, 106),))]
    outcome = talk.run("/find binary")
    assert isinstance(outcome, Choose)
    ((_, label),) = outcome.options
    assert label.startswith("#7 …")
    assert "word binary word" in label
    assert len(label) < 80


@pytest.mark.parametrize("line", ["/title", "/fork", "/export a.md"])
def test_before_the_first_message_there_is_nothing_saved(line: str) -> None:
    with pytest.raises(UsageError, match="not saved yet"):
        Talk(session=None).run(line)


def test_a_chat_that_is_not_saved_says_so() -> None:
    def nothing() -> FakeArchive:
        raise SessionError("Nothing is saved in this chat.")

    commands = Commands()
    SessionCommands(nothing, lambda: NOW, lambda state, form, raw: Exported(form)).register(commands)
    for line in ("/sessions", "/resume 1", "/find x"):
        with pytest.raises(SessionError):
            commands.run(line, Talk().conversation)
