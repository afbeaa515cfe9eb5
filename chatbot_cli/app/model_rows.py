"""What is said of each model that can be chosen: window, price, what it can do, and whose word each number is."""

from collections.abc import Iterator
from dataclasses import replace

from chatbot_cli.app.given_options import stated_for
from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.chat.prices import NothingToPay, PricePerMillion
from chatbot_cli.chat.server_window import THE_SERVER, YOUR_CONFIG, Fact, the_list_of
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.discovery.served import ServedModel
from chatbot_cli.providers.entries.provider import Provider
from chatbot_cli.providers.known_models import KnownModel, all_known, known, known_anywhere, list_date
from chatbot_cli.providers.newest import chats, newest_first
from chatbot_cli.providers.prices import prices_at
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.route.spec import Route
from chatbot_cli.providers.windows import window_known

RUNS_HERE = "runs here"  # the source of a price of nothing


@frozen
class ModelRow:
    """A model of a provider. Prices are US dollars for a million tokens; None is unknown.

    `context_from` and `price_from` say whose word they are; empty if nobody knows. What it `can` is in words; None is
    unknown. `program` serves a local one.
    """

    provider: str
    name: str
    context_tokens: int
    context_from: str
    price_in: float | None = None
    price_out: float | None = None
    price_from: str = ""
    can: tuple[str, ...] | None = None
    released: str = ""
    deprecated: str = ""
    program: str = ""
    stands_alone: bool = False

    @property
    def spec(self) -> str:
        """What opens it. At a server that stands in for the default provider's, the name alone does."""
        return self.name if self.stands_alone else f"{self.provider}/{self.name}"


def local_rows(models: ModelsInUse, *, all_of_them: bool = False) -> list[ModelRow]:
    """The models of the servers that run on this machine, which are looked for; with `all_of_them` none is left out.

    Else those are left out that are not made to chat, such as embedding models.
    """
    rows: list[ModelRow] = []
    for server in models.look_for_servers():
        provider = models.access.providers.called(server.provider)
        way = provider and models.way_to(provider)
        if provider and way:
            for one in server.models:
                if not (all_of_them or chats(one.name)):
                    continue
                told = models.here.window_of(server.provider, server.base_url, one.name)
                rows.append(_row(models, provider, way, ServedModel(one.name, told), server.program.label))
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


def described(models: ModelsInUse) -> list[tuple[str, str]]:
    """All that can be opened, local models first, each as its spec and a line with its window, price and abilities."""
    rows = [*local_rows(models), *cloud_rows(models)]
    described = [(row.spec, _in_columns(row)) for row in rows]
    return [
        *described,
        *((row.name, "built in, without a key") for row in models.access.providers if row.runs_in_process),
    ]


def _in_columns(row: ModelRow) -> str:
    price = f"${dollars_in_short(row.price_in)} ${dollars_in_short(row.price_out)}" if row.price_in else ""
    return f"{tokens_in_short(row.context_tokens):>5}  {price or row.program:<12}  {' '.join(row.can or ())}".rstrip()


def _row(models: ModelsInUse, provider: Provider, way: Endpoint, one: ServedModel, program: str = "") -> ModelRow:
    way = replace(way, model=one.name)
    stated = stated_for(f"{provider.name}/{one.name}", one.name, models.stated).window
    listed = known_anywhere(one.name) if provider.local else known(provider.name, one.name)
    told = Fact(one.context_tokens, THE_SERVER) if one.context_tokens else window_known(way, provider)
    window = Fact(stated, YOUR_CONFIG) if stated else told
    price_in, price_out, price_from = _price(models, provider, way, listed)
    return ModelRow(
        provider.name,
        one.name,
        window[0],
        window[1],
        price_in,
        price_out,
        price_from,
        abilities(listed),
        listed.released if listed else "",
        listed.deprecated if listed else "",
        program,
        stands_alone=provider.is_default and models.has_own_address,
    )


def _listed_row(one: KnownModel) -> ModelRow:
    source = the_list_of(list_date())
    prices = one.price_in, one.price_out, "" if one.price_in is None else source
    can = abilities(one)
    return ModelRow(one.provider, one.name, one.context_tokens, source, *prices, can, one.released, one.deprecated)


def tokens_in_short(tokens: int) -> str:
    """A number of tokens in five cells or fewer: 8.2k, 131k, 1.05M."""
    if tokens < 1_000:
        return str(tokens)
    if tokens < 100_000:
        return f"{tokens / 1_000:.1f}".removesuffix(".0") + "k"
    if tokens < 999_500:
        return f"{tokens / 1_000:.0f}k"
    return f"{tokens / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"


def dollars_in_short(price: float | None) -> str:
    """A price as people write it: 0.1, 2, 12.50; - if it is unknown."""
    if price is None:
        return "-"
    return f"{price:.4f}".rstrip("0").rstrip(".") if price < 1 else f"{price:,.2f}".removesuffix(".00")


def abilities(one: KnownModel | None) -> tuple[str, ...] | None:
    """What a model can, in words; None if it is not known."""
    if one is None:
        return None
    can = {"vision": one.vision, "tools": one.tools, "schema": one.schema, "thinks": one.thinks}
    return tuple(word for word, is_so in can.items() if is_so)


def _price(
    models: ModelsInUse, provider: Provider, way: Endpoint, listed: KnownModel | None
) -> tuple[float | None, float | None, str]:
    match prices_at(Route(provider, way, "base_url", provider), models.access):
        case PricePerMillion() as stated:
            return stated.input, stated.output, YOUR_CONFIG
        case NothingToPay():
            return 0.0, 0.0, RUNS_HERE
    if listed and listed.price_in is not None and listed.price_out is not None:
        return listed.price_in, listed.price_out, the_list_of(list_date())
    return None, None, ""
