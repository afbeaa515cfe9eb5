"""Why a reply failed, as one of our errors, whatever the protocol. It is loaded with the first failure."""

import time

from chatbot_cli.chat.messages import Request
from chatbot_cli.errors import ProviderError
from chatbot_cli.providers.failures.explain import before_the_reply, explain, first_token_late, reply_stalled
from chatbot_cli.providers.failures.image_refusals import images_refused
from chatbot_cli.providers.failures.parameter_refusals import parameter_refused
from chatbot_cli.providers.failures.retry_after import retry_after
from chatbot_cli.providers.failures.shape_refusals import shape_refused
from chatbot_cli.providers.failures.tool_refusals import tools_refused
from chatbot_cli.providers.failures.unfinished import call_not_told, called_a_tool, gave_up
from chatbot_cli.providers.failures.wire_errors import StatusError
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.wire.reply_reader import ReplyReader


def failure_of(reply: ReplyReader, endpoint: Endpoint, *, offers_tools: bool) -> ProviderError:
    """Why a reply is not whole that the server ended properly."""
    begun, request_id = reply.says_something, reply.request_id
    if not (reply.begun or reply.finished):
        return before_the_reply(endpoint)
    if reply.gave_up:
        return gave_up(reply.gave_up, endpoint, begun=begun, request_id=request_id)
    if offers_tools:
        return call_not_told(begun=begun, request_id=request_id)
    return called_a_tool(reply.tool or "", endpoint, begun=begun, request_id=request_id)


def explained(
    error: Exception, reply: ReplyReader, request: Request, endpoint: Endpoint, needed: frozenset[str]
) -> ProviderError:
    """Our error for one of WIRE_ERRORS, or for a time that is over. `needed` fields cannot be left out."""
    if isinstance(error, TimeoutError):
        return (reply_stalled if reply.started else first_token_late)(endpoint)
    wait = retry_after(error.headers, time.time()) if isinstance(error, StatusError) else None
    begun, names = reply.begun, [tool.name for tool in request.tools]
    users = [message.content for message in request.messages]
    if parameter := parameter_refused(error, endpoint, said_by_user=users, begun=begun, needed=needed):
        return parameter
    if request.demand and (shape := shape_refused(error, request.demand.level, endpoint, begun=begun)):
        return shape
    if images := images_refused(error, request, endpoint, begun=begun):
        return images
    if tools := tools_refused(error, names, endpoint, begun=begun):
        return tools
    return explain(error, endpoint, begun=begun, request_id=reply.request_id, retry_after=wait)
