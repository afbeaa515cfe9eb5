"""How each door of the program spells what a hint names: as a flag, a slash-command or a variable."""

from chatbot_cli.chat.options import OPTION_NAMES
from chatbot_cli.settings.table import SETTINGS

WITHOUT_FLAG = {setting.name: setting.variable or setting.name for setting in SETTINGS if not setting.flag}
NO_SAVE = ("save", "no")  # what --no-save says
ACTIONS_OF_A_SCRIPT = {
    "continue": "chat -c /continue",
    "retry": "/retry in a conversation",
    "list_personas": "`chat personas`",
    "list_sessions": "chat sessions",
    "resume": "chat --resume ID",
    "send_less": "--max-context-tokens N",
    "save_again": "try again",
    "unpin": "/unpin N in a conversation",
    "fewer_tools": "less of --tool, --tools and --mcp",
    "collect": "chat docs add PATH",
}
ACTIONS_OF_A_CONVERSATION = {
    "continue": "/continue",
    "retry": "/retry",
    "list_personas": "/persona",
    "list_sessions": "/sessions",
    "resume": "/resume ID",
    "send_less": "/trim, or /window N tokens",
    "save_again": "all of it is saved with your next message",
    "unpin": "/unpin N",
    "fewer_tools": "/tools off NAME",
    "collect": "chat docs add PATH in a shell",
}
COMMANDS = {  # that set a setting, with {} for its value
    "model": "/model {}",
    "persona": "/persona {}",
    "system": "/system {}",
    "max_turns": "/window {} exchanges",
    "slide": "/window {} slide",
    "max_context_tokens": "/window {} tokens",
    "overflow": "/window overflow {}",
    "thoughts": "/thoughts {}",
    "max_cost": "/budget {}",
    **{name: f"/set {name} {{}}" for name in OPTION_NAMES if name != "extra"},
}


def in_a_script(name: str, value: str = "") -> str:
    """For `chat "a question"` and the subcommands: the flag, or the variable of what has none."""
    if name in ACTIONS_OF_A_SCRIPT:
        return ACTIONS_OF_A_SCRIPT[name]
    if (name, value) == NO_SAVE:
        return "--no-save"
    if name == "extra":
        return f"-o {value}".rstrip()
    if variable := WITHOUT_FLAG.get(name):
        return f"{variable}={value}" if value else variable
    return f"--{name.replace('_', '-')} {value}".rstrip()


def in_a_conversation(name: str, value: str = "") -> str:
    """For a conversation: the slash-command, or what a script says where there is none."""
    if name in ACTIONS_OF_A_CONVERSATION:
        return ACTIONS_OF_A_CONVERSATION[name]
    command = COMMANDS.get(name)
    if command is None:
        return in_a_script(name, value)
    return command.format(value) if value else command.partition("{}")[0].rstrip()
