"""Lists in a narrow terminal: what does not fit goes on below its own column."""

import pytest

from chatbot_cli.text.hanging import hanging


@pytest.mark.parametrize(
    ("line", "columns", "shown"),
    [
        ("  tutor  A patient teacher", 40, "  tutor  A patient teacher"),
        ("  tutor  A patient teacher", 20, "  tutor  A patient\n         teacher"),
        ("• chef   For a, b and c", 18, "• chef   For a, b\n         and c"),
        ("  料理   献立 と 買い物 の 表", 22, "  料理   献立 と\n         買い物 の 表"),
        ("/a [N]   one two  /a 4", 18, "/a [N]   one two\n         /a 4"),
        ("No gap in this sentence at all", 12, "No gap in this sentence at all"),
        ("a very long first column of a list  short", 20, "a very long first column of a list  short"),
        ("  name  word" + "x" * 30, 20, "  name  word" + "x" * 30),
        ("", 20, ""),
        ("    code = indented_and_long(by, far)", 20, "    code = indented_and_long(by, far)"),
    ],
)
def test_a_line_of_a_list_goes_on_below_its_own_column(line: str, columns: int, shown: str) -> None:
    assert hanging(line, columns) == shown
