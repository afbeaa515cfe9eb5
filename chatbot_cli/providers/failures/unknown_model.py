"""Whether a refusal means that a server does not know the model: each says it in its own words. Pure."""

import re

from chatbot_cli.providers.failures.wire_errors import WireError

STATUSES = (None, 400, 404, 410, 422)  # None is an error event in the stream that names none
CODES = frozenset(
    {
        "model_not_found",
        "model_not_supported",  # Hugging Face
        "model_not_available",  # Together
        "model_decommissioned",  # Groq
        "unknown_model",  # GitHub
        "invalid_model",  # Mistral
        "DeploymentNotFound",  # Azure
    }
)
WORDS = (
    r"no healthy deployments? for this model",  # LiteLLM
    r"invalid model name passed in",  # its proxy
    r"no endpoints found for\b(?!.*\b(?:tool|image|input|parameter))",  # OpenRouter
    r"is not a valid model id",  # OpenRouter
    r"\b(?:unknown|invalid|no such) model(?: name| id)?(?:$|[:,.'\"`]| \S+$)",  # GitHub, Mistral, Z.ai
    r"\bmodel not exist\b",  # DeepSeek
    r"\bmodel(?: identifier)?\b.{0,120}?\b(?:does not exist|(?:is |was )?not found|has been decommissioned)\b",
    r"\bnot found the model\b|\bmodel not found\b",  # Moonshot, Fireworks
    r"\bunable to access model\b",  # Together
    r"\bmodel\b.{0,120}?\bis not supported by any provider\b",  # Hugging Face
    r"\bno models? (?:is |are )?(?:currently )?loaded\b|\bmodel\b.{0,120}?\b(?:is )?not loaded\b",  # LM Studio
    r"\bmodel identifier is invalid\b|\bcould not resolve the foundation model\b",  # Bedrock
    r"\bapi deployment for this resource does not exist\b",  # Azure
)
_WORDS = re.compile("|".join(WORDS), re.IGNORECASE)


def is_unknown_model(status: int | None, error: WireError, message: str) -> bool:
    """Whether a server refuses a request since it has no such model; `message` is its own, in one line."""
    if status not in STATUSES:
        return False
    named = any(isinstance(word, str) and word in CODES for word in (error.code, error.type))
    return named or _WORDS.search(message) is not None
