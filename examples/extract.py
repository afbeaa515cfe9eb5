"""Free text in, values out: guests from a note, as objects of a class of your own.

    python examples/extract.py [--model SPEC]

Each reply is checked, by the rules of the class too, and asked for once more if it is not valid. If the second one is
not valid either, that raises InvalidReply.
"""

import argparse
import asyncio

from pydantic import BaseModel, Field

from chatbot_cli import Chatbot, ChatError, InvalidReply

NOTE = """Extract the guests:

Ada is 36 and comes from London.
Grace, 79, comes from Arlington.
Linus is 21 and comes from Helsinki."""
LATE = "Alan, who is 41, comes late, from Wilmslow."


class Guest(BaseModel):
    """Someone who comes to the party."""

    name: str
    age: int = Field(ge=0, le=130)
    city: str | None = None


async def main(model: str) -> None:
    """Read the note, and reckon with what it says; then watch one more guest arrive."""
    bot = Chatbot("You take out of a text what it says, and add nothing.", model=model)
    guests = await bot.ask(NOTE, into=list[Guest])
    for guest in sorted(guests, key=lambda guest: guest.age):
        print(f"{guest.name:<6} {guest.age:>3}  {guest.city or '?'}")
    print(f"{len(guests)} guests, {sum(guest.age for guest in guests)} years in all\n")

    async for partial in bot.stream_into(LATE, Guest):
        print(partial)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Guests, taken out of a note.")
    parser.add_argument("--model", default="demo", metavar="SPEC", help="NAME, PROVIDER/NAME or demo (the default)")
    try:
        asyncio.run(main(parser.parse_args().model))
    except InvalidReply as error:
        raise SystemExit(f"{error}\n{error.text}") from None
    except ChatError as error:
        raise SystemExit(f"{error}\n{error.hint}") from None
