"""Turns settings into access to models, for a chat and for the doctor alike."""

from collections.abc import Mapping

from chatbot_cli.providers.route.endpoint import Access, Timeouts
from chatbot_cli.settings.precedence import Settings


def access_of(settings: Settings, environ: Mapping[str, str]) -> Access:
    """The keys, addresses, timeouts and prices in the settings.

    `environ` has the variables for proxies and certificates.
    """
    timeouts = Timeouts(settings.connect_timeout, settings.first_token_timeout, settings.idle_timeout)
    prices = settings.prices
    return Access(settings.keys, settings.base_url, settings.openai_base_url, timeouts, environ, prices=prices)
