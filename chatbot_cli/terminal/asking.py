"""Asks the user about tool calls, below the reply, with single keys: what is shown, and what a key does."""

from collections.abc import Callable, Sequence

from chatbot_cli.chat.tools import Answer, CallToDecide, Scope
from chatbot_cli.secrets.finding import Find
from chatbot_cli.terminal.call_question import Line, question_lines, title_of
from chatbot_cli.terminal.edited_arguments import edited_object
from chatbot_cli.terminal.input.answer_keys import LOOK, AnswerKeys
from chatbot_cli.terminal.input.short_prompts import Keyboard
from chatbot_cli.terminal.question_view import Question, QuestionView
from chatbot_cli.text.safe import one_line

ENTER = "\r"
SEND_IT = "Send it to the model? (y/N)"
SCOPES = {"y": Scope.ONCE, "s": Scope.CHAT, "a": Scope.ALWAYS}
ONCE, ONCE_A_CHAT = ("y once", "s this chat", "a always"), ("y this chat", "a always")
NO_OR_ELSE = ("n no", "w no, because …", "e edit", "Ctrl-C stops")


class SingleKeys:
    """Asks at the `prompt` while a turn runs. `open_view` makes what shows a question, `find` finds secrets."""

    def __init__(
        self,
        prompt: Keyboard,
        open_view: Callable[[], QuestionView],
        find: Find,
        settling: float,
    ) -> None:
        self._prompt, self._open_view, self._find, self._settling = prompt, open_view, find, settling

    async def about_call(self, question: CallToDecide) -> Answer:
        label, original = one_line(question.tool.label), question.call.arguments
        arguments = original
        while True:
            key = await self._key(self._question(question, arguments))
            if key in SCOPES:
                return Answer(True, arguments=None if arguments == original else arguments, scope=SCOPES[key])
            if key == "e":
                arguments = await edited_object(self._prompt, f"The arguments of {label}", arguments)
            elif key == "n":
                return Answer(False)
            elif (reason := await self._prompt.line(f"No, {label} may not run, because: ")) is not None:
                return Answer(False, reason.strip())

    async def go_on(self, rounds: int) -> bool:
        question = Question(f"{rounds} rounds of tools. Go on? (y/N)", (), ())
        return await self._key(question, f"yn{ENTER}") == "y"

    async def about_secrets(self, held: str) -> bool:
        question = Question(one_line(held), (Line(SEND_IT),), ())
        return await self._key(question, f"yn{ENTER}") == "y"

    def _question(self, question: CallToDecide, arguments: str) -> Question:
        yes = ONCE_A_CHAT if question.asks_once else ONCE
        lines = question_lines(question, arguments, self._find)
        return Question(title_of(question), lines, (*yes, *NO_OR_ELSE), NO_OR_ELSE)

    async def _key(self, question: Question, accepted: str = "") -> str:
        """Show a question until a key answers it, and return the key. A yes counts only after all was shown."""
        of_yes, of_else = _keys(question.hints), _keys(question.hints_before)
        view, keys = self._open_view(), AnswerKeys(self._prompt.typed, f"{of_yes}{accepted}sv", self._settling)
        with view.open(), keys.listening():
            page = view.show(question, 0, was_seen=False)
            was_seen = page.are_all
            while True:
                allowed = accepted or (of_yes if was_seen else of_else)
                key = await keys.one_of(allowed if page.are_all else f"{allowed}v", LOOK)
                if key and key != "v":
                    return key
                if key or view.is_resized:
                    begin = page.begin + len(page.rows) if key and not page.are_last else 0
                    page = view.show(question, begin, was_seen=was_seen)
                    was_seen = was_seen or page.are_last


def _keys(hints: Sequence[str]) -> str:
    """The keys that hints begin with."""
    return "".join(hint[0] for hint in hints if hint[1:2] == " ")
