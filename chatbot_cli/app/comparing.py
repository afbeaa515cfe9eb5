"""One question to several models at once, for scripts; and who they are, for both."""

from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.app.one_answer import REST, asks_for_the_rest, name_secrets, saved_and_told, take_files_along
from chatbot_cli.app.running_servers import closing_tools
from chatbot_cli.app.screens import open_screen
from chatbot_cli.chat.compared import MOST_AT_ONCE, Rival, best_of
from chatbot_cli.chat.comparing import compare
from chatbot_cli.chat.model import told_apart
from chatbot_cli.commands.compare_report import before_comparing
from chatbot_cli.commands.outcomes import Compare
from chatbot_cli.errors import UsageError
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.messages import tell
from chatbot_cli.terminal.screen import show_turn


def specs_in(named: str) -> list[str]:
    """The models that `--compare` names. Raises UsageError."""
    specs = named.replace(",", " ").split()
    if not 2 <= len(specs) <= MOST_AT_ONCE:
        sentence = f"--compare takes from 2 to {MOST_AT_ONCE} models, not {len(specs)}."
        raise UsageError(sentence, 'For example: chat --compare demo,ollama/llama3.2 "a question"')
    return specs


def rivals_of(ready: ReadyChat, specs: list[str]) -> tuple[Rival, ...]:
    """The models of these specs. Raises SettingsError for one that cannot be opened."""
    models = [ready.setups.model(spec) for spec in specs]
    return tuple(Rival(model, ready.setups.is_named(model)) for model in models)


def to_compare(ready: ReadyChat, specs: list[str]) -> Compare:
    """What the loop is told of them. Raises SettingsError."""
    return Compare(rivals_of(ready, specs))


async def compare_once(ready: ReadyChat, specs: list[str], question: str, surroundings: Surroundings) -> int:
    """Answer a question by several models, and return the exit code that the best answer deserves. Raises ChatError."""
    rivals = rivals_of(ready, specs)
    async with closing_tools(ready):
        return await _compare(ready, rivals, question, surroundings)


async def _compare(ready: ReadyChat, rivals: tuple[Rival, ...], question: str, surroundings: Surroundings) -> int:
    conversation = ready.conversation
    settings = ready.settings
    screen = open_screen(surroundings, plain=settings.plain, interactive=False, thoughts=settings.thoughts)
    with saved_and_told(ready, surroundings):
        if asks_for_the_rest(ready, question):
            raise UsageError(f"{REST} asks for the rest of one reply: nothing can be compared.", "Ask a question.")
        await take_files_along(ready, surroundings)
        name_secrets(ready, question, surroundings)
        setups = [rival.answering(conversation.setup) for rival in rivals]
        for line in before_comparing(conversation, setups):
            tell(line, surroundings.stderr)
        view = screen.side_by_side(told_apart([setup.model for setup in setups]), conversation.setup.shape)
        await show_turn(compare(conversation, setups, question), view)
        return best_of(conversation.compared).exit_code
