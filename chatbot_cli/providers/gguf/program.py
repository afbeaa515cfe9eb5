"""The child: loads a model, serves it on a free port of this computer, tells the address, and ends with its parent.

The parent keeps a pipe open and writes one line of JSON into it, what is wanted. When the pipe is closed, however the
parent has ended, the child does. The answer is one line of JSON, too. All that the library prints goes to stderr.
"""

import json
import os
import sys
from typing import Any

PLACES_KEPT = 256  # MB of earlier prompts that the server may keep beside its window


def main() -> None:
    """Serve until the parent is gone."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    wanted = json.loads(sys.stdin.buffer.readline())
    _end_with_parent()
    server, answer = _started(wanted)
    answers.write(f"{json.dumps(answer)}\n")
    answers.flush()
    if server is not None:
        sys.stdin.buffer.read()  # until there is nobody who could write
    os._exit(0)  # the library would first end what it is doing


def _started(wanted: dict[str, Any]) -> tuple[object, dict[str, Any]]:
    try:
        import xllamacpp  # type: ignore[import-not-found,import-untyped,unused-ignore]  # here: its absence is an answer
    except ImportError as error:
        return None, {"missing": str(error)}
    params = xllamacpp.CommonParams()
    params.model.path = wanted["path"]
    params.n_ctx, params.n_parallel = wanted["window"], 1
    for cores in (params.cpuparams, params.cpuparams_batch):
        cores.n_threads = wanted["threads"]
    params.cache_ram_mib = PLACES_KEPT
    # Whoever else is on this computer, or a page in its browser, has no key; and there is nothing to look at.
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [wanted["key"]]
    params.cors_origins, params.ui, params.endpoint_slots = "", False, False
    params.use_jinja = True  # tools need the model's own template
    try:
        server = xllamacpp.Server(params)
    except Exception as error:  # noqa: BLE001  whatever it is, the parent has to say it
        return None, {"failed": str(error)}
    return server, {"address": server.listening_address}


def _end_with_parent() -> None:
    """Have the system end this process when the pipe is closed: while a model is loaded, no code of Python runs.

    Only Linux does that. Elsewhere the child notices as soon as the model is loaded.
    """
    if sys.platform == "linux":
        import fcntl  # here: Windows has none
        import select

        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)  # SIGIO, which nobody handles
        if select.select([0], [], [], 0)[0]:  # it was closed just before
            os._exit(0)


if __name__ == "__main__":
    main()
