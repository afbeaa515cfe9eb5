"""Stands in for the library `xllamacpp`, where it is copied under that name: the same calls, and no weights.

The name of the file of weights says what happens: "slow" takes long to load, "broken" cannot be loaded, "crashes" dies
while it loads, "dies" dies at the first request, "endless" never stops to answer.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

SLOW = 30.0  # seconds


class CommonParams:
    """As the real one: whatever is set."""

    def __init__(self) -> None:
        self.model, self.cpuparams, self.cpuparams_batch = SimpleNamespace(), SimpleNamespace(), SimpleNamespace()


class Server:
    """Loads as the name of the file says, then serves."""

    def __init__(self, params: Any) -> None:
        name = Path(params.model.path).name
        print("this line is for nobody's eyes")
        print("0.00.000.606 I srv          init: initializing ...", file=sys.stderr, flush=True)
        if "slow" in name:
            time.sleep(SLOW)
        if "crashes" in name:
            print("0.00.000.700 E ggml_abort: a \x1b[31mred\x1b[0m failure", file=sys.stderr, flush=True)
            os.abort()
        if "broken" in name:
            why = "error loading model: tensor 'x' data is not within the file bounds, model is corrupted or incomplete"
            print(f"0.00.035.063 E llama_model_load: {why}", file=sys.stderr, flush=True)
            raise RuntimeError("Failed to init server, please check the input params.")
        server = ThreadingHTTPServer((params.hostnames[0], params.port), _answering(params, name))
        Thread(target=server.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{server.server_address[1]}"


def _answering(params: Any, name: str) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Authorization"] != f"Bearer {params.api_keys[0]}":
                self.send_error(401)
                return
            if "dies" in name:
                os.abort()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self._send({"choices": [{"index": 0, "delta": {"role": "assistant", "content": f"I am {os.getpid()}"}}]})
            while "endless" in name:
                self._send({"choices": [{"index": 0, "delta": {"content": " and on"}}]})
                time.sleep(0.01)
            self._send({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self._send({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}})
            self.wfile.write(b"data: [DONE]\n\n")

        def _send(self, chunk: dict[str, object]) -> None:
            whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", **chunk}
            self.wfile.write(f"data: {json.dumps(whole)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *of: object) -> None:
            pass

    return Answering
