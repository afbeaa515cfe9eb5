"""Attachments in words, for people who read a conversation (pure)."""

from chatbot_cli.chat.attachments import Attachment


def attached_in_words(attachment: Attachment) -> str:
    """An attachment of a message: its name, its media type and its size in bytes."""
    return f"Attached: {attachment.name} ({attachment.media_type}, {len(attachment.content):,} bytes)"
