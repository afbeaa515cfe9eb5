"""The names that a provider has for its models and that are nearly one that its server does not know. Pure."""

from difflib import get_close_matches

from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.known_models import all_known
from chatbot_cli.providers.route.endpoint import Endpoint

NEAREST = 2
LONGEST = 200  # characters of a name that are compared


def nearest_models(endpoint: Endpoint) -> list[str]:
    """Specs of the provider's models that are called nearly so; none at an address that is not its own."""
    provider = built_in().at(endpoint.base_url)
    if provider is None or provider.name != endpoint.provider:
        return []
    names = {one.name.lower(): one.name for one in all_known(provider.name)}
    close = get_close_matches(endpoint.model.lower()[:LONGEST], list(names), NEAREST, cutoff=0.6)
    return [f"{provider.name}/{names[name]}" for name in close if names[name] != endpoint.model]
