"""Five turns with a travel planner, each reply shown as it arrives.

    python examples/travel_planner.py [--model SPEC]

The persona asks for budget, dates and interests before it suggests anything. Each turn narrows the journey down, which
works only because all earlier exchanges are sent again: “the second one” means nothing by itself.
"""

import argparse
import asyncio

from chatbot_cli import Chatbot, ChatError

TURNS = (
    "I want to get away for a while. Where should I go?",
    "About 1500 euros for two, ten days in May.",
    "Mostly culture, some relaxation.",
    "The second one sounds good. Where would we stay?",
    "And what should we book first?",
)


async def main(model: str) -> None:
    """Hold the conversation."""
    bot = Chatbot(persona="planner", model=model)
    for text in TURNS:
        print(f"You: {text}\nPlanner: ", end="")
        async for piece in bot.stream(text):
            print(piece, end="", flush=True)
        print("\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A journey, narrowed down over five turns.")
    parser.add_argument("--model", default="demo", metavar="SPEC", help="NAME, PROVIDER/NAME or demo (the default)")
    try:
        asyncio.run(main(parser.parse_args().model))
    except ChatError as error:
        raise SystemExit(f"{error}\n{error.hint}") from None
