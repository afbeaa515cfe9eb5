"""Two bots, two conversations: one class, another persona, and nothing shared.

    python examples/two_bots.py [--model SPEC]

Only the tutor learns the name. Then both bots are asked for it, at the same time.
"""

import argparse
import asyncio

from chatbot_cli import Chatbot, ChatError

QUESTION = "What is my name?"


async def main(model: str) -> None:
    """Tell the name to one bot, and ask both for it."""
    tutor = Chatbot(persona="tutor", model=model)
    chef = Chatbot(persona="chef", model=model)

    print(f"Tutor: {await tutor.say('My name is Ada.')}\n")

    from_tutor, from_chef = await asyncio.gather(tutor.say(QUESTION), chef.say(QUESTION))
    print(f"{QUESTION}\nTutor: {from_tutor}\nChef: {from_chef}\n")
    print(f"The tutor remembers {len(tutor.history)} exchanges, the chef {len(chef.history)}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Two bots that share nothing.")
    parser.add_argument("--model", default="demo", metavar="SPEC", help="NAME, PROVIDER/NAME or demo (the default)")
    try:
        asyncio.run(main(parser.parse_args().model))
    except ChatError as error:
        raise SystemExit(f"{error}\n{error.hint}") from None
