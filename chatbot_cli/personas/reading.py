"""Reads a persona file. The program's own were read before; any other one is read as YAML."""

from pathlib import Path
from zlib import crc32

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.personas.as_read import AS_READ
from chatbot_cli.personas.file_text import read_text
from chatbot_cli.personas.persona_file import PersonaFile


def read_file(path: Path) -> PersonaFile:
    """Read and check a file. Raises PersonaError if it holds no keys at all; any lesser mistake is in `problems`."""
    text = read_text(path)
    if known := AS_READ.get((len(text), crc32(text.encode()))):
        values, lines = known
        examples = {"examples": tuple(Exchange(*texts) for texts in values.get("examples", ()))}
        return PersonaFile(path, {**values, **(examples if "examples" in values else {})}, dict(lines))
    # Here, because most chats begin with a persona of the program, and YAML takes a fifteenth of a start to load.
    from chatbot_cli.personas.file import read

    return read(path, text)
