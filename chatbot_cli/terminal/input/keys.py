"""The keys of the input line, where they differ from prompt_toolkit's own."""

from prompt_toolkit.application.current import get_app
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus, is_searching
from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from chatbot_cli.terminal.input.toolbar import Toolbar

# Terminals that tell Shift-Enter from Enter send one of these; prompt_toolkit reads the first as Enter and does not
# know the second. Both mean what Alt-Enter means. (xterm's modifyOtherKeys, and kitty's protocol.)
for sequence in ("\x1b[27;2;13~", "\x1b[13;2u"):
    ANSI_SEQUENCES[sequence] = (Keys.Escape, Keys.ControlM)

LEAVING = "Ctrl-D leaves"


def chat_keys(toolbar: Toolbar) -> KeyBindings:
    """Enter sends; Alt-Enter, Ctrl-J and Shift-Enter begin a new line; Ctrl-C clears; Ctrl-D leaves an empty line."""
    keys = KeyBindings()
    editing = has_focus(DEFAULT_BUFFER) & ~is_searching
    completing = Condition(lambda: get_app().current_buffer.complete_state is not None)

    @keys.add("enter", filter=editing)
    def send(event: KeyPressEvent) -> None:
        if event.current_buffer.text.strip():
            event.current_buffer.validate_and_handle()
        else:
            event.current_buffer.reset()

    @keys.add("escape", "enter", filter=editing)
    @keys.add("c-j", filter=editing)
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("c-c", filter=editing)
    def clear(event: KeyPressEvent) -> None:
        was_empty = not event.current_buffer.text
        event.current_buffer.reset()
        if was_empty:
            toolbar.hint = LEAVING

    @keys.add("c-x", "c-e", filter=editing)
    def write_in_editor(event: KeyPressEvent) -> None:
        event.current_buffer.open_in_editor(validate_and_handle=False)  # it comes back to be read over, and sent

    @keys.add("escape", filter=editing & completing, eager=False)
    def close_menu(event: KeyPressEvent) -> None:
        event.current_buffer.cancel_completion()

    return keys
