"""A list to choose from, below the prompt's line."""

from collections.abc import Sequence

from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.shortcuts.choice_input import ChoiceInput
from prompt_toolkit.styles import BaseStyle

from chatbot_cli.text.safe import one_line
from chatbot_cli.text.width import cut

MARGIN = 6  # cells beside a label: the symbol and the gaps
KEYS = "Enter opens it, Esc leaves."


async def choose(
    question: str, options: Sequence[tuple[str, str]], session: PromptSession[str], style: BaseStyle
) -> str | None:
    """Let one of the options be chosen, each a value and what it is called; None when it is left. It erases itself."""
    columns = session.output.get_size().columns
    labels = [(index, cut(one_line(label), columns - MARGIN)) for index, (_, label) in enumerate(options)]
    leave = KeyBindings()

    @leave.add("escape", eager=True)
    @leave.add("c-c", eager=True)
    @leave.add("c-d", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result=None)

    with create_app_session(session.input, session.output):
        picker = ChoiceInput[int](
            message=f"{one_line(question)} {KEYS}",
            options=labels,
            style=style,
            symbol="›",
            show_numbers=False,  # they would be taken for those of the conversations
            key_bindings=leave,
            enable_interrupt=False,
        )
        application = picker._create_application()  # the public way to run it leaves the list on the screen
        application.erase_when_done = True
        chosen: int | None = await application.run_async()
    return None if chosen is None else options[chosen][0]
