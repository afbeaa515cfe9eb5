"""The files of a message in an export: images that are shown, texts that are folded, parts as OpenAI has them."""

import base64
import json
from dataclasses import replace

import pytest

from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.sessions.importing.reading import read_conversations
from chatbot_cli.sessions.records import SessionRecord
from tests.images import picture, png
from tests.sessions.records_to_export import record_of

NOTES = Attachment("notes.pdf", TEXT, b"<b>Buy</b> milk.\n", "PDF, 2 pages")


def with_files(*attached: Attachment) -> SessionRecord:
    record = record_of("What is this?", "A plan.")
    first, *others = record.messages
    return replace(record, messages=(replace(first, attached=attached), *others))


def test_a_page_shows_an_image_and_folds_a_text() -> None:
    html = export(with_files(picture(), NOTES), "html")
    assert 'alt="plan.png"' in html
    assert f"data:image/png;base64,{base64.b64encode(png()).decode()}" in html
    assert "img-src data:" in html
    assert "notes.pdf (PDF, 2 pages, 17 bytes)" in html
    assert "&lt;b&gt;Buy&lt;/b&gt; milk.\n</div></details>" in html


@pytest.mark.parametrize(
    "attached",
    [
        Attachment("a.png", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        Attachment("a.png", "image/png", b"<svg onload='alert(1)'/>"),
        Attachment("a.png", 'image/png" onerror="alert(1)', png()),
        Attachment('"><script>alert(1)</script>', "image/gif", b"GIF89a"),
    ],
)
def test_a_page_shows_no_image_that_is_not_what_it_says(attached: Attachment) -> None:
    html = export(with_files(attached), "html")
    assert "<img" not in html
    assert "<script" not in html
    assert "img-src" not in html


def test_the_name_of_an_image_stays_a_name() -> None:
    html = export(with_files(picture('"><script>alert(1)</script>')), "html")
    assert "<script" not in html
    assert 'alt="&quot;&gt;&lt;script&gt;' in html


def test_lines_of_json_have_the_parts_that_openai_has() -> None:
    lines = export(with_files(picture("a.png"), NOTES, picture("b.png")), "jsonl").splitlines()
    (question,) = [one for one in map(json.loads, lines) if one["role"] == "user"]
    text, first, second = question["content"]
    assert text["text"] == (
        "notes.pdf (PDF, 2 pages):\n```\n<b>Buy</b> milk.\n```\n\n"
        "[image 1: a.png, 4×3]\n[image 2: b.png, 4×3]\n\nWhat is this?"
    )
    assert first == second == {"type": "image_url", "image_url": {"url": data_url(png())}}
    assert [one["name"] for one in question["attachments"]] == ["a.png", "notes.pdf", "b.png"]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_an_export_comes_back_with_its_files(form: str) -> None:
    attached = (picture("a.png"), NOTES, Attachment("a.zip", "application/zip", b"PK"), picture("b.png", 5, 5))
    (record,) = read_conversations(export(with_files(*attached), form).encode(), at=0.0)
    assert record.thread[0].attached == attached
    assert record.thread[0].content == "What is this?"


def test_an_export_of_the_version_before_comes_back_with_its_files() -> None:
    file = {"name": "plan.png", "media_type": "image/png", "base64": base64.b64encode(png()).decode()}
    messages = [
        {"role": "user", "content": "What is this?", "attachments": [file]},
        {"role": "assistant", "content": "A plan."},
    ]
    (record,) = read_conversations(json.dumps(messages).encode(), at=0.0)
    assert record.thread[0].attached == (picture(),)


def data_url(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def imported(*parts: object, **fields: object) -> SessionRecord:
    messages = [{"role": "user", "content": [*parts], **fields}, {"role": "assistant", "content": "A plan."}]
    (record,) = read_conversations(json.dumps(messages).encode(), at=0.0)
    return record


def image_part(address: object) -> object:
    return {"type": "image_url", "image_url": {"url": address}}


def test_images_of_another_program_are_taken_in() -> None:
    record = imported({"type": "text", "text": "What is this?"}, image_part(data_url(png(7, 8))))
    assert record.thread[0].content == "What is this?"
    assert record.thread[0].attached == (Attachment("image 1.png", "image/png", png(7, 8)),)
    assert imported(image_part(data_url(png()))).thread[0].content == "[image]"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a.png",
        data_url(png(64, 64)[:-9]),
        data_url(png(9000, 1)),
        data_url(b"<svg/>", "image/svg+xml"),
        "data:image/png;base64,!",
        "data:image/png",
        7,
    ],
)
def test_an_image_that_a_server_would_refuse_is_left_out_and_said_so(address: object) -> None:
    question = imported({"type": "text", "text": "What?"}, image_part(address)).thread[0]
    assert (question.content, question.attached) == ("What?\n[image]", ())


@pytest.mark.parametrize(
    "attachments", [7, [7], [{"part": 99}], [{"part": -1}], [{"part": 0}], [{"part": True}], [{"base64": "!"}], [{}]]
)
def test_senseless_files_of_our_own_format_are_dropped(attachments: object) -> None:
    question = imported({"type": "text", "text": "x"}, typed="What?", attachments=attachments).thread[0]
    assert (question.content, question.attached) == ("What?", ())
