"""The commands that change who answers: persona, model and system prompt."""

from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.ports import Cast, Setup
from chatbot_cli.commands.registry import Commands, Outcome, Say


def add_cast_commands(commands: Commands, cast: Cast) -> None:
    """Register /persona, /model and /system."""

    @commands.command(
        "/persona [NAME]",
        example="/persona tutor",
        choices=lambda chat: [summary.name for summary in cast.personas() if not summary.problem],
    )
    def persona(chat: Conversation, argument: str) -> Outcome:
        """Switch the persona, or list them.

        The conversation goes on: what was said stays, the new system prompt applies from here. What you chose by hand
        (/model, /window) stays too. /undo switches back.
        """
        if not argument:
            return Say(_personas(chat, cast))
        chat.change_setup(f"/persona {argument}", _in_place_of(chat.setup, cast.persona(argument)))
        greeting = f"\n{chat.setup.greeting}" if chat.setup.greeting else ""
        return Say(f"From here on: {chat.setup.speaker}.{greeting}")

    @commands.command("/model [SPEC]", example="/model demo", choices=lambda chat: cast.models())
    def model(chat: Conversation, argument: str) -> Outcome:
        """Switch the model, or show which it is.

        SPEC is NAME, or PROVIDER/NAME; `demo` is built in. The conversation goes on with the new model.
        """
        if not argument:
            return Say(_models(chat, cast))
        new = cast.model(argument)
        new.warm_up()
        chat.change_setup(f"/model {new.spec}", replace(chat.setup, model=new, chosen=chat.setup.chosen | {"model"}))
        return Say(f"From here on: {new.name}.")

    @commands.command("/system [TEXT]", example="/system Be brief.", sends=True)
    def system(chat: Conversation, argument: str) -> Outcome:
        """Replace the system prompt, or show it."""
        if not argument:
            return Say(chat.setup.system_prompt or "There is no system prompt.")
        chat.change_setup("/system", replace(chat.setup, system_prompt=argument))
        return Say("The new system prompt applies from here on. /undo brings the old one back.")


def _in_place_of(old: Setup, new: Setup) -> Setup:
    """The new setup, with what was chosen by hand under the old one."""
    kept = {field: getattr(old, field) for field in old.chosen}
    return replace(new, chosen=old.chosen, **kept)


def _models(chat: Conversation, cast: Cast) -> str:
    offered = "\n".join(f"  {spec}" for spec in cast.models())
    return f"The model is {chat.setup.model.spec}. Others to try with /model SPEC:\n{offered}"


def _personas(chat: Conversation, cast: Cast) -> str:
    summaries = cast.personas()
    width = max((len(summary.name) for summary in summaries), default=0)
    lines = []
    for summary in summaries:
        mark = "›" if summary.name == chat.setup.persona else " "
        lines.append(f"{mark} {summary.name:{width}}  {summary.problem or summary.description}".rstrip())
    return "\n".join(lines)
