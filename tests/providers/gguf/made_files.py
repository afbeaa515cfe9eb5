"""Files that begin as a GGUF file does, and have no weights."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

Value = str | int | bool | Sequence[str] | Sequence[int]
SMALL: Mapping[str, Value] = {
    "general.architecture": "llama",
    "llama.block_count": 30,
    "llama.context_length": 8_192,
    "llama.embedding_length": 576,
    "llama.attention.head_count": 9,
    "llama.attention.head_count_kv": 3,
    "tokenizer.ggml.tokens": ["a", "b", "<|im_end|>"],
    "tokenizer.ggml.token_type": [1, 1, 3],
    "tokenizer.chat_template": "{% for message in messages %}{{ message }}{% endfor %}",
}
"""What a model of 135 million weights says of itself."""


def gguf(start: Mapping[str, Value] = SMALL, /, **more: Value) -> bytes:
    """A header; of `more`, each name has two underscores for a point."""
    keys = {**start, **{name.replace("__", "."): value for name, value in more.items()}}
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(keys)) + b"".join(_text(k) + _value(v) for k, v in keys.items())


def weights_file(path: Path, **more: Value) -> Path:
    """Write one, and return its path."""
    path.write_bytes(gguf(**more))
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: Value) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<II", 4, value)
        case str():
            return struct.pack("<I", 8) + _text(value)
        case [str(), *_]:
            return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(_text(str(one)) for one in value)
        case _:
            return struct.pack("<IIQ", 9, 4, len(value)) + b"".join(struct.pack("<I", one) for one in value)
