"""A list below the prompt, from which the user chooses with the arrow keys."""

from collections.abc import Sequence

from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session, in_terminal
from prompt_toolkit.key_binding import KeyPressEvent
from prompt_toolkit.shortcuts.choice_input import ChoiceInput
from prompt_toolkit.styles import BaseStyle

from chatbot_cli.commands.outcomes import Choose, FindOne
from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.input.keys import suspend_key
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.signs import MESSAGE
from chatbot_cli.text.width import cut

MARGIN = 6  # cells beside a label: the symbol and the gaps
KEY_HINT = "Enter opens it, Esc leaves."


MOST_LISTED = 40  # options that are printed where nothing can be redrawn


def in_plain_words(choice: Choose | FindOne) -> str:
    """The options as commands to type."""
    if isinstance(choice, Choose):
        lines = [f"{value:<14} {one_line(label)}" for value, label in choice.options]
        return "\n".join([choice.question, *lines])
    width = max((len(value) for value, _, _ in choice.options[:MOST_LISTED]), default=0)
    lines = [f"{one_line(value):<{width}}  {one_line(about)}".rstrip() for value, _, about in choice.options]
    more = len(lines) - MOST_LISTED
    return "\n".join(
        [choice.question, *lines[:MOST_LISTED], *([f"… and {more:,} more: chat models lists all."] if more > 0 else [])]
    )


async def let_choose(choice: Choose | FindOne, session: PromptSession[str], style: BaseStyle) -> str | None:
    """Let the user choose. Returns the command line of an option, None if the user leaves."""
    if isinstance(choice, Choose):
        return await choose(choice.question, choice.options, session, style)
    # Imported here: most chats find no model.
    from chatbot_cli.terminal.input.model_picker import Findable, find_one

    return await find_one(choice.question, [Findable(*one) for one in choice.options], choice.current, session, style)


async def choose(
    question: str, options: Sequence[tuple[str, str]], session: PromptSession[str], style: BaseStyle
) -> str | None:
    """Let the user choose one of the options, each a value and its label. Returns the value, None if the user leaves.

    The list is erased afterwards.
    """
    columns = session.output.get_size().columns
    labels = [(index, cut(one_line(label), columns - MARGIN)) for index, (_, label) in enumerate(options)]
    leave = suspend_key()

    @leave.add("escape", eager=True)
    @leave.add("c-c", eager=True)
    @leave.add("c-d", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result=None)

    with create_app_session(session.input, session.output), gives_back(in_terminal):
        picker = ChoiceInput[int](
            message=f"{MESSAGE}{one_line(question)} {KEY_HINT}",
            options=labels,
            style=style,
            symbol="›",
            show_numbers=False,  # would be mistaken for the numbers of the conversations
            key_bindings=leave,
            enable_interrupt=False,
        )
        application = (
            picker._create_application()
        )  # private, since the public prompt_async() leaves the list on the screen
        application.erase_when_done = True
        chosen: int | None = await application.run_async()
    return None if chosen is None else options[chosen][0]
