"""The key bindings in which the input line differs from prompt_toolkit."""

from functools import partial

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus, is_searching
from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.utils import is_dumb_terminal, suspend_to_background_supported

from chatbot_cli.system.suspending import left_to_the_system, suspend
from chatbot_cli.terminal.input.pasting import Pasting
from chatbot_cli.terminal.input.toolbar import Toolbar

# A terminal that distinguishes Shift-Enter from Enter sends one of these (xterm's modifyOtherKeys, kitty's protocol).
# prompt_toolkit reads the first as Enter and does not know the second. Here both mean the same as Alt-Enter.
for sequence in ("\x1b[27;2;13~", "\x1b[13;2u"):
    ANSI_SEQUENCES[sequence] = (Keys.Escape, Keys.ControlM)

HOW_TO_LEAVE = "Ctrl-D leaves"


def chat_keys(toolbar: Toolbar, pasting: Pasting) -> KeyBindings:
    """Enter sends; Alt-Enter, Ctrl-J and Shift-Enter begin a new line; Ctrl-C clears; Ctrl-D leaves an empty line."""
    keys = suspend_key()
    editing = has_focus(DEFAULT_BUFFER) & ~is_searching
    completing = Condition(lambda: get_app().current_buffer.complete_state is not None)

    @keys.add("enter", filter=editing)
    def send(event: KeyPressEvent) -> None:
        if is_dumb_terminal() and event.key_processor.input_queue:  # more came at once: a pasted text, unmarked there
            event.current_buffer.insert_text("\n")
        elif event.current_buffer.text.strip():
            event.current_buffer.validate_and_handle()
        else:
            event.current_buffer.reset()

    @keys.add("escape", "enter", filter=editing)
    @keys.add("c-j", filter=editing)
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    keys.add("tab", filter=editing & completing)(_complete)
    keys.add("escape", "/", filter=editing)(_begin_command)
    keys.add(Keys.BracketedPaste, filter=editing)(partial(_paste, pasting))

    @keys.add("c-c", filter=editing)
    def clear(event: KeyPressEvent) -> None:
        was_empty = not event.current_buffer.text
        event.current_buffer.text = ""  # which is noticed, as a reset is not: an edited message is left
        event.current_buffer.reset()
        if was_empty:
            toolbar.hint = HOW_TO_LEAVE

    @keys.add("c-x", "c-e", filter=editing)
    def write_in_editor(event: KeyPressEvent) -> None:
        event.app.create_background_task(_write_in_editor(event.current_buffer))

    keys.add("escape", filter=editing & completing, eager=False)(_close_menu)
    return keys


def _complete(event: KeyPressEvent) -> None:
    """Take the next completion; once the only one is taken, offer what follows it, as the files of a folder."""
    buffer = event.current_buffer
    state = buffer.complete_state
    if state and state.current_completion and len(state.completions) == 1:
        buffer.complete_state = None
        buffer.start_completion(insert_common_part=True)
    else:
        buffer.complete_next()


def _close_menu(event: KeyPressEvent) -> None:
    event.current_buffer.cancel_completion()


def _begin_command(event: KeyPressEvent) -> None:
    """Esc closes what is open, and / begins a command: in quick succession they arrive as one key, Meta-/."""
    event.current_buffer.cancel_completion()
    event.current_buffer.insert_text("/")


def _paste(pasting: Pasting, event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    buffer.insert_text(pasting.text_of(event.data, buffer.document.text_before_cursor))


async def _write_in_editor(buffer: Buffer) -> None:
    with left_to_the_system():
        await buffer.open_in_editor(validate_and_handle=False)  # the text returns to the prompt, unsent


def suspend_key() -> KeyBindings:
    """Ctrl-Z stops the process, where the system can."""
    keys = KeyBindings()
    if suspend_to_background_supported():
        keys.add("c-z")(lambda _: suspend())
    return keys
