"""How the libraries of an extra are installed beside chat, wherever it is installed."""

import sys
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

PACKAGE = "chatbot-cli"


def install_command(extra: str) -> str:
    """The command. It names the Python that runs chat: a bare `pip` is often another's.

    The package is there, so pip gets only what the extra adds to it, and leaves the package as it is.
    """
    return _pip_install(f"'{PACKAGE}[{extra}]'")


def update_command(library: str) -> str:
    """The command that installs the newest version of a library of an extra."""
    return _pip_install(f"--upgrade {library}")


def _pip_install(wanted: str) -> str:
    if "pipx" in Path(sys.prefix).parts:
        return f"pipx runpip {PACKAGE} install {wanted}"
    python = quote(_as_typed(sys.executable or "python3"))
    if find_spec("pip") is None:  # uv makes an environment without it
        return f"uv pip install --python {python} {wanted}"
    return f"{python} -m pip install {wanted}"


def _as_typed(python: str) -> str:
    """The path as one types it here: from this folder, if it is below it, and this is not the root."""
    try:
        here = Path.cwd()
    except OSError:  # the folder is gone
        return python
    is_near = here != here.parent and Path(python).is_relative_to(here)
    return str(Path(python).relative_to(here)) if is_near else python
