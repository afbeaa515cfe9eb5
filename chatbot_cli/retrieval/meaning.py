"""The search by meaning: what is embedded of a passage, and whether vectors can be compared."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256

from chatbot_cli.chat.embedding import Embedder, model_in
from chatbot_cli.errors import ChatError

BETWEEN_HEADINGS = " › "
PATIENCE = 2.0  # seconds to wait for the vector of a question; words answer without it
LOADING = 5.0  # seconds more, once: on a slow machine a client takes longer to load than a server to answer


def meant(headings: Sequence[str], text: str) -> str:
    """What is embedded of a passage: its text, below its headings."""
    return f"{BETWEEN_HEADINGS.join(headings)}\n{text}" if headings else text


def digest_of_meant(headings: Sequence[str], text: str) -> str:
    """SHA-256, in hexadecimal, of what is `meant`: the same text has one vector."""
    return sha256(meant(headings, text).encode("utf-8", "surrogatepass")).hexdigest()


def note_on(name: str, fingerprint: str, embedder: Embedder) -> str:
    """Why a collection cannot be searched by meaning, in a sentence; empty if it can, or has no vectors at all."""
    if fingerprint in ("", embedder.fingerprint):
        return ""
    made_by, asked = model_in(fingerprint), model_in(embedder.fingerprint)
    other = f"{made_by}, not by {asked}" if made_by != asked else f"{made_by} in another way"
    again = f"`chat docs embed {name}` makes new ones"
    return f"The vectors of {name} were made by {other}: words alone were searched; {again}."


def other_model_now(name: str, model: str) -> tuple[str, str]:
    """That vectors cannot be compared though they have the same name, and what mends it, in a sentence each."""
    return (
        f"{model} makes vectors of another length than those of {name}: it must be another model by now.",
        f"`chat docs embed {name} --again` makes all anew.",
    )


def note_on_rest(name: str, lacking: int) -> str:
    """That some texts of a collection cannot be found by meaning yet, in a sentence; empty if all can."""
    if not lacking:
        return ""
    texts = f"{lacking:,} texts" if lacking > 1 else "1 text"
    return f"{texts} of {name} can be found by words alone; `chat docs embed {name}` goes on."


async def vector_of(embedder: Embedder, question: str, patience: float = PATIENCE) -> tuple[Sequence[float], str]:
    """The vector of a question, and a sentence on why there is none. Raises nothing: words answer without it."""
    try:
        async with asyncio.timeout(LOADING):
            await embedder.load()
        async with asyncio.timeout(patience):
            return await embedder.of_question(question), ""
    except TimeoutError:
        reason = f"{model_in(embedder.fingerprint)} took longer than {patience:g} s"
    except ChatError as error:
        reason = str(error).rstrip(".")
    return (), f"Words alone were searched, not meaning: {reason}."
