"""What a server's tool returned, as text."""

from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from chatbot_cli.chat.rounds import CallOutcome, ToolResult
from chatbot_cli.tools.result_text import bounded, text_of


def as_result(result: CallToolResult) -> ToolResult:
    """A result in words. Structured content counts only if there is no other."""
    text = "\n".join(in_words(block) for block in result.content)
    if not text and result.structured_content is not None:
        text = text_of(result.structured_content)
    return ToolResult(bounded(text), CallOutcome.FAILED if result.is_error else CallOutcome.DONE)


def in_words(block: ContentBlock) -> str:
    """A part of a result as text: what is no text is named."""
    match block:
        case TextContent(text=text):
            return text
        case ImageContent(mime_type=kind, data=encoded) | AudioContent(mime_type=kind, data=encoded):
            return f"[{kind}, {_size(encoded)}]"
        case ResourceLink(name=name, uri=uri):
            return f"[{name}: {uri}]"
        case EmbeddedResource(resource=BlobResourceContents() as blob):
            return f"[{blob.mime_type or 'bytes'}, {_size(blob.blob)}, {blob.uri}]"
        case EmbeddedResource(resource=TextResourceContents(text=text)):
            return text
    return f"[{block.type}]"


def _size(encoded: str) -> str:
    """The size of bytes that are encoded in Base64."""
    count = len(encoded) * 3 // 4
    return f"{count:,} bytes" if count < 1024 else f"{count / 1024:,.0f} KiB"
