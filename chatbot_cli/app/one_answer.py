"""One question and the answer, for scripts."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from chatbot_cli.app.asking import AskingOneAnswer, can_ask
from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.app.running_servers import closing_tools, wait_for_servers
from chatbot_cli.app.screens import open_screen
from chatbot_cli.app.shapes import JSON, TABLE
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Ending
from chatbot_cli.commands.tool_report import not_offered
from chatbot_cli.errors import UsageError
from chatbot_cli.hints import spelled
from chatbot_cli.secrets.finding import find_secrets, refusal, what_is_held
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.messages import tell
from chatbot_cli.terminal.screen import Screen, show_turn

REST = "/continue"  # asks for the rest of the last reply of a conversation that goes on


async def answer_once(
    ready: ReadyChat, question: str, surroundings: Surroundings, *, output: str | None = None, raw: bool = False
) -> bool:
    """Answer a question, and return whether the answer is whole. Raises ChatError; a partial answer is shown.

    If the answer is data, `output` says how it is written: see `data_output`. `raw` shows one that is not valid.
    """
    async with closing_tools(ready):
        return await _answer(ready, question, surroundings, output, raw=raw)


def _screen_for(ready: ReadyChat, surroundings: Surroundings) -> Screen:
    beside, settings = ready.documents.wanted.sources, ready.settings
    plain, thoughts = settings.plain, settings.thoughts
    return open_screen(surroundings, plain=plain, interactive=False, sources_beside=beside, thoughts=thoughts)


async def _answer(
    ready: ReadyChat, question: str, surroundings: Surroundings, output: str | None, *, raw: bool
) -> bool:
    conversation = ready.conversation
    conversation.forget_replies()
    screen = _screen_for(ready, surroundings)
    with saved_and_told(ready, surroundings):
        if asks_for_the_rest(ready, question) and ready.files.wanted:
            raise UsageError(f"{REST} asks for the rest of a reply, and takes no files.", "Leave them out.")
        await take_files_along(ready, surroundings)
        name_secrets(ready, question, surroundings)
        ready.tools.tell_with(lambda sentence: tell(sentence, surroundings.stderr))
        if can_ask(surroundings):
            ready.tools.ask_with(AskingOneAnswer(ready.settings, surroundings))
        await wait_for_servers(ready, surroundings)
        name_what_is_not_offered(ready, surroundings)
        goes_on = asks_for_the_rest(ready, question)
        events = conversation.continue_reply() if goes_on else conversation.take_turn(question)
        begun = conversation.exchanges[-1].assistant if goes_on and conversation.exchanges else ""
        if shape := conversation.setup.shape:
            # Imported here: few answers are data, and it brings json.
            from chatbot_cli.app.data_answer import show_data

            output = output or (TABLE if surroundings.stdout.isatty() else JSON)
            await show_data(events, shape, ready, surroundings, output=output, raw=raw, begun=begun)
        else:
            screen.notify(*await show_turn(events, screen.reply(conversation.setup.speaker, begun)))
        return conversation.exchanges[-1].ending is Ending.COMPLETE


@contextmanager
def saved_and_told(ready: ReadyChat, surroundings: Surroundings) -> Iterator[None]:
    """Tell the notices of a chat, then those of its journal, which is closed when the question is answered."""
    conversation, opened = ready.conversation, ready.opened
    before = conversation.exchanges
    for notice in (*ready.notices, *(opened.notices if opened else ())):
        tell(spelled(notice, in_a_script), surroundings.stderr)
    try:
        yield
    finally:
        if opened and conversation.exchanges is not before:
            _keep_unsent(opened.draft, conversation)
        conversation.journal.close()
        for notice in conversation.journal.take_notices():
            tell(notice, surroundings.stderr)
        if problem := conversation.journal.problem:
            tell(f"chat: {problem}\n      {problem.hint_for(in_a_script)}", surroundings.stderr)


async def take_files_along(ready: ReadyChat, surroundings: Surroundings, *, tells: bool = False) -> None:
    """Attach the files that the command line names. What they cost is told if somebody looks, or it is much."""
    if not ready.files.wanted:
        return
    # Imported here: most questions have no files.
    from chatbot_cli.app.attaching import attach_wanted, is_worth_telling
    from chatbot_cli.commands.attachment_report import what_goes_along

    for notice in await attach_wanted(ready):
        tell(notice, surroundings.stderr)
    if tells or surroundings.stdout.isatty() or is_worth_telling(ready):
        conversation = ready.conversation
        along = await asyncio.to_thread(what_goes_along, conversation.attached, conversation.setup)
        tell(along, surroundings.stderr)


def name_what_is_not_offered(ready: ReadyChat, surroundings: Surroundings) -> None:
    """Name on stderr the tools that the model is not offered, since nobody can be asked about their calls."""
    if tools := ready.tools.not_offered(ready.conversation.setup.tools):
        tell(not_offered(tools), surroundings.stderr)


def asks_for_the_rest(ready: ReadyChat, question: str) -> bool:
    """Whether a question is the command that asks for the rest of the last reply."""
    return ready.opened is not None and question.strip() == REST


def _keep_unsent(draft: str, conversation: Conversation) -> None:
    """Keep a draft that another question was asked before, unless it is what has just been answered to its end."""
    last = conversation.exchanges[-1]
    if last.ending is not Ending.COMPLETE or draft != last.user:
        conversation.journal.draft(draft, conversation.setup)


def name_secrets(ready: ReadyChat, question: str, surroundings: Surroundings, *, verb: str = "is sent") -> None:
    """Name on stderr the secrets in a question, and in the system prompt, the schema and the files sent with it.

    Nobody can be asked. Raises SecretRefused if the settings say so.
    """
    settings, shape = ready.settings, ready.conversation.setup.shape
    files = (one.text for one in ready.conversation.attached)
    sent = "\n".join((settings.system or "", shape.source if shape else "", *files, question))
    if not (secrets := find_secrets(sent, settings.keys)):
        return
    if settings.secrets == "refuse":
        raise refusal(secrets)
    sentence = f"{what_is_held(secrets)} It {verb}; CHAT_SECRETS=refuse prevents that."
    tell(sentence, surroundings.stderr)
