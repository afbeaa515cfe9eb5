"""The garbage collector rests while the program loads, and works from the first reply, or the first prompt, on."""

import subprocess
import sys
from pathlib import Path

LOADING = """
import gc, sys
sys.argv = ["chat", "--no-save", "--model", "demo", *sys.argv[1:]]
from chatbot_cli import __main__
before = gc.isenabled()
try:
    __main__.main()
finally:
    print(before, gc.isenabled(), gc.get_freeze_count() > 1000)
"""


def test_it_is_off_while_loading_and_on_once_there_is_a_reply(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", LOADING, "Hello"], env=environ, cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "True True True", done.stderr
