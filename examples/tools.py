"""Functions that the model calls, and a program that decides which calls run.

    python examples/tools.py [--model SPEC]

`stock` runs whenever the model calls it. `order` costs money, so each call is put to the program first: five tins are
within its budget, fifty are not, and the model is told why.
"""

import argparse
import asyncio
import json
from typing import Annotated

from chatbot_cli import CallToDecide, Chatbot, ChatError, tool

TINS = {"assam": 12, "sencha": 0}
MOST = 10  # tins in an order

QUESTIONS = (
    'Call stock with {"tea": "assam"}',
    'Call order with {"tea": "sencha", "tins": 5}',
    'Call order with {"tea": "sencha", "tins": 50}',
)


@tool(read_only=True)
def stock(tea: Annotated[str, "the name of a tea, in lower case"]) -> int:
    """How many tins of a tea there are."""
    return TINS[tea]


@tool(ask=True)
async def order(tea: str, tins: int = 1) -> dict[str, int]:
    """Order tins of a tea. Returns the stock after it."""
    TINS[tea] += tins
    return TINS


def within_budget(question: CallToDecide) -> bool | str:
    """Whether a call may run; if not, the reason, which the model is told."""
    tins = json.loads(question.call.arguments).get("tins", 1)
    return True if tins <= MOST else f"at most {MOST} tins, not {tins}"


async def main(model: str) -> None:
    """Ask, and show what was called, and what came of it."""
    async with Chatbot(
        "You keep the stock of a tea shop.", model=model, tools=[stock, order], approve=within_budget
    ) as bot:
        for question in QUESTIONS:
            print(f"You: {question}\nBot: {await bot.say(question)}\n")

    for exchange in bot.history:
        for one in exchange.rounds:
            for call, result in zip(one.calls, one.results, strict=True):
                print(f"{call.name}{call.arguments} → {result.outcome.value}")
    print(f"In the shop there are now {TINS}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A shop whose functions a model calls.")
    parser.add_argument("--model", default="demo", metavar="SPEC", help="NAME, PROVIDER/NAME or demo (the default)")
    try:
        asyncio.run(main(parser.parse_args().model))
    except ChatError as error:
        raise SystemExit(f"{error}\n{error.hint}") from None
