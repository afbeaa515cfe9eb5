"""The built-in entries of providers, by the names that tests have for them."""

from chatbot_cli.providers.entries.registry import DEMO, built_in

KEYS = built_in().keys
PROVIDERS = tuple(built_in())
OPENAI = built_in().default
provider_called = built_in().called
dialect_at = built_in().dialect_at

__all__ = ["DEMO", "KEYS", "OPENAI", "PROVIDERS", "built_in", "dialect_at", "provider_called"]
