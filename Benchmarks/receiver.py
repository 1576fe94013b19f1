"""A webhook receiver in the process and on the clock of the sender: it notes the first byte of each message."""

import asyncio
import time
from collections import defaultdict

from alerts import NUMBER

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Receiver:
    """`arrivals[path][number]` holds the monotonic times at which messages about that alert began to arrive."""

    def __init__(self):
        self.arrivals: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.last = time.monotonic()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._awaited: dict[int, asyncio.Future] = {}

    async def __aenter__(self) -> "Receiver":
        # Deep enough for a storm of connections to wait in.
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self), "127.0.0.1", 0, backlog=4096
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_) -> None:
        self._server.close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def firsts(self, path: str) -> dict[int, float]:
        return {number: times[0] for number, times in self.arrivals[path].items()}

    def expect(self, number: int) -> asyncio.Future:
        """The first byte of the next message about that alert. To be asked for before the alert is posted."""
        self._awaited[number] = asyncio.get_running_loop().create_future()
        return self._awaited[number]

    async def settle(self, path: str, count: int, quiet: float, within: float) -> None:
        """Returns when `count` alerts have been told of, nothing has come for `quiet` seconds, or time is up."""
        deadline = time.monotonic() + within
        began = time.monotonic()
        while len(self.arrivals[path]) < count and time.monotonic() < deadline:
            if time.monotonic() - max(self.last, began) > quiet:
                return
            await asyncio.sleep(0.05)

    def take(self, path: str, body: bytes, first_byte: float) -> None:
        self.last = first_byte
        for number in {int(found) for found in NUMBER.findall(body)}:
            self.arrivals[path][number].append(first_byte)
            awaited = self._awaited.pop(number, None)
            if awaited and not awaited.done():
                awaited.set_result(first_byte)


class _Connection(asyncio.Protocol):
    def __init__(self, receiver: Receiver):
        self.receiver = receiver
        self.held = b""
        self.first_byte = 0.0

    def connection_made(self, transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if not self.held:
            self.first_byte = time.monotonic()
        self.held += data
        head, found, body = self.held.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.held = b""
        self.receiver.take(head.split(b" ", 2)[1].decode(), body, self.first_byte)
        self.transport.write(ANSWER)
