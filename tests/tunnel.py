"""A proxy on 127.0.0.1 that lets clients through to one server, whatever address they ask for, as companies have it.

with Tunnel(to=server.base_url) as proxy:
    ...  # HTTPS_PROXY=proxy.address
assert proxy.asked_for == ["model.invalid:443"]
"""

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import Self
from urllib.parse import urlsplit

END_OF_HEAD = b"\r\n\r\n"


class Tunnel:
    """Answers CONNECT, then carries bytes both ways. It runs in a thread of its own."""

    def __init__(self, to: str) -> None:
        self.asked_for: list[str] = []
        self._port = urlsplit(to).port
        self._listening: Future[tuple[asyncio.AbstractEventLoop, int]] = Future()
        self._stop = asyncio.Event()
        self._carrying: set[asyncio.Task[None]] = set()
        self._thread = Thread(target=lambda: asyncio.run(self._listen()), name="tunnel", daemon=True)

    @property
    def address(self) -> str:
        """What stands in HTTPS_PROXY."""
        return f"http://127.0.0.1:{self._listening.result()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.result()[0].call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _listen(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._listening.set_result((asyncio.get_running_loop(), server.sockets[0].getsockname()[1]))
        await self._stop.wait()
        server.close()
        for task in self._carrying:
            task.cancel()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: the one that asyncio would start complains when it is cancelled at the end.
        self._carrying.add(asyncio.create_task(self._let_through(reader, writer)))

    async def _let_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(END_OF_HEAD)
        self.asked_for.append(head.split()[1].decode())
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"HTTP/1.1 200 Connection established" + END_OF_HEAD)
        try:
            await asyncio.gather(_carry(reader, there_writer), _carry(there_reader, writer))
        finally:
            there_writer.close()
            writer.close()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
        target.close()
