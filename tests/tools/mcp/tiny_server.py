"""An MCP server in nothing but the standard library, so that it starts at once. It does what its tools are named for.

Arguments: `ready` prints a line that is no message first, `lost` ends with a traceback, `marks` leaves a file with its
process id at the path that follows, `mute` never lists its tools again after it has got a new one, `hostile` does what
a client should survive.
"""

import json
import os
import sys
import threading
from typing import Any

OBJECT = {"type": "object"}
CANCELLED = threading.Event()
LOCK = threading.Lock()
ASKED: list[int] = []  # the calls in which it has asked back


def tool(name: str, **annotations: bool) -> dict[str, Any]:
    return {"name": name, "description": f"It can {name}.", "inputSchema": OBJECT, "annotations": annotations}


TOOLS = [
    tool("say", readOnlyHint=True, openWorldHint=False),
    tool("env", readOnlyHint=True),
    tool("wait"),
    tool("die"),
    tool("grow"),
    tool("ask"),
    tool("delete.all files/", destructiveHint=True),
]


EVIL = {
    **tool("evil"),
    "description": "long " * 200_000,
    "outputSchema": OBJECT | {"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}},
}


def send(**message: Any) -> None:
    with LOCK:
        print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def call(name: str, arguments: dict[str, Any], meta: dict[str, Any], number: int) -> None:
    text, wrong = name, False
    match name:
        case "say":
            text = arguments.get("text", "")
        case "env":
            text = "\n".join(sorted(os.environ))
        case "die":
            print("Boom: it is dead", file=sys.stderr, flush=True)
            os._exit(1)
        case "grow":
            TOOLS.append(tool("new"))
            send(method="notifications/tools/list_changed")
        case "ask":
            ASKED.append(number)
            params = {"message": "Your key?", "requestedSchema": OBJECT | {"properties": {}}}
            send(id=900, method="elicitation/create", params=params)
            return
        case "wait":
            for step in range(1, 1000):
                if token := meta.get("progressToken"):
                    progress = {"progressToken": token, "progress": step, "total": 4, "message": f"step {step}"}
                    send(method="notifications/progress", params=progress)
                if CANCELLED.wait(0.01):
                    print("was cancelled", file=sys.stderr, flush=True)
                    CANCELLED.clear()
                    return
        case _:
            wrong = True
    send(id=number, result={"content": [{"type": "text", "text": text}], "isError": wrong})


def do_evil(arguments: dict[str, Any], number: int) -> None:
    content = [{"type": "text", "text": "as it came"}]
    if raw := arguments.get("raw"):  # bytes, each as a character
        head = b'{"jsonrpc": "2.0", "id": %d, "result": ' % number
        sys.stdout.buffer.write(head + raw.encode("latin-1") + b"}\n")
        sys.stdout.buffer.flush()
    elif arguments:
        send(id=number, error={"code": -1, "message": "no " * 10_000})
    else:
        send(id=number, result={"content": content, "structuredContent": {"a": "a" * 60 + "!"}})


def answer(message: dict[str, Any]) -> None:
    number, params = message.get("id"), message.get("params", {})
    match message.get("method"):
        case "initialize":
            can = {"tools": {"listChanged": True}}
            about = {"protocolVersion": params["protocolVersion"], "serverInfo": {"name": "tiny", "version": "1"}}
            send(id=number, result={**about, "capabilities": can})
        case "tools/list" if "mute" in sys.argv and any(one["name"] == "new" for one in TOOLS):
            print("is asked again", file=sys.stderr, flush=True)
        case "tools/list":
            send(id=number, result={"tools": TOOLS})
            if EVIL in TOOLS:
                print("listed", file=sys.stderr, flush=True)
                send(method="notifications/tools/list_changed")
        case "tools/call" if params["name"] == "evil":
            do_evil(params.get("arguments", {}), message["id"])
        case "tools/call":
            arguments = params["name"], params.get("arguments", {}), params.get("_meta", {}), number
            threading.Thread(target=call, args=arguments, daemon=True).start()
        case "notifications/cancelled":
            CANCELLED.set()
        case None:  # an answer to what it asked
            answered = json.dumps(message.get("error", message.get("result")))
            send(id=ASKED.pop(), result={"content": [{"type": "text", "text": answered}]})
        case method if number is not None:
            send(id=number, error={"code": -32601, "message": f"There is no {method}."})


def main() -> None:
    words = sys.argv[1:]
    if "lost" in words:
        raise ValueError("it is lost")
    if "hostile" in words:
        TOOLS[:] = [EVIL]
    if "ready" in words:
        print("✓ ready", flush=True)
    if "marks" in words:
        with open(words[words.index("marks") + 1], "a") as file:
            print(os.getpid(), file=file)
    for line in sys.stdin:
        answer(json.loads(line))


if __name__ == "__main__":
    main()
