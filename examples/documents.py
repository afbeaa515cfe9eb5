"""Answers from a folder of documents, with their sources.

    python examples/documents.py [--model SPEC]

The folder is read into a collection: one file that holds the words of its documents, made by `chat docs add`. With each
question go the passages that fit it. The reply cites them by number, and the program shows where each one stands.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from chatbot_cli import Chatbot, ChatError, Exchange

NOTES = {
    "garden.md": "# The garden\n\n## Compost\n\nTurn the compost in April and in October.\n",
    "house.txt": "The boiler is serviced once a year, in September.\nThe spare key hangs in the shed.\n",
}
QUESTIONS = ("When do I turn the compost?", "Where is the spare key?")
COLLECTION = "example-notes"


def chat_docs(*arguments: str) -> str:
    """Run `chat docs` with the Python that runs this program, and return what it prints."""
    command = [sys.executable, "-m", "chatbot_cli", "docs", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")  # noqa: S603  chat itself
    return done.stdout


def cited(exchange: Exchange) -> list[str]:
    """Where the passages stand that the reply cites, as editors read it: "house.txt:2"."""
    return [f"[{one.number}] {one.at}" for one in exchange.sources if f"[{one.number}]" in exchange.assistant]


async def main(model: str, folder: Path) -> None:
    """Make the collection, and ask it; at the end it is removed, so that nothing is left of the example."""
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(chat_docs("add", str(folder), "--name", COLLECTION).splitlines()[0] + "\n")
    try:
        bot = Chatbot(model=model, documents=[COLLECTION])
        for question in QUESTIONS:
            print(f"You: {question}\nBot: {await bot.say(question)}")
            print(f"     {' · '.join(cited(bot.history[-1]))}\n")
    finally:
        chat_docs("remove", COLLECTION)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Answers from a folder, with their sources.")
    parser.add_argument("--model", default="demo", metavar="SPEC", help="NAME, PROVIDER/NAME or demo (the default)")
    try:
        with tempfile.TemporaryDirectory() as temporary:
            asyncio.run(main(parser.parse_args().model, Path(temporary)))
    except ChatError as error:
        raise SystemExit(f"{error}\n{error.hint}") from None
