"""A name server of our own, and a way to run one program so that it asks nobody else (F16)."""

import ipaddress
import os
import socket
import struct
import subprocess
import threading
from pathlib import Path

# Loopback is a whole block, so that this port 53 is nobody else's.
_ADDRESS = "127.0.53.53"
_A, _AAAA = 1, 28
_OK, _SERVER_FAILURE, _NO_SUCH_NAME = 0, 2, 3


class NameServer:
    """Answers from a table that a test changes as it goes: a list of addresses, `FAILS`, or `SILENT`."""

    FAILS = "fails"
    SILENT = "silent"

    def __init__(self, folder: Path):
        self.table: dict[str, list[str] | str] = {}
        self.asked: list[str] = []
        self._configuration = folder / "resolv.conf"
        # More patience than a page has: the limit that counts is the program's own.
        self._configuration.write_text(f"nameserver {_ADDRESS}\noptions timeout:5 attempts:2\n")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((_ADDRESS, 53))
        # A thread that waits in the socket would keep the port taken after the end.
        self._socket.settimeout(0.1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="name server", daemon=True)

    @staticmethod
    def obstacle() -> str | None:
        """Why this machine cannot do it; nil when it can."""
        if os.getuid() != 0:
            return "a name server of our own needs root, for port 53 and a mount"
        trial = subprocess.run(["unshare", "-m", "true"], capture_output=True)
        return None if trial.returncode == 0 else "no mount namespace can be made here"

    @property
    def prefix(self) -> list[str]:
        """Runs a command with this server's resolv.conf in the place of the machine's, which stays as it is."""
        script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
        return ["unshare", "-m", "sh", "-c", script, str(self._configuration)]

    def start(self) -> "NameServer":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._over.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                query, sender = self._socket.recvfrom(512)
            except TimeoutError:
                continue
            if answer := self._answer(query):
                self._socket.sendto(answer, sender)

    def _answer(self, query: bytes) -> bytes | None:
        name, end = _name(query)
        (kind,) = struct.unpack(">H", query[end : end + 2])
        self.asked.append(name)
        known = self.table.get(name)
        if known == self.SILENT:
            return None
        code, records = _OK, []
        if known == self.FAILS:
            code = _SERVER_FAILURE
        elif known is None:
            code = _NO_SUCH_NAME
        else:
            addresses = [ipaddress.ip_address(text) for text in known]
            records = [each.packed for each in addresses if (each.version == 4) == (kind == _A)]
            records = records if kind in (_A, _AAAA) else []
        head = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        # Each record names the question's name by its place, and may not be kept for later.
        body = b"".join(struct.pack(">HHHIH", 0xC00C, kind, 1, 0, len(each)) + each for each in records)
        return head + query[12 : end + 4] + body


def _name(query: bytes) -> tuple[str, int]:
    """The name that is asked for, and where it ends."""
    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels).lower(), at + 1
