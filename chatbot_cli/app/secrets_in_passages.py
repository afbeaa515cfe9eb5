"""Keys and passwords in passages of documents: such a passage does not leave this machine unasked."""

from dataclasses import replace

from chatbot_cli.chat.passages import Passage, Retrieved
from chatbot_cli.hints import setting, unmarked
from chatbot_cli.secrets.finding import Find, Policy
from chatbot_cli.system.web_address import is_on_this_machine
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line

MOST_NAMED = 4  # passages in a sentence


class SecretsInPassages:
    """Leaves out of what is sent the passages in which `find` finds a secret. It names each of them once.

    With the policy "warn" they are sent, and named; a server on this machine, and the demo, are sent all.
    """

    def __init__(self, find: Find, policy: Policy) -> None:
        self._find, self._policy = find, policy
        self._named: set[str] = set()  # digests of passages

    def left_out(self, found: Retrieved, address: str) -> Retrieved:
        """What may be sent to a server at this address, which is empty if the model runs in this process."""
        if not address or is_on_this_machine(address):
            return found
        secret = [one for one in found.passages if self._find(_as_sent(one))]
        if not secret:
            return found
        new = [one for one in secret if one.digest not in self._named]
        self._named.update(one.digest for one in new)
        notes = (*found.notes, self._sentence(new)) if new else found.notes
        if self._policy == "warn":
            return replace(found, notes=notes)
        kept = tuple(one for one in found.passages if one not in secret)
        return replace(found, passages=kept, notes=notes)  # of a collection that goes whole, all the rest goes

    def _sentence(self, passages: list[Passage]) -> str:
        named = ", ".join(unmarked(one_line(one.at)) for one in passages[:MOST_NAMED])
        more = f" and {len(passages) - MOST_NAMED:,} more" if len(passages) > MOST_NAMED else ""
        hold = "holds" if len(passages) == 1 else "hold"
        held = f"{counted(len(passages), 'passage')} {hold} what looks like a key or a password: {named}{more}."
        if self._policy == "warn":
            return f"{held} That is sent; {setting('secrets', 'ask')} prevents it."
        return f"{held} That is not sent; {setting('secrets', 'warn')} allows it."


def _as_sent(passage: Passage) -> str:
    """All of a passage that a model reads."""
    return "\n".join((passage.name, *passage.headings, passage.text))
