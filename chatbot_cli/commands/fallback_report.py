"""What is said when another model answers in place of the one that was chosen, marked as hints are."""

from chatbot_cli.chat.fallback_events import FellBack
from chatbot_cli.errors import ENDS
from chatbot_cli.hints import unmarked
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import LONGEST_NAME, shorten_foreign


def what_fell_back(event: FellBack) -> str:
    """Who cannot answer, and why; who does; and who might have. Nobody does if the reply's error comes next."""
    failed, answers = (
        unmarked(shorten_foreign(one_line(spec), LONGEST_NAME)) for spec in (event.failed, event.answers)
    )
    if event.is_old:
        who = f"{failed} was out of reach a moment ago: {answers} answers."
    elif answers:
        who = f"{failed} is out of reach ({unmarked(one_line(str(event.error)).rstrip(ENDS))}): {answers} answers."
    else:
        who = ""
    sentences = (unmarked(one_line(sentence)) for sentence in (event.note, *event.left_out))
    return " ".join(filter(None, (who, *sentences)))
