"""Recognizes, in the words of many servers, that they refuse images or files, or one of those that were sent. Pure."""

import re

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Request
from chatbot_cli.errors import ImagesRefused
from chatbot_cli.hints import setting
from chatbot_cli.providers.failures.refusals import message_in
from chatbot_cli.providers.failures.refused_parts import refused_part
from chatbot_cli.providers.failures.server_message import sentence
from chatbot_cli.providers.failures.wire_errors import StatusError, shown_id
from chatbot_cli.providers.route.endpoint import Endpoint

TOO_LARGE = 413  # a status
_ABOUT_IMAGES = re.compile(
    r"\bimages?\b|image_(?:url|parse)|multi-?modal|\bvision\b|\bmodalit(?:y|ies)\b|\bmmproj\b|\bpixels?\b"
    r"|\bcontent\b.{0,60}(?:must be|should be|expected) (?:a |of type )?['\"`]?str(?:ing)?\b"  # Groq, templates
    r"|input should be a valid string",  # servers made with pydantic
    re.IGNORECASE,
)
_ABOUT_FILES = re.compile(r"\bfiles?\b|file_data|media type|mime", re.IGNORECASE)
_TAKES_NONE = re.compile(
    r"(?:not|n['’]t|only|that|un)[ -]?(?:yet |currently )?(?:support|enabled|available|allowed|accept|a multi-?modal)"
    r"|missing data required for image|mmproj|at most 0 |unknown variant|\bstr(?:ing)?\b|does not have vision",
    re.IGNORECASE,
)


def images_refused(
    error: Exception, request: Request, endpoint: Endpoint, *, begun: bool = False
) -> ImagesRefused | None:
    """Our error if a server refuses the images or files of a request; None if it has none, or the error is another."""
    sent = [part for message in request.messages for part in message.parts if isinstance(part, Attachment)]
    if begun or not sent:
        return None
    if isinstance(error, StatusError) and error.status_code == TOO_LARGE:
        return _too_large(error, endpoint)
    refused = refused_part(error, endpoint)
    if refused is None or getattr(error, "code", None) == "model_not_found":
        return None
    said = " ".join(refused.said).replace(endpoint.model, "")
    if not (_ABOUT_IMAGES.search(said) or (_ABOUT_FILES.search(said) and not all(one.is_image for one in sent))):
        return None
    what = "images" if any(one.is_image for one in sent) else "files"
    problem = f"takes no {what}" if _TAKES_NONE.search(said) else f"refuses the {what}"
    hint = f"Ask without them, or set a model that takes {what} with {setting('model')}."
    text = sentence(f"{endpoint.model} {problem}{refused.number}", refused.message)
    return ImagesRefused(text, hint, request_id=refused.request_id)


def _too_large(error: StatusError, endpoint: Endpoint) -> ImagesRefused:
    problem = sentence("The request is too large for the server (413)", message_in(error, endpoint))
    request_id = shown_id(error.request_id, endpoint)
    return ImagesRefused(problem, "Send fewer images or files, or smaller ones.", request_id=request_id)
