"""Turns settings into access to models, for a chat and for the doctor alike."""

from collections.abc import Mapping

from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.route.endpoint import Access, Timeouts
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.settings.sources import Origin


def access_of(settings: Settings, environ: Mapping[str, str]) -> Access:
    """The keys, addresses, timeouts, prices and providers in the settings. Raises SettingsError.

    `environ` has the variables for proxies and certificates.
    """
    origin = settings.sources["openai_base_url"].origin
    timeouts = Timeouts(settings.connect_timeout, settings.first_token_timeout, settings.idle_timeout)
    return Access(
        settings.keys,
        settings.base_url,
        settings.openai_base_url,
        timeouts,
        environ,
        prices=settings.prices,
        providers=built_in().with_own(settings.models.providers),
        address_of_folder=origin is Origin.DOTENV,
    )
