"""What models refuse stands in `chat doctor`, with the command that forgets it."""

from pathlib import Path

from chatbot_cli.doctor.lessons import SHOWN, check_lessons
from chatbot_cli.providers.learnt import FILE, Learnt
from chatbot_cli.providers.mends import Mend
from chatbot_cli.system.folders import Folders


def test_lessons_are_listed_with_the_command_that_forgets_them(tmp_path: Path) -> None:
    folders = Folders.of({}, tmp_path)
    assert [*check_lessons(folders)] == []
    learnt = Learnt(folders.state)
    learnt.remember("https://a.example/v1", "one", Mend("temperature"))
    learnt.remember("https://a.example/v1", "one", Mend("max_tokens", "max_completion_tokens"))
    learnt.remember("https://b.example/v1", "two\x1b[31m", Mend("reasoning_effort", among=("low", "high")))
    *rows, forget = check_lessons(folders)
    assert [(row.value, row.source) for row in rows] == [
        ("two␛[31m takes low, high as reasoning_effort", "https://b.example/v1"),
        ("one takes max_completion_tokens in place of max_tokens", "https://a.example/v1"),
        ("one takes no temperature", "https://a.example/v1"),
    ]
    assert forget.value == f"rm {folders.state / FILE}"
    for number in range(SHOWN):
        learnt.remember("https://c.example/v1", f"m{number}", Mend("seed"))
    assert [row.value for row in check_lessons(folders)][-2] == "3 lessons more"
