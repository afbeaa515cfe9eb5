"""Keys and passwords in what tools return: they are named before they are sent to the model, or struck out."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chatbot_cli.secrets.finding import Find, KnownSecrets, Policy, Secret, what_is_held
from chatbot_cli.secrets.striking import kinds_in_place

if TYPE_CHECKING:
    from chatbot_cli.tools.approval import Asking

MOST_STRUCK = 200  # secrets that are struck out of a text one by one; a tool may return thousands, to keep us busy


class SecretsInResults:
    """What becomes of results with secrets that `find` finds. One that was sent is not named again in the same chat.

    With the policy "ask" the user decides, if somebody can be asked; else, and with "warn", the result is sent, and a
    line says so. With "refuse" the secrets are struck out, and a line says so.
    """

    def __init__(self, find: Find | None, policy: Policy) -> None:
        self._known, self._policy = KnownSecrets(find), policy

    def struck(self, text: str, arguments: str) -> str:
        """The text with the kind of each secret in its place. The model has what the call's `arguments` hold anyway."""
        secrets = self._new_in(text, arguments)
        if len(secrets) > MOST_STRUCK:
            return f"[a text with {len(secrets):,} keys and passwords, not shown]"
        # A value may be a part of a longer one.
        return kinds_in_place(text, sorted(secrets, key=lambda secret: -len(secret.value)))

    async def may_send(
        self, text: str, arguments: str, label: str, asking: "Asking | None", tell: Callable[[str], None]
    ) -> bool:
        """Whether the text of the tool `label` may be sent whole. Asks `asking`, or has a sentence told."""
        secrets = self._new_in(text, arguments)
        if not secrets:  # they were sent meanwhile, with the result of another call
            return True
        held = what_is_held(secrets, f"The result of {label}")
        if self._policy == "refuse":
            tell(f"{held} It was struck out.")
            return False
        if self._policy == "ask" and asking:
            if not await asking.about_secrets(held):
                return False
        else:
            tell(f"{held} It is sent; CHAT_SECRETS=refuse prevents that.")
        self._known.add(secrets)
        return True

    def _new_in(self, text: str, arguments: str) -> list[Secret]:
        new = self._known.new_in(text)
        return [secret for secret in new if self._policy == "refuse" or secret.value not in arguments]
