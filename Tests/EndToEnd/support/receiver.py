"""A web receiver that keeps to a script: raw HTTP on loopback, one thread a connection, and faults where they are asked for."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int
    at: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return self.headers.get("webhook-id", "")


# Is given the socket, writes what it likes, and says whether the connection goes on.
Behaviour = Callable[[socket.socket, threading.Event], bool]


def says(answer: bytes, goes_on: bool = True) -> Behaviour:
    def behave(connection: socket.socket, over: threading.Event) -> bool:
        connection.sendall(answer)
        return goes_on

    return behave


def trickles(beginning: bytes, piece: bytes = b"x", every: float = 0.2, seconds: float = 60) -> Behaviour:
    """A beginning, and then a little at a time, for as long as somebody listens."""

    def behave(connection: socket.socket, over: threading.Event) -> bool:
        connection.sendall(beginning)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not over.wait(every):
            connection.sendall(piece)
        return False

    return behave


def closes(connection: socket.socket, over: threading.Event) -> bool:
    return False


class ScriptedReceiver:
    """Answers 200 and keeps connections, except where a path has a behaviour for its next request."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._server = socket.create_server((host, port), family=family)
        self.port = self._server.getsockname()[1]
        self._next: dict[str, list[Behaviour]] = {}
        self._always: dict[str, Behaviour] = {}
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.connections = 0

    def start(self) -> "ScriptedReceiver":
        threading.Thread(target=self._accept, name="scripted receiver", daemon=True).start()
        return self

    def stop(self) -> None:
        self._over.set()
        self._server.close()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def once(self, path: str, *behaviours: Behaviour) -> None:
        with self._lock:
            self._next.setdefault(path, []).extend(behaviours)

    def always(self, path: str, behaviour: Behaviour) -> None:
        with self._lock:
            self._always[path] = behaviour

    def requests(self, path: str | None = None) -> list[Request]:
        with self._lock:
            return [each for each in self._requests if path in (None, each.path)]

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            with connection, connection.makefile("rb") as lines:
                while (request := self._read(lines, number)) is not None:
                    with self._lock:
                        self._requests.append(request)
                        waiting = self._next.get(request.path)
                        behaviour = waiting.pop(0) if waiting else self._always.get(request.path, says(OK))
                    if not behaviour(connection, self._over):
                        return
        except OSError:
            # The sender went away, as it may.
            return

    @staticmethod
    def _read(lines, number: int) -> Request | None:
        first = lines.readline()
        if not first:
            return None
        headers = {}
        while (line := lines.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = lines.read(int(headers.get("content-length", 0)))
        return Request(first.split(b" ")[1].decode(), headers, body, number)
