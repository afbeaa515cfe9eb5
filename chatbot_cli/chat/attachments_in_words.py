"""Attachments in words, for people who read a conversation (pure)."""

from chatbot_cli.chat.attachments import Attachment


def attached_in_words(attachment: Attachment) -> str:
    """An attachment of a message: its name, what it is, its pixels and its size in bytes."""
    what = attachment.made_from if attachment.is_text and attachment.made_from else attachment.media_type
    facts = [what, *([str(attachment.size)] if attachment.size else []), f"{len(attachment.content):,} bytes"]
    if attachment.is_image and attachment.made_from:
        facts.append(attachment.made_from)
    return f"Attached: {attachment.name} ({', '.join(facts)})"
