"""What a file of weights says of itself, and what is said of one that cannot be used."""

import io
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.gguf.cores import threads
from chatbot_cli.providers.gguf.header import Broken, NotGguf, read_header
from chatbot_cli.providers.gguf.memory import LEAST, USUAL, free_memory, needed, window_for
from chatbot_cli.providers.gguf.weights import path_of, weights_at
from tests.providers.gguf.made_files import SMALL, gguf, weights_file


def refusal(path: Path) -> SettingsError:
    with pytest.raises(SettingsError) as raised:
        weights_at(path)
    return raised.value


def test_a_file_says_what_it_was_trained_for_and_what_its_window_costs(tmp_path: Path) -> None:
    weights = weights_at(weights_file(tmp_path / "Small.Q4_1.gguf"))
    assert (weights.name, weights.trained, weights.architecture) == ("Small.Q4_1", 8_192, "llama")
    assert weights.bytes_per_token * 8_192 == 188_743_680  # as the library allocates for SmolLM2


def test_heads_may_differ_from_layer_to_layer(tmp_path: Path) -> None:
    path = weights_file(tmp_path / "x.gguf", llama__attention__head_count_kv=[1, 3, 2])
    assert weights_at(path).bytes_per_token == weights_at(weights_file(tmp_path / "y.gguf")).bytes_per_token


def test_a_file_that_is_not_there_has_neighbours(tmp_path: Path) -> None:
    for name in ("SmolLM2.gguf", "qwen.gguf", "notes.txt"):
        (tmp_path / name).write_text("")
    error = refusal(tmp_path / "smollm2.gguf")
    assert str(error).startswith("There is no file ")
    assert error.hint == "In that folder: SmolLM2.gguf"
    assert refusal(tmp_path / "none" / "x.gguf").hint.startswith("There is no folder ")


def test_a_folder_names_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "qwen.gguf").write_text("")
    error = refusal(tmp_path)
    assert "is a folder, not a file." in str(error)
    assert error.hint == "In that folder: qwen.gguf"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no GGUF file."),
        (b"PK\x03\x04 a zip", "is no GGUF file."),
        (b"GGUF\x09\x00\x00\x00" + bytes(16), "is no GGUF file."),
        (gguf()[:-20], "is broken, or not whole."),
        (gguf({"a": ["b", "c"]})[:-26] + struct.pack("<Q", 1 << 63) + bytes(1 << 25), "is broken, or not whole."),
        (gguf({**SMALL, "tokenizer.chat_template": ""}), "has no chat template."),
        (gguf({"general.architecture": "gemma3", "gemma3.context_length": 32_768}), "has no chat template."),
        (gguf(split__no=1, split__count=3), "is part 2 of 3 of a model."),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence_with_a_hint(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    error = refusal(path)
    assert str(error).endswith(sentence)
    assert error.hint


@given(st.binary(max_size=60), st.integers(0, 400))
def test_no_bytes_are_more_than_broken(noise: bytes, at: int) -> None:
    content = gguf()
    for damaged in (content[:at] + noise + content[at + len(noise) :], content[:at]):
        with suppress(Broken, NotGguf):
            read_header(io.BytesIO(damaged))


def test_a_path_is_read_as_in_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert path_of("models/x y.gguf") == tmp_path / "models" / "x y.gguf"
    assert path_of("/models/x.gguf") == Path("/models/x.gguf")
    assert path_of("~/x.gguf") == tmp_path / "home" / "x.gguf"


def test_the_window_is_no_larger_than_trained_for_usual_or_there_is_memory_for(tmp_path: Path) -> None:
    small = weights_at(weights_file(tmp_path / "x.gguf", llama__context_length=2_048))
    large = weights_at(weights_file(tmp_path / "y.gguf", llama__context_length=131_072))
    assert window_for(small, None) == 2_048
    assert window_for(large, None) == USUAL
    assert window_for(large, needed(large, 4_096)) == 4_096
    assert window_for(large, 0) == LEAST
    assert window_for(large, 0, wanted=100_000) == 99_840
    assert window_for(small, None, wanted=100_000) == 2_048


def test_this_computer_has_memory_and_a_core() -> None:
    assert (free_memory() or 1) > 0
    assert threads() >= 1
