"""What an entry of `providers.toml` says: where a provider is, and how its servers differ from others."""

from typing import NamedTuple

from chatbot_cli.chat.shape import Level

OBJECT = "object"  # an object at the root, and no choice between several
PLAIN_WORDS = "plain"  # the same, and few words: no references, and no word of other specifications
REASONING_FIELD = "reasoning_content"  # as most servers call it
BEARER, NO_KEY = "bearer", "none"  # how the key is sent; the third way is "header:NAME"
WEIGHTS = "weights"  # what chat starts itself: a server for a file of weights
CHAT, MESSAGES = "chat", "messages"  # the protocols: Chat Completions, and Anthropic's Messages
MARK = "mark"  # the kind of a cache that is told what comes again
NEVER, WITH_TOOLS, ALWAYS = "never", "with-tools", "always"  # when reasoning goes back


def fetching(command: str, model: str) -> str:
    """The command that downloads a model. A user's own command may have braces that mean something else."""
    return command.replace("{model}", model)


class Dialect(NamedTuple):
    """How a server differs from others. Every server accepts the defaults.

    It `speaks` a protocol, and wants its key as `auth` says. `reply_limit_field` is its name for the limit of a reply,
    and `seed_field` for the seed; what is in `never` it is never sent. Only a server that `takes_sdk_headers` is sent
    the headers that the SDK makes from OPENAI_ORG_ID and the like. One that `takes_cache_key` is sent
    `prompt_cache_key`, by which it finds what it has of a conversation: others may refuse a field that they do not
    know. Its `cache` works by itself ("auto"), or where the request marks its beginnings ("mark"), or not at all
    ("none"). One that `passes_on` what it is sent has no models of its own: they may be anywhere, and cost something,
    even if it runs on this computer. `lists_models` is false if it has no list, or one that needs another key than a
    chat. Models with `own_names` are called as the user's account calls them, and no list has that. In its list, each
    name begins with `list_prefix`. An `owned_by` of `any_name_owner` there means that the server answers to any name
    with the model it has loaded. `shape_level` is the surest way in which it answers with data. `schema_subset` is
    what it takes of JSON Schema: "strict" is the subset that OpenAI promises to keep to, and is empty for all.
    `tool_schemas` is the same of the parameters of tools: OBJECT or PLAIN_WORDS, and empty for all. In
    `reasoning_field` it wants back what the model thought, as often as `reasoning_back` says. How much a model is to
    think is said in `effort_field`, in one of the words `efforts`, from the least to the most; empty words are those
    of OpenAI. What holds `instead` is for an installation without the library for the protocol.
    """

    reply_limit_field: str = "max_tokens"
    seed_field: str = "seed"
    never: frozenset[str] = frozenset()
    auth: str = BEARER
    speaks: str = CHAT
    takes_sdk_headers: bool = False
    takes_cache_key: bool = False
    cache: str = "auto"
    passes_on: bool = False
    lists_models: bool = True
    own_names: bool = False
    list_prefix: str = ""
    any_name_owner: str = ""
    shape_level: Level = Level.SCHEMA
    schema_subset: str = ""
    tool_schemas: str = ""
    reasoning_field: str = ""
    reasoning_back: str = NEVER
    effort_field: str = "reasoning_effort"
    efforts: tuple[str, ...] = ()
    instead: "Dialect | None" = None

    @property
    def reasoning_for_calls(self) -> str:
        """The field in which a message with calls has the reasoning before them; empty if the server wants none."""
        return "" if self.reasoning_back == NEVER else self.reasoning_field


class Provider(NamedTuple):
    """A company or program that runs models. `NAME/MODEL` is the spec of one of them.

    `label` is its name in a sentence. `base_url` is its server's, on localhost if the user runs it; None if the model
    runs in this process. A word in braces stands for a variable of the environment; `url_variable` is one that holds
    another address. Of `key_variables`, the first that is set holds the key, and `key_command` prints it; without
    both no key is needed. A key begins with `key_beginning`. `models` are specs to offer; every other model of the
    provider can be opened too. `window` has paths to the size of a model's window in what the server says of it,
    tried in turn, and `probe` the paths at which a local server is asked for that: with GET, or with a POST that
    names the model in the field that stands after the path. `window_setting` names what sets that size on a server
    that leaves out in silence what is longer. `price_list` is the provider's name in genai-prices; None if its prices
    are unknown. `fetch_command` downloads a missing model, whose name is {model}. A `local` one is looked for on its
    port when somebody asks what there is, and `known_by` what its program alone answers: a word of `owned_by` in its
    list, or a path at which it sends an object. Names without a provider are models of the one that `is_default`;
    OPENAI_BASE_URL moves that one only. The user has written or changed an entry that `is_own`. One that `shares_key`
    with services other than models is not meant by a word as long as another one has such a model. Where it `starts`
    something, chat starts the server itself, and the name of a model is the path of its file.
    """

    name: str
    base_url: str | None
    label: str = ""
    url_variable: str = ""
    key_variables: tuple[str, ...] = ()
    key_command: tuple[str, ...] = ()
    key_beginning: str = ""
    models: tuple[str, ...] = ()
    window: tuple[str, ...] = ()
    probe: tuple[str, ...] = ()
    window_setting: str = ""
    price_list: str | None = None
    fetch_command: str = ""
    local: bool = False
    known_by: tuple[str, ...] = ()
    is_default: bool = False
    is_own: bool = False
    shares_key: bool = False
    starts: str = ""
    dialect: Dialect = Dialect()

    @property
    def key_variable(self) -> str | None:
        """The variable that a sentence names for the key; None if there is none."""
        return self.key_variables[0] if self.key_variables else None

    @property
    def runs_in_process(self) -> bool:
        """Whether its one model, which has its name, runs in this process."""
        return self.base_url is None and not self.starts

    @property
    def wants_key(self) -> bool:
        """Whether its servers want a key."""
        return bool(self.key_variables or self.key_command) and not self.local
