"""Whether the library that runs models is there, and how to install it. It is no part of chat: it has 100 MB."""

from importlib.util import find_spec

from chatbot_cli.system.extras import install_command, update_command

EXTRA, LIBRARY = "local", "xllamacpp"


def is_installed() -> bool:
    """Whether files of weights can be used."""
    return find_spec(LIBRARY) is not None


def version() -> str:
    """The version of the library; empty if it is not there."""
    # Here, because only the doctor asks.
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as version_of

    try:
        return version_of(LIBRARY)
    except PackageNotFoundError:
        return ""


def how_to_install() -> str:
    """The command that installs it beside chat."""
    return install_command(EXTRA)


def how_to_update() -> str:
    """The command that installs its newest version."""
    return update_command(LIBRARY)
