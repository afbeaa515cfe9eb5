"""A file of weights: found by the path in a spec, and judged by what its header says, before anything is started."""

import os
from collections.abc import Mapping
from pathlib import Path

from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.gguf.header import Broken, NotGguf, Value, read_header
from chatbot_cli.system.regular_files import in_words, open_regular_file
from chatbot_cli.text.counts import megabytes
from chatbot_cli.text.short import LONGEST_NAME, shorten_foreign

ENDING = ".gguf"
NEAREST = 3  # names to offer in place of one that is not there
UNKNOWN_WINDOW = 4_096  # tokens of a model whose file does not say
BYTES_OF_A_NUMBER = 2  # in the cache of what was read
TEMPLATE = "tokenizer.chat_template"


@frozen
class Weights:
    """A file that can be chatted with. `trained` is the longest text it has learnt from, in tokens.

    `bytes_per_token` is the memory for each token of the window.
    """

    path: Path
    size: int
    trained: int
    bytes_per_token: int
    architecture: str = ""

    @property
    def name(self) -> str:
        """As it is shown: the file's name, without its ending."""
        return shorten_foreign(self.path.name.removesuffix(ENDING), LONGEST_NAME)

    @property
    def spec_path(self) -> str:
        """Its path as it is saved, so that a conversation can go on in another folder."""
        home = Path.home()
        return f"~/{self.path.relative_to(home)}" if self.path.is_relative_to(home) else str(self.path)

    @property
    def size_in_words(self) -> str:
        """As in "105 MB"."""
        return f"{self.size / 1e9:,.1f} GB" if self.size >= 10**9 else megabytes(self.size)


def path_of(written: str) -> Path:
    """The absolute path that is written in a spec. Raises SettingsError if there is none."""
    if not written.strip():
        raise SettingsError("No file of weights is named.", "Name one: gguf/PATH.gguf")
    try:
        path = Path(written).expanduser()
        return path.parent.resolve() / path.name  # the file itself may be a link: its name says more than where it is
    except (OSError, RuntimeError) as error:  # no such user, or this folder is gone
        raise SettingsError(f"There is no file {_shown(Path(written))}.", "Name it by its whole path.") from error


def weights_at(path: Path) -> Weights:
    """What is at an absolute path. Raises SettingsError: nothing, a folder, another kind of file, no model to chat."""
    try:
        with open_regular_file(path) as file:
            size = os.fstat(file.fileno()).st_size
            header = read_header(file)
    except FileNotFoundError:
        raise SettingsError(f"There is no file {_shown(path)}.", _nearest(path)) from None
    except IsADirectoryError:
        raise SettingsError(f"{_shown(path)} is a folder, not a file.", _nearest(path / ENDING)) from None
    except OSError as error:
        raise SettingsError(f"{_shown(path)} cannot be read: {in_words(error)}.", "Check the file.") from None
    except NotGguf:
        hint = f"Weights for llama.cpp end in {ENDING}; others, such as .safetensors, must be converted first."
        raise SettingsError(f"{_shown(path)} is no GGUF file.", hint) from None
    except Broken:
        raise broken(path) from None
    return _judged(path, size, header)


def broken(path: Path) -> SettingsError:
    """The error for a file that is not whole."""
    return SettingsError(f"{_shown(path)} is broken, or not whole.", "Download it once more.")


def _judged(path: Path, size: int, header: Mapping[str, Value]) -> Weights:
    part, parts = _number(header, "split.no", 0), _number(header, "split.count", 1)
    if part > 0:
        hint = f"Name the first: its name has 00001-of-{parts:05}."
        raise SettingsError(f"{_shown(path)} is part {part + 1} of {parts} of a model.", hint)
    if not header.get(TEMPLATE):
        what = "It is a base model, or no model for text" if header.get("general.architecture") else "It has no model"
        hint = f"{what}: take one whose name has “instruct”, “chat” or “it”."
        raise SettingsError(f"{_shown(path)} has no chat template.", hint)
    kind = str(header.get("general.architecture", ""))
    of_kind = {key.removeprefix(f"{kind}."): value for key, value in header.items()}
    trained = _number(of_kind, "context_length", UNKNOWN_WINDOW)
    return Weights(path, size * max(1, parts), trained, _bytes_per_token(of_kind), shorten_foreign(kind, LONGEST_NAME))


def _bytes_per_token(header: Mapping[str, Value]) -> int:
    """What is kept of each token: two vectors for each head of each layer."""
    heads = max(1, _number(header, "attention.head_count", 1))
    width = _number(header, "embedding_length", 0) // heads
    widths = _number(header, "attention.key_length", width) + _number(header, "attention.value_length", width)
    return (
        _number(header, "block_count", 0)
        * _number(header, "attention.head_count_kv", heads)
        * widths
        * (BYTES_OF_A_NUMBER)
    )


def _number(header: Mapping[str, Value], key: str, otherwise: int) -> int:
    """A whole number of the header; of a list of them, the largest."""
    value = header.get(key, otherwise)
    if isinstance(value, tuple):
        value = max(value, default=otherwise)
    return int(value) if isinstance(value, int) and 0 <= value < 1 << 40 else otherwise


def _shown(path: Path) -> str:
    name = str(path)
    return shorten_foreign(name if len(name) <= LONGEST_NAME else path.name, LONGEST_NAME)


def _nearest(path: Path) -> str:
    """A hint with the files of the folder whose names are like this one's."""
    # Here, because only a mistake needs it.
    from difflib import get_close_matches

    try:
        there = sorted(one.name for one in path.parent.iterdir() if one.name.lower().endswith(ENDING))
    except OSError:
        return f"There is no folder {_shown(path.parent)} either."
    near = get_close_matches(path.name, there, NEAREST, cutoff=0.5) or there[:NEAREST]
    names = ", ".join(shorten_foreign(name, LONGEST_NAME) for name in near)
    return f"In that folder: {names}" if near else f"No file in that folder ends in {ENDING}."
