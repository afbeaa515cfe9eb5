"""The command /thoughts: what the model thought before a reply, and how that is shown."""

from collections.abc import Iterator

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.thoughts import FOLD, HIDE, HOW_TO_SHOW, SHOW, Thoughts, in_words
from chatbot_cli.commands.outcomes import Outcome, Say, ShowThoughts
from chatbot_cli.commands.registry import Commands, whole_number
from chatbot_cli.errors import UsageError
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line

MOST_LOOKED_AT = 50  # exchanges, the last ones, for one with thoughts
_FROM_NOW_ON = {
    SHOW: "From now on, all that a model thinks is shown above its reply.",
    FOLD: "From now on, what a model thinks is shown until it answers; then it is folded to one line.",
    HIDE: "From now on, what a model thinks is not shown. /thoughts shows that of a reply all the same.",
}

thought_commands = Commands()


@thought_commands.command("/thoughts [N]", example="/thoughts 3", choices=lambda conversation: _choices(conversation))
def thoughts(conversation: Conversation, argument: str) -> Outcome:
    """Show what the model thought.

    It is what came before the last reply; /thoughts 3 shows that of the exchange 3, as /history counts.
    /thoughts show, /thoughts fold and /thoughts hide say how it is shown from now on: all of it, folded to one line
    when the answer begins, or not at all.
    """
    if (how := argument.casefold()) in HOW_TO_SHOW:
        return ShowThoughts(how, _FROM_NOW_ON[how])
    exchanges = conversation.exchanges
    if not exchanges:
        raise UsageError("There is no reply yet.", "Ask something first.")
    number = whole_number("thoughts", argument) if argument else len(exchanges)
    if number > len(exchanges):
        has = counted(len(exchanges), "exchange")
        raise UsageError(f"There is no exchange {number:,}: the conversation has {has}.", "/history shows them.")
    if told := thoughts_of(exchanges[number - 1]):
        return Say("\n\n".join(map(_in_full, told)))
    which = f"the reply {number:,}" if argument else "the last reply"
    earlier = next(_with_thoughts(conversation), 0)
    hint = f"/thoughts {earlier} shows those of an earlier one." if earlier else "Not every model tells what it thinks."
    raise UsageError(f"Nothing was thought before {which}, or its model does not tell.", hint)


def thoughts_of(exchange: Exchange) -> list[Thoughts]:
    """What was thought before each round of calls, and before the reply."""
    told = (*(one.thoughts for one in exchange.rounds), exchange.thoughts)
    return [one for one in told if one is not None and one.text.strip()]


def _in_full(one: Thoughts) -> str:
    words = in_words(one.seconds)
    by = f"{one_line(one.by.model)} " if one.by else ""
    return f"{by}{words}:\n{one.text.strip()}"


def _with_thoughts(conversation: Conversation) -> Iterator[int]:
    """The numbers of the last exchanges whose model has thought, the last one first."""
    count = len(conversation.exchanges)
    for number in range(count, max(0, count - MOST_LOOKED_AT), -1):
        if thoughts_of(conversation.exchanges[number - 1]):
            yield number


def _choices(conversation: Conversation) -> Iterator[tuple[str, str]]:
    yield SHOW, "all of it, from now on"
    yield FOLD, "folded to one line"
    yield HIDE, "not at all"
    for number in _with_thoughts(conversation):
        yield f"{number}", one_line(conversation.exchanges[number - 1].user)
