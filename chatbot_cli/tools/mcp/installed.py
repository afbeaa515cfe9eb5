"""Whether the library `mcp` is there, and how to install it. It is no part of chat: it brings sixteen packages."""

import sys
from pathlib import Path

LIBRARY = "mcp>=2.3,<3"


def is_installed() -> bool:
    """Whether servers can be used."""
    from importlib.util import find_spec  # imported here: reading the config does without, on the way to the prompt

    return find_spec("mcp") is not None


def how_to_install() -> str:
    """The command that installs it beside chat."""
    parts = Path(sys.prefix).parts
    if "pipx" in parts:
        return f'pipx inject chatbot-cli "{LIBRARY}"'
    if "uv" in parts and "tools" in parts:
        return f'uv tool install --with "{LIBRARY}" chatbot-cli'
    return f'{sys.executable} -m pip install "{LIBRARY}"'
