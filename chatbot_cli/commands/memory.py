"""The commands about the transcript and the window: which exchanges are remembered, and which are sent."""

from dataclasses import replace
from typing import Any

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.options import NUMBERS, WORDS
from chatbot_cli.chat.state import State
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.turn import check_retriable
from chatbot_cli.commands.calls import RUN_ANEW, STAYS_DONE, has_changed_something
from chatbot_cli.commands.context_report import ContextReport
from chatbot_cli.commands.outcomes import Outcome, Recall, Retry, Say, Show
from chatbot_cli.commands.registry import LONGEST_REPEATED, Commands, no_argument, quoted, whole_number
from chatbot_cli.commands.window_report import exchanges_in_words, limits_in_words, remembered
from chatbot_cli.errors import UsageError
from chatbot_cli.text.short import shorten

memory_commands = Commands()
OVERFLOWS = [f"overflow {word}" for word in WORDS["overflow"]]
LIMIT_FIELDS = {
    "exchanges": "max_turns",
    "exchange": "max_turns",
    "turns": "max_turns",
    "turn": "max_turns",
    "tokens": "max_context_tokens",
    "token": "max_context_tokens",
    "slide": "slide",
}


@memory_commands.command("/reset", example="/reset", aliases=["clear"])
def reset(conversation: Conversation, argument: str) -> Outcome:
    """Start over with nothing remembered.

    /undo brings the conversation back.
    """
    no_argument("reset", argument)
    count = len(conversation.exchanges)
    setup = replace(conversation.setup, used_tools=())
    conversation.change("/reset", State(setup, Transcript()))
    if not count:
        return Say("A new start.")
    return Say(
        f"A new start: {exchanges_in_words(count)} forgotten. /undo brings {'it' if count == 1 else 'them'} back."
    )


@memory_commands.command("/trim [N]", example="/trim 4")
def trim(conversation: Conversation, argument: str) -> Outcome:
    """Send only the last N exchanges or half.

    Older exchanges stay in /history, but the model is not sent them any more. /undo takes it back.
    """
    state = conversation.state
    sendable = len(state.exchanges) - state.trimmed
    keep = whole_number("trim", argument, least=0) if argument else sendable // 2
    if keep >= sendable:
        return Say(f"Nothing to trim: {exchanges_in_words(sendable)} in what is sent.")
    conversation.change("/trim", replace(state, trimmed=len(state.exchanges) - keep))
    still_sent = f"the last {keep} still sent" if keep else "none is sent now"
    trimmed = f"{exchanges_in_words(sendable - keep)} trimmed, {still_sent}."
    return Say(f"{trimmed} /history shows all, /undo takes it back.")


@memory_commands.command("/history [N]", example="/history 3")
def history(conversation: Conversation, argument: str) -> Outcome:
    """Show all that was said, or the last N."""
    count = whole_number("history", argument) if argument else len(conversation.exchanges)
    if not conversation.exchanges:
        return Say("Nothing has been said yet.")
    return Recall(tuple(remembered(conversation, max(0, len(conversation.exchanges) - count))))


@memory_commands.command("/undo [N]", example="/undo 2")
def undo(conversation: Conversation, argument: str) -> Outcome:
    """Take back the last exchange or command.

    With N, the last N of them. What can be undone: exchanges, /reset, /trim, /pin, /unpin, /drop, /keep, /retry,
    /persona, /model, /system, /window, /summary, /budget and /docs. What tools did stays done.
    """
    undone = []
    for _ in range(whole_number("undo", argument) if argument else 1):
        last = conversation.exchanges[-1] if conversation.exchanges else None
        label = conversation.undo()
        if label is None:
            break
        is_turn = not label.startswith("/")  # another step is named as it is typed
        stays = f" {STAYS_DONE}" if is_turn and last and has_changed_something(conversation, last) else ""
        undone.append(f"Undone: {label}.{stays}")
    undone += conversation.leave_lost()  # a step from before a collection was removed has its name
    return Say("\n".join(undone) if undone else "There is nothing to undo.")


@memory_commands.command("/retry", example="/retry")
def retry(conversation: Conversation, argument: str) -> Outcome:
    """Ask the last question again.

    The new answer takes the place of the old one; /undo brings the old one back. Its tools run anew.
    """
    no_argument("retry", argument)
    check_retriable(conversation.state)
    return Retry(RUN_ANEW if has_changed_something(conversation, conversation.exchanges[-1]) else "")


@memory_commands.command(
    "/window [LIMIT]",
    example="/window 8000 tokens",
    choices=lambda _: ["10 exchanges", "40 exchanges", "1 slide", "8000 tokens", *OVERFLOWS],
)
def window(conversation: Conversation, argument: str) -> Outcome:
    """Show or set how much is sent.

    /window 10 exchanges: at most 10 before the new message. /window 5 slide: when there are more, 5 leave at once; so
    most requests begin like the one before, and the provider's cache knows them. /window 8000 tokens: at most so many
    tokens, the reply's room among them. Nothing is forgotten: a wider window sends older exchanges again. /window
    overflow summarize: what no longer fits is folded into a summary, which is sent in its place.
    """
    if not argument:
        return Say(limits_in_words(conversation))
    number, _, unit = argument.partition(" ")
    if number == "overflow":
        return _overflow(conversation, unit.strip().lower())
    field = LIMIT_FIELDS.get(unit.strip())
    if field is None:
        sentence = f"/window takes “N exchanges”, “N slide” or “N tokens”, not {quoted(argument)}."
        number = shorten(number, LONGEST_REPEATED)
        example = f"{number} exchanges, or /window {number} tokens" if argument.isdecimal() else "5 exchanges"
        raise UsageError(sentence, f"For example: /window {example}")
    limit = whole_number("window", number.replace(",", ""), *NUMBERS[field][1:])
    setup = replace(conversation.setup, chosen=conversation.setup.chosen | {field})
    if field == "max_context_tokens":  # what the user says now counts for more than what a server said before
        setup = replace(setup, learned_tokens=None)
    changed: dict[str, Any] = {field: limit}
    conversation.change_setup("/window", replace(setup, **changed))
    return Say(limits_in_words(conversation))


def _overflow(conversation: Conversation, word: str) -> Outcome:
    setup = conversation.setup
    if not word:
        raise UsageError("/window overflow takes a word: drop or summarize.", "For example: /window overflow summarize")
    if word not in WORDS["overflow"]:
        raise UsageError(f"/window overflow takes {' or '.join(WORDS['overflow'])}, not {quoted(word)}.")
    conversation.change_setup("/window", replace(setup, overflow=word, chosen=setup.chosen | {"overflow"}))
    return Say(limits_in_words(conversation))


@memory_commands.command("/context", example="/context", aliases=["tokens"])
def context(conversation: Conversation, argument: str) -> Outcome:
    """Show what the next request would hold.

    A row for each message, with its tokens; a line where older messages are left out, and one where the window will
    begin when the next ones leave.
    """
    no_argument("context", argument)
    return Show(ContextReport(conversation).chart())
