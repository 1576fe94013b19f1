"""A line between two programs that can be slow, narrow, silent or cut: a proxy on loopback (F23, F25, F26)."""

import socket
import threading
import time


class Line:
    """Carries bytes both ways to one port. Every change holds from the next piece on, for lines that stand as well."""

    def __init__(self, port: int):
        self.target = port
        self.delay = 0.0
        """Seconds that each piece is on its way."""
        self.bytes_a_second: int | None = None
        self._silent = threading.Event()
        self._over = threading.Event()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]

    def start(self) -> "Line":
        threading.Thread(target=self._accept, name="line", daemon=True).start()
        return self

    def stop(self) -> None:
        self._over.set()
        self._silent.clear()
        self._server.close()
        self.cut()

    def fall_silent(self) -> None:
        """As a partition: nothing arrives any more, and nobody is told. New connections stand and stay silent too."""
        self._silent.set()

    def speak(self) -> None:
        self._silent.clear()

    def cut(self) -> None:
        """Ends every connection that stands."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                _close(end)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                if self._over.is_set():
                    return
                continue
            with self._lock:
                self._pairs.append((near, far))
            for source, sink in [(near, far), (far, near)]:
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(4096 if self.bytes_a_second else 65_536):
                if self.delay:
                    time.sleep(self.delay)
                if self.bytes_a_second:
                    time.sleep(len(piece) / self.bytes_a_second)
                while self._silent.is_set() and not self._over.is_set():
                    time.sleep(0.02)
                sink.sendall(piece)
        except OSError:
            pass
        _close(source)
        _close(sink)


def _close(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It was closed already, by the other direction.
        pass
    end.close()
