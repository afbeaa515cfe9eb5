"""Fakes that obey the ports, for tests of everything that talks to a model."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.chat.events import CallsArrived, Finished, ModelEvent, TextDelta
from chatbot_cli.chat.messages import Ending, Exchange, Message, Request, TokenCount
from chatbot_cli.chat.model import ChatModel, Model, TokenCounter
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.passages import CollectionReport, Passage, Place, Retrieved, Search, Standing
from chatbot_cli.chat.rounds import Reasoning, ToolCall, ToolResult
from chatbot_cli.chat.setup import PersonaSummary, Setup
from chatbot_cli.chat.shape import Checked, SentSchema, Shape, Table
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tools import Answer, CallToDecide, Policy, SourceReport, Tool, ToolDefinition
from chatbot_cli.errors import AttachmentRefused, ChatError, NoSuchCollection, PersonaError, SchemaError, SettingsError

Script = Sequence[ModelEvent | BaseException | asyncio.Event]
"""One turn of a scripted model: events it emits, errors it raises, and an `asyncio.Event` wherever it waits for one."""


def saying(text: str) -> Script:
    """A whole reply, word by word."""
    first, *others = text.split(" ")
    return [TextDelta(first), *(TextDelta(f" {word}") for word in others), Finished(Ending.COMPLETE)]


class ScriptedModel:
    """A ChatModel that plays one script a turn (a string is a whole reply), and keeps the requests it was sent.

    `open` counts the streams that were begun and neither ended nor closed.
    """

    def __init__(self, *scripts: Script | str) -> None:
        self._scripts = [saying(script) if isinstance(script, str) else script for script in scripts]
        self.requests: list[Request] = []
        self.open = 0

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        script = self._scripts[len(self.requests)]
        self.requests.append(request)
        self.open += 1
        try:
            for step in script:
                match step:
                    case asyncio.Event():
                        await step.wait()
                    case BaseException():
                        raise step
                    case _:
                        yield step
        finally:
            self.open -= 1


@dataclass
class FakeToolbox:
    """A Toolbox of the `tools` it is given. `results` are by the tool's name: a text, or what makes one of arguments.

    An `asyncio.Event` as a result is waited for. It keeps what ran, in order.
    """

    tools: Sequence[Tool]
    results: Mapping[str, "ToolResult | str | asyncio.Event | Callable[[str], ToolResult | str]"] = field(
        default_factory=dict
    )
    ran: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    off: set[str] = field(default_factory=set)
    reports: list[SourceReport] = field(default_factory=list)  # of further sources

    def offered(self, named: Sequence[str] = ()) -> Sequence[Tool]:
        return [tool for tool in self.tools if tool.name not in self.off]

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        self.ran.append((tool.name, arguments))
        result = self.results.get(tool.name, f"{tool.name} ran")
        try:
            if isinstance(result, asyncio.Event):
                progress(f"{tool.name} waits")
                await result.wait()
                result = f"{tool.name} waited"
            else:
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.stopped.append(tool.name)
            raise
        made = result(arguments) if callable(result) else result
        return made if isinstance(made, ToolResult) else ToolResult(made)

    def sources(self) -> Sequence[SourceReport]:
        return [SourceReport("fake", "a test", tools=tuple(self.tools)), *self.reports]

    def switch(self, name: str, *, on: bool) -> Sequence[Tool]:
        switched = [tool for tool in self.tools if name in (tool.name, tool.label)]
        names = {tool.name for tool in switched}
        self.off = self.off - names if on else self.off | names
        return switched

    async def restart(self, source: str) -> None:
        pass


SECRET, STRUCK = "hunter2", "[a secret]"


@dataclass
class FakeApprover:
    """An Approver that gives the `answers` in order, then allows everything. It keeps what it was asked.

    An `asyncio.Event` among the answers is waited for, and then means yes. Of results with SECRET in them it `sends`
    those for which that has True, in order.
    """

    answers: list[Answer | asyncio.Event] = field(default_factory=list)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    goes_on: bool = False
    asked: list[CallToDecide] = field(default_factory=list)
    asked_to_go_on: list[int] = field(default_factory=list)
    sends: list[bool | asyncio.Event] = field(default_factory=list)
    asked_to_send: list[str] = field(default_factory=list)

    def policy(self, tool: Tool) -> Policy:
        return self.policies.get(tool.name, Policy.ALLOW)

    async def decide(self, question: CallToDecide) -> Answer:
        self.asked.append(question)
        answer = self.answers.pop(0) if self.answers else Answer(True)
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return Answer(True)
        return answer

    async def go_on(self, rounds: int) -> bool:
        self.asked_to_go_on.append(rounds)
        return self.goes_on

    def struck(self, call: ToolCall, text: str) -> str:
        return text.replace(SECRET, STRUCK)

    async def may_send(self, call: ToolCall, tool: Tool, text: str) -> bool:
        self.asked_to_send.append(text)
        answer = self.sends.pop(0) if self.sends else False
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return True
        return answer

    def rule(self, pattern: str, policy: Policy) -> None:
        self.policies = {**self.policies, pattern: policy}


def tool_named(name: str, **fields: object) -> Tool:
    """A tool with any arguments."""
    return replace(Tool(ToolDefinition(name, f"The tool {name}."), name, "a test"), **fields)  # type: ignore[arg-type]  # any of its fields


def calling(*calls: ToolCall | str, text: str = "") -> Script:
    """A reply that calls tools: a name is a call without arguments."""
    made = tuple(
        call if isinstance(call, ToolCall) else ToolCall(f"call{number:05}", call) for number, call in enumerate(calls)
    )
    begins = [TextDelta(text)] if text else []
    return [*begins, CallsArrived(made), Finished(Ending.COMPLETE)]


@dataclass
class WordCounter:
    """A TokenCounter for which a word is a token, and a message has no framing. It keeps what it counted.

    With `exact=False` it is exact only after `ready`.
    """

    exact: bool = True
    counted: list[Message] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return self.exact

    def count(self, message: Message) -> int:
        thoughts = sum(len(part.text.split()) for part in message.parts if isinstance(part, Reasoning))
        if message.token_count and message.token_count.vocabulary == "words":
            return message.token_count.tokens + thoughts
        self.counted.append(message)
        calls = [part for part in message.parts if isinstance(part, ToolCall)]
        words = len(message.content.split()) + thoughts
        return words + sum(len(f"{call.name} {call.arguments}".split()) for call in calls)

    def count_to_keep(self, message: Message) -> TokenCount | None:
        return TokenCount(self.count(message), "words") if self.is_ready else None

    async def ready(self) -> None:
        self.exact = True


def model_with(
    chat_model: ChatModel, *, spec: str = "fake", context_tokens: int = 100_000, counter: TokenCounter | None = None
) -> Model:
    """A model that answers as `chat_model` does, and counts words."""
    return Model(spec, spec, chat_model, counter or WordCounter(), context_tokens)


def setup_with(
    chat_model: ChatModel,
    *,
    persona: str = "assistant",
    system_prompt: str = "You are helpful.",
    examples: tuple[Exchange, ...] = (),
    max_turns: int = 20,
    max_context_tokens: int | None = None,
    max_reply_tokens: int | None = None,
    counter: TokenCounter | None = None,
) -> Setup:
    """A setup in which `chat_model` answers; for more, use `dataclasses.replace`."""
    return Setup(
        persona,
        system_prompt,
        model_with(chat_model, counter=counter),
        examples,
        max_turns=max_turns,
        max_context_tokens=max_context_tokens,
        options=Options(max_reply_tokens=max_reply_tokens),
    )


@dataclass(frozen=True)
class FakeSetups:
    """Setups made of the setups and models it is given, by name."""

    setups: Mapping[str, Setup] = field(default_factory=dict)
    opened: Mapping[str, Model] = field(default_factory=dict)

    def personas(self) -> Sequence[PersonaSummary]:
        return [PersonaSummary(name, f"The {name}.") for name in self.setups]

    def models(self) -> Sequence[str]:
        return list(self.opened)

    def described_models(self) -> Sequence[tuple[str, str]]:
        return [(spec, "200k") for spec in self.opened]

    def persona(self, name: str) -> Setup:
        if name not in self.setups:
            raise PersonaError(f"There is no persona “{name}”.")
        return self.setups[name]

    def model(self, spec: str) -> Model:
        if spec not in self.opened:
            raise SettingsError(f"There is no model “{spec}”.")
        return self.opened[spec]

    def shape(self, what: str, *, many: bool = False) -> Shape:
        if not what.startswith("words"):
            raise SchemaError(f"“{what}” is no schema.")
        return AnyWords(label=what, many=many)

    def is_named(self, model: Model) -> bool:
        return True


@dataclass(frozen=True)
class AnyWords:
    """A Shape of replies that begin with "=". Each line after that is a row of `many`; a line with "!" is not valid."""

    source: str = "words"
    label: str = "words"
    many: bool = False
    in_words: str = "Begin with an equals sign."

    def for_server(self, subset: str) -> SentSchema:
        return SentSchema({"type": "object", "description": self.source}, is_strict=subset == "strict")

    def reading(self) -> "ReadingWords":
        return ReadingWords(self)

    def table(self, text: str) -> Table:
        return Table(("line",), tuple((line,) for line in text.removeprefix("=").splitlines()))

    def csv(self, document: str) -> str:
        return "line\r\n" + "".join(f"{line}\r\n" for line in document.splitlines())


class ReadingWords:
    """A ShapeReading of such replies."""

    def __init__(self, shape: AnyWords) -> None:
        self._many = shape.many
        self._text = ""
        self._rows: list[str] = []
        self._problems: tuple[str, ...] = ()

    def arrived(self, text: str) -> Sequence[str]:
        self._text += text
        if not (self._many and self._text.startswith("=")) or self._problems:
            return ()
        *lines, rest = self._text.removeprefix("=").split("\n")
        self._text = f"={rest}"
        self._problems = tuple(f"{line} is wrong" for line in lines if "!" in line)[:1]
        rows = lines[: next((number for number, line in enumerate(lines) if "!" in line), len(lines))]
        self._rows += rows
        return rows

    def ended(self) -> Checked:
        if not self._problems and not self._text.startswith("="):
            self._problems = ("there is no equals sign",)
        elif not self._problems and "!" in self._text:
            self._problems = (f"{self._text} is wrong",)
        if self._problems:
            return Checked(problems=self._problems)
        return Checked("\n".join((*self._rows, self._text.removeprefix("="))))

    def again(self) -> str:
        problems, self._problems, self._text = self._problems, (), ""
        return f"Not valid: {'; '.join(problems)}."


@dataclass
class FakeLibrary:
    """A Library that finds `passages`, whatever is asked; it keeps what it was asked.

    Once found, those with the `secret` in them may not be sent.
    """

    passages: Sequence[Passage] = ()
    is_whole: bool = False
    notes: tuple[str, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    secret: str = "no such text"
    names: Sequence[str] = ("notes",)
    asked: list[tuple[tuple[str, ...], Search]] = field(default_factory=list)

    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        self.asked.append((tuple(names), search))
        found = tuple(self.passages) if self.is_whole else tuple(self.passages)[: search.passages]
        return Retrieved(found, len({one.path for one in self.passages}), self.is_whole, notes=self.notes)

    def sendable(self, found: Retrieved) -> Retrieved:
        kept = tuple(one for one in found.passages if self.secret not in one.text)
        return found if kept == found.passages else replace(found, passages=kept, notes=("Left out.",))

    def collections(self) -> Sequence[CollectionReport]:
        return [CollectionReport(name, documents=1, passages=len(self.passages)) for name in self.names]

    def known(self) -> Sequence[CollectionReport]:
        return self.collections()

    def check(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.names:
                raise NoSuchCollection(f"There is no collection {name!r}.")

    def standing(self, passages: Sequence[Passage]) -> Sequence[Standing]:
        return [self.standings.get(one.path, Standing.SAME) for one in passages]


def passage(text: str, name: str = "notes/setup.md", first: int = 1, last: int = 0) -> Passage:
    """A passage of a document."""
    return Passage("notes", f"/home/ada/{name}", name, Place(first, last or first), text)


@dataclass
class FakeFiles:
    """Files at the paths that it is given: what they are read as, an error, or an event that is waited for first.

    It keeps what was read. A text names those of its words that begin with an @. What is `dragged` has an @ in front.
    """

    files: Mapping[str, "Sequence[Attachment] | ChatError | asyncio.Event"] = field(default_factory=dict)
    clipboard: Attachment | None = None
    dragged: Sequence[str] = ()
    notices: Mapping[str, str] = field(default_factory=dict)  # what there is to say of a path that was read
    read_paths: list[str] = field(default_factory=list)
    _untold: list[str] = field(default_factory=list)

    async def read(self, path: str) -> Sequence[Attachment]:
        self.read_paths.append(path)
        self._untold += [self.notices[path]] if path in self.notices else []
        found = self.files.get(path, AttachmentRefused(f"There is no file {path}."))
        if isinstance(found, asyncio.Event):
            await found.wait()
            return [text_file(path)]
        if isinstance(found, ChatError):
            raise found
        return found

    async def from_clipboard(self) -> Attachment:
        if self.clipboard is None:
            raise AttachmentRefused("There is no image on the clipboard.")
        return self.clipboard

    def take_notices(self) -> Sequence[str]:
        notices, self._untold = self._untold, []
        return notices

    def named_in(self, text: str) -> Sequence[str]:
        words = (word[1:] for word in text.split() if word.startswith("@"))
        return list(dict.fromkeys(word for word in words if word in self.files))

    def literal(self, text: str, but: Container[str] = ()) -> str:
        for path in self.named_in(text):
            text = text if path in but else text.replace(f"@{path}", f"\\@{path}")
        return text

    def paths_in(self, argument: str) -> Sequence[str]:
        return argument.split()

    def mention_of(self, paste: str) -> str:
        return f"@{paste}" if paste in self.dragged else ""

    def completions(self, begun: str) -> Sequence[str]:
        return sorted(path for path in self.files if path.startswith(begun))


def text_file(name: str, text: str = "Some words.\n") -> Attachment:
    """A file that is sent as text."""
    return Attachment(name, TEXT, text.encode())


def image_file(name: str, width: int = 64, height: int = 32) -> Attachment:
    """A PNG image of so many pixels, as far as its bytes tell."""
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return Attachment(name, "image/png", b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + header + bytes(9))
