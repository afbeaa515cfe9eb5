"""What is said of each model that can be chosen: its window, its price, what it can do, and whose word each number is."""

from collections.abc import Iterable, Iterator, Sequence

from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.chat.prices import NothingToPay, PricePerMillion
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.discovery.served import ServedModel
from chatbot_cli.providers.entries.provider import Provider
from chatbot_cli.providers.known_models import KnownModel, all_known, known, list_date
from chatbot_cli.providers.naming import ListedModel, newest_first
from chatbot_cli.providers.prices import prices_at
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.route.spec import Route

YOUR_CONFIG, THE_SERVER, THE_LIST, A_GUESS, NOTHING_TO_PAY = "your config", "the server", "the list", "a guess", "local"


@frozen
class ModelRow:
    """A model of a provider. Prices are US dollars for a million tokens; None is unknown, as is an unknown window.

    `context_from` and `price_from` say whose word they are; empty if unknown. `program` is the name of a local server.
    """

    provider: str
    name: str
    context_tokens: int | None = None
    context_from: str = ""
    price_in: float | None = None
    price_out: float | None = None
    price_from: str = ""
    can: tuple[str, ...] = ()
    released: str = ""
    deprecated: str = ""
    program: str = ""

    @property
    def spec(self) -> str:
        """What opens it."""
        return f"{self.provider}/{self.name}"


def local_rows(models: ModelsInUse) -> list[ModelRow]:
    """The models of the servers that run on this machine, which are looked for."""
    rows: list[ModelRow] = []
    for server in models.servers:
        provider = models.access.providers.called(server.provider)
        way = provider and models.way_to(provider)
        if provider and way:
            rows += [_row(models, provider, way, one, server.program) for one in server.models]
    return rows


def cloud_rows(models: ModelsInUse, *, copies: bool = False) -> list[ModelRow]:
    """The models of the providers that can be asked, of each the newest first; with `copies` all that there are."""
    rows: list[ModelRow] = []
    for provider, way in models.asked:
        served = {one.name: one for one in models.served_by(provider, way)}
        listed = [model for model in models.lists.reachable if model.provider == provider.name]
        shown = listed if copies else newest_first(listed)
        rows += [_row(models, provider, way, served.get(one.name, ServedModel(one.name))) for one in shown]
    return rows


def all_rows(models: ModelsInUse) -> Iterator[ModelRow]:
    """Everything in the list, and what only servers have told."""
    seen = set()
    for row in cloud_rows(models, copies=True):
        seen.add(row.spec)
        yield row
    for provider in models.access.providers:
        for one in all_known(provider.name):
            if f"{provider.name}/{one.name}" not in seen:
                yield _listed_row(one)


def _row(models: ModelsInUse, provider: Provider, way: Endpoint, one: ServedModel, program: str = "") -> ModelRow:
    listed = None if program else known(provider.name, one.name)
    tokens, context_from = _window(one, listed)
    price_in, price_out, price_from = _price(models, provider, way, one.name, listed)
    can = abilities(listed)
    dates = (listed.released, listed.deprecated) if listed else ("", "")
    return ModelRow(
        provider.name, one.name, tokens, context_from, price_in, price_out, price_from, can, *dates, program
    )


def _listed_row(one: KnownModel) -> ModelRow:
    price_from = "" if one.price_in is None else THE_LIST
    numbers = (one.context_tokens, THE_LIST, one.price_in, one.price_out, price_from)
    return ModelRow(one.provider, one.name, *numbers, abilities(one), one.released, one.deprecated)


def abilities(one: KnownModel | None) -> tuple[str, ...]:
    """What a model can, in words."""
    if one is None:
        return ()
    can = {"vision": one.vision, "tools": one.tools, "schema": one.schema, "thinks": one.thinks}
    return tuple(word for word, is_so in can.items() if is_so)


def _window(one: ServedModel, listed: KnownModel | None) -> tuple[int | None, str]:
    if one.context_tokens:
        return one.context_tokens, THE_SERVER
    return (listed.context_tokens, THE_LIST) if listed else (None, "")


def _price(
    models: ModelsInUse, provider: Provider, way: Endpoint, name: str, listed: KnownModel | None
) -> tuple[float | None, float | None, str]:
    match prices_at(Route(provider, way.of_model(name), "base_url"), models.access):
        case PricePerMillion() as stated:
            return stated.input, stated.output, YOUR_CONFIG
        case NothingToPay():
            return 0.0, 0.0, NOTHING_TO_PAY
    if listed and listed.price_in is not None:
        return listed.price_in, listed.price_out, THE_LIST
    return None, None, ""
