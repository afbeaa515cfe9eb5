"""The commands that go to another branch of the conversation: another question, or another answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.model import told_apart
from chatbot_cli.commands.outcomes import Draft, Outcome, Recall, Say
from chatbot_cli.commands.registry import Commands, no_argument, whole_number
from chatbot_cli.commands.typed_lines import line_that_sends
from chatbot_cli.commands.window_report import exchanges_in_words, remembered
from chatbot_cli.errors import UsageError
from chatbot_cli.text.short import LONGEST_NAME, shorten

BEGINNING = 40  # characters of an answer in a list

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

    It flips between those that /retry and /compare made. The one that is shown is the one that is sent from then on.
    """
    no_argument("alt", argument)
    if not conversation.exchanges:
        raise UsageError("There is no answer yet.", "Ask something first.")
    shown = conversation.exchanges[-1]
    answers = conversation.journal.answers(shown)
    if len(answers) < 2:
        return Say("There is only this answer. /retry asks for another one.")
    keys = [answer.key for answer in answers]
    position = (keys.index(shown.key) + 1) % len(answers) if shown.key in keys else 0
    return _go_to(conversation, "/alt", answers[position], f"Answer {position + 1} of {len(answers)}.")


@branch_commands.command("/pick [N]", example="/pick 2")
def pick(conversation: Conversation, argument: str) -> Outcome:
    """Keep another of the answers.

    It takes the place of the reply after /compare. N counts the answers as they were shown; without it they are
    listed. The others stay: /alt flips between all. The conversation goes on with its own model; /model goes on with
    another.
    """
    if not conversation.exchanges:
        raise UsageError("There is no answer yet.", "Ask something first.")
    answers, shown = _answers_shown(conversation), conversation.exchanges[-1]
    if not argument:
        return Say("\n".join(_listed(answers, shown)))
    number = whole_number("pick", argument, most=len(answers))
    name, answer = answers[number - 1]
    if answer is None:
        raise UsageError(f"{name} gave no answer.", "/compare asks again.")
    if answer.key == shown.key:
        return Say(f"Answer {number} is the reply already.")
    recalled = _go_to(conversation, f"/pick {number}", answer, f"Answer {number} of {len(answers)}.")
    return Say(f"The reply is answer {number} now, of {name}.") if name else recalled


_Answers = Sequence[tuple[str, Exchange | None]]  # the name of the model if it is known, and the answer if there is one


def _answers_shown(conversation: Conversation) -> _Answers:
    """The answers to the last question as they were shown, or all that are saved."""
    last, compared = conversation.exchanges[-1], conversation.compared
    questions = {one.exchange.key[0] for one in compared if one.exchange and one.exchange.key}
    if last.key and last.key[0] in questions:
        names = told_apart([one.setup.model for one in compared])
        return [(shorten(name, LONGEST_NAME), one.exchange) for name, one in zip(names, compared, strict=True)]
    return [("", answer) for answer in conversation.journal.answers(last)]


def _listed(answers: _Answers, shown: Exchange) -> Iterator[str]:
    """A line for each answer."""
    for number, (name, answer) in enumerate(answers, 1):
        begins = shorten(answer.assistant, BEGINNING) if answer else "no answer"
        mark = "•" if answer and answer.key == shown.key else " "
        yield f"{mark} {number}  {': '.join(filter(None, (name, begins)))}"


def _go_to(conversation: Conversation, label: str, answer: Exchange, message: str) -> Recall:
    """Make an answer to the last question the reply."""
    state = conversation.state
    kept = state.exchanges[:-1].followed_by(answer)
    marks = replace(state.marks, summary=state.marks.of_first(len(kept) - 1).summary)  # it may tell of the other answer
    conversation.change(label, replace(state, exchanges=kept, marks=marks))
    return Recall(tuple(remembered(conversation, len(kept) - 1)), message)
