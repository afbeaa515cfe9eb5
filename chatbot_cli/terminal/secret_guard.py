"""Names the secrets in a message before it is sent, and asks whether to send it anyway."""

from collections.abc import Callable

from chatbot_cli.secrets.finding import Find, KnownSecrets, Policy, find_secrets, refusal, what_is_held
from chatbot_cli.terminal.input.prompt import Prompt


class SecretGuard:
    """Checks each message for secrets. A secret that was sent once is not named again in the same chat.

    With the policy "ask" the user decides at `prompt`; with "warn" the message is sent; with "refuse" it is not.
    """

    def __init__(self, prompt: Prompt, policy: Policy = "ask", find: Find = find_secrets) -> None:
        self._prompt = prompt
        self._policy: Policy = policy
        self._known = KnownSecrets(find)

    async def may_be_sent(self, text: str, say: Callable[[str], None], holder: str = "This message") -> bool:
        """Whether the text of the message, or of another `holder`, may be sent. `say` shows a line.

        Raises SecretRefused if the policy is "refuse".
        """
        secrets = self._known.new_in(text)
        if not secrets:
            return True
        if self._policy == "refuse":
            raise refusal(secrets, holder)
        say(what_is_held(secrets, holder))
        if self._policy == "ask" and not await self._prompt.confirm("Send it?"):
            say("Nothing was sent.")
            return False
        self._known.add(secrets)
        return True
