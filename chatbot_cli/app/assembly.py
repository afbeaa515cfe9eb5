"""Puts a chat together from flags, settings, personas, models and saved conversations."""

from collections.abc import Callable
from functools import partial

from chatbot_cli.app.documents_in_use import NO_DOCUMENTS, DocumentsInUse, WantedDocuments
from chatbot_cli.app.files_in_use import FilesInUse
from chatbot_cli.app.saved_chats import ChatSessions, WhichConversation
from chatbot_cli.app.setups import AvailableSetups
from chatbot_cli.app.shapes import AS_IT_IS, WantedShape, shape_of_persona
from chatbot_cli.app.tools_in_use import NO_TOOLS, ToolsInUse, WantedTools
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.ports import Opened
from chatbot_cli.frozen import frozen
from chatbot_cli.personas.shelf import PersonaShelf, builtin_folder
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.settings.precedence import Flags, Settings, Sources
from chatbot_cli.settings.sources import NoticeKind, failing_with_notices
from chatbot_cli.settings.table import flag_of
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.system.web_address import is_on_this_machine

_OF_NEW_CONVERSATIONS: tuple[NoticeKind, ...] = (NoticeKind.FOLDER_CHOOSES,)
_OF_THE_FOLDERS_ADDRESS = (NoticeKind.FOLDER_ADDRESS, NoticeKind.KEY_WITHHELD)


@frozen
class ReadyChat:
    """A chat that is ready to begin. `opened` is the saved conversation that it goes on with."""

    conversation: Conversation
    setups: AvailableSetups
    settings: Settings
    folders: Folders
    saved: ChatSessions
    tools: ToolsInUse
    documents: DocumentsInUse
    files: FilesInUse
    opened: Opened | None = None

    @property
    def notices(self) -> tuple[str, ...]:
        """The lines to show before the first turn."""
        beside_the_point = _OF_NEW_CONVERSATIONS if self.opened else ()
        if self.conversation.setup.model.base_url:
            beside_the_point = (*beside_the_point, *_OF_THE_FOLDERS_ADDRESS)
        notices = tuple(notice.sentence for notice in self.settings.notices if notice.kind not in beside_the_point)
        notices = (*notices, *self.setups.models_in_use.chosen)
        notices = (*notices, *self.tools.servers.read_config(), *self.tools.notices(self.conversation.setup.tools))
        notices = (*notices, *filter(None, (self.conversation.setup.model.note,)))
        missing = self.setups.missing
        if missing is None:
            return notices
        local = self.setups.models_in_use.here.model_seen()
        beside = f", or take what runs here: /model {local}" if local else "."
        set_it = f"set {missing.variable} (shell or .env) for {missing.model}"
        return (*notices, f"The demo model answers: {set_it}{beside}")


def open_chat(
    flags: Flags,
    surroundings: Surroundings,
    *,
    which: WhichConversation | None = None,
    demo_without_key: bool = False,
    sends_nothing: bool = False,
    called: Callable[[str], str] = flag_of,
    wanted: WantedShape = AS_IT_IS,
    tools: WantedTools = NO_TOOLS,
    documents: WantedDocuments = NO_DOCUMENTS,
) -> ReadyChat:
    """Put a chat together. `which` chooses its conversation; None is one that is not saved. Replies are as `wanted`.

    One that `sends_nothing` needs no key, and writes nothing.

    `called` says how whoever gave the `flags` calls one of them, by the setting's name.
    Raises SettingsError, MissingKey, PersonaError or SessionError, with the notices there are.
    """
    folders = Folders.of(surroundings.environ, surroundings.home)
    sources = Sources.read(surroundings.environ, surroundings.cwd, folders, key_variables, called)
    settled = sources.settle(flags)
    with failing_with_notices(notice.sentence for notice in settled.settings.notices):
        setups = AvailableSetups(
            settled,
            persona_shelf(folders),
            demo_without_key=demo_without_key,
            environ=surroundings.environ,
            sends_nothing=sends_nothing,
            wanted=wanted,
            documents=documents,
            folder=surroundings.cwd,
            cache=folders.cache,
            state=folders.state,
        )
        return _assembled(setups, sources, surroundings, folders, which, tools, untouched=sends_nothing)


def _assembled(
    setups: AvailableSetups,
    sources: Sources,
    surroundings: Surroundings,
    folders: Folders,
    which: WhichConversation | None,
    wanted: WantedTools,
    *,
    untouched: bool,
) -> ReadyChat:
    settings = setups.settings()
    if settings.debug:
        # Imported here: only a user who looks for a fault should wait for it.
        from chatbot_cli.app.debug_log import begin_debug_log

        begin_debug_log(settings, sources, surroundings, folders)
    which = which if settings.save else None
    saved = ChatSessions(folders.data, setups, which, untouched=untouched)
    tools = tools_of(settings, wanted, surroundings)
    tools.check()
    tools.servers.read_config()
    documents = DocumentsInUse(settings, folders.data, setups.documents, environ=surroundings.environ)
    files = FilesInUse(surroundings.cwd, surroundings.home, surroundings.environ, setups.wanted_files)
    if opened := saved.resumed():
        setup, journal = opened.state.setup, None
    else:
        setup, settings = setups.first()
        journal = saved.new_journal()
    documents.check(setups.documents.names if opened else setup.documents)
    of_chat = documents.for_chat()
    conversation = Conversation(setup, journal=journal, tools=tools.for_chat(), documents=of_chat)
    files.belong_to(conversation)
    documents.send_to(lambda: _where_it_goes(conversation))
    if opened:
        opened = of_chat.without_lost(opened)
        conversation.go_to(opened)
    return ReadyChat(conversation, setups, settings, folders, saved, tools, documents, files, opened)


def _where_it_goes(conversation: Conversation) -> str:
    """The address of the server that answers; of several, the first that is not on this machine, if there is one.

    They are several if they are compared, or if others may stand in.
    """
    setups = conversation.answering or (conversation.setup,)
    first, *others = (model.address for setup in setups for model in (setup.model, *setup.fallback))
    return next((one for one in (first, *others) if one and not is_on_this_machine(one)), first)


def tools_of(settings: Settings, wanted: WantedTools, surroundings: Surroundings) -> ToolsInUse:
    """The tools of the settings and flags; none is loaded yet."""
    return ToolsInUse(
        settings.tools,
        wanted,
        folder=surroundings.cwd,
        find_secrets=partial(find_secrets, own=settings.keys),
        secrets=settings.secrets,
        state=Folders.of(surroundings.environ, surroundings.home).state,
        place=surroundings,
    )


def persona_shelf(folders: Folders) -> PersonaShelf:
    """The user's own personas, then the built-in ones."""
    return PersonaShelf((folders.personas, builtin_folder()), shape_of_persona)
