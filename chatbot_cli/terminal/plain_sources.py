"""The sources of a reply in plain text: the paths of files with their lines, which editors open. Pure."""

from chatbot_cli.chat.document_events import SourcesCited
from chatbot_cli.commands.source_report import account_in_a_sentence, cited_lines, doubts_about


def sources_in_words(event: SourcesCited) -> list[str]:
    """How many passages were sent, a line for each that is cited, then one for each thing that is not so."""
    cited = [line for _, line in cited_lines(event, with_paths=True)]
    return [account_in_a_sentence(event), *cited, *doubts_about(event.citations)]
