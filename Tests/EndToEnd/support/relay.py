"""A mail relay that keeps to a script: plain SMTP on loopback, one thread a connection, and faults where they are asked for.

Faults stand for what real relays do: hang while they scan a message, refuse one recipient for now, break off when the
message is already theirs.
"""

import email
import email.policy
import socket
import threading
import time
from dataclasses import dataclass, field

# In the order of a session. `message` is the answer to the final dot.
STEPS = ("sender", "recipient", "data", "message", "reset")
HANG, CLOSE = "hang", "close"


@dataclass
class Received:
    """One message, taken or not."""

    recipient: str
    text: bytes
    session: int
    taken: bool
    at: float = field(default_factory=time.monotonic)

    @property
    def message(self):
        return email.message_from_bytes(self.text, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class ScriptedRelay:
    user = "tocsin"
    password = "nobody asks for it"

    def __init__(self):
        self._faults: list[tuple[str, str, str | None]] = []
        self._received: list[Received] = []
        self._commands: list[tuple[int, str]] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._sessions = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]

    def start(self) -> "ScriptedRelay":
        threading.Thread(target=self._accept, name="scripted relay", daemon=True).start()
        return self

    def stop(self) -> None:
        self._over.set()
        self._server.close()

    def settings(self) -> dict:
        """The section of the configuration file; on loopback there is no TLS, and so no password."""
        return {"host": "127.0.0.1", "port": self.port, "security": "insecurePlain", "from": "tocsin@example.org"}

    def once(self, step: str, fault: str, recipient: str | None = None) -> None:
        """At the next such step, for that recipient where one is named: HANG, CLOSE, or a line to answer instead."""
        assert step in STEPS
        with self._lock:
            self._faults.append((step, fault, recipient))

    @property
    def received(self) -> list[Received]:
        with self._lock:
            return list(self._received)

    def taken(self, recipient: str | None = None) -> list[Received]:
        return [each for each in self.received if each.taken and recipient in (None, each.recipient)]

    def commands(self) -> list[tuple[int, str]]:
        """The number of the session, and the first word of the line."""
        with self._lock:
            return list(self._commands)

    def _fault(self, step: str, recipient: str | None) -> str | None:
        with self._lock:
            for fault in self._faults:
                if fault[0] == step and fault[2] in (None, recipient):
                    self._faults.remove(fault)
                    return fault[1]
        return None

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self._sessions += 1
            threading.Thread(target=self._serve, args=(connection, self._sessions), daemon=True).start()

    def _serve(self, connection: socket.socket, session: int) -> None:
        recipient = None
        with connection, connection.makefile("rb") as lines:

            def answer(step: str | None, usual: str) -> bool:
                fault = self._fault(step, recipient) if step else None
                if fault == HANG:
                    self._over.wait(120)
                    return False
                if fault == CLOSE:
                    return False
                connection.sendall(((fault or usual) + "\r\n").encode())
                return True

            answer(None, "220 relay ready")
            for line in lines:
                word = line.split(b" ")[0].strip().upper().decode()
                with self._lock:
                    self._commands.append((session, word))
                if word == "EHLO":
                    goes_on = answer(None, "250 relay")
                elif word == "MAIL":
                    goes_on = answer("sender", "250 fine")
                elif word == "RCPT":
                    recipient = line.decode().partition("<")[2].partition(">")[0]
                    goes_on = answer("recipient", "250 fine")
                elif word == "RSET":
                    goes_on = answer("reset", "250 forgotten")
                elif word == "DATA":
                    goes_on = answer("data", "354 go on") and self._take(lines, recipient, session, answer)
                elif word == "QUIT":
                    answer(None, "221 bye")
                    return
                else:
                    goes_on = answer(None, "500 what")
                if not goes_on:
                    return

    def _take(self, lines, recipient: str, session: int, answer) -> bool:
        text = b""
        for line in lines:
            if line == b".\r\n":
                break
            text += line[1:] if line.startswith(b".") else line
        else:
            return False
        received = Received(recipient, text, session, taken=False)
        with self._lock:
            self._received.append(received)
            refused = any(
                step == "message" and fault not in (HANG, CLOSE) and who in (None, recipient)
                for step, fault, who in self._faults
            )
        # One that breaks off after the final dot may have taken the message, and this one has.
        received.taken = not refused
        return answer("message", "250 taken")
