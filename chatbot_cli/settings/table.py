"""The table of all settings: name, variable, allowed values, default, explanation, and the flag if there is one."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import NamedTuple
from urllib.parse import urlsplit

from chatbot_cli.chat.options import DROP, MAX_TURNS, NUMBERS, TOKENS, WORDS, number_in
from chatbot_cli.chat.parameters import extra_in, specs_in, stops_in
from chatbot_cli.chat.thoughts import FOLD, HOW_TO_SHOW
from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.settings.sources import Entry
from chatbot_cli.text.short import as_written

DEFAULT_MODEL = "gpt-6-luna"


@frozen
class Kind:
    """The values a setting may have. `parse` reads one from text or raises ValueError.

    `expected` describes them in an error. A `private` value is not repeated there.
    """

    expected: str
    parse: Callable[[str], object]
    private: bool = False


def _number(convert: type[int] | type[float], low: float, high: float) -> Kind:
    expected = f"a {'whole ' if convert is int else ''}number from {low} to {high:,}"
    return Kind(expected, lambda text: number_in(text, convert, low, high))


def _text(expected: str, pattern: str, *, private: bool = False) -> Kind:
    def parse(text: str) -> str:
        if re.fullmatch(pattern, text):
            return text
        raise ValueError

    return Kind(expected, parse, private)


def _parse_switch(text: str) -> bool:
    if (word := text.casefold()) in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError


def _one_of(*words: str) -> Kind:
    def parse(text: str) -> str:
        if (word := text.casefold()) in words:
            return word
        raise ValueError

    *others, last = words
    return Kind(f"{', '.join(others)} or {last}", parse)


_SURROGATES = r"\ud800-\udfff"  # bytes that were not UTF-8; they can be neither printed nor sent
_CONTROLS = r"\x00-\x1f\x7f-\x9f"

SWITCH = Kind("yes or no", _parse_switch)
LINE = _text("one line of plain text", rf"[^{_CONTROLS}{_SURROGATES}]+")
PRIVATE_LINE = Kind(LINE.expected, LINE.parse, private=True)  # an address in it may hold a password
PROSE = _text("UTF-8 text", rf"[^{_SURROGATES}]*")
_AN_ADDRESS = _text("", rf"(?i:https?)://[^\s/{_CONTROLS}{_SURROGATES}][^\s{_CONTROLS}{_SURROGATES}]*")


def _parse_address(text: str) -> object:
    parts = urlsplit(text)
    if not parts.hostname or parts.port == 0:  # reading the port raises ValueError if it is not a number
        raise ValueError
    return _AN_ADDRESS.parse(text)


ADDRESS = Kind("an address such as http://localhost:8080/v1", _parse_address, private=True)  # it may hold a password
_ENGINE = rf"(?:postgres(?:ql)?|qdrant\+https?)://[^\s{_CONTROLS}{_SURROGATES}]+"
SECONDS = _number(float, 0.1, 86_400)
STOPS = Kind('a text, or a list such as ["END", "###"]', stops_in)
FIELDS = Kind("names with values", extra_in)
MODELS = Kind("a list of models, such as gpt-6-luna, ollama/llama3.3", specs_in)


class Flag(NamedTuple):
    """How `chat --help` shows the flag of a setting. A switch takes no value, so its `metavar` is None."""

    help: str
    metavar: str | None = None


class InFolder(Enum):
    """Whether the `.env` of a folder, which may be a stranger's, can set a setting; and what the user is told."""

    FREE = "yes"
    SAID_IF_YOURS_DIFFERS = "yes; a line says so if yours in config.toml is another"
    SAID = "yes, and a line says so"
    STRICTER = "only stricter than yours, and a line says so"
    IN_VAIN = "no, and a line says so"
    NEVER = ""  # it has no variable


@frozen
class Setting:
    """One row of the table.

    Without a `variable` the setting can be given by its flag alone; a `default` of None leaves it unset. `flag` is None
    if the command line has no flag of the setting's name. (It has `--no-save`, the opposite of `save`.) `strictness`
    has the values of one that a folder can only make STRICTER, the most lenient first; of a number, a lower one is.
    """

    name: str
    variable: str | None
    kind: Kind
    default: object
    explanation: str
    in_folder: InFolder
    flag: Flag | None = None
    strictness: tuple[object, ...] = ()

    def read(self, entry: Entry) -> object:
        """The value that the entry gives. Raises SettingsError, whose sentence says where the entry is."""
        try:
            return self.kind.parse(entry.text)
        except ValueError:
            value = "" if self.kind.private else f'"{as_written(entry.text)}", '
            raise SettingsError(f"{entry.subject} is {value}not {self.kind.expected}.", entry.hint) from None


def flag_of(setting: str) -> str:
    """The flag of a setting: `--max-turns` of `max_turns`."""
    return _SHORT.get(setting) or "--" + setting.replace("_", "-")


_SHORT = {"extra": "-o"}


# fmt: off
SETTINGS = (
    Setting("model", "CHAT_MODEL", LINE, DEFAULT_MODEL,
            "The model: PROVIDER/NAME, the name of one, a word such as sonnet for the newest, or demo.",
            InFolder.SAID_IF_YOURS_DIFFERS, Flag("PROVIDER/NAME, a word such as sonnet, or demo.", "SPEC")),
    Setting("fallback", "CHAT_FALLBACK", MODELS, None,
            "Who answers if the model cannot now, in this order: SPEC, SPEC; in config.toml a list; or none.",
            InFolder.IN_VAIN, Flag("Who answers if the model cannot now.", "SPEC,SPEC")),
    Setting("persona", "CHAT_PERSONA", LINE, "assistant",
            "The persona: its name, or the path of a YAML file.",
            InFolder.SAID_IF_YOURS_DIFFERS, Flag("Who answers: assistant, tutor, …", "NAME|PATH")),
    Setting("system", None, PROSE, None,
            "The system prompt, in place of the persona's; an empty one sends none.",
            InFolder.NEVER, Flag("A system prompt in place of the persona's.", "TEXT")),
    Setting("max_turns", "CHAT_MAX_TURNS", _number(*NUMBERS["max_turns"]), MAX_TURNS,
            "How many earlier exchanges are sent along with a new message, at most.",
            InFolder.FREE, Flag(f"Most exchanges sent along with a new message ({MAX_TURNS}).", "N")),
    Setting("slide", "CHAT_SLIDE", _number(*NUMBERS["slide"]), None,
            "How many exchanges leave at once when the window is full; unset, half of max_turns.",
            InFolder.FREE, Flag("Exchanges that leave at once when it is full.", "N")),
    Setting("max_context_tokens", "CHAT_MAX_CONTEXT_TOKENS", _number(*NUMBERS["max_context_tokens"]), None,
            "How many tokens a request and its reply may have together; unset, as many as the model holds, and earlier"
            " exchanges at most 64,000 of them.",
            InFolder.FREE, Flag("Tokens of a request and its reply together.", "N")),
    Setting("overflow", "CHAT_OVERFLOW", _one_of(*WORDS["overflow"]), DROP,
            "What becomes of exchanges that no longer fit: drop, or summarize, so that a summary of them is sent.",
            InFolder.FREE, Flag("What no longer fits: drop, or summarize.", "WORD")),
    Setting("max_reply_tokens", "CHAT_MAX_REPLY_TOKENS", _number(*NUMBERS["max_reply_tokens"]), None,
            "How many tokens a reply may have; unset, the server decides.",
            InFolder.FREE, Flag("Tokens of a reply.", "N")),
    Setting("max_cost", "CHAT_MAX_COST", _number(*NUMBERS["max_cost"]), None,
            "How many US dollars a conversation may cost; unset, there is no limit.",
            InFolder.STRICTER, Flag("US dollars that a conversation may cost.", "X")),
    Setting("temperature", "CHAT_TEMPERATURE", _number(*NUMBERS["temperature"]), None,
            "How freely the model chooses its words, from 0 to 2; unset, the server decides.",
            InFolder.FREE, Flag("How freely it is worded, 0 to 2.", "X")),
    Setting("top_p", "CHAT_TOP_P", _number(*NUMBERS["top_p"]), None,
            "How much of the likeliest wording the model chooses from, from 0 to 1; unset, the server decides.",
            InFolder.FREE, Flag("How much of the likeliest wording counts, 0 to 1.", "X")),
    Setting("seed", "CHAT_SEED", _number(*NUMBERS["seed"]), None,
            "A number by which a server that heeds it words the same answer again.",
            InFolder.FREE, Flag("A number for the same wording again.", "N")),
    Setting("stop", "CHAT_STOP", STOPS, (),
            'A text before which a reply ends, or a list: ["END", "###"].',
            InFolder.SAID, Flag("A text before which the reply ends.", "TEXT")),
    Setting("effort", "CHAT_EFFORT", _one_of(*WORDS["effort"]), None,
            "How much the model thinks before it answers: none, low, medium, high or max; unset, it decides.",
            InFolder.SAID, Flag("Thinking: none, low, medium, high or max.", "WORD")),
    Setting("extra", None, FIELDS, (), "Other parameters of a request, sent as they are.", InFolder.NEVER),
    Setting("docs_tokens", "CHAT_DOCS_TOKENS", _number(*TOKENS), 3_000,
            "How many tokens the passages of documents may have that are sent with a question.",
            InFolder.FREE),
    Setting("docs_passages", "CHAT_DOCS_PASSAGES", _number(int, 1, 100), 8,
            "How many passages of documents are sent with a question, at most.",
            InFolder.FREE),
    Setting("docs_url", "CHAT_DOCS_URL", _text("postgresql://… or qdrant+http://…", _ENGINE, private=True), None,
            "The server that keeps collections of documents, as postgresql://… or qdrant+http://…; else files.",
            InFolder.IN_VAIN),
    Setting("embedding_model", "CHAT_EMBEDDING_MODEL", PRIVATE_LINE, None,
            "What searches documents by meaning, too: PROVIDER/NAME or http://HOST/v1/NAME. It gets all texts.",
            InFolder.IN_VAIN),
    Setting("save", "CHAT_SAVE", SWITCH, True,
            "Whether conversations are saved: yes or no.",
            InFolder.STRICTER, strictness=(True, False)),
    Setting("secrets", "CHAT_SECRETS", _one_of("ask", "warn", "refuse"), "ask",
            "What to do when a message holds what looks like a key or a password: ask, warn or refuse.",
            InFolder.STRICTER, strictness=("warn", "ask", "refuse")),
    Setting("plain", "CHAT_PLAIN", SWITCH, False,
            "Whether to do without panel, Markdown and colour: yes or no.",
            InFolder.FREE, Flag("No panel, no Markdown, no colour.")),
    Setting("thoughts", "CHAT_THOUGHTS", _one_of(*HOW_TO_SHOW), FOLD,
            "How what a model thinks before it answers is shown: all of it, folded to one line, or not at all.",
            InFolder.FREE, Flag("What a model thinks: show, fold to a line, or hide.", "HOW")),
    Setting("debug", "CHAT_DEBUG", SWITCH, False,
            "Whether to write the full story of each run to a log file, keys struck out: yes or no.",
            InFolder.SAID, Flag("Write the full story to a log file.")),
    Setting("base_url", None, ADDRESS, None,
            "The address of any OpenAI-compatible server, in place of all others. It gets openai/NAME whole.",
            InFolder.NEVER, Flag("Any OpenAI-compatible server.", "URL")),
    Setting("openai_base_url", "OPENAI_BASE_URL", ADDRESS, None, "The address of a server that stands in for OpenAI's.",
            InFolder.SAID),
    Setting("tries", "CHAT_TRIES", _number(int, 1, 10), 3,
            "How often a request is sent while the server is busy or out of reach.",
            InFolder.FREE),
    Setting("connect_timeout", "CHAT_CONNECT_TIMEOUT", SECONDS, 10.0,
            "How many seconds to wait for a connection.",
            InFolder.FREE),
    Setting("first_token_timeout", "CHAT_FIRST_TOKEN_TIMEOUT", SECONDS, 300.0,
            "How many seconds to wait for a reply to begin.",
            InFolder.FREE),
    Setting("idle_timeout", "CHAT_IDLE_TIMEOUT", SECONDS, 120.0,
            "How many seconds a reply may pause before it counts as cut off.",
            InFolder.FREE),
    Setting("max_reply_bytes", "CHAT_MAX_REPLY_BYTES", _number(int, 1_000, 1_000_000_000), 64_000_000,
            "How many bytes a reply may have, the model's reasoning included, before it is cut off.",
            InFolder.FREE),
)
# fmt: on

FLAGS = {setting.name: setting.flag for setting in SETTINGS if setting.flag}
VARIABLES = {setting.variable: setting.name for setting in SETTINGS if setting.variable}
CONFIG_NAMES = frozenset(setting.name for setting in SETTINGS if setting.variable)


def variables(keys: Iterable[str]) -> Mapping[str, str]:
    """The variables that count, with the name of the setting each of them sets; a key is named as its variable."""
    return VARIABLES | {key: key for key in keys}
