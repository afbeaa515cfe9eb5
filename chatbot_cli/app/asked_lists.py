"""Asks the servers of all providers that can be asked for their lists of models, and keeps them for a day."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.providers.discovery.served import read_served
from chatbot_cli.providers.entries.provider import Provider
from chatbot_cli.providers.model_lists import ModelLists
from chatbot_cli.providers.route.endpoint import Endpoint

PATIENCE = 5.0  # seconds for a connection


def wants_asking(models: ModelsInUse, *, again: bool) -> list[tuple[Provider, Endpoint]]:
    """The providers whose lists are older than a day, or all if they are to be asked again."""
    now = time.time()
    return [
        (row, way)
        for row, way in models.asked
        if _lists_what_can_be_asked(row) and (again or not ((kept := models.kept(row, way)) and kept.is_fresh(now)))
    ]


def _lists_what_can_be_asked(row: Provider) -> bool:
    return row.dialect.lists_models and not row.dialect.own_names


async def ask_for_lists(wanted: Sequence[tuple[Provider, Endpoint]], cache: Path) -> list[str]:
    """Ask these providers, all at once, and keep what they tell. Returns a sentence for each that fails."""
    return [problem for problem in await asyncio.gather(*(_ask(row, way, cache) for row, way in wanted)) if problem]


async def _ask(row: Provider, way: Endpoint, cache: Path) -> str:
    # Imported here: it brings the SDK, which most lists that are shown do not need: they are kept.
    from chatbot_cli.providers.reachability.asking import told_by
    from chatbot_cli.providers.reachability.findings import ModelServer

    timeouts = replace(way.timeouts, connect=min(PATIENCE, way.timeouts.connect))
    told = await told_by(ModelServer(replace(way, timeouts=timeouts), row, f"{row.name}/"))
    if isinstance(told, str):
        return f"{row.label or row.name}: {told}"
    served = read_served(told, row.window, row.dialect.list_prefix)
    if served is None:
        return f"{row.label or row.name}: What its server sends is no list of models."
    ModelLists(cache).keep(row.name, way.base_url, served.models, time.time())
    return ""
