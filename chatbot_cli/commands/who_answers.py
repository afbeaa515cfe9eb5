"""The commands that change who answers: persona, model and system prompt."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.ports import Setups
from chatbot_cli.chat.setup import BY_HAND, Setup
from chatbot_cli.commands.outcomes import Compare, FindOne, Outcome, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.shape_report import what_data
from chatbot_cli.errors import ChatError, ModelAmbiguous, UsageError
from chatbot_cli.system.file_names import unquoted
from chatbot_cli.text.fuzzy import best_first
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import LONGEST_NAME, shorten
from chatbot_cli.text.width import cells

if TYPE_CHECKING:
    from chatbot_cli.chat.compared import Rival

MOST_COMPLETIONS = 50
READ_ANEW = " The next request is read anew: the provider's cache does not know its beginning."


def add_who_answers_commands(commands: Commands, setups: Setups) -> None:
    """Register /persona, /model, /compare and /system."""

    @commands.command(
        "/persona [NAME]",
        example="/persona tutor",
        choices=lambda _: [summary.name for summary in setups.personas() if not summary.problem],
    )
    def persona(conversation: Conversation, argument: str) -> Outcome:
        """Switch the persona, or list them.

        The conversation goes on: what was said stays, the new system prompt applies from here. What you chose by hand
        (/model, /window, /schema) stays too. /undo switches back.
        """
        if not (name := unquoted(argument)):  # it may be the path of a file
            return Say(_personas(conversation, setups))
        new = _in_place_of(conversation.setup, setups.persona(name), setups)
        anew = _change(conversation, f"/persona {_short(name)}", new)
        return Say(f"From here on: {_short(new.speaker)}.{anew}\n{new.greeting}".rstrip())

    @commands.command(
        "/model [SPEC]", example="/model demo", completes=lambda begun: _names_with(begun, setups.models())
    )
    def model(conversation: Conversation, argument: str) -> Outcome:
        """Switch the model, or choose one.

        SPEC is NAME, PROVIDER/NAME, or a word such as sonnet, which means the newest that you can ask; `demo` is built
        in. The conversation goes on with the new model.
        """
        return _switch_model(conversation, argument, setups)

    _add_compare(commands, setups)

    @commands.command("/system [TEXT]", example="/system Be brief.", sends=True)
    def system(conversation: Conversation, argument: str) -> Outcome:
        """Replace the system prompt, or show it."""
        if not argument:
            return Say(conversation.setup.system_prompt or "There is no system prompt.")
        anew = _change(conversation, "/system", replace(conversation.setup, system_prompt=argument))
        return Say(f"The new system prompt applies from here on.{anew} /undo brings the old one back.")


def _add_compare(commands: Commands, setups: Setups) -> None:
    @commands.command("/compare SPECS", example="/compare demo demo", completes=partial(_last_spec, setups))
    def compare(conversation: Conversation, argument: str) -> Outcome:
        """Ask several models at once.

        They are asked the last question again, side by side; before anything was asked, they get the next one. They are
        from 2 to 4; a single one is compared with the model of the chat. The first whole answer is the reply; /pick N
        keeps another one, and /alt flips between all. Files and documents go along, tools are not offered. /undo takes
        all answers back.
        """
        return Compare(rivals_in(conversation, argument, setups), f"/compare {argument}")


def rivals_in(conversation: Conversation, argument: str, setups: Setups) -> "tuple[Rival, ...]":
    """The models that are named, with blanks or commas between them. Raises UsageError or SettingsError."""
    # Imported here: most chats compare nothing.
    from chatbot_cli.chat.compared import MOST_AT_ONCE, Rival

    specs = argument.replace(",", " ").split()
    if not 1 <= len(specs) <= MOST_AT_ONCE:
        sentence = f"/compare takes from 1 to {MOST_AT_ONCE} models, not {len(specs)}."
        raise UsageError(sentence, "For example: /compare demo ollama/llama3.2")
    models = [setups.model(spec) for spec in specs]
    for model in models:
        model.warm_up()
    own = (Rival(conversation.setup.model),) if len(models) == 1 else ()
    return (*own, *(Rival(model, setups.is_named(model)) for model in models))


def _last_spec(setups: Setups, begun: str) -> list[str]:
    """What was begun, with its last word completed."""
    before, gap, last = begun.rpartition(" ")
    return [f"{before}{gap}{spec}" for spec in _names_with(last, setups.models())]


def _short(name: str) -> str:
    return shorten(name, LONGEST_NAME)


def _change(conversation: Conversation, label: str, new: Setup) -> str:
    """Go on with another setup. Returns what is to be said of it.

    That replies become data or texts, and that what was said is sent after a beginning that no cache knows. Raises
    DocumentsError if there are no such documents.
    """
    before = conversation.setup
    if conversation.documents and new.documents != before.documents:
        conversation.documents.library.check(new.documents)
    conversation.change_setup(label, new)
    same_beginning = (new.head, new.model.spec, new.model.address) == (
        before.head,
        before.model.spec,
        before.model.address,
    )
    replies = _what_replies_are(new, before)
    return replies if same_beginning or not conversation.window().exchanges else replies + READ_ANEW


def _with_model(setup: Setup, new: Model, setups: Setups) -> Setup:
    other = replace(setup, model=new, chosen=setup.chosen | {"model"}).having_learned_of(setup)
    return other.at_its_server() if setups.is_named(new) else other


def _in_place_of(old: Setup, new: Setup, setups: Setups) -> Setup:
    """The new setup with the fields that were chosen by hand under the old one."""
    kept = {field: getattr(old, field) for field in old.chosen}
    been_at = old.been_at if "model" in kept else old.been_at | new.been_at
    new = _with_options(_with_shape(new, old, setups), old)
    in_place = replace(new, chosen=old.chosen, been_at=been_at, cache_key=old.cache_key, **kept)
    return in_place.having_learned_of(old)


def _with_options(new: Setup, old: Setup) -> Setup:
    """The new setup with the parameters that were set by hand under the old one."""
    by_hand = {name for name, source in old.given_by if source == BY_HAND}
    own = {name: value for name, value in old.options.given().items() if name in by_hand}
    extra = tuple((key, value) for key, value in old.options.extra if key in by_hand)
    options = Options(**own | {"extra": extra}).over(new.options)  # type: ignore[arg-type]  # each comes from an Options
    given_by = {**dict(new.given_by), **dict.fromkeys(by_hand, BY_HAND)}
    return replace(new, options=options, given_by=tuple(given_by.items()))


def _with_shape(new: Setup, old: Setup, setups: Setups) -> Setup:
    """The new setup with the shape in force, unless the new persona brings its own, or the old one brought this."""
    if new.shape or not old.shape or "shape" in old.chosen:
        return new
    with suppress(ChatError):  # the old persona is gone, or has become unfit: what it brought stays
        if setups.persona(old.persona).shape == old.shape:
            return new
    return replace(new, shape=old.shape)


def _what_replies_are(new: Setup, old: Setup) -> str:
    """A sentence, if replies become data, other data, or texts."""
    if new.shape == old.shape:
        return ""
    return f" Replies are data: {what_data(new.shape)}." if new.shape else " Replies are texts again."


def _switch_model(conversation: Conversation, argument: str, setups: Setups) -> Outcome:
    if not argument:
        return _find_model(conversation, setups.described_models())
    try:
        new = setups.model(argument)
    except ModelAmbiguous as several:
        return _find_model(conversation, [(spec, "") for spec in several.specs], str(several))
    new.warm_up()
    told_before = bool(conversation.setup.model.note)
    anew = _change(conversation, f"/model {_short(new.spec)}", _with_model(conversation.setup, new, setups))
    note = "" if told_before else new.note
    return Say(f"From here on: {_short(new.name if new.spec == argument else new.spec)}.{anew}\n{note}".rstrip())


def _names_with(begun: str, specs: Sequence[str]) -> Sequence[str]:
    """The models whose names hold what was typed, those first that begin with it."""
    begins = [spec for spec in specs if spec.startswith(begun)]
    return begins or best_first(begun, specs, str, all_of_them=False)[:MOST_COMPLETIONS]


def _find_model(conversation: Conversation, models: Sequence[tuple[str, str]], why: str = "") -> FindOne:
    spec = conversation.setup.model.spec
    current = next((one for one, _ in models if one == spec or one.partition("/")[2] == spec), "")
    if not current and not why:  # Enter, pressed at once, changes nothing
        current, models = spec, [(spec, "the model of this chat"), *models]
    options = tuple((f"/model {one}", one, about) for one, about in models)
    question = f"{why or f'The model is {_short(spec)}.'} Which one?"
    return FindOne(question, options, f"/model {current}" if current else "")


def _personas(conversation: Conversation, setups: Setups) -> str:
    summaries = setups.personas()
    width = max((cells(one_line(summary.name)) for summary in summaries), default=0)
    lines = []
    for summary in summaries:
        mark = "•" if summary.name == conversation.setup.persona else " "
        name, about = one_line(summary.name), one_line(summary.problem or summary.description)
        lines.append(f"{mark} {name}{' ' * (width - cells(name))}  {about}".rstrip())
    return "\n".join(lines)
