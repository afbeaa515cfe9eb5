"""The command about the summary of what left the window."""

from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.marks import Summary
from chatbot_cli.chat.options import SUMMARIZE
from chatbot_cli.chat.summaries import room_for_text, tokens_as_sent
from chatbot_cli.commands.outcomes import Draft, Outcome, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.window_report import exchanges_in_words, tokens_in_words
from chatbot_cli.errors import UsageError

summary_commands = Commands()
MOST_NAMED = 3  # exchanges that a summary does not tell of
EDIT, OFF = "edit", "off"
TURNED_OFF = "What no longer fits is dropped. /window overflow summarize changes that."


@summary_commands.command("/summary [TEXT]", example="/summary edit", choices=lambda _: [EDIT, OFF], sends=True)
def summary(conversation: Conversation, argument: str) -> Outcome:
    """Show or change the window's summary.

    It is sent in place of the exchanges that no longer fit. With /window overflow summarize, the model writes it after
    a reply. /summary edit puts it into the prompt, /summary TEXT replaces it, /summary off takes it away. /undo brings
    the old one back.
    """
    if not argument:
        return Say(_shown(conversation))
    if argument == EDIT:
        message = "Change it, and press Enter. Empty the prompt to leave it as it is."
        return Draft(f"/summary {_present(conversation).text}", message)
    if argument == OFF:
        return _take_away(conversation)
    return _replace(conversation, argument)


def _take_away(conversation: Conversation) -> Outcome:
    stands_for = _present(conversation).exchanges
    _go_on_with(conversation, "/summary off", Summary("", stands_for, by_user=True))
    return Say(f"The summary of {_first(stands_for)} is not sent any more. /undo brings it back.")


def _replace(conversation: Conversation, text: str) -> Outcome:
    if conversation.setup.overflow != SUMMARIZE:
        raise UsageError(TURNED_OFF.partition(" /")[0], "/window overflow summarize lets a summary be sent.")
    state, limits, count = conversation.state, conversation.limits, conversation.setup.count
    old = state.marks.summary
    stands_for = max(conversation.window().begin, old.exchanges if old else 0)
    if stands_for <= state.trimmed:
        raise UsageError("All exchanges are sent, so there is nothing to sum up.", "/summary shows when that changes.")
    tokens, room = tokens_as_sent(text, count), limits.summary_tokens
    if tokens > room:
        sentence = f"As a summary this has {_tokens(conversation, text)}. In this window it may have {room:,}."
        raise UsageError(sentence, "Shorten it, or widen the window: /window N tokens.")
    _go_on_with(conversation, "/summary", Summary(text, stands_for, by_user=True))
    about, *_ = _shown(conversation).splitlines()
    return Say(f"{about} /undo brings the old one back.")


def _go_on_with(conversation: Conversation, label: str, new: Summary) -> None:
    state = conversation.state
    conversation.change(label, replace(state, marks=replace(state.marks, summary=new)))


def _present(conversation: Conversation) -> Summary:
    """The summary. Raises UsageError if there is none."""
    found = conversation.state.marks.summary
    if found is None or not found.text:
        raise UsageError("There is no summary.", "/summary says when there will be one.")
    return found


def _shown(conversation: Conversation) -> str:
    found = conversation.state.marks.summary
    if found is None or not found.text:
        return _why_none(conversation)
    author = "you wrote" if found.by_user else "the model wrote"
    about = f"The summary of {_told(found)}, as {author} it: {_tokens(conversation, found.text)}."
    being_made = " A new one is being made." if _is_being_made(conversation) else ""
    return f"{about} {_whether_sent(conversation, found)}{being_made}\n\n{found.text}"


def _why_none(conversation: Conversation) -> str:
    window = conversation.window()
    if conversation.setup.overflow != SUMMARIZE:
        return f"There is no summary. {TURNED_OFF}"
    if room_for_text(window.limits, conversation.setup.count) == 0:
        return "There is no summary: the window is too small for one."
    if not window.left_out:
        return "There is no summary: all exchanges fit. One is made when the oldest no longer do."
    if (found := conversation.state.marks.summary) and found.exchanges >= window.begin:
        return f"There is no summary of {_first(found.exchanges)}: it was taken away. /summary TEXT makes another."
    if _is_being_made(conversation):
        return "There is no summary yet. It is being made now."
    those = "exchange" if window.left_out == 1 else exchanges_in_words(window.left_out)
    return f"There is no summary of the {those} left out yet. It is made after a reply."


def _whether_sent(conversation: Conversation, found: Summary) -> str:
    window = conversation.window()
    if window.summary is not None:
        whole = window.summary.content.endswith(found.text.strip())
        return "It is sent." if whole else "Only its beginning is sent: the window is too small for all of it."
    if conversation.setup.overflow != SUMMARIZE:
        return f"It is not sent: {TURNED_OFF[0].lower()}{TURNED_OFF[1:]}"
    if not window.left_out:
        return "It is not sent: all exchanges fit."
    if found.exchanges <= conversation.state.trimmed:
        return "It is not sent: /trim took out all that it is about."
    return "It is not sent: the window is too small for it."


def _is_being_made(conversation: Conversation) -> bool:
    due = conversation.folding
    return due is not None and due.holds_in(conversation.state)


def _tokens(conversation: Conversation, text: str) -> str:
    """The tokens of a summary, as /context counts it."""
    tokens = tokens_as_sent(text, conversation.setup.count)
    return f"{tokens_in_words(conversation, tokens)} tokens"


def _told(summary: Summary) -> str:
    """The exchanges that a summary tells of."""
    if summary.begin + 1 >= summary.exchanges:
        return f"exchange {summary.exchanges:,}"
    missing = sorted(number + 1 for number in summary.without if number >= summary.begin)
    few = ", ".join(f"{number:,}" for number in missing)
    those = few if len(missing) <= MOST_NAMED else f"{len(missing):,} of them"
    return f"exchanges {summary.begin + 1:,} to {summary.exchanges:,}{f' without {those}' if missing else ''}"


def _first(count: int) -> str:
    return "exchange 1" if count == 1 else f"exchanges 1 to {count:,}"
