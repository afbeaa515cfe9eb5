"""One persona file: what arrives, and the sentence for everything that can be wrong with it."""

import os
import re
import socket
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.messages import Exchange, Persona
from chatbot_cli.chat.options import Options
from chatbot_cli.errors import PersonaError
from chatbot_cli.personas.file import MAX_EXAMPLES
from chatbot_cli.personas.file_text import MAX_BYTES
from chatbot_cli.personas.safe_yaml import FASTEST, Loader, parse
from chatbot_cli.personas.shelf import PersonaShelf, builtin_folder


def written(folder: Path, content: str | bytes) -> PersonaShelf:
    """A shelf whose persona x has this file."""
    (folder / "x.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return PersonaShelf((folder, builtin_folder()))


def problems_of(folder: Path, content: str | bytes) -> list[str]:
    """What the user is told about a file x.yaml with this content."""
    problems = written(folder, content).check(folder / "x.yaml")
    return [f"{problem} {problem.hint}".strip().replace(f"{folder}/", "") for problem in problems]


def test_every_key_arrives_with_its_type(tmp_path: Path) -> None:
    text = """
        name: Käpt'n 🧑‍🍳
        description: two words
        system_prompt: |
          First line.

            Indented.
        model: ollama/llama3
        temperature: 1
        top_p: 0.5
        max_turns: 0
        max_context_tokens: 8_000
        max_reply_tokens: 500
        greeting: "Ahoy!"
        tools: [time, "files.read_*"]
        examples:
          - user: "2"
            assistant: two
    """
    assert written(tmp_path, text).load("x") == Persona(
        name="Käpt'n 🧑‍🍳",
        system_prompt="First line.\n\n  Indented.",
        description="two words",
        model="ollama/llama3",
        options=Options(temperature=1.0, top_p=0.5, max_reply_tokens=500),
        max_turns=0,
        max_context_tokens=8000,
        greeting="Ahoy!",
        tools=("time", "files.read_*"),
        examples=(Exchange("2", "two"),),
    )


def test_only_a_prompt_is_required_and_the_file_gives_the_name(tmp_path: Path) -> None:
    assert written(tmp_path, "system_prompt: Rhyme.").load("x") == Persona("x", "Rhyme.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_from_a_windows_editor_loads(tmp_path: Path, encoding: str) -> None:
    text = "name: Café\r\nsystem_prompt: |\r\n  One.\r\n  Two.\r\n"
    assert written(tmp_path, text.encode(encoding)).load("x") == Persona("Café", "One.\nTwo.")


def test_control_characters_in_texts_are_left_to_the_screen(tmp_path: Path) -> None:
    text = 'description: "\\e[31mred"\nsystem_prompt: "\\e[0m."'
    assert written(tmp_path, text).load("x").description == "\x1b[31mred"


PROMPT = "system_prompt: x\n"
WHOLE = "a whole number, 1 or more"
BAD_FILES = {
    "": "x.yaml is empty. A persona needs at least a `system_prompt`.",
    "# nothing\n---\n": "x.yaml is empty. A persona needs at least a `system_prompt`.",
    "- a\n- b\n": "x.yaml, line 1: a persona is made of keys, not of a list. "
    "Write each key at the margin, like `system_prompt: You are …`.",
    "\nYou are nice.": 'x.yaml, line 2: a persona is made of keys, not of the text "You are nice.". '
    "Write each key at the margin, like `system_prompt: You are …`.",
    "name: x\n": 'x.yaml: the key "system_prompt" is missing. '
    "Add `system_prompt: |` and, indented below it, what the model is to be told first.",
    "system_prompt:\n": 'x.yaml, line 1: "system_prompt" must be text, not empty.',
    "system_prompt: |\n\n\n": 'x.yaml, line 1: "system_prompt" must be text, not empty.',
    # keys
    PROMPT + "\ntemprature: 1": 'x.yaml, line 3: unknown key "temprature". Did you mean "temperature"?',
    PROMPT + "Greeting: hi": 'x.yaml, line 2: unknown key "Greeting". Did you mean "greeting"?',
    PROMPT + "zzz: 1": 'x.yaml, line 2: unknown key "zzz". The keys are name, description, extends, system_prompt, '
    "model, fallback, temperature, top_p, seed, max_turns, slide, max_context_tokens, max_reply_tokens, max_cost, "
    "overflow, effort, stop, extra, greeting, schema, tools, documents, examples.",
    PROMPT + "? [a]\n: b": "x.yaml, line 2: a key must be a word, not a list.",
    PROMPT + "name: a\nname: b": 'x.yaml, line 3: "name" is given twice, first in line 2. Take one of them out.',
    # values
    "system_prompt: 42": 'x.yaml, line 1: "system_prompt" must be text, not 42. Put it in quotes: "42".',
    PROMPT + "description: no": 'x.yaml, line 2: "description" must be text, not no. Put it in quotes: "no".',
    PROMPT + "greeting: [a]": 'x.yaml, line 2: "greeting" must be text, not a list.',
    PROMPT + "model:\n  name: x": 'x.yaml, line 2: "model" must be text, not a group of keys.',
    PROMPT + "model: ''": 'x.yaml, line 2: "model" must be text, not empty.',
    PROMPT + 'name: "a\\e[1mb"': 'x.yaml, line 2: "name" must be one line of plain text, not the text "a [1mb".',
    PROMPT + "name: |\n  a\n  b\n": 'x.yaml, line 2: "name" must be one line of plain text, not the text "a b".',
    PROMPT + "temperature: hot": 'x.yaml, line 2: "temperature" must be a number from 0 to 2, not the text "hot".',
    PROMPT + "temperature: '1'": 'x.yaml, line 2: "temperature" must be a number from 0 to 2, not the text "1".',
    PROMPT + "temperature: true": 'x.yaml, line 2: "temperature" must be a number from 0 to 2, not true.',
    PROMPT + "temperature: 2.1": 'x.yaml, line 2: "temperature" must be a number from 0 to 2, not 2.1.',
    PROMPT + "top_p: 1.1": 'x.yaml, line 2: "top_p" must be a number from 0 to 1, not 1.1.',
    PROMPT + "temperature: .nan": 'x.yaml, line 2: "temperature" must be a number from 0 to 2, not .nan.',
    PROMPT + "max_turns: -1": 'x.yaml, line 2: "max_turns" must be a whole number, 0 or more, not -1.',
    PROMPT + "max_turns: true": 'x.yaml, line 2: "max_turns" must be a whole number, 0 or more, not true.',
    PROMPT + "max_context_tokens: 0": f'x.yaml, line 2: "max_context_tokens" must be {WHOLE}, not 0.',
    PROMPT + "max_reply_tokens: 1.5": f'x.yaml, line 2: "max_reply_tokens" must be {WHOLE}, not 1.5.',
    PROMPT + f"max_reply_tokens: {'9' * 5000}": f'x.yaml, line 2: "max_reply_tokens" must be {WHOLE}, not {"9" * 39}…',
    PROMPT + "overflow: forget": 'x.yaml, line 2: "overflow" must be drop or summarize, not the text "forget".',
    PROMPT + "tools: time": 'x.yaml, line 2: "tools" must be a list of names, not the text "time". '
    "For example: tools: [time, calculate]",
    PROMPT + "tools: [time, no]": 'x.yaml, line 2: "tools" must be a list of names, not a list. '
    "Put numbers and words such as yes in quotes.",
    PROMPT + "tools: ['rm -rf']": 'x.yaml, line 2: "tools" must be a list of names, not a list. '
    "A name has no spaces, such as time, folder or files.read_*.",
    # examples
    PROMPT + "examples: hi": 'x.yaml, line 2: "examples" must be a list, not the text "hi". '
    "Begin each example with `- user: …`, and below it `assistant: …`.",
    PROMPT
    + "examples:\n- hi": 'x.yaml, line 3: example 1 must be a "user" and an "assistant" text, not the text "hi".',
    PROMPT + "examples:\n- user: a\n": 'x.yaml, line 3: example 1 has no "assistant".',
    PROMPT + "examples:\n- user: a\n  assistant: b\n- user: a\n  asistant: b\n  assistant: c": "x.yaml, line 6: "
    'unknown key "asistant" in example 2. Did you mean "assistant"?',
    PROMPT + "examples:\n- user: a\n  assistant: ''": 'x.yaml, line 4: "assistant" in example 1 must be text, '
    "not empty.",
    # extends
    "extends: tutr": 'x.yaml, line 1: "extends" names "tutr", and no persona is called that. '
    "Did you mean tutor? `chat personas` lists them.",
    "extends: ./base.yaml": 'x.yaml, line 1: "extends" names base.yaml, and there is no such file.',
    "extends: [tutor]": 'x.yaml, line 1: "extends" must be text, not a list.',
    "extends: x": 'x.yaml, line 1: "extends" goes in a circle: x -> x.',
    # not YAML, or more YAML than a persona needs
    "name: a: b": "x.yaml, line 1: this is not YAML: a colon where none may stand. "
    'Put text with ": " in quotes; keys begin at the margin.',
    PROMPT + "\tname: x": "x.yaml, line 2: this is not YAML: a tab at the beginning of a line. Indent with spaces.",
    PROMPT + "greeting: @you": "x.yaml, line 2: this is not YAML: a character that no value may begin with. "
    "Put text that begins with @, % or ` in quotes.",
    "name: a\nYou are nice.\nmodel: b": "x.yaml, line 2: this is not YAML: a line without a key. "
    "Indent the lines of a long text, below `key: |`.",
    "name: 'a\nmodel: b\n": "x.yaml, line 1: this is not YAML: a quotation mark that is never closed. "
    "Close it where the text ends.",
    "name: [a\nmodel: b\n": "x.yaml, line 1: this is not YAML: a bracket that is never closed. "
    "Put text that begins with [ or { in quotes.",
    "name: *very* nice": "x.yaml, line 1: this is not YAML: a value that begins with * or &. Put it in quotes.",
    'name: "C:\\q"': "x.yaml, line 1: this is not YAML: an unknown escape in a quoted text. "
    "Use single quotes: in double quotes a backslash is special.",
    "name: a\n---\nname: b": "x.yaml, line 2: this is not YAML: a second document. Take the line `---` out.",
    "name: |\n    a\n  b\n": "x.yaml, line 3: this is not YAML: a line that fits no indent above. "
    "Indent the lines of a text alike, but not the keys.",
    "name: &a x\nmodel: *a": 'x.yaml, line 1: "&a" is a YAML anchor, which a persona does not need. '
    "Put text that begins with & in quotes.",
    "name: *a": 'x.yaml, line 1: "*a" is a YAML alias, which a persona does not need. '
    "Put text that begins with * in quotes.",
    "name: !!python/object/apply:os.system [id]": "x.yaml, line 1: "
    '"tag:yaml.org,2002:python/object/apply:os.system" is a YAML tag, which a persona does not need. '
    "Put text that begins with ! in quotes.",
    "name: " + "[" * 100_000: "x.yaml, line 1: lists and keys are nested too deep.",
    "name: x\x07": "x.yaml, line 1: the control character U+0007 may not stand here. Delete it.",
    b"name: x\nmodel: caf\xe9": "x.yaml, line 2: the text is not UTF-8. Save the file as UTF-8.",
    "name: x".encode("utf-16"): "x.yaml, line 1: the text is not UTF-8. Save the file as UTF-8.",
    "#" * (MAX_BYTES + 1): "x.yaml is too large: a persona file may have 256 KB.",
}


@pytest.mark.parametrize(("text", "sentence"), BAD_FILES.items(), ids=lambda value: repr(value)[:40])
def test_a_bad_file_is_one_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    assert problems_of(tmp_path, text) == [sentence]


def test_check_reports_every_problem_and_load_the_first(tmp_path: Path) -> None:
    text = "nmae: x\ntemperature: hot\nexamples:\n- user: 1\n- assistant: a\n"
    assert problems_of(tmp_path, text) == [
        'x.yaml, line 1: unknown key "nmae". Did you mean "name"?',
        'x.yaml, line 2: "temperature" must be a number from 0 to 2, not the text "hot".',
        'x.yaml, line 4: "user" in example 1 must be text, not 1. Put it in quotes: "1".',
        'x.yaml, line 4: example 1 has no "assistant".',
        'x.yaml, line 5: example 2 has no "user".',
        'x.yaml: the key "system_prompt" is missing. '
        "Add `system_prompt: |` and, indented below it, what the model is to be told first.",
    ]
    with pytest.raises(PersonaError, match=r"line 1: unknown key") as failure:
        written(tmp_path, text).load("x")
    assert failure.value.exit_code == 2


def test_an_alias_bomb_is_refused_at_its_first_anchor(tmp_path: Path) -> None:
    lines = ["a0: &a0 [ha]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30))]
    assert problems_of(tmp_path, "\n".join(lines)) == [
        'x.yaml, line 1: "&a0" is a YAML anchor, which a persona does not need. Put text that begins with & in quotes.'
    ]


@pytest.mark.parametrize("loader", [FASTEST, yaml.SafeLoader])
@pytest.mark.parametrize("escape", ["\\ud800", "\\UFFFFFFFF", "\\U00110000"])
def test_an_escape_for_no_character_is_refused(loader: Loader, escape: str) -> None:
    with pytest.raises(PersonaError, match="escape"):
        parse(Path("x.yaml"), f'system_prompt: "{escape}"', loader)


def test_thousands_of_problems_are_cut_short(tmp_path: Path) -> None:
    assert 1 < len(problems_of(tmp_path, "".join(f"k{n}: 1\n" for n in range(900)))) < 100


@pytest.mark.parametrize(
    "text",
    [
        "examples:\n" + "- {user: a, assistant: b}\n" * 9000,
        f"examples: [{'{},' * 80_000}]",
        f"examples: [{'x,' * 80_000}]",
        "".join(f"k{n}: 1\n" for n in range(20_000)),
        "- a\n" * 60_000,
        "name:\n" + "  k: v\n" * 30_000,
    ],
    ids=["examples", "empty examples", "words", "keys", "a list", "keys in a key"],
)
@pytest.mark.parametrize("loader", [FASTEST, yaml.SafeLoader])
def test_thousands_of_anything_are_refused_before_anything_is_built(text: str, loader: Loader) -> None:
    with pytest.raises(
        PersonaError, match=r"x\.yaml is too long: a persona may have 2,000 keys and values\."
    ) as refused:
        parse(Path("x.yaml"), text, loader)
    assert refused.value.hint == "Are there many examples? Each of them is sent with every request."


def test_more_examples_than_a_request_should_carry_are_refused(tmp_path: Path) -> None:
    def with_examples(count: int) -> list[str]:
        return problems_of(tmp_path, "system_prompt: x\nexamples:\n" + "- {user: a, assistant: b}\n" * count)

    assert with_examples(MAX_EXAMPLES) == []
    assert with_examples(MAX_EXAMPLES + 1) == [
        'x.yaml, line 2: "examples" has 101 entries, and may have 100. Each of them is sent with every request.'
    ]


@pytest.mark.parametrize("kind", ["a pipe", "a socket"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.yaml"
    if kind == "a pipe":
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.relpath(path))
    with pytest.raises(PersonaError) as refused:
        PersonaShelf(()).load(str(path))
    assert str(refused.value) == f"{path} cannot be read: it is {kind}, not a file."


def test_an_endless_device_is_refused() -> None:
    with pytest.raises(PersonaError, match="/dev/zero cannot be read: it is a device, not a file"):
        PersonaShelf(()).load("/dev/zero")


KEYS = ["name", "system_prompt", "extends", "temperature", "max_turns", "examples", "user", "assistant", "x"]
SIGNS = [*"-?:,[]{}#&*!|>'\"%@`~\\ \t\n\r\x00\x85\u2028\ufeff", "---", "...", "<<", "\\U", "\\ud8", "FFFFFFFF"]
VALUES = ["", "tutor", "x", "1", "true", "null", "|\n  text", "{a: b}", "[1, 2]", "- user: a\n  assistant: b"]
SCRAPS = st.lists(st.sampled_from(KEYS + SIGNS + VALUES) | st.text(max_size=3), max_size=40).map("".join)
LINES = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES) | SCRAPS), max_size=8)
FILES = (
    st.binary(max_size=200)
    | SCRAPS.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | LINES.map(lambda pairs: "".join(f"{key}: {value}\n" for key, value in pairs).encode("utf-8", "surrogatepass"))
)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(content=FILES)
def test_any_file_is_a_persona_or_a_persona_error(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shelf = written(folder, content)
        problems = shelf.check(folder / "x.yaml")
        if problems:
            with pytest.raises(PersonaError) as failure:
                shelf.load("x")
            assert str(failure.value) == str(problems[0])
        else:
            persona = shelf.load("x")
            assert len(persona.name.splitlines()) == 1
            assert persona.system_prompt.encode()


@pytest.mark.parametrize("loader", [FASTEST, yaml.SafeLoader])
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(text=SCRAPS)
def test_either_yaml_loader_fails_with_a_sentence(loader: Loader, text: str) -> None:
    outcome = parsed(text, loader)
    assert outcome is None or isinstance(outcome, yaml.Node | PersonaError)
    if isinstance(outcome, PersonaError):
        assert re.fullmatch(r"x\.yaml(, line \d+)?: .+\.", str(outcome))
        assert str(outcome).isprintable()


def parsed(text: str, loader: Loader) -> yaml.Node | PersonaError | None:
    """What comes of a text: its outermost node if it has one, or why there is none."""
    try:
        return parse(Path("x.yaml"), text, loader)
    except PersonaError as error:
        return error
