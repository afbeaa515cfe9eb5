"""The commands that go to another branch of the conversation: another question, or another answer."""

from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.outcomes import Draft, Outcome, Recall, Say
from chatbot_cli.commands.registry import Commands, no_argument, whole_number
from chatbot_cli.commands.typed_lines import line_that_sends
from chatbot_cli.commands.window_report import exchanges_in_words, remembered
from chatbot_cli.errors import UsageError

branch_commands = Commands()


@branch_commands.command("/edit [N]", example="/edit 2")
def edit(conversation: Conversation, argument: str) -> Outcome:
    """Change an earlier message of yours.

    Your last message, or that of exchange N, comes back into the prompt. When you send it, the conversation goes on
    from there, and what followed is set aside; /undo brings it back. Until then nothing changes.
    """
    count = len(conversation.exchanges)
    if not count:
        raise UsageError("There is no message to edit yet.", "Send one first.")
    number = whole_number("edit", argument) if argument else count
    if number > count:
        raise UsageError(f"There is no exchange {number}.", f"The last one is {count}; /history shows them.")
    aside = "its reply is" if number == count else f"its reply and {exchanges_in_words(count - number)} after it are"
    message = (
        f"Sent, it takes the place of exchange {number}; {aside} set aside. Empty the prompt to leave all as it is."
    )
    exchange = conversation.exchanges[number - 1]
    if exchange.attached:
        from chatbot_cli.commands.attachment_report import names_of  # imported here: most messages have no files

        goes, takes = ("goes", "it") if len(exchange.attached) == 1 else ("go", "one")
        message = f"{message}\n{names_of(exchange.attached)} {goes} along again; /detach takes {takes} out."
    return Draft(line_that_sends(exchange.user), message, after_exchange=number - 1)


@branch_commands.command("/alt", example="/alt")
def alt(conversation: Conversation, argument: str) -> Outcome:
    """Show another answer to the question.

    It flips between those that /retry made. The one that is shown is the one that is sent from then on.
    """
    no_argument("alt", argument)
    if not conversation.exchanges:
        raise UsageError("There is no answer yet.", "Ask something first.")
    state, shown = conversation.state, conversation.exchanges[-1]
    answers = conversation.journal.answers(shown)
    if len(answers) < 2:
        return Say("There is only this answer. /retry asks for another one.")
    keys = [answer.key for answer in answers]
    position = (keys.index(shown.key) + 1) % len(answers) if shown.key in keys else 0
    kept = state.exchanges[:-1].followed_by(answers[position])
    marks = replace(state.marks, summary=state.marks.of_first(len(kept) - 1).summary)  # it may tell of the other answer
    conversation.change("/alt", replace(state, exchanges=kept, marks=marks))
    return Recall(tuple(remembered(conversation, len(kept) - 1)), f"Answer {position + 1} of {len(answers)}.")
