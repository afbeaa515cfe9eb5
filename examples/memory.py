"""Memory is a list: a model knows only what it is sent, and only the newest exchanges are sent.

    python examples/memory.py [--model SPEC]

The user gives a name in the first exchange. The second request still holds it. By the fourth it is outside a window of
two exchanges: the program remembers the name, the model does not.
"""

import argparse
import asyncio
from collections.abc import Sequence

from chatbot_cli import Chatbot, ChatError, Exchange

WINDOW = 2
TURNS = (
    "My name is Ada.",
    "Do you know my name? Answer only yes or no.",  # a reply that said the name would carry it on
    "Thank you.",
    "What is my name?",
)


async def main(model: str) -> None:
    """Take the turns; show before each the messages that are sent."""
    bot = Chatbot(system_prompt="You are a brief and honest assistant.", model=model, max_turns=WINDOW)
    for number, text in enumerate(TURNS, 1):
        print(f"{number}. You: {text}")
        print(f"   sent: {messages_sent(bot.history[-WINDOW:], text)}")
        print(f"   Bot: {await bot.say(text)}\n")
    print(f"Kept all the same: {len(bot.history)} exchanges, beginning with “{bot.history[0].user}”")


def messages_sent(earlier: Sequence[Exchange], text: str) -> str:
    """The messages of a request in a line: the system message, earlier exchanges whole, the new message last."""
    exchanges = [f"“{exchange.user}” + its reply" for exchange in earlier]
    return " · ".join(["the system message", *exchanges, f"“{text}”"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A name that is told, known, and forgotten.")
    parser.add_argument("--model", default="demo", metavar="SPEC", help="NAME, PROVIDER/NAME or demo (the default)")
    try:
        asyncio.run(main(parser.parse_args().model))
    except ChatError as error:
        raise SystemExit(f"{error}\n{error.hint}") from None
