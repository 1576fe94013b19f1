"""A receiver of signed webhooks: checks the signature with the standard's own library, and can misbehave."""

import json
import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError


class WebhookBehaviour(Enum):
    ACCEPT = 204
    FAIL_TEMPORARILY = 503
    FAIL_PERMANENTLY = 400
    GONE = 410
    REDIRECT = 301
    HANG = 0


@dataclass
class Delivery:
    path: str
    headers: dict[str, str]
    body: bytes
    signature_fault: str | None
    """Why the signature does not verify; nil when it does, or when no secret was given for the path."""
    answered: int
    received: float = field(default_factory=time.time)

    @property
    def id(self) -> str:
        return self.headers.get("webhook-id", "")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def data(self):
        return self.json["data"]

    @property
    def type(self) -> str:
        return self.json["type"]


class WebhookSink:
    """Listens on loopback. Each destination is a path; a path may have a secret and a behaviour of its own."""

    def __init__(self):
        self.behaviour = WebhookBehaviour.ACCEPT
        self.behaviours: dict[str, WebhookBehaviour] = {}
        self.secrets: dict[str, str] = {}
        self._deliveries: list[Delivery] = []
        self._gets: list[str] = []
        self._lock = threading.Lock()
        self._released = threading.Event()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                if len(body) < length:
                    # Whoever sent it died in the middle: nothing has arrived.
                    self.close_connection = True
                    return
                status = sink._receive(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                if status == WebhookBehaviour.REDIRECT.value:
                    self.send_header("Location", "/redirected")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                with sink._lock:
                    sink._gets.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="webhook sink", daemon=True)

    def start(self) -> "WebhookSink":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def deliveries(self, path: str | None = None) -> list[Delivery]:
        """What was accepted, in order of arrival; everything when no path is given."""
        with self._lock:
            return [d for d in self._deliveries if (path is None or d.path == path) and 200 <= d.answered < 300]

    def gets(self, path: str) -> list[str]:
        """Calls without a body, as an address outside hears them."""
        with self._lock:
            return [each for each in self._gets if each == path]

    def attempts(self, path: str | None = None) -> list[Delivery]:
        """What arrived at all, accepted or not."""
        with self._lock:
            return [d for d in self._deliveries if path is None or d.path == path]

    def forget(self) -> None:
        with self._lock:
            self._deliveries.clear()

    def _receive(self, path: str, headers: dict[str, str], body: bytes) -> int | None:
        behaviour = self.behaviours.get(path, self.behaviour)
        fault = None
        if secret := self.secrets.get(path):
            try:
                Webhook(secret).verify(body, headers)
            except (WebhookVerificationError, ValueError, KeyError) as error:
                fault = str(error) or type(error).__name__
        with self._lock:
            self._deliveries.append(Delivery(path, headers, body, fault, behaviour.value))
        if behaviour is WebhookBehaviour.HANG:
            self._released.wait(120)
            return None
        return behaviour.value
