"""The doctor's checks of what models there are: providers whose keys are set, servers on this machine, lists."""

from collections.abc import Iterator
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version

from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.doctor.report import Check
from chatbot_cli.providers.known_models import list_date, providers_known
from chatbot_cli.text.counts import counted


def check_lists() -> Iterator[Check]:
    """The dates of the lists that come with the program: of models, and of prices."""
    yield Check("ok", "list of models", f"of {list_date()}, of {len(providers_known())} providers")
    try:
        yield Check("ok", "list of prices", f"genai-prices {version('genai-prices')}")
    except PackageNotFoundError:
        yield Check("fail", "list of prices", "not installed", fix="Install it: pip install genai-prices")


def check_providers(models: ModelsInUse, *, local: bool) -> Iterator[Check]:
    """The providers that can be asked, and with `local` the servers that run on this machine."""
    names = ", ".join(row.name for row, _ in models.asked)
    yield Check("ok", "providers", f"{names} can be asked" if names else "none has a key")
    for name in models.preferred_in_vain:
        close = get_close_matches(name.lower(), [row.name for row in models.access.providers], n=1)
        fix = f"Did you mean {close[0]}?" if close else "It has names such as anthropic."
        yield Check("warn", "prefer", f"{name} is no provider", "config.toml", fix)
    if local:
        servers = models.look_for_servers()
        here = [f"{server.program.label} with {counted(len(server.models), 'model')}" for server in servers]
        yield Check("ok", "on this machine", ", ".join(here) or "no server of models")
