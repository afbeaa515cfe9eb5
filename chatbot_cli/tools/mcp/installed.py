"""Whether the library `mcp` is there, and how to install it. It is no part of chat: it brings sixteen packages."""

from chatbot_cli.system.extras import install_command


def is_installed() -> bool:
    """Whether servers can be used."""
    from importlib.util import find_spec  # imported here: reading the config does without, on the way to the prompt

    return find_spec("mcp") is not None


def how_to_install() -> str:
    """The command that installs it beside chat."""
    return install_command("mcp")
