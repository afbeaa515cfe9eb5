"""The line below the prompt: persona, model, and how full the window is."""

from collections.abc import Callable, Sequence
from itertools import product

from prompt_toolkit.application.current import get_app
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.utils import get_cwidth

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.sent_tools import tokens_of
from chatbot_cli.chat.shape import Shape
from chatbot_cli.errors import SessionError
from chatbot_cli.text.counts import counted, short_number
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten_foreign
from chatbot_cli.text.width import cut_inside

SEPARATOR = " · "
LONGEST_LABEL = 30  # characters of a schema, and of the names of collections
LONGEST_FILE = 24  # cells of the name of a file
MOST_FILES = 2  # that are named


class Toolbar:
    """Draws the line below the prompt. It is redrawn at every key, so its text is cached until something changes.

    A `hint` is shown in place of the line. `named` are the files that the text in the prompt names.
    """

    def __init__(self, conversation: Conversation, named: Callable[[], Sequence[str]] = tuple) -> None:
        self._conversation, self._named = conversation, named
        self._drawn_for: object = None
        self._text = ""
        self.hint = ""

    def clear_hint(self) -> None:
        """Show the window again."""
        self.hint = ""

    def __call__(self) -> FormattedText:
        if self.hint:
            return FormattedText([("", self.hint)])
        columns = get_app().output.get_size().columns
        conversation = self._conversation
        counter = conversation.setup.model.counter
        tools = tuple(conversation.tools.offered(conversation.setup)) if conversation.tools else ()
        files = (conversation.attached, tuple(self._named()))
        shown = (
            conversation.state,
            conversation.journal.saving,
            counter.exact,
            counter.is_ready,
            conversation.falling_back.model_of(conversation.setup).name,
            tools,
            columns,
            files,
        )
        if shown != self._drawn_for:
            self._drawn_for, self._text = shown, self._line(columns, files[1])
        return FormattedText([("", self._text)])

    def _line(self, columns: int, named: Sequence[str]) -> str:
        try:
            return window_line(self._conversation, columns, named)
        except SessionError as error:  # the saved exchanges cannot be read; the next turn reports the same
            return one_line(str(error))


def window_line(conversation: Conversation, columns: int, named: Sequence[str] = ()) -> str:
    """Persona · model · exchanges and tokens in the window, each with its limit; a shorter form in a narrow terminal.

    What does not fit even so is left out from the end, each part whole. The tokens are those of a line of /context.
    Exchanges that are pinned do not count against their limit. "not saved" comes first in a chat that is not saved;
    the files that go with the next message, those that its text has `named` among them, the documents, the tokens of
    tools and that replies are data come last, where there is room for them.
    """
    window, setup = conversation.window(), conversation.setup
    answering = conversation.falling_back.model_of(setup)
    model = setup.model.name if answering is setup.model else f"{answering.name} for {setup.model.name}"
    persona_and_model = one_line(setup.display_name or setup.persona), one_line(model)
    unsaved = "" if conversation.journal.saving else "not saved"
    exchanges, most_exchanges, pinned = window.exchanges - window.pinned, window.limits.exchanges, window.pinned
    used, most = window.fullness
    tokens, most_tokens = f"{'' if setup.counts_exactly else '~'}{short_number(used)}", short_number(most)
    held = f"{exchanges} of {counted(most_exchanges, 'exchange')}{f' and {pinned} pinned' if pinned else ''}"
    whole = (unsaved, *persona_and_model, held, f"{tokens} of {most_tokens} tokens")
    tools = f"tools {short_number(tokens_of(window.tools, setup))}" if window.tools else ""
    files, docs = _files_in_words(conversation, named), (*_documents_in_words(setup.documents), "")
    for of_files, of_docs, of_data, of_tools in product(files, docs, (*_data_in_words(setup.shape), ""), (tools, "")):
        line = SEPARATOR.join(filter(None, (*whole, of_files, of_docs, of_tools, of_data)))
        if get_cwidth(line) < columns:
            return line
    held = f"{exchanges}/{most_exchanges}{f'+{pinned}' if pinned else ''}"
    for of_files in files:
        parts = [*filter(None, (unsaved, of_files)), held, f"{tokens}/{most_tokens}", *persona_and_model]
        if get_cwidth(SEPARATOR.join(parts)) < columns:
            break
    while len(parts) > 1 and get_cwidth(SEPARATOR.join(parts)) >= columns:
        parts.pop()
    return SEPARATOR.join(parts)


def _documents_in_words(names: Sequence[str]) -> Sequence[str]:
    """The collections that are answered from, the fullest wording first."""
    return (f"docs: {shorten_foreign(', '.join(names), LONGEST_LABEL)}", "docs") if names else ()


def _data_in_words(shape: Shape | None) -> Sequence[str]:
    """That replies are data, the fullest wording first."""
    if shape is None:
        return ()
    label = shorten_foreign(shape.label, LONGEST_LABEL)
    return (f"data: [{label}]" if shape.many else f"data: {label}", "data")


def _files_in_words(conversation: Conversation, named: Sequence[str]) -> Sequence[str]:
    """The files that go with the next message, the fullest wording first; those that are named are not read yet."""
    attached = conversation.attached
    others = [path for path in named if all(path != one.name for one in attached)]
    if not (attached or others):
        return ("",)
    tokens = ""
    if attached:
        from chatbot_cli.commands.attachment_report import tokens_in_words  # imported here: most prompts have no files

        tokens = f" {tokens_in_words(attached, conversation.setup)}"
    count = counted(len(attached) + len(others), "file")
    names = [cut_inside(one_line(one.name), LONGEST_FILE) for one in attached]
    in_all = f"{', '.join(names)}{tokens}" if len(names) <= MOST_FILES else f"{len(names)} files{tokens}"
    of_others = [f"@{cut_inside(one_line(path), LONGEST_FILE)}" for path in others[:MOST_FILES]]
    more = [f"{len(others) - MOST_FILES} more"] if len(others) > MOST_FILES else []
    return ", ".join((*([in_all] if attached else ()), *of_others, *more)), f"{count}{tokens}", count
