"""Parameters from the command line to the server: sent, refused, mended with one line, and right at once next time."""

from tests.end_to_end.installed_chat import InstalledChat
from tests.streaming_server import Received, Reply, StreamingServer, answer, page

SET = ("--temperature", "0.2", "--top-p", "0.9", "--seed", "7", "--stop", "END", "--effort", "low", "-o", "top_k=40")


def picky(received: Received) -> Reply:
    if received.body and "temperature" in received.body:
        return page({"error": {"message": "`temperature` is deprecated for this model.", "param": None}}, 400)
    return answer("Yes.") if received.body else page({}, 404)


def test_a_refused_parameter_is_one_line_and_the_next_run_is_right_at_once(chat: InstalledChat) -> None:
    with StreamingServer(otherwise=picky) as server:
        first = chat.at(server).run("-m", "own", *SET, "Is it?")
        second = chat.run("-m", "own", *SET, "Is it?")
        forgetful = chat.run("-m", "own", "-o", "messages=[]", "Is it?")
    assert (first.exit_code, first.out.strip()) == (0, "Yes.")
    assert first.err.splitlines() == second.err.splitlines() == ["own takes no temperature: sent without."]
    refused, mended, at_once = [request.body for request in server.requests if request.body]
    assert refused.pop("temperature") == 0.2
    assert mended == at_once == refused
    own = {name: mended[name] for name in ("top_p", "seed", "stop", "reasoning_effort", "top_k")}
    assert own == {"top_p": 0.9, "seed": 7, "stop": ["END"], "reasoning_effort": "low", "top_k": 40}
    assert (forgetful.exit_code, forgetful.err.splitlines()[0]) == (
        2,
        "chat: messages is a parameter that chat writes itself.",
    )
