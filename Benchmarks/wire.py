"""Posting from one event loop, with as little of its own as can be: what is measured shares the cores with it."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PATH = "/api/v2/alerts"
CONNECTIONS = 16
# A far end that is silent for so long has hung.
PATIENCE = 60


@dataclass(slots=True)
class Posted:
    """One request. Times are those of the monotonic clock."""

    number: int
    due: float
    sent: float
    answered: float
    status: int

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300


class Connection:
    """One connection that is kept; one request at a time."""

    def __init__(self, port: int, token: str | None):
        self.port = port
        self.head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        if token:
            self.head += f"Authorization: Bearer {token}\r\n"

    async def open(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def post(self, body: bytes) -> int:
        """The status of the answer."""
        self.writer.write(f"{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
        if length and int(length):
            await self.reader.readexactly(int(length))
        return int(head[9:12])

    def close(self) -> None:
        self.writer.close()


async def post_all(
    port: int, requests: Iterable[tuple[Sequence[int], bytes]], token: str | None, connections: int = CONNECTIONS
) -> dict[int, float]:
    """Posts every request, as fast as they are answered. Gives back when each number was accepted.

    What is refused is an error: nothing that is measured afterwards would be true.
    """
    accepted: dict[int, float] = {}
    waiting = iter(requests)

    async def work() -> None:
        connection = await Connection(port, token).open()
        for numbers, body in waiting:
            status = await connection.post(body)
            if status // 100 != 2:
                raise RuntimeError(f"a request was answered {status}")
            now = time.monotonic()
            accepted.update((number, now) for number in numbers)
        connection.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(work())
    return accepted


async def post_paced(
    port: int, requests: list[tuple[Sequence[int], bytes]], token: str | None, rate: float, connections: int = 64
) -> list[Posted]:
    """Posts one request every 1/rate seconds, whatever becomes of the earlier ones: an open loop.

    A request whose turn comes while every connection waits is late, and says so: `due` is when it ought to have gone.
    """
    posted: list[Posted] = []
    queue: asyncio.Queue[tuple[int, float, bytes] | None] = asyncio.Queue()

    async def work() -> None:
        connection = await Connection(port, token).open()
        while item := await queue.get():
            number, due, body = item
            sent = time.monotonic()
            status = await connection.post(body)
            posted.append(Posted(number, due, sent, time.monotonic(), status))
        connection.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(work())
        await asyncio.sleep(0.2)
        began = time.monotonic()
        for index, (numbers, body) in enumerate(requests):
            due = began + index / rate
            if (pause := due - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            queue.put_nowait((numbers[0], due, body))
        for _ in range(connections):
            queue.put_nowait(None)
    return posted
